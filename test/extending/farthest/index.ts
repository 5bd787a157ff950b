export { farthest as task } from './task.js';
