import type { CommandGroup } from '../command.js';
import { evalDeblurCommand } from './eval/deblur.js';
import { evalDenoiseCommand } from './eval/denoise.js';
import { evalDepthCommand } from './eval/depth.js';
import { evalDerainCommand } from './eval/derain.js';
import { evalInpaintCommand } from './eval/inpaint.js';
import { evalLabelsCommand } from './eval/labels.js';
import { evalNormalsCommand } from './eval/normals.js';

/** `perpixel eval TASK ...`: each task is measured in its own way. */
export const evalCommands: CommandGroup = {
  command: 'eval',
  describe: 'Measure a task on pictures whose truth is known',
  commands: [
    evalDenoiseCommand,
    evalDeblurCommand,
    evalInpaintCommand,
    evalDerainCommand,
    evalDepthCommand,
    evalNormalsCommand,
    evalLabelsCommand,
  ],
};
