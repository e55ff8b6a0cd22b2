/**
 * From a configuration in JavaScript to the JSON that the core validates.
 *
 * Owns the options that cannot reach the core (functions, objects with methods) and the rule that joins them
 * to the others. Every other option is the core's to judge.
 *
 * @module
 */
import { HeadroomConfigError } from './errors.js';
import { checkModules } from './host-modules.js';
import { isShape } from './lift/block.js';
import { hostOptions, type CallOptions, type HeadroomConfig } from './config.generated.js';
import { readEncryptionKey } from './store/encryption-key.js';
import { MemoryStore } from './store/index.js';

/**
 * `options` without what the host reads itself and without what is not set. A value that JSON would swallow (a
 * function, a symbol, a big integer) becomes an object, so that the core rejects it by name.
 */
export function coreOptions(options: object, hostOnly: readonly string[] = hostOptions): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || hostOnly.includes(key)) continue;
    result[key] = ['function', 'symbol', 'bigint'].includes(typeof value) ? {} : value;
  }
  return result;
}

/** `config` if it is an object; options may be left out altogether. */
export function requireOptions(config: unknown, name: string): void {
  if (config !== undefined && !isShape(config)) throw new HeadroomConfigError(name, 'must be an object of options');
}

/** Fails on options of the host that are of the wrong type, on a store that needs a secret and on a key without a use. */
export function checkHostOptions(config: HeadroomConfig): void {
  checkOnReport(config);
  checkModules(config.modules);
  const { store, secret, encryptionKey } = config;
  if (encryptionKey !== undefined) {
    readEncryptionKey(encryptionKey);
    if (store === undefined || store instanceof MemoryStore) {
      throw new HeadroomConfigError('encryptionKey', 'is of use only with a store outside of memory: configure one, or leave it out');
    }
  }
  if (store === undefined) return;
  if (!isShape(store) || typeof store['get'] !== 'function' || typeof store['put'] !== 'function') {
    throw new HeadroomConfigError('store', 'must be an object with the methods get and put');
  }
  if (!(store instanceof MemoryStore) && (typeof secret !== 'string' || secret === '')) {
    throw new HeadroomConfigError('secret', 'is required with any store but memory, so that handles cannot be guessed');
  }
}

/** `options` if they may be given to a single call; the core judges the rest. */
export function checkCallOptions<Options extends CallOptions>(options: Options): Options {
  requireOptions(options, 'options');
  checkOnReport(options);
  for (const key of ['store', 'encryptionKey', 'modules']) {
    if (key in options) {
      throw new HeadroomConfigError(key, 'belongs to the engine as a whole, not to one call; give it to createHeadroom');
    }
  }
  return options;
}

/** Fails if `onReport` is no function. */
export function checkOnReport(options: { readonly onReport?: unknown }): void {
  if (options.onReport !== undefined && typeof options.onReport !== 'function') {
    throw new HeadroomConfigError('onReport', 'must be a function');
  }
}
