/**
 * What a command is: its arguments, its flags and what each of them means.
 *
 * Validation, `--help` and the completion of shells are made from these definitions; nothing is said twice.
 *
 * @module
 */

/** One flag of a command. */
export interface Flag {
  /** `list` may be given several times. */
  readonly type: 'boolean' | 'text' | 'number' | 'list';
  /** A single letter for it. */
  readonly short?: string;
  /** What the value is called in `--help`. */
  readonly value?: string;
  /** The values there are, where they can be listed. */
  readonly choices?: readonly string[];
  /** Whether the value is a file's path. */
  readonly isFile?: boolean;
  /** One sentence. */
  readonly about: string;
}

/** What stands on the command line besides flags. */
export interface Argument {
  readonly name: string;
  readonly optional?: boolean;
  readonly many?: boolean;
  readonly choices?: readonly string[];
  readonly isFile?: boolean;
}

/** The flags of one command by their names, without the dashes. */
export type Flags = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F['type'] extends 'list'
    ? readonly string[]
    : (F['type'] extends 'number' ? number : string) | undefined;

/** The values of flags as they were given: `false`, `undefined` or an empty list where they were not. */
export type Values<F extends Flags> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** A call of a command. */
export interface Invocation<F extends Flags = Flags> {
  readonly values: Values<F>;
  readonly positionals: readonly string[];
}

/** One command. */
export interface Command<F extends Flags = Flags> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More for its own `--help`. */
  readonly details: string;
  readonly arguments: readonly Argument[];
  readonly flags: F;
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, about: string])[];
  /** Runs it and says how it ended. */
  run(invocation: Invocation<F>): Promise<number>;
}

/** A definition as it is, with the types of its flags checked against what runs it. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command {
  // What runs it only ever gets values that were read by these very flags.
  return command as unknown as Command;
}

/** The flag that every command has. */
export const helpFlag = { type: 'boolean', short: 'h', about: 'Print this help.' } as const satisfies Flag;

/** All flags of a command, with the one that every command has. */
export function flagsOf(command: Command): [name: string, flag: Flag][] {
  return [...Object.entries(command.flags), ['help', helpFlag]];
}
