/**
 * What `headroom doctor` looks at, each with what it found and what to do.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { coreKind, loadCore } from '#core';
import { installed } from '#installed';
import { nativeCore } from '../core/native.js';
import { library } from '../default-library.js';
import { inside } from '../engine.js';
import { HeadroomVocabularyError } from '../errors.js';
import { isShape } from '../lift/block.js';
import { version } from '../version.js';
import { number } from './figures.js';
import { compressText } from './subject.js';

/** What a check found. */
export interface Finding {
  readonly name: string;
  /** `warning`: it works, with less than there could be. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

type Check = () => Finding | Promise<Finding>;

/** Runs every check. One that fails by itself says so and stops no other, but without a core there is nothing more to check. */
export async function findings(): Promise<Finding[]> {
  const about: [name: string, check: Check][] = [
    ['runtime', runtime],
    ['package', installedPackage],
    ['SQLite store', sqlite],
    ['AI SDK', aiSdk],
    ['grammars', grammars],
    ['WebAssembly', wasm],
    ['core', core],
  ];
  const ofCore: [name: string, check: Check][] = [
    ...models.map(([model, what]): [string, Check] => [`tokens of ${what}`, () => vocabulary(model, what)]),
    ['lossless', lossless],
    ['lossy', lossy],
  ];
  const found = await all(about);
  return found.at(-1)?.state === 'failed' ? found : [...found, ...(await all(ofCore))];
}

async function all(checks: readonly (readonly [name: string, check: Check])[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [name, check] of checks) {
    try {
      found.push(await check());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      found.push({ name, state: 'failed', found: message, advice: 'install headroom-js anew; if that does not help, report this' });
    }
  }
  return found;
}

function runtime(): Finding {
  const { versions, platform, arch } = process;
  const name = 'runtime';
  const { bun, deno, node } = versions as Record<string, string | undefined>;
  if (bun !== undefined || deno !== undefined) {
    return { name, state: 'ok', found: `${bun === undefined ? `Deno ${deno}` : `Bun ${bun}`} on ${platform} ${arch}` };
  }
  const [major = 0, minor = 0] = (node ?? '').split('.').map(Number);
  const found = `Node ${node} on ${platform} ${arch}`;
  if (major > 20 || (major === 20 && minor >= 19)) return { name, state: 'ok', found };
  return { name, state: 'failed', found, advice: 'install Node 20.19 or later' };
}

function installedPackage(): Finding {
  return { name: 'package', state: 'ok', found: `headroom-js ${version}` };
}

async function core(): Promise<Finding> {
  const name = 'core';
  await loadCore();
  if (coreKind() === 'native') return { name, state: 'ok', found: 'native', ...mismatch() };
  if (process.env['HEADROOM_FORCE_WASM'] === '1') {
    return { name, state: 'ok', found: 'WebAssembly, as HEADROOM_FORCE_WASM=1 asks for' };
  }
  const missed: string[] = [];
  nativeCore((tried, error) => {
    // What a checkout has built is no business of those who have installed the package.
    if (!tried.startsWith('.')) missed.push(`${tried} ${missReason(error)}`);
  });
  return {
    name,
    state: 'warning',
    found: `WebAssembly, since no native addon loads: ${missed.join('; ')}`,
    advice: 'it gives the same results, slower. Where there is an addon for this platform, `npm install` without --omit=optional brings it',
  };
}

function missReason(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return 'is not installed';
  return `fails to load (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`;
}

/** Where the addon comes from a package of another version than this one. */
function mismatch(): Partial<Finding> {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  for (const suffix of ['', '-gnu', '-musl', '-msvc']) {
    const addon = `headroom-js-${platform}-${arch}${suffix}`;
    try {
      const { version: its } = require(`${addon}/package.json`) as { version: string };
      if (its === version) return { found: `native, by ${addon} ${its}` };
      return { state: 'failed', found: `${addon} is version ${its}`, advice: `npm install headroom-js@latest, so that both have one version` };
    } catch {
      // Not installed under this name.
    }
  }
  return {};
}

function wasm(): Finding {
  const name = 'WebAssembly';
  const there = existsSync(new URL('../../wasm/core.wasm', import.meta.url));
  if (there) return { name, state: 'ok', found: 'the module is there, for platforms without an addon' };
  return { name, state: 'warning', found: 'the module was not built', advice: 'in a checkout, `cargo xtask build wasm` builds it; otherwise install headroom-js anew' };
}

const models = [
  ['gpt-4o', 'GPT-4o and later'],
  ['gpt-4', 'GPT-4 and GPT-3.5'],
  ['claude-sonnet-4-5', 'Claude'],
  ['gemini-2.5-pro', 'Gemini'],
] as const;

async function vocabulary(model: string, what: string): Promise<Finding> {
  const name = `tokens of ${what}`;
  try {
    const { counter, estimated } = await library.createHeadroom().compress([{ role: 'user', content: 'Hello, world!' }], { model });
    return { name, state: 'ok', found: estimated ? `estimated by ${counter}: the vocabulary is not public` : `exact by ${counter}` };
  } catch (error) {
    if (!HeadroomVocabularyError.isInstance(error)) throw error;
    return { name, state: 'warning', found: 'the WebAssembly core has not the vocabulary in it', advice: "import 'headroom-js/cl100k' in your program; this command does so by itself" };
  }
}

function sqlite(): Finding {
  const name = 'SQLite store';
  if (process.getBuiltinModule?.('node:sqlite')) return { name, state: 'ok', found: 'available' };
  return { name, state: 'warning', found: 'this runtime has no node:sqlite', advice: 'Node has it from 22.13 on; without it, --store and sqliteStore() are errors' };
}

function aiSdk(): Finding {
  const name = 'AI SDK';
  let its: string;
  try {
    const file = createRequire(join(process.cwd(), 'package.json')).resolve('ai/package.json');
    ({ version: its } = JSON.parse(readFileSync(file, 'utf8')) as { version: string });
  } catch {
    return { name, state: 'ok', found: 'not installed in this folder; only headroom-js/ai-sdk needs it' };
  }
  const major = Number(its.split('.')[0]);
  if (major >= 5 && major <= 7) return { name, state: 'ok', found: `ai ${its}` };
  return { name, state: 'warning', found: `ai ${its}`, advice: 'headroomMiddleware() is made for ai 5, 6 and 7' };
}

/** The package that the option `code` needs. */
function grammars(): Finding {
  const name = 'grammars';
  let module: unknown;
  try {
    module = (installed('headroom-code') as { readonly code?: unknown }).code;
  } catch {
    return { name, state: 'ok', found: 'headroom-code is not installed; only the option code needs it' };
  }
  const its = isShape(module) ? String(module['version']) : 'unknown';
  if (its === version) return { name, state: 'ok', found: `headroom-code ${its}` };
  return { name, state: 'failed', found: `headroom-code is version ${its}`, advice: 'npm install headroom-code@latest headroom-js@latest, so that both have one version' };
}

/** A tool result with something to leave out. */
function sample(): string {
  const rows = Array.from({ length: 400 }, (_, at) => ({ id: at + 1, state: at % 97 === 5 ? 'failed' : 'paid', total: (at * 7919) % 1000, currency: 'EUR' }));
  return JSON.stringify(rows);
}

async function lossless(): Promise<Finding> {
  const engine = library.createHeadroom({ lossless: true });
  const { text, report } = await compressText(engine, sample());
  const [block] = report.blocks;
  if (block?.lossless !== true || block.tokensAfter >= block.tokensBefore) throw new Error('a table was not made smaller');
  // What is ours is recognised because it decodes, and encodes to itself.
  if ((await compressText(engine, text)).text !== text) throw new Error('what was compressed was not recognised');
  return { name: 'lossless', state: 'ok', found: `${number(block.tokensBefore)} tokens in ${number(block.tokensAfter)}, decoded and compared, recognised again` };
}

async function lossy(): Promise<Finding> {
  const engine = library.createHeadroom({ maxBlockTokens: 500 });
  const original = sample();
  const { report } = await compressText(engine, original);
  const [block] = report.blocks;
  const [first, last] = block?.omissions[0]?.ranges[0] ?? [];
  if (block?.handle === undefined || first === undefined || last === undefined) throw new Error('nothing was left out of a large table');
  const { text, found } = await engine.retrieve(block.handle, { rows: String(first) });
  if (!found || !text.includes(`"id":${first},`)) throw new Error('a row that was left out did not come back');
  if ((await engine[inside].original(block.handle, '')) !== original) throw new Error('the original did not come back');
  return { name: 'lossy', state: 'ok', found: `${number(block.tokensBefore)} tokens in ${number(block.tokensAfter)}; row ${first} and the whole came back by ${block.handle}` };
}
