/**
 * How the command ends: its exit codes, and the error that carries one.
 *
 * @module
 */

/** The exit codes of every command. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** The question was understood and the answer is no: there is no original under the id, or the doctor found a fault. */
  no: 1,
  /** A command, flag or option is wrong. */
  usage: 2,
  /** Something could not be read, written or understood: a file, the input, a store. */
  input: 3,
  /** A bug of Headroom. */
  bug: 70,
} as const;

/** The exit codes with what they mean, as `--help` prints them. */
export const exitCodeTexts: readonly (readonly [code: number, meaning: string])[] = [
  [exitCodes.done, 'done'],
  [exitCodes.no, 'the answer is no: no original under the id, or something is wrong with the installation'],
  [exitCodes.usage, 'a command, a flag or an option is wrong'],
  [exitCodes.input, 'a file, the input or the store cannot be read, written or understood'],
  [exitCodes.bug, 'a bug of Headroom'],
];

/** An error for the person at the terminal: what is wrong, and what to do. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** The error for a wrong call of the command. */
export function usageError(message: string): CommandError {
  return new CommandError(exitCodes.usage, message);
}

/** The error for what cannot be read, written or understood. */
export function inputError(message: string, cause?: unknown): CommandError {
  return new CommandError(exitCodes.input, message, cause === undefined ? undefined : { cause });
}
