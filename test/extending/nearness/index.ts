export { nearness as task } from './task.js';
