// The store in Redis, with a real server and both clients.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { HeadroomConfigError, type Store } from 'headroom-js';
import { redisStore, type RedisStoreOptions } from 'headroom-js/stores/redis';
import { openAiConversation } from '../../npm/headroom/test/helpers/conversations.ts';
import { engineForTests } from '../../npm/headroom/test/helpers/engine.ts';
import { RedisServer, skipRedis } from './helpers/redis.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const binary = Uint8Array.from({ length: 256 }, (_, at) => at);

test('says what is wrong with its options', () => {
  const client = { sendCommand: async () => null };
  for (const options of [undefined, {}, { client: null }, { client: {} }, { client: 'redis://' }, { client, ttl: 0 }, { client, ttl: '1h' }, { client, prefix: '' }, { client, prefix: 7 }]) {
    assert.throws(() => redisStore(options as unknown as RedisStoreOptions), (error) => HeadroomConfigError.isInstance(error) && error.key === 'store');
  }
});

describe('redisStore', { skip: skipRedis }, () => {
  const server = new RedisServer();
  before(() => server.start());
  after(() => server.remove());

  async function keepsEntries(store: Store): Promise<void> {
    await store.put('one', [{ id: 'binary', value: binary }, { id: 'empty', value: bytes() }]);
    await store.put('two', [{ id: 'binary', value: bytes(0xff, 0xfe) }]);
    assert.deepEqual(Uint8Array.from((await store.get('one', 'binary'))!), binary);
    assert.deepEqual(Uint8Array.from((await store.get('one', 'empty'))!), bytes());
    assert.deepEqual(Uint8Array.from((await store.get('two', 'binary'))!), bytes(0xff, 0xfe));
    assert.equal(await store.get('two', 'empty'), undefined);
    await store.put('one', [{ id: 'binary', value: bytes(1) }]);
    assert.deepEqual(Uint8Array.from((await store.get('one', 'binary'))!), bytes(1));
    await store.delete?.('one');
    assert.equal(await store.get('one', 'binary'), undefined);
    assert.deepEqual(Uint8Array.from((await store.get('two', 'binary'))!), bytes(0xff, 0xfe));
  }

  test('works with the package redis', async () => keepsEntries(redisStore({ client: await server.client(), prefix: 'node-redis:' })));

  test('works with the package ioredis', async () => {
    const client = new Redis(server.socket);
    try {
      await keepsEntries(redisStore({ client, prefix: 'ioredis:' }));
    } finally {
      client.disconnect();
    }
  });

  test('expires what nobody asks for, and being asked for renews', async () => {
    const client = await server.client();
    const [kept, brief] = [redisStore({ client, prefix: 'kept:' }), redisStore({ client, prefix: 'brief:', ttl: 90 })];
    for (const store of [kept, brief]) await store.put('s', [{ id: 'x', value: bytes(1) }]);
    const left = async (prefix: string) => client.ttl((await client.keys(`${prefix}*`))[0]!);
    assert.ok(Math.abs((await left('kept:')) - 7 * 24 * 3600) < 60);
    assert.ok((await left('brief:')) <= 90);
    await client.expire((await client.keys('brief:*'))[0]!, 30);
    assert.ok(await brief.get('s', 'x'));
    assert.ok((await left('brief:')) > 60);
  });

  test('deletes its own scope alone, however its prefix reads', async () => {
    const client = await server.client();
    const stores = ['*', '?:', '[a-z]:', 'a:', '\\:'].map((prefix) => redisStore({ client, prefix }));
    for (const store of stores) await store.put('s', Array.from({ length: 30 }, (_, at) => ({ id: String(at), value: bytes(at) })));
    for (const [at, store] of stores.entries()) {
      await store.delete?.('s');
      assert.equal(await store.get('s', '7'), undefined);
      for (const other of stores.slice(at + 1)) assert.ok(await other.get('s', '7'));
    }
  });

  test('that is gone fails no request, and what it missed is put when it is back', async () => {
    let current = redisStore({ client: await server.client() });
    const store: Store = { get: (...place) => current.get(...place), put: (...entries) => current.put(...entries) };
    const engine = engineForTests({ store, secret: 's' });
    await server.stop();
    const { blocks, warnings } = await engine.compress(openAiConversation());
    assert.match(warnings.join(), /store failed/);
    const id = blocks[0]!.handle!;
    assert.equal((await engine.retrieve(id)).found, true);
    await server.start();
    current = redisStore({ client: await server.client() });
    assert.equal((await engineForTests({ store, secret: 's' }).retrieve(id)).found, false);
    assert.deepEqual((await engine.compress([{ role: 'user', content: 'Hi' }])).warnings, []);
    assert.equal((await engineForTests({ store, secret: 's' }).retrieve(id)).found, true);
  });
});
