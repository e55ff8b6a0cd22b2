// The store in Workers KV: in workerd, and with very many entries in memory.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HeadroomConfigError } from 'headroom-js';
import { kvStore, type KvNamespace, type KvStoreOptions } from 'headroom-js/stores/cloudflare-kv';
import { openAiConversation } from '../../npm/headroom/test/helpers/conversations.ts';
import { engineForTests } from '../../npm/headroom/test/helpers/engine.ts';
import { MemoryNamespace, withNamespace } from './helpers/kv.ts';

const binary = Uint8Array.from({ length: 256 }, (_, at) => at);

async function keepsEntries(namespace: KvNamespace): Promise<void> {
  const store = kvStore({ namespace });
  assert.equal(await store.get('one', 'binary'), undefined);
  await store.put('one', [{ id: 'binary', value: binary }, { id: 'empty', value: binary.subarray(0, 0) }, { id: 'part', value: binary.subarray(3, 7) }]);
  await store.put('x'.repeat(9999), [{ id: 'binary', value: binary.subarray(1) }]);
  assert.deepEqual(await store.get('one', 'binary'), binary);
  assert.deepEqual(await store.get('one', 'empty'), new Uint8Array());
  assert.deepEqual(await store.get('one', 'part'), Uint8Array.of(3, 4, 5, 6));
  assert.deepEqual(await store.get('x'.repeat(9999), 'binary'), binary.subarray(1));
  assert.equal(await store.get('two', 'binary'), undefined);
  await store.delete?.('one');
  assert.equal(await store.get('one', 'part'), undefined);
  assert.deepEqual(await store.get('x'.repeat(9999), 'binary'), binary.subarray(1));
}

describe('kvStore', () => {
  test('keeps entries in workerd, with an expiry, and serves an engine', () =>
    withNamespace(async (namespace) => {
      await keepsEntries(namespace);
      const [key] = (await namespace.list({ prefix: '' })).keys as readonly { name: string; expiration?: number }[];
      assert.ok(Math.abs(key!.expiration! - Date.now() / 1000 - 7 * 24 * 3600) < 300);

      const config = { store: kvStore({ namespace }), secret: 's', encryptionKey: new Uint8Array(32) };
      const { blocks, warnings } = await engineForTests(config).compress(openAiConversation());
      assert.deepEqual(warnings, []);
      assert.equal((await engineForTests(config).retrieve(blocks[0]!.handle!)).found, true);
    }));

  test('keeps entries within the limits of KV, and deletes more than a page of them', async () => {
    const namespace = new MemoryNamespace();
    await keepsEntries(namespace);
    const store = kvStore({ namespace, ttl: 60 });
    await store.put('many', Array.from({ length: 2500 }, (_, at) => ({ id: String(at), value: binary })));
    await store.delete?.('many');
    assert.equal(namespace.held.size, 1);
  });

  test('says what is wrong with its options', () => {
    const namespace = new MemoryNamespace();
    for (const options of [undefined, {}, { namespace: null }, { namespace: new Map() }, { namespace, ttl: 59 }, { namespace, ttl: '1h' }]) {
      assert.throws(() => kvStore(options as unknown as KvStoreOptions), (error) => HeadroomConfigError.isInstance(error) && error.key === 'store');
    }
  });
});
