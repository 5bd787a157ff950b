/** The same for `require('perpixel/training')`; see src/index.cts. */
import training = require('./index.js');
export = training;
