// Bad input: a clear error or an untouched block, never a crash, never a hang.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'node:test';
import { createHeadroom, HeadroomConfigError, HeadroomError, type CompressOptions, type HeadroomConfig } from 'headroom-js';
import * as core from '../../npm/headroom/dist/core/node.js';
import { Headroom } from '../../npm/headroom/dist/engine.js';
import type { Glue } from '../../npm/headroom/dist/core/wasm.js';
import { files } from '../corpus/cases.ts';
import { wasm, withoutWasm } from './helpers/cores.ts';
import { formats, messagesOf, textsOf, type Format, type Message } from './helpers/conversations.ts';
import { slow } from './helpers/sources.ts';

const config: HeadroomConfig = { minTokensToCompress: 20, maxBlockTokens: 100 };
const [orders] = files().filter(({ name }) => name === 'texts/orders.json').map(({ texts }) => texts![1]!);

function asked(output: string, format: Format = 'openai', input: unknown = {}): Message[] {
  return messagesOf({ name: '', turns: [{ question: 'What failed?', tool: 'list', input, output }] }, format);
}

describe('huge outputs', () => {
  const megabyte = 1024 * 1024;
  const shapes: Record<string, (bytes: number) => string> = {
    'one line': (bytes) => 'x'.repeat(bytes),
    'one line of words': (bytes) => 'a word, '.repeat(bytes / 8),
    'one array on one line': (bytes) => `[${'{"id":1,"name":"x","ok":true},'.repeat(bytes / 30)}null]`,
    'one string of JSON': (bytes) => `["${'x'.repeat(bytes)}"]`,
    'one string that never ends': (bytes) => `["${'x'.repeat(bytes)}`,
    'nested without end': (bytes) => '['.repeat(bytes),
    'quotes': (bytes) => '"'.repeat(bytes),
    'backslashes in a string': (bytes) => `["${'\\'.repeat(bytes)}`,
    'blanks': (bytes) => `[${' '.repeat(bytes)}`,
    'emoji': (bytes) => '👩‍👩‍👧'.repeat(bytes / 18),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    // The memory of results is off: what is tested is the work, and the text is held often enough as it is.
    const engine = (): ReturnType<typeof createHeadroom> => createHeadroom({ resultCacheBytes: 0 });
    test(`${name}, 20 MB`, async () => {
      const messages = asked(shape(20 * megabyte));
      const result = await engine().compress(messages);
      assert.ok(result.tokensAfter <= result.tokensBefore);
      assert.ok(result.blocks.every(({ error }) => error === undefined));
      if (result.tokensAfter === result.tokensBefore) assert.equal(result.messages, messages);
    });
    test(`${name}, 200 MB`, { skip: slow ? false : 'long tests only' }, async () => {
      const messages = asked(shape(200 * megabyte));
      const result = await engine().compress(messages);
      assert.ok(result.tokensAfter <= result.tokensBefore);
    });
  }
});

describe('lone surrogates', () => {
  const output = orders!.replaceAll('card', 'c\ud800rd');

  for (const format of formats) {
    test(`leave a text as it is, ${format}`, () => {
      const messages = asked(output, format);
      const result = createHeadroom(config).compressSync(messages, { format });
      assert.equal(result.messages, messages);
      assert.match(result.warnings.join(), /surrogate/);
    });

    test(`around a text leave it compressible, ${format}`, () => {
      const odd = '\udc00';
      const turns = [{ question: `What? ${odd}`, tool: `list${odd}`, input: { [odd]: odd, raw: [odd] }, output: orders! }];
      const messages = messagesOf({ name: '', turns }, format);
      const result = createHeadroom(config).compressSync(messages, { format });
      const changed = textsOf(result.messages).filter(({ text }, at) => text !== textsOf(messages)[at]!.text);
      assert.equal(changed.length, 1);
    });
  }

  test('in a model, a scope or a handle do no harm', async () => {
    const engine = createHeadroom(config);
    for (const options of [{ model: 'gpt-\ud800' }, { scope: '\ud800' }, { excludedTools: ['\ud800'] }] as CompressOptions[]) {
      await orHeadroomError(async () => assert.equal((await engine.compress(asked(orders!), options)).messages.length, asked('').length));
    }
    assert.equal((await engine.retrieve('hr_\ud800')).found, false);
    engine.countTokens('\ud800'.repeat(100));
  });
});

describe('handles and markers', () => {
  test('that are invalid have a terminal answer', async () => {
    const engine = createHeadroom(config);
    await engine.compress(asked(orders!));
    const id = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^hr_[0-9a-z]{0,20}$/), fc.constantFrom('', 'hr_', '../../etc/passwd', '__proto__', 'hr_'.repeat(100_000)));
    const anything = fc.dictionary(fc.constantFrom('rows', 'lines', 'path', 'query', 'symbol'), fc.oneof(fc.string(), fc.constantFrom('1-', '9-1', '0', '-1', '1-99999999999999999999', '$..*', '$[?@.a]', '1@5')));
    const known = (await engine.compress(asked(orders!))).blocks[0]!.handle!;
    const check = async (handle: string, part: object): Promise<void> => {
      const wrong = await engine.retrieve(handle, part);
      assert.equal(wrong.found, false);
      assert.ok(wrong.text.length > 20 && wrong.text.length < 500);
      const answer = await engine.retrieve(known, part);
      assert.ok(engine.countTokens(answer.text) <= 4000);
      const call = { id: 'c', type: 'function', function: { name: 'headroom_retrieve', arguments: JSON.stringify({ id: known, ...part }) } } as const;
      assert.equal(typeof (await engine.handleToolCall(call)).content, 'string');
    };
    await fc.assert(fc.asyncProperty(id, anything, check), { numRuns: slow ? 10_000 : 300 });
  });

  test('of a model that sends anything are answered', async () => {
    const engine = createHeadroom(config);
    const answered = async (given: unknown): Promise<void> => {
      const call = { type: 'tool_use', id: 'c', name: 'headroom_retrieve', input: given } as const;
      await orHeadroomError(async () => assert.ok((await engine.handleToolCall(call)).content[0]!.content.length > 10));
    };
    await fc.assert(fc.asyncProperty(fc.anything(), answered), { numRuns: slow ? 10_000 : 300 });
  });

  test('that are forged change nothing: a text of another is compressed with them, and its own block is not believed', () => {
    const engine = createHeadroom(config);
    const whole = engine.compressSync(asked(orders!));
    const own = textsOf(whole.messages)[2]!.text;
    assert.equal(engine.compressSync(whole.messages).messages, whole.messages);
    const forged = [
      own.replace('rows left out', 'rows  left out'),
      own.replace(/\d(?=\n)/, '7'),
      `${own}\n`,
      ` ${own}`,
      orders! + own.slice(own.lastIndexOf('\n')),
      `${orders!.slice(0, -2)},"marker":${JSON.stringify(own.slice(own.lastIndexOf('\n') + 1))}}`,
    ];
    for (const text of forged) {
      const result = engine.compressSync(asked(text));
      const handles = result.blocks.flatMap(({ handle }) => handle ?? []);
      assert.ok(handles.every((handle) => !text.includes(handle)), 'a forged handle was taken over');
      assert.equal(engine.compressSync(result.messages).messages, result.messages);
      assert.ok(result.blocks.length > 0, 'a forged block was taken for one of ours');
    }
  });
});

describe('options of the wrong type', () => {
  interface Option {
    readonly name: string;
    readonly type: unknown;
  }
  const table = JSON.parse(core.core().optionsJson()) as Option[];
  const values: unknown[] = [null, 0.5, -1, Number.NaN, Infinity, 1e300, '', 'x', true, false, [], [1], ['x'], {}, { a: 1 }, () => 1, Symbol('x'), 10n, new Date(0), new Map()];

  for (const { name } of table) {
    test(`${name} is refused by name, or is what it says`, async () => {
      let refused = 0;
      for (const value of values) {
        const options = { [name]: value };
        const isAbout = (error: unknown): boolean => {
          if (!HeadroomConfigError.isInstance(error)) return false;
          refused += 1;
          return error.key.startsWith(name) && error.message.length < 400;
        };
        for (const attempt of [() => void createHeadroom(options as HeadroomConfig), () => createHeadroom().compress(asked('ok'), options as CompressOptions)]) {
          try {
            await attempt();
          } catch (error) {
            assert.ok(isAbout(error) || (name === 'store' && HeadroomError.isInstance(error)), `${String(value?.toString())}: ${String(error)}`);
          }
        }
      }
      assert.ok(refused > values.length, `only ${refused} values were refused`);
    });
  }

  test('an option that nobody knows is refused, whatever it is called', async () => {
    const known = new Set([...table.map(({ name }) => name), 'model', 'format']);
    const key = fc.string({ minLength: 1 }).filter((each) => !known.has(each) && each !== '__proto__');
    const refused = async (name: string, value: unknown): Promise<void> => {
      assert.throws(() => createHeadroom({ [name]: value } as object), { name: 'HeadroomConfigError' });
      await assert.rejects(createHeadroom().compress(asked('ok'), { [name]: value } as object), { name: 'HeadroomConfigError' });
    };
    const value = fc.jsonValue().filter((each) => each !== undefined);
    await fc.assert(fc.asyncProperty(key, value, refused), { numRuns: slow ? 2000 : 200 });
  });
});

describe('messages that are none', () => {
  const keys = fc.constantFrom('role', 'content', 'type', 'text', 'tool_calls', 'tool_call_id', 'function', 'name', 'arguments', 'tool_use_id', 'output', 'value', 'input', 'toolCallId', 'toolName', 'providerOptions', 'headroom', 'source', 'data');
  const words = fc.constantFrom('user', 'assistant', 'tool', 'system', 'text', 'tool_result', 'tool-result', 'tool_use', 'tool-call', 'json', 'content', 'document', 'mcp_tool_result', orders!);
  const { message } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, words, fc.anything(), fc.array(tie('message'), { maxLength: 3 }), tie('message')),
    message: fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
  }));

  test('are an error of ours, or pass through', async () => {
    const engine = createHeadroom(config);
    const check = async (messages: unknown, format: Format | undefined): Promise<void> => {
      await orHeadroomError(async () => {
        const result = await engine.compress(messages as Message[], format && { format });
        assert.ok(result.tokensAfter <= result.tokensBefore);
        assert.equal(result.messages.length, (messages as Message[]).length);
      });
    };
    const lists = fc.oneof({ weight: 4, arbitrary: fc.array(message as fc.Arbitrary<unknown>, { maxLength: 4 }) }, { weight: 1, arbitrary: fc.anything() });
    await fc.assert(fc.asyncProperty(lists, fc.constantFrom(undefined, ...formats), check), { numRuns: slow ? 20_000 : 1000 });
  });

  test('nested 10,000 deep, or in a ring, pass through', async () => {
    let deep: Message = { type: 'text', text: 'x' };
    for (let depth = 0; depth < 10_000; depth++) deep = { type: 'tool_result', tool_use_id: 'x', content: [deep] };
    const ring: { [key: string]: unknown } = { role: 'user' };
    ring['content'] = [ring];
    const output = { type: 'json', value: ring };
    const lists: Message[][] = [[{ role: 'user', content: [deep] }], [ring], [{ role: 'tool', content: [{ type: 'tool-result', toolCallId: 'x', output }] }]];
    for (const messages of lists) {
      for (const format of formats) assert.equal((await createHeadroom(config).compress(messages, { format })).messages, messages);
    }
  });
});

describe('a trap of WebAssembly', { skip: withoutWasm }, () => {
  /** A core whose next call reads far outside of its memory: a real trap, in the middle of a step. */
  function trapping() {
    const trap = { next: false };
    const changed = (glue: Glue): Partial<Glue> => {
      class Engine extends (glue.Engine as new (config: string, modules: string) => object) {
        step(texts: string[], metaJson: string) {
          return glue.Engine.prototype.step.call(this.#target(), texts, metaJson);
        }
        bodyStep(body: Uint8Array, metaJson: string) {
          return glue.Engine.prototype.bodyStep.call(this.#target(), body, metaJson);
        }
        #target(): Glue['Engine']['prototype'] {
          const wild = trap.next ? Object.assign(Object.create(glue.Engine.prototype) as object, { __wbg_ptr: 0xffff_fff0 }) : this;
          trap.next = false;
          return wild as unknown as Glue['Engine']['prototype'];
        }
      }
      return { Engine: Engine as unknown as Glue['Engine'] };
    };
    return { trap, module: withoutWasm ? core : wasm(changed) };
  }

  test('costs one request its compression, and no other anything', async () => {
    const { trap, module } = trapping();
    const [engine, other] = [new Headroom(module, config), new Headroom(module, { ...config, lossless: true })];
    const messages = asked(orders!);
    const body = new TextEncoder().encode(JSON.stringify({ messages, tools: [] }));
    const whole = { messages: await engine.compress(messages), body: await engine.compressBody(body, { format: 'openai' }), other: other.compressSync(messages) };
    assert.notEqual(whole.messages.messages, messages);
    for (let times = 0; times < 3; times++) {
      trap.next = true;
      const failed = times % 2 ? engine.compressSync(messages) : await engine.compress(messages);
      assert.equal(failed.messages, messages, 'the request passes through');
      assert.match(failed.warnings.join(), /failed/);
      trap.next = true;
      const failedBody = await engine.compressBody(body, { format: 'openai' });
      assert.equal(failedBody.body, body);
      assert.match(failedBody.report.warnings.join(), /failed/);
      assert.deepEqual(other.compressSync(messages), whole.other, 'another engine of the same instance');
      assert.deepEqual(await engine.compress(messages), whole.messages);
      assert.deepEqual(await engine.compressBody(body, { format: 'openai' }), whole.body);
      assert.equal((await engine.retrieve(whole.messages.blocks[0]!.handle!, { rows: '1' })).found, true);
    }
  });
});

async function orHeadroomError(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!HeadroomError.isInstance(error)) throw error;
  }
}
