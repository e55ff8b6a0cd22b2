// What an engine does around any store but memory: the form of values, what is put when, and what happens when it fails.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, mock, test } from 'node:test';
import { inspect } from 'node:util';
import { createHeadroom, type HeadroomConfig, type Store, type StoreEntry } from 'headroom-js';
import { readEncryptionKey } from '../dist/store/encryption-key.js';
import { EngineStore } from '../dist/store/engine-store.js';
import { TurnRecords } from '../dist/store/turn-records.js';
import { aiSdkConversation, openAiConversation } from './helpers/conversations.ts';
import { engineForTests, handleIn } from './helpers/engine.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);
const entry = (id: string, value = `the value of ${id}`) => ({ id, value: () => bytes(value) });
const long = (id: string) => entry(id, `${id} `.repeat(1000));
const key = randomBytes(32);

/** A store whose failures are chosen, and which counts. */
class ScriptedStore implements Store {
  readonly held = new Map<string, Uint8Array>();
  readonly puts: string[][] = [];
  fails: (id: string) => boolean = () => false;
  /** What every question waits for. */
  gate: Promise<unknown> = Promise.resolve();
  readonly ttl?: number;

  constructor(ttl?: number) {
    if (ttl !== undefined) this.ttl = ttl;
  }

  async get(scope: string, id: string): Promise<Uint8Array | undefined> {
    await this.gate;
    if (this.fails(id)) throw new Error('of the store');
    return this.held.get(JSON.stringify([scope, id]));
  }

  async put(scope: string, entries: readonly StoreEntry[]): Promise<void> {
    this.puts.push(entries.map(({ id }) => id));
    await this.gate;
    if (entries.some(({ id }) => this.fails(id))) throw new Error('of the store');
    for (const { id, value } of entries) this.held.set(JSON.stringify([scope, id]), value);
  }

  raw(scope: string, id: string): Uint8Array {
    return this.held.get(JSON.stringify([scope, id]))!;
  }

  move(from: [string, string], to: [string, string]): void {
    this.held.set(JSON.stringify(to), this.raw(...from));
  }
}

describe('the form of values', () => {
  test('is compressed where that makes them smaller', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    const noise = randomBytes(1000);
    const values = { empty: bytes(''), short: bytes('short'), long: bytes('the same again '.repeat(500)), noise, bom: bytes('\ufeff\u0000ä€😀') };
    await engine.put('s', Object.entries(values).map(([id, value]) => ({ id, value: () => value })));
    for (const [id, value] of Object.entries(values)) {
      assert.deepEqual(Buffer.from((await new EngineStore(store).get('s', id))!), Buffer.from(value), id);
      assert.ok(store.raw('s', id).length <= value.length + 1);
    }
    assert.ok(store.raw('s', 'long').length < 100);
  });

  test('shows nothing of what is encrypted, and is never the same twice', async () => {
    const store = new ScriptedStore();
    for (const scope of ['one', 'two']) await new EngineStore(store, readEncryptionKey(key)).put(scope, [entry('short'), long('long')]);
    for (const id of ['short', 'long']) {
      assert.doesNotMatch(Buffer.from(store.raw('one', id)).toString('latin1'), /value|long/);
      assert.notDeepEqual(store.raw('one', id), store.raw('two', id));
    }
    const other = new EngineStore(store, readEncryptionKey(key.toString('hex')));
    assert.equal(text(await other.get('one', 'short')), 'the value of short');
    assert.equal(text(await other.get('two', 'long')), 'long '.repeat(1000));
    assert.deepEqual(await other.put('one', []), []);
  });

  test('a key is 32 bytes, in any spelling', async () => {
    const base64 = key.toString('base64');
    for (const spelling of [key, new Uint8Array(key), key.toString('hex'), key.toString('hex').toUpperCase(), base64, base64.replace(/=$/, ''), key.toString('base64url')]) {
      assert.deepEqual(Buffer.from(readEncryptionKey(spelling)), key);
    }
    for (const wrong of ['', 'secret', key.subarray(1), key.toString('hex').slice(2), `${base64}A`, 'é'.repeat(43), 7, null, {}, [...key]]) {
      assert.throws(() => readEncryptionKey(wrong), { name: 'HeadroomConfigError', key: 'encryptionKey' });
    }
  });

  /** What an engine with `wrongKey` finds, and what its next report says. */
  async function lookup(store: Store, scope: string, id: string, wrongKey?: Uint8Array): Promise<{ found: string | undefined; warnings: readonly string[] }> {
    const engine = new EngineStore(store, wrongKey && readEncryptionKey(wrongKey));
    const found = text(await engine.get(scope, id));
    await engine.get(scope, id);
    const warnings = await engine.put(scope, []);
    assert.deepEqual(await engine.put(scope, []), [], 'is said once');
    return { found, warnings };
  }

  test('of another key, of none, of another scope or name, or changed: missing, with one warning', async () => {
    const store = new ScriptedStore();
    await new EngineStore(store, readEncryptionKey(key)).put('one', [entry('a'), long('b')]);
    await new EngineStore(store).put('plain', [entry('a')]);
    store.move(['one', 'a'], ['two', 'a']);
    store.move(['one', 'a'], ['one', 'c']);
    const places: [scope: string, id: string, otherKey?: Uint8Array][] = [
      ['one', 'a', randomBytes(32)],
      ['one', 'a'],
      ['plain', 'a', key],
      ['two', 'a', key],
      ['one', 'c', key],
    ];
    for (const [scope, id, wrongKey] of places) {
      const { found, warnings } = await lookup(store, scope, id, wrongKey);
      assert.equal(found, undefined);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /encryptionKey/);
    }
    for (const id of ['a', 'b']) {
      const whole = Buffer.from(store.raw('one', id));
      for (let at = 0; at < whole.length; at += 1 + (at >> 3)) {
        const changed = Buffer.from(whole);
        changed[at]! ^= 1;
        for (const broken of [changed, whole.subarray(0, at)]) {
          store.held.set(JSON.stringify(['one', id]), broken);
          assert.equal((await lookup(store, 'one', id, key)).found, undefined, `byte ${at}`);
        }
      }
    }
  });

  test('what a store of any kind may hand out is no reason to fail', async () => {
    for (const stored of [bytes(''), bytes('plain text'), Uint8Array.of(1, 2, 3), Uint8Array.of(4), 'text', 7, {}, new ArrayBuffer(3)]) {
      const store = { get: async () => stored, put: async () => {} } as unknown as Store;
      assert.equal((await lookup(store, '', 'a')).found, undefined);
    }
    for (const nothing of [undefined, null]) {
      const store = { get: async () => nothing, put: async () => {} } as unknown as Store;
      assert.deepEqual(await lookup(store, '', 'a'), { found: undefined, warnings: [] });
    }
    const atOnce = { get: () => 7, put: () => assert.fail('at once') } as unknown as Store;
    const engine = new EngineStore(atOnce);
    assert.equal(await engine.get('', 'a'), undefined);
    assert.match((await engine.put('', [entry('a')])).join(), /store failed/);
  });
});

describe('what is put', () => {
  afterEach(() => mock.timers.reset());

  test('is what this engine has not put yet, by scope', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    await engine.put('one', [entry('a'), entry('b')]);
    await engine.put('one', [entry('a'), entry('b'), entry('c')]);
    await engine.put('two', [entry('a')]);
    await engine.put('one', [{ id: 'a', value: () => assert.fail('nobody needs its bytes') }]);
    assert.deepEqual(store.puts, [['a', 'b'], ['c'], ['a']]);
  });

  test('is put again after a while, earlier where the store forgets earlier', async () => {
    for (const [ttl, minutes] of [[undefined, 30], [7 * 24 * 3600, 30], [600, 5]] as const) {
      mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
      const store = new ScriptedStore(ttl);
      const engine = new EngineStore(store);
      await engine.put('', [entry('a')]);
      mock.timers.tick(minutes * 60_000 - 1);
      await engine.put('', [entry('a')]);
      assert.equal(store.puts.length, 1);
      mock.timers.tick(1);
      await engine.put('', [entry('a')]);
      assert.equal(store.puts.length, 2);
      mock.timers.reset();
    }
  });

  test('goes together, and what another request is putting is put by both', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    const first = engine.put('s', [entry('a'), entry('b')]);
    assert.equal(text(await engine.get('s', 'b')), 'the value of b', 'before the store has it');
    const second = engine.put('s', [entry('c'), entry('a')]);
    await Promise.all([first, second]);
    assert.deepEqual(store.puts, [['a', 'b'], ['c', 'a']]);
  });

  test('does not wait for the put of another request, whose runtime may have ended it', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    store.gate = new Promise(() => {});
    void engine.put('s', [entry('a')]);
    await new Promise((resolve) => setImmediate(resolve));
    store.gate = Promise.resolve();
    assert.deepEqual(await engine.put('s', [entry('b')]), []);
    assert.deepEqual(await engine.put('s', [entry('a')]), []);
    assert.deepEqual(store.puts, [['a'], ['b'], ['a']]);
  });

  test('of a content that may change is always put, and the latest counts', async () => {
    const store = new ScriptedStore();
    const records = new TurnRecords(new EngineStore(store));
    assert.equal(await records.find('s', 'k'), undefined);
    for (const value of ['first', 'second']) {
      const kept = records.keep('s', 'k', bytes(value));
      assert.equal(text(await records.find('s', 'k')), value);
      await kept;
      assert.equal(text(await new TurnRecords(new EngineStore(store)).find('s', 'k')), value);
    }
    assert.deepEqual(store.puts, [['turn_k'], ['turn_k']]);
  });
});

describe('a store that fails', () => {
  afterEach(() => mock.timers.reset());

  test('is tried again with the next request, whosever it is, and meanwhile this process has the entries', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    store.fails = () => true;
    assert.match((await engine.put('one', [entry('a')])).join(), /store failed/);
    assert.equal(text(await engine.get('one', 'a')), 'the value of a');
    store.fails = () => false;
    assert.deepEqual(await engine.put('two', []), []);
    assert.equal(text(await new EngineStore(store).get('one', 'a')), 'the value of a');
  });

  test('keeps no hidden round from the next request of this process, which puts it', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    const records = new TurnRecords(engine);
    assert.equal(await records.find('s', 'k'), undefined);
    store.fails = () => true;
    assert.match((await records.keep('s', 'k', bytes('a round'))).join(), /store failed/);
    assert.equal(text(await records.find('s', 'k')), 'a round');
    assert.equal(await new TurnRecords(new EngineStore(store)).find('s', 'k'), undefined, 'nor has another one to fail');
    store.fails = () => false;
    assert.deepEqual(await engine.put('s', []), []);
    assert.equal(text(await new TurnRecords(new EngineStore(store)).find('s', 'k')), 'a round');
  });

  test('for good loses the entry, and the next report says so', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    store.fails = () => true;
    await engine.put('one', [entry('a')]);
    assert.deepEqual(await engine.put('one', []), [], 'not this request');
    assert.match((await engine.put('one', [])).join(), /failed 3 times.* 1 originals/);
    assert.deepEqual(await engine.put('one', []), []);
    assert.equal(store.puts.length, 3);
    await assert.rejects(engine.get('one', 'a'));
    assert.match((await engine.put('one', [entry('a')])).join(), /store failed/, 'resent, it is put again');
  });

  test('with one entry keeps the others of its batch', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    store.fails = (id) => id === 'poison';
    await engine.put('s', [entry('a'), entry('poison'), entry('b')]);
    await engine.put('s', []);
    assert.match((await engine.put('s', [])).join(), / 1 originals/);
    for (const id of ['a', 'b']) assert.equal(text(await new EngineStore(store).get('s', id)), `the value of ${id}`);
  });

  test('holds no more than its share of memory', async () => {
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    store.fails = () => true;
    const megabyte = randomBytes(1024 * 1024);
    const entries = Array.from({ length: 20 }, (_, at) => ({ id: String(at), value: () => megabyte }));
    assert.match((await engine.put('s', entries)).join(), / 4 originals/);
    await assert.rejects(engine.get('s', '3'));
    assert.ok(await engine.get('s', '4'));
  });

  test('by never answering is waited for once, then left alone for a while', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const store = new ScriptedStore();
    const engine = new EngineStore(store);
    let answer = (): void => {};
    store.gate = new Promise<void>((resolve) => (answer = resolve));
    const asked = assert.rejects(engine.get('s', 'a'), /in time/);
    mock.timers.tick(5_000);
    await asked;
    await assert.rejects(engine.get('s', 'a'), /for a while/);
    assert.match((await engine.put('s', [entry('b')])).join(), /store failed/);
    assert.deepEqual(store.puts, [], 'and nobody waited');
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await engine.put('s', []), [], 'once it answers, all is well');
    assert.deepEqual(store.puts, [['b']]);
  });
});

describe('an engine', () => {
  const config = (store: Store, more: HeadroomConfig = {}): HeadroomConfig => ({ store, secret: 's', ...more });

  test('encrypts what it keeps, and reads it after a restart with the same key only', async () => {
    const store = new ScriptedStore();
    const withKey = config(store, { encryptionKey: key.toString('base64') });
    const { messages } = await engineForTests(withKey).compress(openAiConversation());
    const id = handleIn(messages[3]!.content as string);
    assert.ok(store.held.size >= 2);
    for (const value of store.held.values()) assert.doesNotMatch(Buffer.from(value).toString('latin1'), /entry number/);
    assert.equal((await engineForTests(withKey).retrieve(id)).found, true);
    const other = engineForTests(config(store, { encryptionKey: randomBytes(32) }));
    assert.equal((await other.retrieve(id)).found, false);
    assert.match((await other.compress([{ role: 'user', content: 'Hi' }])).warnings.join(), /encryptionKey/);
  });

  test('asks its store for nothing that cannot be a handle', async () => {
    const store = { get: () => assert.fail('asked'), put: async () => {} };
    const engine = engineForTests(config(store));
    for (const id of ['turn_00', '../x', '', 'hr_', 'hr_000000000000000u', 'hr_0000000000000000\n', 'x'.repeat(9999)]) {
      assert.deepEqual(await engine.retrieve(id), await createHeadroom().retrieve('hr_0000000000000000'));
    }
  });

  test('tells of a put in the background with the next report, and of an entry that is lost', async () => {
    const store = new ScriptedStore();
    const engine = engineForTests(config(store));
    store.fails = () => true;
    assert.deepEqual(engine.compressSync(openAiConversation()).warnings, []);
    await engine.flush();
    const quiet = [{ role: 'user', content: 'Hi' }];
    assert.match(engine.compressSync(quiet).warnings.join(), /store failed/);
    await engine.flush();
    assert.match((await engine.compress(quiet)).warnings.join() + (await engine.compress(quiet)).warnings.join(), /are not in it/);
  });

  test('puts what a request of the middleware left out when that has left', async () => {
    const order: string[] = [];
    const store: Store = {
      get: async () => undefined,
      put: async () => void order.push('put'),
    };
    const middleware = engineForTests(config(store)).middleware();
    const result = { content: [], finishReason: 'stop', usage: {} };
    const model = { provider: 'mock', modelId: 'gpt-4o', doGenerate: async () => result, doStream: async () => result };
    const params = await middleware.transformParams({ type: 'generate', params: { prompt: aiSdkConversation(), tools: [{ type: 'function', name: 'list' }] }, model });
    const doGenerate = async () => {
      order.push('asked');
      return result;
    };
    await middleware.wrapGenerate({ doGenerate, doStream: model.doStream, params, model });
    assert.deepEqual(order, ['asked', 'put']);
  });

  test('shows its key nowhere, and refuses one that would be of no use', async () => {
    const secretKey = key.toString('base64');
    const engine = engineForTests(config(new ScriptedStore(), { encryptionKey: secretKey }));
    await engine.compress(openAiConversation());
    for (const depth of [2, 10]) assert.ok(!inspect(engine, { depth, showHidden: true }).includes(secretKey));
    assert.ok(!JSON.stringify(engine).includes(secretKey));
    assert.throws(() => createHeadroom({ encryptionKey: key }), { key: 'encryptionKey' });
    assert.throws(() => createHeadroom({ encryptionKey: 'short', store: new ScriptedStore(), secret: 's' }), { key: 'encryptionKey' });
    await assert.rejects(engine.compress(openAiConversation(), { encryptionKey: key } as object), { key: 'encryptionKey' });
  });
});
