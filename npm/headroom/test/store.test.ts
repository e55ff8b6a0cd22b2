// The store in memory, and the small parts beside the middleware. What an engine does around other stores is in
// engine-store.test.ts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import * as core from '#core';
import { MemoryStore } from 'headroom-js';
import { decodeRecord, encodeRecord } from '../dist/ai-sdk/record.js';
import { sha256 } from '../dist/sha256.js';
import { emptyConversation, keyAfter } from '../dist/ai-sdk/turn-key.js';
import { addUsage } from '../dist/ai-sdk/usage.js';
import { Runtime } from '../dist/runtime.js';

const bytes = (length: number) => new Uint8Array(length);

describe('MemoryStore', () => {
  test('gives back what was put, to its scope alone', async () => {
    const store = new MemoryStore();
    await store.put('a', [{ id: 'x', value: bytes(3) }]);
    assert.deepEqual(await store.get('a', 'x'), bytes(3));
    assert.equal(await store.get('b', 'x'), undefined);
    assert.equal(await store.get('', 'ax'), undefined);
    await store.put('ab', [{ id: 'c', value: bytes(1) }]);
    assert.equal(await store.get('a', 'bc'), undefined);
  });

  test('has texts read to it only where it does not hold them', async () => {
    const runtime = new Runtime(core);
    let reads = 0;
    const original = {
      id: 'x',
      get text() {
        reads += 1;
        return 'a long text';
      },
    };
    for (let turn = 0; turn < 3; turn++) assert.deepEqual(await runtime.keep('a', [original]), []);
    assert.equal(reads, 1);
    assert.deepEqual(await runtime.store.get('a', 'x'), new TextEncoder().encode('a long text'));
  });

  test('stays within its bytes and forgets what was used least recently', async () => {
    const store = new MemoryStore({ maxBytes: 1000 });
    for (const id of ['1', '2', '3']) await store.put('', [{ id, value: bytes(200) }]);
    assert.ok(await store.get('', '1'));
    await store.put('', [{ id: '4', value: bytes(200) }]);
    assert.ok(store.size() <= 1000);
    assert.equal(await store.get('', '2'), undefined);
    for (const id of ['1', '3', '4']) assert.ok(await store.get('', id), id);
  });

  test('does not forget everything for what is too large anyway', async () => {
    const store = new MemoryStore({ maxBytes: 1000 });
    await store.put('', [{ id: '1', value: bytes(200) }]);
    await store.put('', [{ id: '2', value: bytes(2000) }]);
    assert.ok(await store.get('', '1'));
    assert.equal(await store.get('', '2'), undefined);
  });

  test('overwrites, deletes a scope and counts', async () => {
    const store = new MemoryStore();
    await store.put('a', [{ id: 'x', value: bytes(1) }]);
    const size = store.size();
    await store.put('a', [{ id: 'x', value: bytes(5) }]);
    assert.equal(store.size(), size + 4);
    await store.put('b', [{ id: 'x', value: bytes(5) }]);
    store.delete('a');
    assert.equal(await store.get('a', 'x'), undefined);
    assert.equal(store.size(), size + 4);
    store.close();
    assert.equal(store.size(), 0);
  });
});

test('sha256 is SHA-256', () => {
  const texts = ['', 'abc', 'ä€😀', '\ud800', ...Array.from({ length: 200 }, (_, length) => 'x'.repeat(length)), 'y'.repeat(100_000)];
  for (const text of texts) assert.equal(sha256(text), createHash('sha256').update(text).digest('hex'));
});

test('usage is summed by its structure', () => {
  const flat = { inputTokens: 10, outputTokens: 2, totalTokens: 12, reasoningTokens: undefined };
  assert.deepEqual(addUsage(flat, { ...flat, reasoningTokens: 1 }), { inputTokens: 20, outputTokens: 4, totalTokens: 24, reasoningTokens: 1 });
  const nested = { inputTokens: { total: 10, cacheRead: undefined }, outputTokens: { total: 2 }, raw: { input: 10, tier: 'a' } };
  assert.deepEqual(addUsage(nested, { ...nested, raw: { input: 5, tier: 'b' } }), {
    inputTokens: { total: 20, cacheRead: undefined },
    outputTokens: { total: 4 },
    raw: { input: 15, tier: 'b' },
  });
  assert.equal(addUsage(undefined, flat), flat);
  assert.equal(addUsage(flat, undefined), flat);
});

test('a record survives its store, bytes and URLs included', () => {
  const record = {
    rounds: [{ role: 'assistant', content: [{ type: 'file', data: new Uint8Array([0, 255]), url: new URL('https://example.com/x') }] }],
    last: [{ type: 'text', text: 'data' }],
    answers: [],
  };
  assert.deepEqual(decodeRecord(encodeRecord(record)), record);
  for (const broken of ['', '{', '{}', 'null', '{"rounds":[],"last":[]}']) assert.equal(decodeRecord(new TextEncoder().encode(broken)), undefined);
});

describe('the name of a turn', () => {
  const user = { role: 'user', content: [{ type: 'text', text: 'Question' }] };
  const done = { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] };
  const name = (...messages: Parameters<typeof keyAfter>[1][]) => messages.reduce((key, message) => keyAfter(key, message), emptyConversation);

  test('is that of its conversation', () => {
    assert.notEqual(name(user, done), name({ ...user, content: [{ type: 'text', text: 'Other' }] }, done));
    assert.notEqual(name(user, done), name(user, done, done));
  });

  test('does not depend on what clients do not resend faithfully', () => {
    const parts = [
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Do', providerOptions: { anthropic: { cacheControl: {} } } },
      { type: 'text', text: 'ne. \n' },
    ];
    assert.equal(name({ role: 'system', content: 'It is 10:42' }, user, { role: 'assistant', content: parts }), name(user, done));
    assert.equal(name({ role: 'user', content: 'Question' }, done), name(user, done));
  });

  test('depends on the calls', () => {
    const call = (toolCallId: string) => ({ role: 'assistant', content: [{ type: 'tool-call', toolCallId, toolName: 'list' }] });
    assert.notEqual(name(user, call('1')), name(user, call('2')));
  });
});
