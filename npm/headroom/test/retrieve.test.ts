// The way back outside of a framework: by the messages that are resent, by the store, and for the provider's own calls.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createHeadroom, handleToolCall, retrieve, type HeadroomConfig } from 'headroom-js';
import { aiSdkConversation, anthropicConversation, openAiConversation } from './helpers/conversations.ts';
import { engineForTests, handleIn } from './helpers/engine.ts';

const conversations = { openai: openAiConversation, anthropic: anthropicConversation, 'ai-sdk': aiSdkConversation };
/** A config whose store keeps nothing. */
const forgetful: HeadroomConfig = { store: { get: async () => undefined, put: async () => {} }, secret: 's' };

async function compressed(config: HeadroomConfig = {}) {
  const engine = engineForTests(config);
  const messages = openAiConversation();
  const result = await engine.compress(messages);
  return { engine, messages, id: handleIn(result.messages[3]!.content as string), rowsId: handleIn(result.messages[6]!.content as string) };
}

describe('retrieve', () => {
  for (const [format, conversation] of Object.entries(conversations)) {
    test(`finds originals in the ${format} messages that are resent, without any store`, async () => {
      const messages = conversation();
      const { blocks } = await engineForTests(forgetful).compress(messages);
      const handles = blocks.flatMap(({ handle }) => handle ?? []);
      assert.ok(handles.length >= 2);
      for (const id of handles) {
        assert.equal((await engineForTests(forgetful).retrieve(id)).found, false);
        const answer = await engineForTests(forgetful).retrieve(id, { messages });
        assert.equal(answer.found, true);
        assert.notEqual(answer.text, '');
      }
    });
  }

  test('finds those of a body in the store of the engine', async () => {
    const engine = engineForTests({ secret: 's' });
    const messages = openAiConversation();
    const body = new TextEncoder().encode(JSON.stringify({ model: 'gpt-4o', messages, tools: [{ type: 'function', function: { name: 'f' } }] }));
    const { report } = await engine.compressBody(body, { format: 'openai' });
    const handles = report.blocks.flatMap(({ handle }) => handle ?? []);
    assert.ok(handles.length >= 2);
    for (const id of handles) {
      const held = await engine.retrieve(id);
      assert.equal(held.found, true);
      assert.deepEqual(held, await engineForTests(forgetful).retrieve(id, { messages }));
    }
  });

  test('finds them in the store of the engine', async () => {
    const { engine, id } = await compressed();
    const answer = await engine.retrieve(id, { lines: '3-4' });
    assert.equal(answer.found, true);
    assert.match(answer.text, /entry number 3 [\s\S]*entry number 4 /);
    assert.doesNotMatch(answer.text, /entry number 5 /);
    assert.notEqual(answer.part, '');
  });

  test('finds rows, and words', async () => {
    const { engine, rowsId } = await compressed();
    const byRows = await engine.retrieve(rowsId, { rows: '7' });
    assert.match(byRows.text, /item-7\b/);
    assert.doesNotMatch(byRows.text, /item-8\b/);
    assert.match((await engine.retrieve(rowsId, { query: 'item-42' })).text, /item-42\b/);
  });

  test('takes a store of any kind at its bytes, not at its word', async () => {
    const held = new Map<string, Uint8Array>();
    const store = {
      get: async (scope: string, id: string) => held.get(scope + id),
      put: async (scope: string, entries: readonly { id: string; value: Uint8Array }[]) => entries.forEach(({ id, value }) => held.set(scope + id, value)),
    };
    const { engine, id } = await compressed({ store, secret: 's', scope: 'tenant' });
    assert.equal((await engine.retrieve(id)).found, true);
    held.set(`tenant${id}`, new TextEncoder().encode('forged'));
    assert.equal((await engine.retrieve(id)).found, false);
  });

  test('answers only the scope that wrote', async () => {
    const { engine, id } = await compressed({ scope: 'one' });
    assert.equal((await engine.retrieve(id, { scope: 'two' })).found, false);
    assert.equal((await engine.retrieve(id)).found, true);
  });

  test('an unknown handle has a plain, last answer', async () => {
    for (const id of ['hr_0000000000000000', 'nonsense', '', 'hr_']) {
      const { text, found, part } = await retrieve(id);
      assert.equal(found, false);
      assert.equal(part, '');
      assert.match(text, /not ask .* again/);
    }
    await assert.rejects(retrieve(7 as unknown as string), { name: 'HeadroomRequestError' });
  });

  test('a store that fails is a store that has forgotten, and compressing goes on with a warning', async () => {
    const broken = { get: () => Promise.reject(new Error('down')), put: () => Promise.reject(new Error('down')) };
    const engine = engineForTests({ store: broken, secret: 's' });
    const messages = openAiConversation();
    const healthy = await engineForTests({ secret: 's' }).compress(messages);
    const result = await engine.compress(messages);
    assert.deepEqual(result.messages, healthy.messages, 'the health of a store decides no bytes');
    assert.match(result.warnings.join(), /store failed/);
    const id = handleIn(result.messages[3]!.content as string);
    assert.equal((await engine.retrieve(id)).found, true, 'what could not be put waits to be put again');
    assert.equal((await engineForTests({ store: broken, secret: 's' }).retrieve(id)).found, false);
  });
});

describe('handleToolCall', () => {
  test('answers each provider in its own shape', async () => {
    const { engine, id } = await compressed();
    const input = { id, lines: '3' };
    const text = (await engine.retrieve(id, { lines: '3' })).text;
    assert.deepEqual(await engine.handleToolCall({ id: 'call_9', type: 'function', function: { name: 'headroom_retrieve', arguments: JSON.stringify(input) } }), {
      role: 'tool',
      tool_call_id: 'call_9',
      content: text,
    });
    assert.deepEqual(await engine.handleToolCall({ type: 'tool_use', id: 'toolu_9', name: 'headroom_retrieve', input }), {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_9', content: text }],
    });
    const output = { type: 'text', value: text };
    for (const given of [input, JSON.stringify(input)]) {
      assert.deepEqual(await engine.handleToolCall({ type: 'tool-call', toolCallId: 'c9', toolName: 'headroom_retrieve', input: given }), {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'c9', toolName: 'headroom_retrieve', output }],
      });
    }
  });

  test('works from the messages alone', async () => {
    const { messages, id } = await compressed();
    const call = { type: 'tool_use', id: 't', name: 'headroom_retrieve', input: { id: ` ${id.toUpperCase()} `, lines: '3' } } as const;
    const { content } = await createHeadroom().handleToolCall(call, { messages });
    assert.match(content[0]!.content, /entry number 3 /);
  });

  test('what the model gets wrong is told to the model', async () => {
    const call = (args: string) => ({ id: 'c', type: 'function', function: { name: 'headroom_retrieve', arguments: args } }) as const;
    for (const args of ['{"id":', '{}', '[]', '{"id":7}', 'null', '']) assert.match((await handleToolCall(call(args))).content, /id/);
    const { engine, id } = await compressed();
    for (const part of [{ lines: 'x-y' }, { path: '$[' }, { rows: '999-1000' }, { lines: 7 }, { symbol: 'main' }]) {
      const { content } = await engine.handleToolCall(call(JSON.stringify({ id, ...part })));
      assert.notEqual(content, '');
    }
  });

  test('a call of another tool is the mistake of the program', async () => {
    for (const call of [{}, { type: 'tool_use', id: 'x', name: 'list', input: {} }, { id: 'x', function: { name: 'list', arguments: '{}' } }]) {
      await assert.rejects(handleToolCall(call), { name: 'HeadroomRequestError' });
    }
  });
});
