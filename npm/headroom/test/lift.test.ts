// What an adapter must not lose: everything beside the texts stays the same objects, whatever the format.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aiSdkConversation, anthropicConversation, bulky, bulkyRows, frozen, openAiConversation } from './helpers/conversations.ts';
import { engineForTests, handleIn } from './helpers/engine.ts';

type Tree = { [key: string]: Tree } & Tree[] & string;

/** The value at `path`. */
function at(root: unknown, ...path: (string | number)[]): Tree {
  return path.reduce<Tree>((value, key) => value[key as number]!, root as Tree);
}

/** The paths of all objects that are not the same in both trees. */
function differences(before: unknown, after: unknown, path: string[] = []): string[] {
  if (Object.is(before, after)) return [];
  if (typeof before !== 'object' || typeof after !== 'object' || !before || !after) return [path.join('.')];
  assert.deepEqual(Object.keys(before), Object.keys(after), `keys at ${path.join('.')}`);
  return Object.keys(before).flatMap((key) => differences((before as Tree)[key], (after as Tree)[key], [...path, key]));
}

const formats = { openai: openAiConversation, anthropic: anthropicConversation, 'ai-sdk': aiSdkConversation };

describe('what does not change is the same object', () => {
  for (const [format, conversation] of Object.entries(formats)) {
    test(`${format}: the very array where nothing compresses`, async () => {
      const messages = frozen(conversation());
      const engine = engineForTests({ minTokensToCompress: 1_000_000 });
      const result = await engine.compress(messages);
      assert.equal(result.messages, messages);
      assert.equal(engine.compressSync(messages).messages, messages);
      assert.equal(result.tokensBefore, result.tokensAfter);
    });

    test(`${format}: mode off leaves everything`, async () => {
      const messages = frozen(conversation());
      const result = await engineForTests({ mode: 'off' }).compress(messages);
      assert.equal(result.messages, messages);
      assert.deepEqual(result.tools, []);
    });

    test(`${format}: compressing leaves the input alone and gives the same result twice`, async () => {
      const messages = frozen(conversation());
      const engine = engineForTests();
      const first = await engine.compress(messages);
      assert.deepEqual(first.messages, (await engine.compress(messages)).messages);
      assert.deepEqual(first.messages, engineForTests().compressSync(messages).messages);
      assert.notEqual(first.messages, messages);
    });
  }
});

describe('only the texts of tool results change', () => {
  test('openai', async () => {
    const messages = frozen(openAiConversation());
    const { messages: after } = await engineForTests({ recall: 'off' }).compress(messages);
    assert.deepEqual(differences(messages, after), ['3.content', '6.content']);
    assert.equal(messages[4], after[4], 'an excluded tool');
    assert.match(at(after, 3, 'content'), /^entry number 1 [\s\S]*… lines 2-59\n[\s\S]*headroom_retrieve\("hr_/);
  });

  test('anthropic', async () => {
    const messages = frozen(anthropicConversation());
    const { messages: after } = await engineForTests({ recall: 'off' }).compress(messages);
    assert.deepEqual(differences(messages, after), ['2.content.0.content.0.text', '2.content.0.content.2.text']);
    for (const index of [0, 1, 3, 4]) assert.equal(messages[index], after[index]);
  });

  test('ai-sdk', async () => {
    const messages = frozen(aiSdkConversation());
    const { messages: after } = await engineForTests({ recall: 'off' }).compress(messages);
    assert.deepEqual(differences(messages, after), [
      '3.content.0.output.value',
      '3.content.1.output.type',
      '3.content.1.output.value',
      '3.content.2.output.value.2.text',
    ]);
    assert.equal(at(after, 3, 'content', 1, 'output', 'type'), 'text');
    for (const index of [0, 1, 2, 4]) assert.equal(messages[index], after[index]);
  });

  test('ai-sdk: error-json becomes error-text when it changes', async () => {
    const noise = Array.from({ length: 60 }, (_, at) => ({ at, message: 'failed', nested: { code: 500 } }));
    const messages = frozen([
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 't', input: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 't', output: { type: 'error-json', value: noise } }] },
    ]);
    const { messages: after, blocks } = await engineForTests().compress(messages);
    const output = at(after, 1, 'content', 0, 'output');
    if (after === messages) return assert.equal(blocks.every(({ method }) => method === 'none'), true);
    assert.equal(output['type'], 'error-text');
    assert.equal(blocks.every(({ lossless }) => lossless), true);
  });

  test('results of a tool that the provider ran are never touched', async () => {
    const { blocks } = await engineForTests().compress(aiSdkConversation());
    assert.equal(blocks.some(({ message }) => message === 2), false);
  });
});

describe('the original is what stood there', () => {
  test('of a json value it is the JSON.stringify', async () => {
    const messages = aiSdkConversation();
    const engine = engineForTests();
    const { messages: after } = await engine.compress(messages);
    const id = handleIn(at(after, 3, 'content', 1, 'output', 'value'));
    const { text, found } = await engine.retrieve(id, { path: '$.all[2]' });
    assert.equal(found, true);
    assert.match(text, /entry number 3 of the list/);
  });

  test('an answer of headroom_retrieve is never compressed again', async () => {
    const results: Record<string, object[]> = {
      openai: [
        { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'headroom_retrieve', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c', content: bulky },
      ],
      anthropic: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'mcp__headroom__headroom_retrieve', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: bulkyRows }] },
      ],
      'ai-sdk': [
        { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'headroom_retrieve', input: {} }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'headroom_retrieve', output: { type: 'text', value: bulky } }] },
      ],
    };
    for (const messages of Object.values(results)) assert.equal((await engineForTests().compress(messages)).messages, messages);
  });
});

describe('providerOptions.headroom', () => {
  const conversation = (holder: 'message' | 'part' | 'output', headroom: object) => {
    const given = (place: string) => (place === holder ? { providerOptions: { headroom } } : {});
    return [
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 't', input: {} }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'c', toolName: 't', output: { type: 'text', value: bulky, ...given('output') }, ...given('part') }],
        ...given('message'),
      },
    ];
  };

  for (const holder of ['message', 'part', 'output'] as const) {
    test(`mode off and lossless hold for a ${holder}`, async () => {
      const off = conversation(holder, { mode: 'off' });
      assert.equal((await engineForTests().compress(off)).messages, off);
      const lossless = await engineForTests().compress(conversation(holder, { lossless: true }));
      assert.equal(lossless.blocks.every((block) => block.lossless), true);
      const none = await engineForTests().compress(conversation(holder, {}));
      assert.equal(none.blocks.some((block) => !block.lossless), true);
    });

    test(`a query for a ${holder} reaches the compressor`, async () => {
      const asked: unknown[] = [];
      const listening = { name: 'listening', kinds: ['text'], compress: ({ query }: { query: unknown }) => (asked.push(query), []) };
      await engineForTests({}, [listening]).compress(conversation(holder, { query: 'the heaviest entry' }));
      assert.match(JSON.stringify(asked), /the heaviest entry/);
    });
  }

  test('what is unknown is an error that names it', async () => {
    await assert.rejects(engineForTests().compress(conversation('part', { mod: 'off' })), { name: 'HeadroomConfigError', key: 'providerOptions.headroom.mod' });
    await assert.rejects(engineForTests().compress(conversation('part', { lossless: 'yes' })), { key: 'providerOptions.headroom.lossless' });
  });
});

describe('bad input', () => {
  test('lone surrogates are counted and left alone', async () => {
    const messages = [
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 't\ud800', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: `${bulky}\udc00` },
    ];
    const result = await engineForTests().compress(messages);
    assert.equal(result.messages, messages);
    assert.ok(result.tokensBefore > 100);
    assert.equal(result.warnings.length, 1);
  });

  test('values of unexpected shapes pass through', async () => {
    const messages = [
      { role: 'tool', tool_call_id: 7, content: 42 },
      { role: 'narrator', content: bulky },
      { content: [null, 1, 'x', { type: 'text' }, { type: 'text', text: 5 }] },
      { role: 'assistant', content: null, tool_calls: 'none', function_call: [] },
      { role: 'user', content: [{ type: 'tool_result', content: [[]] }] },
      { role: 'tool', content: [{ type: 'tool-result', output: null }, { type: 'tool-result', output: { type: 'json' } }, { type: 'tool-result', output: { type: 'content', value: {} } }] },
    ];
    for (const format of ['openai', 'anthropic', 'ai-sdk'] as const) {
      assert.equal((await engineForTests().compress(frozen(messages), { format })).messages, messages);
    }
  });

  test('a json value without JSON passes through', async () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const value of [cycle, 10n, undefined, () => 1]) {
      const messages = [{ role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 't', output: { type: 'json', value } }] }];
      assert.equal((await engineForTests().compress(messages)).messages, messages);
    }
  });

  test('what is no list of messages is an error that says what to do', async () => {
    const compress = (messages: unknown) => engineForTests().compress(messages as object[]);
    await assert.rejects(compress('hello'), { name: 'HeadroomRequestError', message: /array/ });
    await assert.rejects(compress([null]), { name: 'HeadroomRequestError', message: /messages\[0\]/ });
    await assert.rejects(compress([{ role: 'user', id: '1', parts: [] }]), { message: /convertToModelMessages/ });
  });
});
