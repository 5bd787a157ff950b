/** The command as bin/perpixel.js has it, on the TypeScript sources. Run by `node --import test/typescriptWorker.mjs`. */
import { main, processIo } from '../../src/cli/main.js';

process.exitCode = await main(process.argv.slice(2), processIo());
