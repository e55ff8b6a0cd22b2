/**
 * A store in Redis, for several processes and machines.
 *
 * Owns the keys and their expiry. The client, its connection and its errors are the application's.
 *
 * @module
 */
import { Buffer } from 'node:buffer';
import { requireMethod, requireNumber, requireText } from './options.js';
import { scopeName } from './scope-name.js';
import type { Store, StoreEntry } from './store.js';

type Argument = string | Buffer;

/** What is used of a client of `redis`, version 4 and later. */
export interface RedisClient {
  sendCommand(args: Argument[], options?: object): Promise<unknown>;
}

/** What is used of a client of `ioredis`. */
export interface IoRedisClient {
  callBuffer(command: string, ...args: Argument[]): Promise<unknown>;
}

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** A connected client of `redis` or of `ioredis`. It stays yours: the store does not close it. */
  readonly client: RedisClient | IoRedisClient;
  /** What all keys begin with: `headroom:` by default. */
  readonly prefix?: string;
  /** Seconds after which an entry that nobody has asked for is forgotten; being asked for renews it. A week by default. */
  readonly ttl?: number;
}

/** How `redis` is told to hand out bytes: version 4 by the first, later ones by the second, where 36 is a string's type. */
const asBytes = { returnBuffers: true, typeMapping: { 36: Buffer } };

/** Keys that one step of a search for them looks at. */
const scanned = '1000';

/**
 * A store in Redis (6.2 and later), shared by all processes that reach it.
 *
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import { createHeadroom } from 'headroom-js';
 * import { redisStore } from 'headroom-js/stores/redis';
 *
 * const client = await createClient({ url: process.env.REDIS_URL }).on('error', console.error).connect();
 * const engine = createHeadroom({ store: redisStore({ client }), secret: process.env.HEADROOM_SECRET });
 * ```
 */
export function redisStore(options: RedisStoreOptions): Store {
  return new RedisStore(options);
}

class RedisStore implements Store {
  readonly ttl: number;
  readonly #prefix: string;
  readonly #call: (command: string, ...args: Argument[]) => Promise<unknown>;

  constructor(options: RedisStoreOptions) {
    this.#call = calling(options?.client);
    this.#prefix = requireText('redisStore', 'prefix', options.prefix ?? 'headroom:');
    this.ttl = Math.floor(requireNumber('redisStore', 'ttl', options.ttl ?? 7 * 24 * 60 * 60, 60));
  }

  async get(scope: string, id: string): Promise<Uint8Array | undefined> {
    const value = await this.#call('GETEX', this.#key(scope, id), 'EX', String(this.ttl));
    return value instanceof Uint8Array ? value : undefined;
  }

  async put(scope: string, entries: readonly StoreEntry[]): Promise<void> {
    // Clients send what is asked for at once in one go.
    await Promise.all(entries.map(({ id, value }) => this.#call('SET', this.#key(scope, id), bufferOf(value), 'EX', String(this.ttl))));
  }

  async delete(scope: string): Promise<void> {
    const pattern = `${this.#key(scope, '').replace(/[\\*?[\]^-]/g, '\\$&')}*`;
    for (let cursor = '0'; ; ) {
      const [next, keys] = (await this.#call('SCAN', cursor, 'MATCH', pattern, 'COUNT', scanned)) as [Argument, Argument[]];
      if (keys.length > 0) await this.#call('UNLINK', ...keys);
      cursor = String(next);
      if (cursor === '0') return;
    }
  }

  #key(scope: string, id: string): string {
    return `${this.#prefix}${scopeName(scope)}:${id}`;
  }
}

/** A command by whichever client it is; strings come as bytes. */
function calling(client: RedisClient | IoRedisClient): (command: string, ...args: Argument[]) => Promise<unknown> {
  if (typeof (client as Partial<IoRedisClient> | undefined)?.callBuffer === 'function') {
    return (command, ...args) => (client as IoRedisClient).callBuffer(command, ...args);
  }
  requireMethod('redisStore', 'client', client, 'sendCommand', 'a client of the package redis or ioredis');
  return (command, ...args) => (client as RedisClient).sendCommand([command, ...args], asBytes);
}

function bufferOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
