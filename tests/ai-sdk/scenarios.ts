// One agent, three majors of `ai`, two ways to ask: what the model gets, what the caller sees, what the next request
// looks like.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { engineForTests } from '../../npm/headroom/test/helpers/engine.ts';
import { ask, type Call, type Message, type Outcome, type Part, type Sdk } from './sdk.ts';
import { handleIn, lastAnswer, look, say, scriptedModel, think, use, type Round } from './scripted-model.ts';

type Config = Parameters<typeof engineForTests>[0];

const rows = Array.from({ length: 300 }, (_, at) => ({ id: at + 1, name: `item-${at + 1}`, price: (at * 7919) % 1009 }));

/** Everything a scenario needs: a wrapped model with a script, tools, and the engine behind them. */
function agent(sdk: Sdk, script: Round[], config: Config = {}, engine = engineForTests(config)) {
  const { model, calls } = scriptedModel(sdk, script);
  const schema = sdk.ai.jsonSchema({ type: 'object', properties: {} });
  const tools = {
    list: sdk.ai.tool({ description: 'Lists the items.', inputSchema: schema, execute: async () => rows }),
    note: sdk.ai.tool({ description: 'Notes something.', inputSchema: schema, execute: async () => 'noted' }),
  };
  const wrapped = sdk.ai.wrapLanguageModel({ model, middleware: engine.middleware() });
  return { wrapped, model, calls, tools, engine, settings: { model: wrapped, tools, stopWhen: sdk.ai.stepCountIs(8) } };
}

/** Each request is what the one before was, and more: this is what prompt caches live on. */
function assertGrowing(calls: Call[]): void {
  for (const [at, { prompt, tools }] of calls.entries()) {
    const next = calls[at + 1];
    if (!next) return;
    assert.deepEqual(next.prompt.slice(0, prompt.length), prompt, `the prompt of call ${at + 2} does not begin with that of call ${at + 1}`);
    assert.deepEqual(next.tools, tools);
  }
}

/** Nothing of the retrieval reached the caller. */
function assertHidden(outcome: Outcome): void {
  for (const { content } of outcome.steps) {
    assert.equal(content.some(({ toolName }) => toolName === 'headroom_retrieve'), false);
  }
  assert.doesNotMatch(JSON.stringify([outcome.messages, outcome.parts.filter(({ type }) => type.startsWith('tool-'))]), /headroom_retrieve/);
}

const report = (outcome: Outcome, step = -1) => outcome.steps.at(step)?.providerMetadata?.['headroom'] as Record<string, number & unknown[]> | undefined;

/** The scenarios, for one major version. */
export function describeAgent(sdk: Sdk): void {
  for (const way of ['generate', 'stream'] as const) {
    describe(`ai ${sdk.major}, ${way}`, () => scenarios(sdk, way));
  }
  describe(`ai ${sdk.major}, streams`, () => streams(sdk));
}

function scenarios(sdk: Sdk, way: 'generate' | 'stream'): void {
  for (const [by, part, wanted, unwanted] of [
    ['rows', { rows: '142' }, /item-142\b/, /item-143\b/],
    ['query', { query: 'item-271' }, /item-271\b/, /item-100\b/],
  ] as const) {
    test(`the model asks by ${by} and gets the right part; the caller gets one answer`, async () => {
      let answer = '';
      const { settings, calls } = agent(sdk, [
        () => [use('c1', 'list')],
        (call) => [say('Let me look. '), look('h1', { id: handleIn(call), ...part })],
        (call) => ((answer = lastAnswer(call)), [say('Found it.')]),
      ]);
      const outcome = await ask(sdk, way, { ...settings, prompt: 'Which item?' });
      assert.match(answer, wanted);
      assert.doesNotMatch(answer, unwanted);
      assert.equal(outcome.text, 'Let me look. Found it.');
      assert.equal(outcome.steps.length, 2);
      assert.equal(outcome.steps[1]?.finishReason, 'stop');
      assertHidden(outcome);
      assertGrowing(calls);
      assert.deepEqual(calls[0]!.tools!.map(({ name }) => name), ['list', 'note', 'headroom_retrieve']);
    });
  }

  test('usage is summed, and the report counts what was retrieved', async () => {
    const reports: { retrievedTokens: number }[] = [];
    const { settings, engine } = agent(
      sdk,
      [() => [use('c1', 'list')], (call) => [look('h1', { id: handleIn(call), rows: '1-3' })], () => [say('Done.')]],
      { onReport: (report) => reports.push(report) },
    );
    const outcome = await ask(sdk, way, { ...settings, prompt: 'Go.' });
    const usage = outcome.steps.map((step) => step.usage as { inputTokens: number; outputTokens: number; totalTokens: number; cachedInputTokens?: number });
    assert.deepEqual(usage.map(({ inputTokens, outputTokens, totalTokens }) => [inputTokens, outputTokens, totalTokens]), [[10, 4, 14], [20, 8, 28]]);
    if (sdk.major < 7) assert.equal(usage[1]?.cachedInputTokens, 6);
    const told = report(outcome)!;
    assert.ok(told['retrievedTokens']! > 20);
    assert.equal(told['tokensSaved'], told['tokensBefore']! - told['tokensAfter']! - told['toolTokens']!);
    assert.equal(report(outcome, 0)?.['retrievedTokens'], 0);
    assert.deepEqual(reports.map(({ retrievedTokens }) => retrievedTokens), [0, told['retrievedTokens']]);
    assert.deepEqual(outcome.steps[1]?.providerMetadata?.['mock'], { round: 3 });
    const stats = engine.stats();
    assert.deepEqual([stats.requests, stats.retrievals, stats.retrievedTokens], [2, 1, told['retrievedTokens']]);
    assert.deepEqual([stats.usage.inputTokens, stats.usage.outputTokens, stats.usage.cacheReadTokens], [30, 12, 9]);
  });

  test('retrieval, then a tool of the client, then the next request: valid, and the prefix unchanged', async () => {
    const cacheControl = { anthropic: { cacheControl: { type: 'ephemeral' } } };
    const opening: Message[] = [
      { role: 'system', content: 'Be brief.', providerOptions: cacheControl },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What about this?', providerOptions: cacheControl },
          { type: 'file', data: new Uint8Array([137, 80, 78, 71]), mediaType: 'image/png' },
        ],
      },
    ];
    const { settings, calls } = agent(sdk, [
      () => [think('The list.', 's1'), use('c1', 'list')],
      (call) => [think('Row 7.', 's2'), say('Let me look. '), look('h1', { id: handleIn(call), rows: '7' })],
      (call) => [think('A note, and row 8.', 's3'), use('c2', 'note'), look('h2', { id: handleIn(call), rows: '8' })],
      () => [think('Row 9 too.', 's4'), look('h3', { id: 'hr_0000000000000000' })],
      () => [think('Enough.', 's5'), say('It is item-7.')],
      () => [say('You are welcome.')],
    ]);
    const system = sdk.major === 7 ? { allowSystemInMessages: true } : {};
    const first = await ask(sdk, way, { ...settings, ...system, messages: opening });
    assert.equal(first.text, 'It is item-7.');
    assert.equal(first.steps.length, 3);
    assertHidden(first);
    await ask(sdk, way, { ...settings, ...system, messages: [...opening, ...first.messages, { role: 'user', content: 'Thanks.' }] });
    assertGrowing(calls);

    const last = calls.at(-1)!.prompt;
    assert.deepEqual(last.map(({ role }) => role), ['system', 'user', 'assistant', 'tool', 'assistant', 'tool', 'assistant', 'tool', 'assistant', 'tool', 'assistant', 'user']);
    assert.deepEqual(last[0]?.providerOptions, cacheControl);
    const opened = last[1]?.content as Part[];
    assert.deepEqual(opened[0]?.['providerOptions'], cacheControl);
    assert.match(JSON.stringify(opened[1]), /image\/png/);
    const signatures = last.flatMap(({ content }) => (content as Part[]).map?.((part) => part['providerOptions']?.mock?.signature) ?? []).filter(Boolean);
    assert.deepEqual(signatures, ['s1', 's2', 's3', 's4', 's5']);
    // Ours beside the client's own: both answered in one message, ours first.
    assert.deepEqual((last[7]?.content as Part[]).map((part) => part['toolCallId']), ['h2', 'c2']);
    assert.match(JSON.stringify(last[7]), /item-8\b/);
  });

  test('what was hidden is put back whatever the client does with white space, cache marks and parts', async () => {
    const { settings, calls } = agent(sdk, [
      () => [use('c1', 'list')],
      (call) => [think('Row 7.', 's1'), say('Let me look.\n\n'), look('h1', { id: handleIn(call), rows: '7' })],
      () => [say('It is item-7.')],
      () => [say('Bye.')],
    ]);
    const opening = { role: 'user', content: 'Which?' };
    const first = await ask(sdk, way, { ...settings, messages: [opening] });
    const mark = { anthropic: { cacheControl: { type: 'ephemeral' } } };
    const merged = { role: 'assistant', content: [{ type: 'text', text: first.text.trim() }], providerOptions: mark };
    const messages = [opening, ...first.messages.slice(0, 2), merged, { role: 'user', content: 'Thanks.' }];
    await ask(sdk, way, { ...settings, messages });
    const resent = calls.at(-1)!.prompt.at(-2)!;
    assert.deepEqual(resent.providerOptions, mark);
    assert.equal(calls.at(-1)!.prompt.length, 7);
    assertGrowing(calls);
  });

  test('what was hidden and is gone takes its reasoning and signatures with it', async () => {
    const script: Round[] = [
      () => [think('The list.', 's1'), use('c1', 'list')],
      (call) => [think('Row 7.', 's2'), say('Let me look. '), look('h1', { id: handleIn(call), rows: '7' })],
      () => [think('So.', 's3'), { ...say('It is item-7.'), providerMetadata: { mock: { itemId: 'i1' } } }],
    ];
    const before = agent(sdk, script);
    const opening = { role: 'user', content: 'Which?' };
    const first = await ask(sdk, way, { ...before.settings, messages: [opening] });
    // A new process: its store is empty.
    const after = agent(sdk, [() => [say('Bye.')]]);
    const messages = [opening, ...first.messages.slice(2), { role: 'user', content: 'Thanks.' }];
    const second = await ask(sdk, way, { ...after.settings, messages });
    const turn = after.calls[0]!.prompt[1]!;
    assert.deepEqual((turn.content as Part[]).map(({ type }) => type), ['text', 'text']);
    assert.doesNotMatch(JSON.stringify(turn), /s2|s3|itemId|headroom/);
    assert.match(JSON.stringify(report(second)?.['warnings']), /gone/);
  });

  test('two conversations that look alike do not get each other’s hidden rounds', async () => {
    const { settings, calls } = agent(sdk, [
      () => [use('c1', 'list')],
      (call) => [look('h1', { id: handleIn(call), rows: '7' })],
      () => [say('Done.')],
      () => [say('Bye.')],
    ]);
    const first = await ask(sdk, way, { ...settings, prompt: 'Mine?' });
    await ask(sdk, way, { ...settings, messages: [{ role: 'user', content: 'Yours?' }, ...first.messages, { role: 'user', content: 'Thanks.' }] });
    assert.doesNotMatch(JSON.stringify(calls.at(-1)), /h1/);
  });

  test('after maxRetrievals rounds the model is told to go on without; a call after that is dropped', async () => {
    const answers: string[] = [];
    const asking = (id: string): Round => (call) => (answers.push(lastAnswer(call)), [say(`${id} `), look(id, { id: handleIn(call), rows: '1' })]);
    const { settings, calls } = agent(sdk, [() => [use('c1', 'list')], asking('h1'), asking('h2'), asking('h3'), asking('h4'), asking('h5'), () => [say('Bye.')]]);
    const opening = { role: 'user', content: 'Which?' };
    const outcome = await ask(sdk, way, { ...settings, messages: [opening] });
    assert.equal(outcome.text, 'h1 h2 h3 h4 h5 ');
    assert.equal(outcome.steps.at(-1)?.finishReason, 'stop');
    for (const answer of answers.slice(1, 4)) assert.match(answer, /item-1\b/);
    assert.doesNotMatch(answers[4]!, /item-1\b/);
    assert.match(answers[4]!, /limit/);
    assert.match(JSON.stringify(report(outcome)?.['warnings']), /maxRetrievals/);
    assertHidden(outcome);
    await ask(sdk, way, { ...settings, messages: [opening, ...outcome.messages, { role: 'user', content: 'Thanks.' }] });
    assertGrowing(calls);
  });

  test('maxRetrievals: 0 answers nothing', async () => {
    const { settings, calls } = agent(
      sdk,
      [() => [use('c1', 'list')], (call) => [look('h1', { id: handleIn(call) })], () => [say('Without.')]],
      { maxRetrievals: 0 },
    );
    assert.equal((await ask(sdk, way, { ...settings, prompt: 'Go.' })).text, 'Without.');
    assert.match(lastAnswer(calls.at(-1)!), /limit/);
  });

  test('only handles of this very request are served; everything else has a last answer', async () => {
    const engine = engineForTests();
    const other = await engine.compress([
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'x', toolName: 'list', input: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'x', toolName: 'list', output: { type: 'json', value: rows.map((row) => ({ ...row, secret: 'secret' })) } }] },
    ]);
    const foreign = /hr_[0-9a-z]{16}/.exec(JSON.stringify(other.messages))![0];
    assert.equal((await engine.retrieve(foreign)).found, true, 'the store has it');
    const inputs: object[] = [{ id: foreign }, { id: 'hr_0000000000000000' }, { id: 'nonsense' }, {}, [], { id: 7 }];
    const { settings, calls } = agent(
      sdk,
      [() => [use('c1', 'list')], () => inputs.map((input, at) => look(`h${at}`, input)), () => [say('Without.')]],
      {},
      engine,
    );
    const outcome = await ask(sdk, way, { ...settings, prompt: 'Go.' });
    assert.equal(outcome.text, 'Without.');
    const answers = calls.at(-1)!.prompt.at(-1)!.content as Part[];
    assert.equal(answers.length, inputs.length);
    assert.doesNotMatch(JSON.stringify(answers), /secret/);
    for (const { output } of answers) assert.match(output.value, /no original|no id/);
  });

  test('arguments that are no JSON are answered like any other mistake', async () => {
    const { settings, calls } = agent(sdk, [() => [use('c1', 'list')], () => [{ ...look('h1', {}), input: '{"id":' }], () => [say('Without.')]]);
    assert.equal((await ask(sdk, way, { ...settings, prompt: 'Go.' })).text, 'Without.');
    assert.match(lastAnswer(calls.at(-1)!), /no id/);
  });

  test('an error in the second call is the caller’s to see', async () => {
    const failed = new Error('overloaded');
    const { settings } = agent(sdk, [() => [use('c1', 'list')], (call) => [say('Let me look. '), look('h1', { id: handleIn(call) })], () => Promise.reject(failed)]);
    await assert.rejects(ask(sdk, way, { ...settings, prompt: 'Go.' }), (error) => error === failed);
  });

  test('withHeadroom does the same without wrapLanguageModel', async () => {
    const { withHeadroom } = await import('headroom-js/ai-sdk');
    const { model, settings, calls, engine } = agent(sdk, [() => [use('c1', 'list')], (call) => [look('h1', { id: handleIn(call), rows: '3' })], (call) => [say(/item-\d+/.exec(lastAnswer(call))![0])]]);
    const wrapped = withHeadroom(model, engine);
    assert.equal(wrapped.modelId, model.modelId);
    assert.equal(wrapped.specificationVersion, model.specificationVersion);
    const outcome = await ask(sdk, way, { ...settings, model: wrapped, prompt: 'Go.' });
    assert.equal(outcome.text, 'item-3');
    assertHidden(outcome);
    assertGrowing(calls);
  });
}

function streams(sdk: Sdk): void {
  test('text before the call reaches the caller before the answer is there', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const { settings } = agent(sdk, [
      () => [use('c1', 'list')],
      (call) => [say('Let me look. '), look('h1', { id: handleIn(call), rows: '1' })],
      async () => (await released, [say('Found it.')]),
    ]);
    let text = '';
    for await (const delta of sdk.ai.streamText({ ...settings, prompt: 'Go.' }).textStream) {
      text += delta;
      if (text === 'Let me look. ') release();
    }
    assert.equal(text, 'Let me look. Found it.');
  });

  test('blocks of later rounds have ids of their own, and there is one start and one finish a step', async () => {
    const { settings } = agent(sdk, [
      () => [use('c1', 'list')],
      (call) => [think('Hm.', 's1'), say('Let me look. '), look('h1', { id: handleIn(call), rows: '1' })],
      () => [think('So.', 's2'), say(''), say('Found it.')],
    ]);
    const { parts, steps } = await ask(sdk, 'stream', { ...settings, prompt: 'Go.' });
    const starts = parts.filter(({ type }) => type === 'text-start' || type === 'reasoning-start').map(({ type, id }) => `${type} ${id}`);
    assert.deepEqual(starts, ['reasoning-start 0', 'text-start 0', 'reasoning-start 0:1', 'text-start 0:1']);
    assert.equal(parts.filter(({ type }) => type === 'finish-step').length, steps.length);
    for (const kind of ['text', 'reasoning']) {
      const opened = parts.filter(({ type }) => type === `${kind}-start`).map(({ id }) => id);
      assert.deepEqual(parts.filter(({ type }) => type === `${kind}-end`).map(({ id }) => id), opened);
    }
  });

  test('an abort reaches the second call and ends the stream', async () => {
    const controller = new AbortController();
    const { settings, model } = agent(sdk, [
      () => [use('c1', 'list')],
      (call) => [look('h1', { id: handleIn(call), rows: '1' })],
      (call) =>
        new Promise((_, reject) => {
          call.abortSignal?.addEventListener('abort', () => reject(call.abortSignal?.reason));
          controller.abort();
        }),
    ]);
    const parts: string[] = [];
    const result = sdk.ai.streamText({ ...settings, prompt: 'Go.', abortSignal: controller.signal, onError: () => {} });
    for await (const { type } of result.fullStream) parts.push(type);
    assert.equal(model.doStreamCalls.length, 3);
    assert.equal(parts.at(-1), 'abort');
    assert.equal(parts.includes('error'), false);
  });
}
