// Law 10: no network, no output, no content in what is said about a request, and nothing of one scope in another.
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, mock, test } from 'node:test';
import { inspect } from 'node:util';
import { createHeadroom, handleToolCall, HeadroomError, MemoryStore, type Headroom, type HeadroomConfig, type Report, type Store } from 'headroom-js';
import * as core from '../../npm/headroom/dist/core/node.js';
import { Headroom as Engine } from '../../npm/headroom/dist/engine.js';
import { formats, messagesOf, type Conversation, type Format } from './helpers/conversations.ts';

/** Stands in every text, argument and name of the conversation. */
const canary = 'canary7f3a';
const config: HeadroomConfig = { minTokensToCompress: 20, maxBlockTokens: 100 };

const rows = JSON.stringify(Array.from({ length: 120 }, (_, at) => ({ id: at, [canary]: `${canary} ${at}`, state: at % 40 === 7 ? `failed ${canary}` : 'ok' })));
const outputs = [rows, JSON.stringify({ content: [{ type: 'text', text: rows }] }), rows.slice(0, 3000), `${canary} of a log\n`.repeat(100), `{"${canary}": [1, 2`, `${canary}\ud800 `.repeat(60)];
const conversation: Conversation = {
  name: canary,
  turns: outputs.map((output, at) => ({ question: `Where is ${canary}? It is ${canary}-2025-11-22T10:00:0${at}Z.`, tool: at === 3 ? canary : 'list', input: { [canary]: canary }, output })),
};

function messages(format: Format) {
  const system = { role: 'system', content: `Today is 2025-11-22 10:00:00, and your id is ${canary} 3f2b8c1e-5a4d-4e6f-9b7a-1c2d3e4f5a6b.` };
  return format === 'anthropic' ? messagesOf(conversation, format) : [system, ...messagesOf(conversation, format)];
}

/** Everything an engine does, once for each format. Hands back all that it said about it. */
async function everything(engine: Headroom, said: unknown[]): Promise<string[]> {
  const handles: string[] = [];
  for (const format of formats) {
    const { messages: _, tools: __, ...report } = await engine.compress(messages(format), { format });
    said.push(report);
    handles.push(...report.blocks.flatMap(({ handle }) => handle ?? []));
    engine.compressSync(messages(format), { format, model: 'claude-sonnet-4-5' });
    if (format !== 'ai-sdk') {
      const body = new TextEncoder().encode(JSON.stringify({ messages: messages(format), tools: [{ type: 'function', name: 'list', function: { name: 'list' } }] }));
      said.push((await engine.compressBody(body, { format })).report);
    }
  }
  for (const id of handles) {
    await engine.retrieve(id, { query: canary });
    await engine.handleToolCall({ type: 'tool_use', id: 't', name: 'headroom_retrieve', input: { id, rows: '1-2' } });
  }
  engine.countTokens(canary);
  return handles;
}

test('nothing goes out: no network, no console, no streams', async () => {
  const refuse = (): never => {
    throw new Error('Headroom has no business here');
  };
  const calls = [
    mock.method(globalThis, 'fetch', refuse),
    mock.method(Socket.prototype, 'connect', refuse),
    ...(['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((name) => mock.method(console, name, refuse)),
  ];
  try {
    const handles = await everything(createHeadroom(config), []);
    assert.ok(handles.length >= formats.length);
    await handleToolCall({ type: 'tool_use', id: 't', name: 'headroom_retrieve', input: { id: handles[0] } });
    for (const call of calls) assert.equal(call.mock.callCount(), 0);
  } finally {
    mock.restoreAll();
  }
});

test('reports and warnings hold no content', async () => {
  const said: unknown[] = [];
  const onReport = (report: Report): void => void said.push(report);
  const failing = { name: 'failing', kinds: ['text', 'json', 'ndjson'], compress: (): never => assert.fail(`${canary} fails`) };
  const brokenStore: Store = { get: () => Promise.reject(new Error(canary)), put: () => Promise.reject(new Error(canary)) };
  const engines = [
    createHeadroom({ ...config, onReport }),
    createHeadroom({ ...config, onReport, compressUserMessages: true, mode: 'audit' }),
    createHeadroom({ ...config, onReport, store: brokenStore, secret: canary }),
    new Engine(core, { ...config, onReport, modules: [failing] }),
  ];
  for (const engine of engines) await everything(engine, said);
  assert.ok(said.length > 30);
  assert.match(JSON.stringify(said), /surrogate/, 'the canary passes by a warning');
  assert.match(JSON.stringify(said), /store failed/);
  for (const each of said) assert.ok(!JSON.stringify(each).includes(canary), `content in ${JSON.stringify(each).slice(0, 2000)}`);
});

test('errors hold no content', async () => {
  const engine = createHeadroom(config);
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const secretOf = (value: unknown): (() => unknown) => () => createHeadroom({ secret: value } as HeadroomConfig);
  const wrong: (() => unknown)[] = [
    () => engine.compressBody(bytes(`{"messages":[{"role":"user","content":"${canary}`), { format: 'openai' }),
    () => engine.compressBody(bytes(`${canary}`), { format: 'anthropic' }),
    () => engine.compressBody(bytes(`{"messages":"${canary}"}`), { format: 'anthropic' }),
    () => engine.compressBody(bytes(`{"messages":[{"role":"user","content":"a${canary}\\x"}]}`), { format: 'openai' }),
    () => engine.compress([canary] as unknown as object[]),
    () => engine.compress(canary as unknown as object[]),
    () => engine.compress([{ role: 'user', parts: [canary] }]),
    () => engine.compress(messages('openai'), { excludedTools: canary } as object),
    () => engine.compress(messages('openai'), { scope: [canary] } as object),
    () => engine.compress(messages('openai'), { maxBlockTokens: canary } as object),
    () => engine.compress([{ role: 'user', content: [{ type: 'text', text: canary, providerOptions: { headroom: { query: [canary] } } }] }]),
    () => engine.handleToolCall({ type: 'tool_use', id: canary, name: canary, input: { canary } }),
    () => engine.retrieve([canary] as unknown as string),
    () => engine.countTokens([canary] as unknown as string),
    secretOf([canary]),
    secretOf({ [canary]: canary }),
  ];
  for (const [at, attempt] of wrong.entries()) {
    await assert.rejects(
      async () => attempt(),
      (error: unknown) => {
        assert.ok(HeadroomError.isInstance(error), `attempt ${at}: ${String(error)}`);
        assert.ok(!inspect(error, { depth: 10 }).replaceAll(import.meta.filename, '').includes(canary), `attempt ${at}: ${error.message}`);
        return true;
      },
    );
  }
});

test('a secret is shown nowhere', async () => {
  const engine = createHeadroom({ ...config, secret: canary });
  await engine.compress([{ role: 'user', content: 'Hello' }]);
  for (const depth of [2, 10]) assert.ok(!inspect(engine, { depth, showHidden: true }).includes(canary));
  assert.ok(!JSON.stringify(engine).includes(canary));
  const [tool] = (await engine.compress([{ role: 'user', content: 'Hello' }])).tools;
  assert.ok(!JSON.stringify(tool).includes(canary));
});

describe('scopes', () => {
  /** The handles of one scope's conversation. */
  async function handlesOf(engine: Headroom, scope?: string): Promise<string[]> {
    const { blocks } = await engine.compress(messages('openai'), scope === undefined ? {} : { scope });
    const handles = blocks.flatMap(({ handle }) => handle ?? []);
    assert.ok(handles.length > 0);
    return handles;
  }

  test('of one engine do not see each other', async () => {
    const engine = createHeadroom({ ...config, scope: 'one' });
    for (const id of await handlesOf(engine)) {
      assert.equal((await engine.retrieve(id)).found, true);
      for (const scope of ['two', '', 'on', 'one ', 'One', '__proto__']) {
        const answer = await engine.retrieve(id, { scope });
        assert.equal(answer.found, false);
        assert.ok(!answer.text.includes(canary));
      }
    }
    for (const id of await handlesOf(engine, 'two')) assert.equal((await engine.retrieve(id, { scope: 'two' })).found, true);
  });

  test('of engines that share a store do not see each other, and engines with a store of their own neither', async () => {
    const store = new MemoryStore();
    const [one, two] = ['one', 'two'].map((scope) => createHeadroom({ ...config, store, scope }));
    const other = createHeadroom({ ...config, scope: 'one' });
    for (const id of await handlesOf(one!)) {
      assert.equal((await one!.retrieve(id)).found, true);
      assert.equal((await two!.retrieve(id)).found, false);
      assert.equal((await other.retrieve(id)).found, false);
    }
  });

  test('whose names begin alike, or hold what separates them, are told apart', async () => {
    const store = new MemoryStore();
    const names = ['', 'a', 'a:', '1:a', 'a/b', 'a\u0000b', '\ud800', 'a'.repeat(9999)];
    const id = 'hr_0000000000000000';
    for (const [at, scope] of names.entries()) await store.put(scope, [{ id, value: Uint8Array.of(at) }]);
    for (const [at, scope] of names.entries()) assert.deepEqual(await store.get(scope, id), Uint8Array.of(at));
  });

  test('decide no bytes', async () => {
    const results = await Promise.all(['one', 'two', undefined].map((scope) => createHeadroom({ ...config, ...(scope !== undefined && { scope }) }).compress(messages('openai'))));
    for (const { messages: compressed } of results) assert.deepEqual(compressed, results[0]!.messages);
  });
});
