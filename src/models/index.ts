/**
 * Every network, one line each. Training, export, `--network` and its error messages are made from this list.
 */
export { burgerMlp } from './burgerMlp.js';
export { cellUnet } from './cellUnet.js';
export { ciresanN4 } from './ciresanN4.js';
export { eigenCoarseFine } from './eigenCoarseFine.js';
export { eigenMultiscale } from './eigenMultiscale.js';
export { eigenWindow } from './eigenWindow.js';
export { farabet } from './farabet.js';
export { koehlerMlp } from './koehlerMlp.js';
export { markUnet } from './markUnet.js';
export { noiseEstimator } from './noiseEstimator.js';
export { poseNet } from './poseNet.js';
export { restorationUnet } from './restorationUnet.js';
export { scenePyramid } from './scenePyramid.js';
export { schulerBlind } from './schulerBlind.js';
export { schulerMlp } from './schulerMlp.js';
export { tompson } from './tompson.js';
export { xieSsda } from './xieSsda.js';
