import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { packagePart, threadProgram } from '../../src/core/packagePart.js';
import { shippedWeights } from '../../src/engines/weights.js';

test('what lies beside a module is found, of its kind', () => {
  const module = new URL('../../src/pipelines/run/threadExecutor.ts', import.meta.url).href;
  expect(threadProgram(module, 'threadWorker')).toMatch(/threadWorker\.ts$/);
  expect(shippedWeights()).toMatch(/weights$/);
});

test.each([
  ['an ES module', pathToFileURL('/app/built/app.mjs').href],
  ['CommonJS, which does not know where it is', undefined],
])('in a program that was bundled as %s one is told of the bundler, and no thread is started', (_, module) => {
  expect(() => threadProgram(module, 'threadWorker')).toThrow(
    expect.objectContaining({ code: 'E_ENGINE', cure: expect.stringContaining('--external:perpixel') }),
  );
  expect(() => packagePart(module, '../../weights')).toThrow(expect.objectContaining({ code: 'E_ENGINE' }));
});
