/**
 * `headroom doctor`: what this installation consists of, whether it works, and what to do where it does not.
 *
 * @module
 */
import type { Invocation } from '../definition.js';
import { findings, type Finding } from '../doctor-checks.js';
import { exitCodes } from '../exit-codes.js';
import type { doctorFlags } from '../flags.js';
import { paintFor, print, widthOf, wrapped, type Paint } from '../terminal.js';

export async function run({ values }: Invocation<typeof doctorFlags>): Promise<number> {
  const found = await findings();
  const failed = found.filter(({ state }) => state === 'failed').length;
  if (values.json) await print(`${JSON.stringify({ healthy: failed === 0, findings: found }, null, 2)}\n`);
  else await print(described(found, failed, paintFor(process.stdout), Math.min(100, widthOf(process.stdout))));
  return failed === 0 ? exitCodes.done : exitCodes.no;
}

function described(found: readonly Finding[], failed: number, paint: Paint, width: number): string {
  const column = Math.max(...found.map(({ name }) => name.length)) + 4;
  const mark = { ok: paint.green('✓'), warning: paint.yellow('!'), failed: paint.red('✗') };
  const lines = found.map(({ name, state, found: text, advice }) => {
    const said = advice === undefined ? text : `${text}\n→ ${advice}`;
    return `${mark[state]} ${name.padEnd(column - 2)}${wrapped(said, width - column).replaceAll('\n', `\n${' '.repeat(column)}`)}`;
  });
  return `${lines.join('\n')}\n\n${failed === 0 ? 'Everything works.' : `${failed} ${failed === 1 ? 'thing does' : 'things do'} not work.`}\n`;
}
