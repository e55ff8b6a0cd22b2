// The engine as an application uses it: results, options, reports, errors, and what happens when the core fails.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as core from '#core';
import {
  compress,
  compressSync,
  countTokens,
  createHeadroom,
  HeadroomConfigError,
  HeadroomError,
  HeadroomRequestError,
  type CompressOptions,
  type HeadroomConfig,
  type Report,
} from 'headroom-js';
import { Headroom } from '../dist/engine.js';
import { hostOptions } from '../dist/config.generated.js';
import { bulky, openAiConversation } from './helpers/conversations.ts';
import { engineForTests, lines } from './helpers/engine.ts';
import { fakeCore, panic } from './helpers/fake-core.ts';

const messages = openAiConversation();

describe('the result', () => {
  test('adds up', async () => {
    const { messages: after, tools, ...report } = await engineForTests().compress(messages, { model: 'gpt-4o' });
    assert.equal(report.tokensSaved, report.tokensBefore - report.tokensAfter - report.toolTokens);
    assert.ok(report.tokensSaved > 1000);
    assert.equal(report.estimated, false);
    const text = (list: object[]) =>
      list.flatMap((message) => ('content' in message ? message.content : undefined)).map((part) => (typeof part === 'string' ? part : ((part as { text?: string } | null)?.text ?? '')));
    const total = (list: object[]) => text(list).reduce((sum, part) => sum + countTokens(part, { model: 'gpt-4o' }), 0);
    assert.equal(report.tokensBefore, total(messages));
    assert.equal(report.tokensAfter, total(after));
    assert.equal(report.toolTokens, countTokens(JSON.stringify(tools[0])));
    const [list, rows] = report.blocks;
    assert.equal(report.blocks.length, 2);
    assert.deepEqual([list?.message, list?.part, rows?.message, rows?.part], [3, 0, 6, 0]);
    assert.equal(list?.lossless, false);
    assert.match(list?.handle ?? '', /^hr_[0-9a-hjkmnp-tv-z]{16}$/);
    assert.deepEqual(list?.omissions, [{ unit: 'lines', count: 58, total: 60, ranges: [[2, 59]] }]);
  });

  test('has the same tool on every call, and none where nothing may be left out', async () => {
    const engine = createHeadroom();
    const first = await engine.compress([{ role: 'user', content: 'Hi' }]);
    const second = await engine.compress(messages);
    assert.equal(first.tools.length, 1);
    assert.equal(JSON.stringify(first.tools), JSON.stringify(second.tools));
    assert.deepEqual((await engine.compress(messages, { lossless: true })).tools, []);
    assert.deepEqual(createHeadroom({ lossless: true }).compressSync(messages).tools, []);
    assert.deepEqual((await createHeadroom({ mode: 'audit' }).compress(messages)).tools, []);
  });

  test('is a prefix of the result for a longer conversation', async () => {
    const engine = engineForTests();
    const whole = (await engine.compress(messages)).messages;
    for (let length = 1; length <= messages.length; length++) {
      assert.deepEqual((await engineForTests().compress(messages.slice(0, length))).messages, whole.slice(0, length));
    }
    assert.deepEqual((await engine.compress(whole)).messages, whole, 'compressing again changes nothing');
  });

  test('of the functions is that of a default engine', async () => {
    const result = await compress(messages);
    assert.deepEqual(result, compressSync(messages));
    assert.deepEqual(result, await createHeadroom().compress(messages));
    assert.equal(countTokens('hello world', { model: 'gpt-4o' }), 2);
  });
});

describe('options', () => {
  const wrong: [options: Record<string, unknown>, key: string][] = [
    [{ maxBlokTokens: 1 }, 'maxBlokTokens'],
    [{ code: 'yes' }, 'code'],
    [{ maxBlockTokens: '1' }, 'maxBlockTokens'],
    [{ maxBlockTokens: -1 }, 'maxBlockTokens'],
    [{ maxBlockTokens: Number.NaN }, 'maxBlockTokens'],
    [{ maxBlockTokens: () => 1 }, 'maxBlockTokens'],
    [{ scope: () => 'x' }, 'scope'],
    [{ hooks: () => 1 }, 'hooks'],
    [{ mode: 'on' }, 'mode'],
    [{ lossless: null }, 'lossless'],
    [{ onReport: 'log' }, 'onReport'],
  ];
  for (const [options, key] of wrong) {
    test(`${Object.keys(options)[0]}: ${String(Object.values(options)[0])} is an error that names the key, at once`, async () => {
      const isConfigError = (error: unknown) => HeadroomConfigError.isInstance(error) && error.key.startsWith(key) && error.message.includes(key);
      assert.throws(() => createHeadroom(options as HeadroomConfig), isConfigError);
      await assert.rejects(createHeadroom().compress(messages, options as CompressOptions), isConfigError);
      assert.throws(() => compressSync(messages, options as CompressOptions), isConfigError);
    });
  }

  test('a mistyped key is told the nearest name', () => {
    assert.throws(() => createHeadroom({ min_tokens_to_compres: 1 } as object), /minTokensToCompress/);
  });

  test('of a call: model, format and what belongs to the engine', async () => {
    await assert.rejects(compress(messages, { model: 4 } as object), { key: 'model' });
    await assert.rejects(compress(messages, { format: 'gemini' } as object), { key: 'format' });
    await assert.rejects(compress(messages, { store: new Map() } as object), { key: 'store' });
    await assert.rejects(compress(messages, { secret: 'x' } as object), { key: 'secret' });
    await assert.rejects(compress(messages, 'fast' as unknown as object), { key: 'options' });
    assert.throws(() => createHeadroom('fast' as unknown as object), { key: 'config' });
  });

  test('of a call win over the engine', async () => {
    const engine = engineForTests();
    assert.equal((await engine.compress(messages, { minTokensToCompress: 1_000_000 })).messages, messages);
    assert.equal((await engine.compress(messages, { lossless: true })).blocks.every(({ lossless }) => lossless), true);
    assert.equal((await engine.compress(messages, { lossless: undefined } as object)).tools.length, 1, 'what is not set is not set');
  });

  test('that the host reads are those of the table', () => {
    const table = JSON.parse(core.core().optionsJson()) as { name: string; host: boolean }[];
    assert.deepEqual(table.filter(({ host }) => host).map(({ name }) => name), [...hostOptions]);
  });

  test('a store needs a secret, unless it is memory', () => {
    const store = { get: async () => undefined, put: async () => {} };
    assert.throws(() => createHeadroom({ store }), { name: 'HeadroomConfigError', key: 'secret' });
    assert.throws(() => createHeadroom({ store, secret: '' }), { key: 'secret' });
    assert.throws(() => createHeadroom({ store: {} } as object), { key: 'store' });
    createHeadroom({ store, secret: 'a secret' });
  });
});

describe('reports', () => {
  test('go to the listener of the engine, or of the call', async () => {
    const reports: Report[] = [];
    const engine = engineForTests({ onReport: (report) => reports.push(report) });
    const { messages: _, tools: __, ...report } = await engine.compress(messages);
    engine.compressSync(messages);
    assert.deepEqual(reports, [report, report]);
    const called: Report[] = [];
    await engine.compress(messages, { onReport: (report) => called.push(report) });
    assert.equal(called.length, 1);
    assert.equal(reports.length, 2);
  });

  test('hold no content', async () => {
    const { messages: _, tools: __, ...report } = await engineForTests().compress(messages);
    assert.doesNotMatch(JSON.stringify(report), /entry number|What is wrong/);
  });

  test('a listener that fails does not fail the request', async () => {
    const onReport = () => {
      throw new Error('of the listener');
    };
    assert.equal((await engineForTests({ onReport }).compress(messages)).messages.length, messages.length);
  });
});

describe('when the core fails', () => {
  test('the request passes through, says so, and the next call has a new engine', async () => {
    let failing = true;
    const { module, state } = fakeCore(() => (failing ? panic() : {}));
    const engine = new Headroom(module);
    for (const result of [await engine.compress(messages), engine.compressSync(messages)]) {
      assert.equal(result.messages, messages);
      assert.equal(result.warnings.length, 1);
      assert.deepEqual(result.tools, []);
    }
    failing = false;
    assert.deepEqual((await engine.compress(messages)).warnings, []);
    assert.equal(state.made, 3);
  });

  test('a trap of WebAssembly is one such failure', async () => {
    const { module } = fakeCore(() => {
      throw new WebAssembly.RuntimeError('unreachable');
    });
    const body = new Uint8Array([1]);
    assert.equal((await new Headroom(module).compressBody(body, { format: 'openai' })).body, body);
  });

  test('a core that cannot be loaded is an error', async () => {
    const { module } = fakeCore(() => ({}));
    const missing = new Error('there is no core');
    const engine = new Headroom({ ...module, loadCore: () => Promise.reject(missing) });
    await assert.rejects(engine.compress(messages), missing);
  });
});

describe('steps', () => {
  test('large inputs are compressed off the event loop', async () => {
    const { module, state } = fakeCore(() => ({}));
    const engine = new Headroom(module);
    await engine.compress([{ role: 'user', content: 'small' }]);
    assert.equal(state.asynchronous, 0);
    await engine.compress([{ role: 'user', content: lines(2000) }]);
    assert.equal(state.asynchronous, 1);
  });

  test('a step that needs a module is taken again with its answer', async () => {
    const need = { module: 'toy', block: 0, text: bulky, query: { question: '', arguments: '' }, budget: 100 };
    const { module, state } = fakeCore((_, meta) => ('answers' in meta ? {} : { needs: [need] }));
    const candidate = { text: 'short', method: 'toy', omissions: [] };
    const toy = { name: 'toy', kinds: ['text'], compress: async () => [candidate] };
    await new Headroom(module, { modules: [toy] }).compress(messages);
    assert.equal(state.steps.length, 2);
    assert.deepEqual(state.steps[1], { ...state.steps[0], answers: [{ module: 'toy', block: 0, candidates: [candidate] }] });
    // What takes time cannot be waited for.
    assert.match(new Headroom(module, { modules: [toy] }).compressSync(messages).warnings.join(), /toy/);
  });

  test('a module that fails has no candidates, and the report names it without content', async () => {
    const failing = { name: 'failing', kinds: ['text', 'json'], compress: (): never => panicWith(bulky) };
    const result = await engineForTests({}, [failing]).compress(messages);
    assert.match(result.warnings.join(), /failing/);
    assert.doesNotMatch(result.warnings.join(), /entry number/);
    assert.equal(engineForTests({}, [failing]).compressSync(messages).messages.length, messages.length);
  });

  test('a core that never stops asking is left', async () => {
    const { module } = fakeCore(() => ({ needs: [{ module: 'toy', block: 0, text: '', query: {}, budget: 1 }] }));
    const engine = new Headroom(module);
    assert.equal((await engine.compress(messages)).warnings.length, 1);
    assert.equal(engine.compressSync(messages).messages, messages);
  });
});

describe('errors', () => {
  test('are recognised across copies of the package', () => {
    const error = new HeadroomRequestError('no');
    const foreign = Object.assign(new Error('no'), { [Symbol.for('headroom.error')]: ['HeadroomError', 'HeadroomRequestError'] });
    for (const each of [error, foreign]) {
      assert.equal(HeadroomError.isInstance(each), true);
      assert.equal(HeadroomRequestError.isInstance(each), true);
      assert.equal(HeadroomConfigError.isInstance(each), false);
    }
    for (const each of [new Error('no'), undefined, null, 'no', {}]) assert.equal(HeadroomError.isInstance(each), false);
    assert.equal(error instanceof HeadroomError, true);
  });
});

function panicWith(content: string): never {
  throw new Error(content);
}
