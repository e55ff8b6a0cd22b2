// KV namespaces of the tests: workerd's own by miniflare, and one in memory for tests with very many questions.
import { Miniflare } from 'miniflare';
import type { KvNamespace } from 'headroom-js/stores/cloudflare-kv';

/** Holds to the limits that KV documents. */
export class MemoryNamespace implements KvNamespace {
  readonly held = new Map<string, Uint8Array>();

  async get(key: string): Promise<ArrayBuffer | null> {
    requireKey(key);
    const value = this.held.get(key);
    return value ? Uint8Array.from(value).buffer : null;
  }

  async put(key: string, value: Uint8Array, { expirationTtl }: { expirationTtl: number }): Promise<void> {
    requireKey(key);
    if (value.length > 25 * 1024 * 1024 || !(expirationTtl >= 60)) throw new Error('KV PUT failed: 413');
    this.held.set(key, Uint8Array.from(value));
  }

  async list({ prefix, cursor }: { prefix: string; cursor?: string }) {
    const names = [...this.held.keys()].filter((key) => key.startsWith(prefix)).sort();
    const from = names.filter((name) => cursor === undefined || name > cursor);
    const keys = from.slice(0, 1000).map((name) => ({ name }));
    return from.length <= 1000 ? { keys, list_complete: true } : { keys, list_complete: false, cursor: keys.at(-1)!.name };
  }

  async delete(key: string): Promise<void> {
    requireKey(key);
    this.held.delete(key);
  }
}

function requireKey(key: string): void {
  if (key === '' || key === '.' || key === '..' || new TextEncoder().encode(key).length > 512) throw new Error('KV failed: 414');
}

/** A namespace of a running workerd, while `work` runs. */
export async function withNamespace<Result>(work: (namespace: KvNamespace) => Promise<Result>): Promise<Result> {
  const script = 'export default { fetch: () => new Response() };';
  const miniflare = new Miniflare({ modules: true, script, kvNamespaces: ['HEADROOM'] });
  try {
    return await work((await miniflare.getKVNamespace('HEADROOM')) as unknown as KvNamespace);
  } finally {
    await miniflare.dispose();
  }
}
