/**
 * The texts of `--help`, made from the definitions.
 *
 * @module
 */
import { usageOf } from './arguments.js';
import { flagsOf, type Command, type Flag } from './definition.js';
import { exitCodeTexts } from './exit-codes.js';
import { wrapped, type Paint } from './terminal.js';

/** What `headroom --help` prints. */
export function mainHelp(commands: readonly Command[], paint: Paint, width: number): string {
  return sections([
    `Makes the bulky parts of an LLM request smaller, and gives a way back to every byte that was left out.\n\n${paint.bold('Usage')}: headroom COMMAND [flags]`,
    titled('Commands', table(commands.map(({ name, summary }) => [name, summary]), width), paint),
    titled(
      'Flags',
      table([['--help, -h', 'Print this help; after a command, that command\'s.'], ['--version, -V', 'Print the version.']], width),
      paint,
    ),
    titled('Exit codes', exitCodesTable(width), paint),
    titled(
      'Environment',
      table(
        [
          ['HEADROOM_SECRET', 'Key of the handles; made and kept beside the store where it is not set.'],
          ['HEADROOM_ENCRYPTION_KEY', 'Encrypts what goes into a store: 32 bytes in base64 or hexadecimal.'],
          ['HEADROOM_FORCE_WASM=1', 'Take the WebAssembly core instead of the native one.'],
          ['NO_COLOR, FORCE_COLOR', 'Never colours; colours even where the output is no terminal.'],
        ],
        width,
      ),
      paint,
    ),
    '`headroom COMMAND --help` says more about each.',
  ]);
}

/** What `headroom COMMAND --help` prints. */
export function commandHelp(command: Command, paint: Paint, width: number): string {
  const { details, examples } = command;
  const flags = flagsOf(command).map(([name, flag]): [string, string] => [spelled(name, flag), described(flag)]);
  return sections([
    `${wrapped(details, width)}\n\n${paint.bold('Usage')}: ${usageOf(command)}`,
    titled('Flags', table(flags, width), paint),
    titled('Examples', examples.map(([line, about]) => `  ${line}\n      ${paint.dim(about)}`).join('\n'), paint),
    titled('Exit codes', exitCodesTable(width), paint),
  ]);
}

function spelled(name: string, { short, type, value, choices }: Flag): string {
  const letter = short === undefined ? '' : `, -${short}`;
  return `--${name}${type === 'boolean' ? '' : ` ${choices?.join('|') ?? value ?? 'VALUE'}`}${letter}`;
}

function described({ about, type }: Flag): string {
  return type === 'list' ? `${about} May be given several times.` : about;
}

function exitCodesTable(width: number): string {
  return table(exitCodeTexts.map(([code, meaning]) => [String(code), meaning]), width);
}

function sections(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

function titled(title: string, text: string, paint: Paint): string {
  return `${paint.bold(title)}\n${text}`;
}

/** Names and what they mean in two columns; a name that is too long has its meaning on the next line. */
function table(rows: readonly (readonly [name: string, about: string])[], width: number): string {
  const column = Math.min(30, Math.max(...rows.map(([name]) => name.length)) + 2);
  return rows
    .map(([name, about]) => {
      const text = wrapped(about, Math.max(24, width - column - 4)).split('\n');
      const first = name.length + 2 > column ? [`  ${name}`] : [`  ${name.padEnd(column)}${text.shift() ?? ''}`];
      return [...first, ...text.map((line) => `${' '.repeat(column + 2)}${line}`)].join('\n');
    })
    .join('\n');
}
