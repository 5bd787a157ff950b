#!/usr/bin/env node
try {
  const { main, processIo } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2), processIo());
} catch (error) {
  // Too few open files, no working folder, a package that is not whole: told of in a line.
  process.stderr.write(`perpixel: cannot start: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
