// An engine whose lossy blocks do not depend on what any compressor of the core happens to do: a module of the host
// keeps the first and the last line of a block that is over its budget.
import * as core from '#core';
import type { HeadroomConfig } from '../../dist/config.generated.js';
import { Headroom } from '../../dist/engine.js';
import type { HostModule, ModuleTask } from '../../dist/host-modules.js';

const kept = 1;

/** Leaves out all lines but the first and the last; of a single line, all characters but the first hundred. */
export const headAndTail: HostModule = {
  name: 'head-and-tail',
  kinds: ['json', 'ndjson', 'text'],
  compress({ text }: ModuleTask) {
    const lines = text.split('\n');
    if (lines.length === 1 && text.length > 200) {
      const ranges = [[101, text.length]] as const;
      return [
        { text: `${text.slice(0, 100)}…`, method: 'head', omissions: [{ unit: 'characters', count: text.length - 100, total: text.length, ranges }] },
      ];
    }
    const gone = lines.length - 2 * kept;
    if (gone < 2) return [];
    const first = kept + 1;
    const last = lines.length - kept;
    const shortened = [...lines.slice(0, kept), `… lines ${first}-${last}`, ...lines.slice(-kept)].join('\n');
    return [
      { text: shortened, method: 'head-and-tail', omissions: [{ unit: 'lines', count: gone, total: lines.length, ranges: [[first, last]] }] },
    ];
  },
};

/** An engine with the module above, for blocks of more than 100 tokens. */
export function engineForTests(config: HeadroomConfig = {}, modules: readonly HostModule[] = [headAndTail]): Headroom {
  return new Headroom(core, { minTokensToCompress: 50, maxBlockTokens: 100, modules, ...config });
}

/** A tool's output of so many lines, which is of no kind; line `n` says that it is line n. */
export function lines(count: number, about = 'entry'): string {
  const forms = [
    (weight: number) => `- status ok - weight ${weight} units`,
    (weight: number) => `at ${weight} units & status ok`,
    (weight: number) => `/ ${weight} / status / ok`,
  ];
  return Array.from({ length: count }, (_, at) => `${about} number ${at + 1} of the list ${forms[(at * 7 + (at >> 2)) % 3]!((at * 37) % 101)}`).join('\n');
}

/** A tool's output as JSON of so many rows, one a line. */
export function rows(count: number): string {
  const items = Array.from({ length: count }, (_, at) => JSON.stringify({ id: at + 1, name: `item-${at + 1}`, price: (at * 7919) % 1000 }));
  return `[\n${items.join(',\n')}\n]`;
}

/** The handle in a text that was compressed. */
export function handleIn(text: string): string {
  const found = /hr_[0-9a-z]{16}/.exec(text);
  if (!found) throw new Error(`no handle in ${text.slice(0, 200)}`);
  return found[0];
}
