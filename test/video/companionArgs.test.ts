import { expect, test } from 'vitest';
import { companionArgs } from '../../src/video/companionArgs.js';
import type { CompanionStream } from '../../src/video/frame.js';

const copied = (output: string, companions: CompanionStream[]) =>
  companionArgs(output, { file: 'in.mkv', companions }).copied.join(' ');

test.each<[string, CompanionStream[], string[]]>([
  ['out.mp4', ['audio', 'subtitle', 'audio'], ['-map 1:a:0', '-map 1:s:0', '-map 1:a:1']],
  ['out.mkv', ['audio', 'attachment'], ['-map 1:a:0', '-map 1:t:0']],
  ['out.mp4', ['audio', 'attachment'], ['-map 1:a:0']],
  ['out.mp4', [], []],
])('%s of %j: %j, each with what is said of it', (output, companions, maps) => {
  const args = copied(output, companions);
  expect(args.match(/-map \S+/g) ?? []).toEqual(maps);
  for (const map of maps) {
    const stream = map.replace('-map 1:', '');
    expect(args).toContain(`${map} -map_metadata:s:${stream} 1:s:${stream}`);
  }
  expect(args).toContain('-map_metadata:s:v:0 1:s:V:0');
});

test.each([
  ['a pipe', {}],
  ['a file that we read ourselves', { file: 'in.y4m' }],
])('%s has nothing beside the video', (_, source) => {
  expect(companionArgs('out.mkv', source)).toEqual({ input: [], copied: [] });
});
