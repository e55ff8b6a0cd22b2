/**
 * From a command line to an exit code.
 *
 * @module
 */
import { HeadroomConfigError, HeadroomError } from '../errors.js';
import { version } from '../version.js';
import { readArguments } from './arguments.js';
import { commands } from './commands.js';
import type { Command } from './definition.js';
import { CommandError, exitCodes, usageError } from './exit-codes.js';
import { commandHelp, mainHelp } from './help.js';
import { didYouMean } from './nearest.js';
import { paintFor, print, say, widthOf } from './terminal.js';

/** Runs what `words` say and resolves to the exit code. Errors are told on standard error. */
export async function runProgram(words: readonly string[]): Promise<number> {
  try {
    return await dispatch(words);
  } catch (error) {
    const { message, exitCode } = told(error);
    say(`${paintFor(process.stderr).red('headroom:')} ${message}`);
    return exitCode;
  }
}

async function dispatch([first, ...rest]: readonly string[]): Promise<number> {
  if (first === undefined) {
    process.stderr.write(helpOfAll(process.stderr));
    return exitCodes.usage;
  }
  if (first === '--version' || first === '-V') {
    await print(`${version}\n`);
    return exitCodes.done;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    await print(rest[0] === undefined ? helpOfAll(process.stdout) : helpOf(commandNamed(rest[0])));
    return exitCodes.done;
  }
  const command = commandNamed(first);
  const invocation = readArguments(command, rest);
  if (invocation) return command.run(invocation);
  await print(helpOf(command));
  return exitCodes.done;
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = commands.map((candidate) => candidate.name);
  if (name.startsWith('-')) {
    throw usageError(`unknown flag ${name}${didYouMean(name, ['--help', '--version'])}; a command comes first: ${names.join(', ')}`);
  }
  throw usageError(`unknown command ${name}${didYouMean(name, names)}; there are ${names.join(', ')}`);
}

function helpOf(command: Command): string {
  return commandHelp(command, paintFor(process.stdout), Math.min(100, widthOf(process.stdout)));
}

function helpOfAll(stream: NodeJS.WriteStream): string {
  return mainHelp(commands, paintFor(stream), Math.min(100, widthOf(stream)));
}

function told(error: unknown): { message: string; exitCode: number } {
  if (error instanceof CommandError) return error;
  if (HeadroomConfigError.isInstance(error)) {
    const exitCode = error.key === 'store' ? exitCodes.input : exitCodes.usage;
    return { message: error.message, exitCode };
  }
  if (HeadroomError.isInstance(error)) return { message: error.message, exitCode: exitCodes.input };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `this is a bug; please report it with these lines, which hold nothing of your input\n${stack}`, exitCode: exitCodes.bug };
}
