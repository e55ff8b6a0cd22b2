/**
 * From the words of a command line to a call of a command, or the error that says what to write instead.
 *
 * @module
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { flagsOf, type Command, type Flag, type Invocation } from './definition.js';
import { usageError } from './exit-codes.js';
import { didYouMean } from './nearest.js';

type Value = string | number | boolean | string[] | undefined;

/** Reads `words` as a call of `command`; `undefined` where they ask for its help. */
export function readArguments(command: Command, words: readonly string[]): Invocation | undefined {
  const flags = new Map(flagsOf(command));
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: Object.fromEntries([...flags].map(([name, flag]) => [name, parseOption(flag)])),
    allowPositionals: true,
    // Our own errors say which flag was meant.
    strict: false,
    tokens: true,
  });
  const values: Record<string, Value> = {};
  for (const [name, { type }] of flags) values[name] = type === 'boolean' ? false : type === 'list' ? [] : undefined;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = flags.get(token.name);
    if (!flag) {
      const known = [...flags.keys()].map((name) => `--${name}`);
      throw usageError(`unknown flag ${token.rawName}${didYouMean(token.rawName, known)}; \`headroom ${command.name} --help\` lists them`);
    }
    const given = valueOf(token.rawName, flag, token.value, token.inlineValue === true);
    if (flag.type === 'list') (values[token.name] as string[]).push(given as string);
    else values[token.name] = given;
  }
  if (values['help'] === true) return undefined;
  checkPositionals(command, positionals);
  return { values: values as Invocation['values'], positionals };
}

function parseOption({ type, short }: Flag): NonNullable<ParseArgsConfig['options']>[string] {
  return { type: type === 'boolean' ? 'boolean' : 'string', ...(short !== undefined && { short }) };
}

function valueOf(name: string, flag: Flag, value: string | undefined, inline: boolean): string | number | boolean {
  if (flag.type === 'boolean') {
    if (inline) throw usageError(`${name} takes no value`);
    return true;
  }
  const wanted = flag.choices?.join(', ') ?? flag.value ?? 'a value';
  if (value === undefined || (value === '' && flag.type !== 'list')) throw usageError(`${name} needs a value: ${wanted}`);
  if (!inline && value.length > 1 && value.startsWith('-')) {
    throw usageError(`${name} needs a value: ${wanted}. To give it ${value}, write ${name}=${value}`);
  }
  if (flag.choices && !flag.choices.includes(value)) {
    throw usageError(`${name} must be one of ${flag.choices.join(', ')}${didYouMean(value, flag.choices)}`);
  }
  if (flag.type !== 'number') return value;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) throw usageError(`${name} must be a number from 0 on, not ${value}`);
  return number;
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const { name, arguments: wanted } = command;
  const missing = wanted.find((argument, at) => argument.optional !== true && positionals[at] === undefined);
  if (missing) throw usageError(`${missing.name} is missing: ${usageOf(command)}`);
  if (positionals.length > wanted.length && wanted.at(-1)?.many !== true) {
    throw usageError(`headroom ${name} takes ${wanted.length === 0 ? 'no argument' : `only ${wanted.map((argument) => argument.name).join(', ')}`}, and was given ${positionals.join(' ')}`);
  }
  wanted.forEach(({ name: argument, choices }, at) => {
    const given = positionals[at];
    if (choices && given !== undefined && !choices.includes(given)) {
      throw usageError(`${argument} must be one of ${choices.join(', ')}${didYouMean(given, choices)}`);
    }
  });
}

/** How a command is called, in one line. */
export function usageOf({ name, arguments: wanted }: Command): string {
  const words = wanted.map((argument) => {
    const word = argument.choices?.join('|') ?? argument.name;
    const repeated = argument.many === true ? `${word}…` : word;
    return argument.optional === true ? `[${repeated}]` : repeated;
  });
  return ['headroom', name, ...words, '[flags]'].join(' ');
}
