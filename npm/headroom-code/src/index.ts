/**
 * Grammars for the option `code` of `headroom-js`, as a module that its engines ask for outlines.
 *
 * On Node, Bun and Deno `headroom-js` finds this package by itself. On the edge and in browsers an application hands the module
 * over, since bundlers see only what is imported.
 *
 * @module
 */
import * as grammars from '#grammars';

/** What an engine asks: the text of one block, and what its reader wants to know. */
export interface CodeTask {
  readonly text: string;
  readonly query: unknown;
}

/** An outline: its text, and the lines that are not in it. */
export interface CodeCandidate {
  readonly text: string;
  readonly method: string;
  readonly omissions: readonly {
    readonly unit: 'lines';
    readonly count: number;
    readonly total: number;
    readonly ranges: readonly (readonly [first: number, last: number])[];
  }[];
}

/** Texts above this many characters are worth a trip to the thread pool. */
const asyncThreshold = 64 * 1024;

/**
 * The module for `modules` of `createHeadroom`.
 *
 * @example
 * ```ts
 * import { code } from 'headroom-code';
 *
 * const engine = createHeadroom({ code: true, modules: [code] });
 * ```
 */
export const code = {
  name: 'headroom-code',
  /** The version of `headroom-js` it belongs to. */
  version: '0.1.0',
  kinds: ['code'],
  /** Loads the grammars, where that takes time. */
  load: (): Promise<void> => grammars.load(),
  /** Loads the grammars at once; throws where that takes time, unless {@link load} has finished. */
  loadSync: (): void => grammars.loadSync(),
  /** The outline of a text, or none. */
  async compress({ text, query }: CodeTask): Promise<readonly CodeCandidate[]> {
    await grammars.load();
    const json = JSON.stringify(query);
    return parsed(text.length > asyncThreshold ? await grammars.compressAsync(text, json) : grammars.compress(text, json));
  },
  /** {@link compress} at once. */
  compressSync({ text, query }: CodeTask): readonly CodeCandidate[] {
    return parsed(grammars.compress(text, JSON.stringify(query)));
  },
} as const;

/** Whether the grammars are the native addon or WebAssembly; loads them where they can be had at once. */
export function grammarsKind(): 'native' | 'wasm' {
  return grammars.kind();
}

function parsed(json: string): readonly CodeCandidate[] {
  return JSON.parse(json) as readonly CodeCandidate[];
}
