export { PerpixelError } from './errors.js';
