// The laws of `compressBody()`: of a body only the strings that hold changed texts change, byte for byte.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { createHeadroom, HeadroomRequestError, type Headroom, type HeadroomConfig, type Report } from 'headroom-js';
import * as core from '../../npm/headroom/dist/core/node.js';
import { bodyFormats, listOf, modelOf, requestOf, type BodyFormat } from './helpers/bodies.ts';
import { textsOf, type Conversation, type Message } from './helpers/conversations.ts';
import { configs, corpus, generated, repository, slow, withoutCorpus } from './helpers/sources.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (body: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(body);

/** How a body is spelled: spacing, numbers and escapes that a parser would not keep. */
const spellings: readonly ((value: object) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => ` ${JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n')}\n`,
  (value) => JSON.stringify(value).replaceAll('/', '\\/').replaceAll('é', '\\u00e9').replace('"temperature":0.5', '"temperature":5.0e-1'),
  (value) => JSON.stringify(value).replaceAll('"role"', '"r\\u006fle"').replace('{', '{ "twice": 1, "twice" : -0.0, '),
];

function bodyOf(conversation: Conversation, format: BodyFormat, spelling: number, tools = true): string {
  return spellings[spelling % spellings.length]!(requestOf(conversation, format, tools));
}

/** A JSON text as its strings, as they are spelled, and what stands between them. */
function pieces(json: string): string[] {
  return json.split(/("(?:[^"\\]|\\.)*")/);
}

/** The strings that differ, after everything else was found to be the same. */
function differences(before: string, after: string, format: BodyFormat): [before: string, after: string][] {
  const definition = core.core().retrieveTool(format);
  const at = after.lastIndexOf(definition);
  const withoutTool = at < 0 ? after : after.slice(0, after.lastIndexOf(',', at)) + after.slice(at + definition.length);
  const [old, fresh] = [pieces(before), pieces(withoutTool)];
  assert.equal(fresh.length, old.length, 'strings came or went');
  const changed: [string, string][] = [];
  old.forEach((piece, index) => {
    if (piece === fresh[index]) return;
    assert.equal(index % 2, 1, 'something between the strings changed');
    changed.push([JSON.parse(piece) as string, JSON.parse(fresh[index]!) as string]);
  });
  return changed;
}

async function check(conversation: Conversation, format: BodyFormat, config: HeadroomConfig, spelling: number): Promise<Report> {
  const before = bodyOf(conversation, format, spelling);
  const input = bytes(before);
  const engine = createHeadroom(config);
  const { body, report } = await engine.compressBody(input, { format, model: modelOf[format] });
  assert.equal(text(input), before, 'the input was written to');
  const after = text(body);
  const changed = differences(before, after, format);
  const blocks = report.blocks.filter(({ method }) => method !== 'none');
  assert.equal(changed.length, blocks.length, 'as many strings as blocks');
  for (const [at, block] of blocks.entries()) {
    assert.equal(block.error, undefined);
    assert.ok(block.tokensAfter < block.tokensBefore);
    if (block.handle) assert.ok((await engine.retrieve(block.handle, { lines: '1' })).text.includes(changed[at]![0].slice(0, 9).split('\n')[0]!));
  }
  if (changed.length === 0 && report.toolTokens === 0) assert.equal(body, input, 'nothing to do, and yet other bytes');
  assert.equal(report.toolTokens > 0, after.includes(core.core().retrieveTool(format)));
  // Another entry, the same texts.
  if (format === 'openai' || format === 'anthropic') {
    const { messages } = JSON.parse(before) as { messages: Message[] };
    const lifted = createHeadroom(config).compressSync(messages, { format, model: modelOf[format] });
    assert.deepEqual(textsOf((JSON.parse(after) as { messages: Message[] }).messages), textsOf(lifted.messages), 'compress() made something else of the texts');
  }
  await stable(engine, config, format, { input, body, report });
  return report;
}

/** Deterministic and idempotent, remembered or not. */
async function stable(engine: Headroom, config: HeadroomConfig, format: BodyFormat, first: { input: Uint8Array; body: Uint8Array; report: Report }): Promise<void> {
  for (const each of [engine, createHeadroom(config)]) {
    const options = { format, model: modelOf[format] };
    const again = await each.compressBody(first.input, options);
    assert.deepEqual(again, { body: first.body, report: first.report });
    assert.equal((await each.compressBody(first.body, options)).body, first.body, 'compressing again changed something');
  }
}

describe('only the strings of changed texts change', () => {
  test('over the corpus', { skip: withoutCorpus }, async () => {
    for (const [at, conversation] of corpus().entries()) {
      for (const format of bodyFormats) await check(conversation, format, configs[at % 2]!, at);
    }
  });

  test('over the files of the repository and what is hostile', async () => {
    let changed = 0;
    for (const [at, conversation] of repository().entries()) {
      for (const format of bodyFormats) {
        for (const [turn, config] of configs.entries()) changed += (await check(conversation, format, config, at + turn)).blocks.length;
      }
    }
    assert.ok(changed > 100);
  });

  test('over generated conversations', async () => {
    // Lone surrogates cannot stand in UTF-8; as escapes they can.
    const setting = fc.tuple(generated, fc.constantFrom(...bodyFormats), fc.constantFrom(...configs), fc.nat(7));
    await fc.assert(fc.asyncProperty(setting, async (each) => void (await check(...each))), { numRuns: slow ? 3000 : 200 });
  });

  test('the beginning of a longer body comes out the same', async () => {
    const [conversation] = repository();
    for (const format of bodyFormats) {
      const engine = createHeadroom({ minTokensToCompress: 20, maxBlockTokens: 100 });
      let sent: Message[] = [];
      for (let turns = 1; turns <= conversation!.turns.length; turns++) {
        const body = bodyOf({ ...conversation!, turns: conversation!.turns.slice(0, turns) }, format, turns);
        const compressed = JSON.parse(text((await engine.compressBody(bytes(body), { format })).body)) as Record<string, Message[]>;
        const messages = compressed[listOf[format]]!;
        assert.ok(isDeepStrictEqual(messages.slice(0, sent.length), sent), `turn ${turns} changed what was sent before`);
        sent = messages;
      }
    }
  });

  test('a conversation gets the same texts in every format', async () => {
    const config = { minTokensToCompress: 20, maxBlockTokens: 200 };
    for (const { turns } of repository()) {
      const conversation = { name: '', turns: turns.map((turn) => ({ ...turn, isError: false })) };
      const texts = async (format: BodyFormat): Promise<string[]> => {
        const before = JSON.stringify({ ...requestOf(conversation, format), model: 'gpt-4o' });
        const { body } = await createHeadroom(config).compressBody(bytes(before), { format });
        return differences(before, text(body), format).map(([, after]) => after);
      };
      const expected = await texts('openai');
      for (const format of bodyFormats) assert.deepEqual(await texts(format), expected, format);
    }
  });

  test('a body without tools, or with nothing to compress, is the very same bytes', async () => {
    const small = { name: '', turns: [{ question: 'What?', tool: 'list', input: {}, output: 'ok' }] };
    for (const format of bodyFormats) {
      for (const spelling of spellings.keys()) {
        const body = bytes(bodyOf(small, format, spelling, false));
        assert.equal((await createHeadroom().compressBody(body, { format })).body, body);
        const mode = bytes(bodyOf(repository()[0]!, format, spelling));
        for (const config of [{ mode: 'audit' }, { mode: 'off' }] as const) assert.equal((await createHeadroom(config).compressBody(mode, { format })).body, mode);
      }
    }
  });
});

describe('what is no body of the format', () => {
  /** Passed through as it is, or refused with an error that says so. */
  async function assertHarmless(body: Uint8Array, format: BodyFormat): Promise<void> {
    try {
      const { body: after, report } = await createHeadroom({ minTokensToCompress: 0, maxBlockTokens: 1 }).compressBody(body, { format });
      if (report.blocks.every(({ method }) => method === 'none') && report.toolTokens === 0) assert.equal(after, body);
      else JSON.parse(text(after));
    } catch (error) {
      assert.ok(HeadroomRequestError.isInstance(error), String(error));
    }
  }

  test('bytes by chance', async () => {
    const body = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...bodyFormats));
    await fc.assert(fc.asyncProperty(body, (each) => assertHarmless(...each)), { numRuns: slow ? 20_000 : 1000 });
  });

  test('JSON by chance', async () => {
    const body = fc.tuple(fc.oneof(fc.json(), fc.tuple(fc.constantFrom(...Object.values(listOf)), fc.json()).map(([list, json]) => `{"${list}":${json}}`)).map(bytes), fc.constantFrom(...bodyFormats));
    await fc.assert(fc.asyncProperty(body, (each) => assertHarmless(...each)), { numRuns: slow ? 20_000 : 1000 });
  });

  test('bodies that were cut off, or of which a byte is wrong', async () => {
    const whole = bodyFormats.map((format) => bytes(bodyOf({ name: '', turns: repository()[0]!.turns.slice(0, 3) }, format, 1)));
    const damage = fc.tuple(fc.nat(bodyFormats.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), fc.boolean());
    const damaged = ([which, share, byte, cut]: [number, number, number, boolean]): Promise<void> => {
      const at = Math.floor(share * (whole[which]!.length - 1));
      const body = cut ? whole[which]!.slice(0, at) : Uint8Array.from(whole[which]!);
      if (!cut) body[at] = byte;
      return assertHarmless(body, bodyFormats[which]!);
    };
    await fc.assert(fc.asyncProperty(damage, damaged), { numRuns: slow ? 10_000 : 500 });
  });

  test('errors say what to do', async () => {
    const engine = createHeadroom();
    await assert.rejects(engine.compressBody(bytes('{"messages":'), { format: 'openai' }), /send it on unchanged/);
    await assert.rejects(engine.compressBody(Uint8Array.of(0x7b, 0xff, 0x7d), { format: 'openai' }), { name: 'HeadroomRequestError' });
    await assert.rejects(engine.compressBody('{}' as unknown as Uint8Array, { format: 'openai' }), { name: 'HeadroomRequestError' });
    await assert.rejects(engine.compressBody(bytes('{}'), { format: 'ai-sdk' as 'openai' }), { name: 'HeadroomConfigError', key: 'format' });
  });
});
