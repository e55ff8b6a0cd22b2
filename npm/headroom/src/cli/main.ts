#!/usr/bin/env node
/**
 * The command `headroom`.
 *
 * @module
 */
import { runProgram } from './program.js';

// Whoever reads may stop reading, as `head` does: then there is nobody left to write for, which is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

// Node says of its SQLite that it is experimental, which is ours to know and not the caller's.
const emitWarning = process.emitWarning.bind(process) as (...given: unknown[]) => void;
process.emitWarning = (...given: unknown[]) => {
  if (!/SQLite is an experimental feature/.test(String(given[0]))) emitWarning(...given);
};

// Set, not exited with: what was written may still be on its way.
process.exitCode = await runProgram(process.argv.slice(2));
