/**
 * From flags to an engine: its options, its store and its key.
 *
 * @module
 */
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { HeadroomConfig } from '../config.generated.js';
import { coreKind } from '#core';
import { library } from '../default-library.js';
import type { Headroom } from '../engine.js';
import { sqliteStore } from '../store/sqlite.js';
import type { Store } from '../store/index.js';
import { inputError, usageError } from './exit-codes.js';
import { reasonOf } from './input.js';

/** The flags that make a configuration. */
export interface EngineValues {
  readonly lossless?: boolean;
  readonly code?: boolean;
  readonly model?: string | undefined;
  readonly 'max-block-tokens'?: number | undefined;
  readonly set: readonly string[];
}

/** An engine with what it keeps its originals in. */
export interface Opened {
  readonly engine: Headroom;
  readonly store: Store | undefined;
}

/** The engine that the flags describe; with a store in the file `path`, where one is given. */
export async function openEngine(values: EngineValues, path?: string): Promise<Opened> {
  await loadVocabulary(values.model);
  const options = optionsOf(values);
  const store = path === undefined ? undefined : sqliteStore({ path });
  const secret = secretFor(path);
  const encryptionKey = store && environment('HEADROOM_ENCRYPTION_KEY');
  const engine = library.createHeadroom({
    ...options,
    ...(store && { store }),
    ...(secret !== undefined && { secret }),
    ...(encryptionKey !== undefined && { encryptionKey }),
  });
  return { engine, store };
}

/** The options of an engine as the flags give them. The core says which are wrong. */
export function optionsOf(values: EngineValues): HeadroomConfig {
  const options: Record<string, unknown> = {};
  for (const given of values.set) {
    const at = given.indexOf('=');
    if (at < 1) throw usageError(`--set needs OPTION=VALUE, such as minTokensToCompress=0, not ${given}`);
    options[given.slice(0, at)] = valueOf(given.slice(at + 1));
  }
  for (const key of ['store', 'secret', 'encryptionKey', 'modules', 'onReport']) {
    if (key in options) throw usageError(`${key} cannot be given by --set; see \`headroom --help\``);
  }
  if (values.lossless === true) options['lossless'] = true;
  if (values.code === true) options['code'] = true;
  if (values['max-block-tokens'] !== undefined) options['maxBlockTokens'] = values['max-block-tokens'];
  return options as HeadroomConfig;
}

/** Numbers, booleans and lists as in JSON; anything else is a word. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Loads the vocabulary of gpt-4 and gpt-3.5 where a model may need it: WebAssembly has it not in it. */
export async function loadVocabulary(model: string | undefined): Promise<void> {
  if (model !== undefined && coreKind() === 'wasm') await import('../cl100k.js');
}

function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/**
 * The key of the handles. A store must have one that nobody can guess, and the same one each time: where the
 * environment has none, it is made once and kept beside the store, for its owner alone.
 */
function secretFor(path: string | undefined): string | undefined {
  const given = environment('HEADROOM_SECRET');
  if (given !== undefined || path === undefined) return given;
  const file = `${path}.secret`;
  const known = readSecret(file);
  if (known !== undefined) return known;
  const made = `${file}.${process.pid}`;
  try {
    writeFileSync(made, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    try {
      // Whoever comes first wins, and nobody ever reads half of it.
      linkSync(made, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(made);
    }
  } catch (error) {
    throw inputError(`cannot keep a key in ${file}: ${reasonOf(error)}. Set HEADROOM_SECRET instead`, error);
  }
  return readSecret(file);
}

function readSecret(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw inputError(`cannot read the key in ${file}: ${reasonOf(error)}`, error);
  }
  if (text === '') throw inputError(`${file} should hold the key of the store and is empty: restore it, or delete it and the store`);
  return text;
}
