// The middleware by structure, without any version of the SDK: what it does to a request, and that it lets go of one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withHeadroom } from 'headroom-js/ai-sdk';
import { engineForTests } from './helpers/engine.ts';

type Part = { type: string; [key: string]: unknown };
type Config = Parameters<typeof engineForTests>[0];

const rows = Array.from({ length: 300 }, (_, at) => ({ id: at + 1, name: `item-${at + 1}` }));
const look = (toolCallId: string, input: object): Part => ({ type: 'tool-call', toolCallId, toolName: 'headroom_retrieve', input: JSON.stringify(input) });

describe('a request', () => {
  const middleware = (config: Config = {}) => engineForTests(config).middleware();
  const model = { provider: 'mock', modelId: 'gpt-4o', doGenerate: async () => ({}), doStream: async () => ({}) };
  const tool = { type: 'function', name: 'list', inputSchema: {} };
  const short = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
  const long = (result: object = {}) => [
    ...short,
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'list', input: {} }] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'list', output: { type: 'json', value: rows }, ...result }] },
  ];
  const transform = <Params extends object>(params: Params, config: Config = {}) =>
    middleware(config).transformParams({ type: 'generate', params: params as Params & { prompt: Part[]; tools?: Part[] }, model });

  test('a request without function tools in which nothing compresses is the same object', async () => {
    for (const tools of [undefined, [], [{ type: 'provider', id: 'openai.web_search', name: 'web_search', args: {} }]]) {
      const params = { prompt: short, ...(tools && { tools }) };
      assert.equal(await transform(params), params);
    }
  });

  test('the tool is appended to the first request that declares a function tool, whatever toolChoice is', async () => {
    for (const toolChoice of [undefined, { type: 'auto' }, { type: 'none' }, { type: 'required' }, { type: 'tool', toolName: 'list' }]) {
      const params = { prompt: short, tools: [tool], toolChoice, other: 1 };
      const given = await transform(params);
      assert.equal(given.prompt, short);
      assert.equal(given.tools![0], tool);
      assert.deepEqual(given.tools!.map(({ name }) => name), ['list', 'headroom_retrieve']);
      assert.deepEqual({ ...given, tools: [tool] }, params);
    }
  });

  test('never: injectTool never, lossless, mode off or audit, or a tool of the client under that name', async () => {
    for (const config of [{ injectTool: 'never' }, { lossless: true }, { mode: 'off' }, { mode: 'audit' }] as const) {
      const params = { prompt: short, tools: [tool] };
      assert.equal(await transform(params, config), params, JSON.stringify(config));
    }
    const own = { prompt: short, tools: [tool, { ...tool, name: 'headroom_retrieve' }] };
    assert.equal(await transform(own), own);
  });

  test('providerOptions.headroom of a call holds for the call', async () => {
    const params = (headroom: object) => ({ prompt: long(), tools: [tool], providerOptions: { headroom } });
    const off = params({ mode: 'off' });
    assert.equal(await transform(off), off);
    const lossless = await transform(params({ lossless: true }));
    assert.doesNotMatch(JSON.stringify(lossless.prompt), /hr_/);
    assert.match(JSON.stringify((await transform(params({}))).prompt), /hr_/);
    await assert.rejects(transform(params({ mode: 'audit' })), { name: 'HeadroomConfigError', key: 'providerOptions.headroom.mode' });
  });

  test('of a message or a part, for that alone', async () => {
    const off = { prompt: long({ providerOptions: { headroom: { mode: 'off' } } }) };
    assert.equal(await transform(off), off);
  });

  test('a client’s own tool of that name is its own to answer', async () => {
    const content = [look('h1', {})];
    const wrapped = middleware();
    const params = await wrapped.transformParams({ type: 'generate', params: { prompt: long(), tools: [{ ...tool, name: 'headroom_retrieve' }] }, model });
    const result = { content, finishReason: 'tool-calls', usage: {} };
    const given = await wrapped.wrapGenerate({ doGenerate: async () => result, doStream: async () => ({}), params, model });
    assert.equal(given.content, content);
  });
});

describe('a stream', () => {
  test('cancelling the stream cancels the model’s, in whatever round', async () => {
    for (const round of [1, 2]) {
      let cancelled: unknown;
      let calls = 0;
      const endless = () => new ReadableStream({ pull: (controller) => controller.enqueue({ type: 'text-delta', id: '0', delta: 'x' }), cancel: (reason) => void (cancelled = reason) });
      const finish = { type: 'finish', finishReason: 'tool-calls', usage: {} };
      const model = {
        specificationVersion: 'v2',
        provider: 'mock',
        modelId: 'gpt-4o',
        doGenerate: async () => ({}),
        doStream: async (_: object) => ({ stream: ++calls < round ? new ReadableStream({ start: (controller) => ([look('h1', {}), finish].forEach((part) => controller.enqueue(part)), controller.close()) }) : endless() }),
      };
      const wrapped = withHeadroom(model, engineForTests());
      const tools = [{ type: 'function', name: 'list', inputSchema: {} }];
      const { stream } = (await wrapped.doStream({ prompt: [], tools })) as { stream: ReadableStream<Part> };
      const reader = stream.getReader();
      assert.equal((await reader.read()).value?.['delta'], 'x');
      await reader.cancel('enough');
      assert.equal(cancelled, 'enough');
      assert.equal(calls, round);
    }
  });
});
