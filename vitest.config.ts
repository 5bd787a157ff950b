import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { parseCLI } from 'vitest/node';

/** Tests that need what npm does not bring: TensorFlow, FFmpeg, a browser, a Vulkan driver, a Redis, other programs to compare with. */
const equipped = [
  'test/answers/inSpace.test.ts',
  'test/cli/batchPage/browser.test.ts',
  'test/cli/{doctor,exiftool,train,trunk,video,videoEditing}.test.ts',
  'test/core/files/openRegular.test.ts',
  'test/docs/{library,reference}.test.ts',
  'test/engines/engines.test.ts',
  'test/engines/{tensorflow,webgpu}/**/*.test.ts',
  'test/engines/onnxruntime/gpu.test.ts',
  'test/extending/{network,tasks}.test.ts',
  'test/faults/**/*.test.ts',
  'test/fleet/{folders,buckets,videos}.test.ts',
  'test/images/{djxl,exiftool,pillow,rawReaders}.test.ts',
  'test/models/contract.test.ts',
  'test/package/**/*.test.ts',
  'test/training/{recipes,trunk}.test.ts',
  'test/video/{ffmpeg,programEnd}.test.ts',
];

/** Where nothing is, so that a test of the fast project fails that needs more than npm brings, whoever runs it. */
const nowhere = path.join(tmpdir(), 'perpixel-nowhere');

const { filter, options } = parseCLI(['vitest', ...process.argv.slice(2)], { allowUnknownOptions: true });
const isChosen = filter.length > 0 || options.project !== undefined;

export default defineConfig({
  test: {
    globalSetup: 'test/globalSetup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
    // `npx vitest run` is the fast lane; a file or project that is named runs, whatever it needs. CI names both projects.
    ...(!isChosen && { project: ['fast'] }),
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: equipped,
          env: { PATH: nowhere, XDG_CACHE_HOME: nowhere, FFMPEG_PATH: '' },
        },
      },
      { extends: true, test: { name: 'equipped', include: equipped } },
    ],
  },
});
