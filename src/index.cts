/**
 * The same for `require('perpixel')`: not a second build but the one module, so that sessions, threads and classes are
 * the same for both. Node can do that from 20.19 and 22.12 on.
 */
import perpixel = require('./index.js');
export = perpixel;
