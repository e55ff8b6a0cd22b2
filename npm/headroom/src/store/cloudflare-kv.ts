/**
 * A store in Cloudflare Workers KV, for workers.
 *
 * Owns the keys and their expiry. What KV promises and what not is in docs/stores.md: it may hand out what is not there
 * any more, or nothing yet, for a minute or longer.
 *
 * @module
 */
import { requireMethod, requireNumber } from './options.js';
import { scopeName } from './scope-name.js';
import type { Store, StoreEntry } from './store.js';

/** What is used of a binding to a KV namespace. */
export interface KvNamespace {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>;
  put(key: string, value: Uint8Array, options: { expirationTtl: number }): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<{ keys: readonly { name: string }[]; list_complete: boolean; cursor?: string }>;
  delete(key: string): Promise<void>;
}

/** Options of {@link kvStore}. */
export interface KvStoreOptions {
  /** The binding, for example `env.HEADROOM`. */
  readonly namespace: KvNamespace;
  /** Seconds after which an entry is forgotten that was not put again, 60 at least. A week by default. */
  readonly ttl?: number;
}

/**
 * A store in a namespace of Workers KV.
 *
 * @example
 * ```ts
 * import { createHeadroom } from 'headroom-js';
 * import { kvStore } from 'headroom-js/stores/cloudflare-kv';
 *
 * let engine;
 *
 * export default {
 *   async fetch(request, env) {
 *     engine ??= createHeadroom({ store: kvStore({ namespace: env.HEADROOM }), secret: env.HEADROOM_SECRET });
 *     return Response.json(await engine.compress(await request.json(), { model: 'gpt-4o' }));
 *   },
 * };
 * ```
 */
export function kvStore(options: KvStoreOptions): Store {
  return new KvStore(options);
}

class KvStore implements Store {
  readonly ttl: number;
  readonly #namespace: KvNamespace;

  constructor(options: KvStoreOptions) {
    for (const method of ['get', 'put', 'list', 'delete']) {
      requireMethod('kvStore', 'namespace', options?.namespace, method, 'the binding of a KV namespace');
    }
    this.#namespace = options.namespace;
    this.ttl = Math.floor(requireNumber('kvStore', 'ttl', options.ttl ?? 7 * 24 * 60 * 60, 60));
  }

  async get(scope: string, id: string): Promise<Uint8Array | undefined> {
    const value = await this.#namespace.get(keyOf(scope, id), 'arrayBuffer');
    return value === null ? undefined : new Uint8Array(value);
  }

  async put(scope: string, entries: readonly StoreEntry[]): Promise<void> {
    const options = { expirationTtl: this.ttl };
    await Promise.all(entries.map(({ id, value }) => this.#namespace.put(keyOf(scope, id), value, options)));
  }

  async delete(scope: string): Promise<void> {
    for (let cursor: string | undefined; ; ) {
      const page = await this.#namespace.list({ prefix: keyOf(scope, ''), ...(cursor !== undefined && { cursor }) });
      await Promise.all(page.keys.map(({ name }) => this.#namespace.delete(name)));
      if (page.list_complete) return;
      cursor = page.cursor;
    }
  }
}

function keyOf(scope: string, id: string): string {
  return `${scopeName(scope)}:${id}`;
}
