// The laws as checks of one conversation in one format under one configuration.
import assert from 'node:assert/strict';
import { createHeadroom, type BlockReport, type CompressOptions, type CompressResult, type Headroom, type HeadroomConfig } from 'headroom-js';
import { blanked, endOfTurn, messagesOf, placeOf, textsOf, type Conversation, type Format, type Message } from './conversations.ts';

/** One input with everything that decides its output. */
export interface Setting {
  readonly conversation: Conversation;
  readonly format: Format;
  readonly config: HeadroomConfig;
  readonly model: string | undefined;
}

interface Compressed {
  readonly setting: Setting;
  readonly options: CompressOptions;
  readonly engine: Headroom;
  readonly messages: Message[];
  readonly result: CompressResult<Message[]>;
  /** Texts before and after, by place. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** Tokens of the tool's definition at most. */
const mostToolTokens = 140;

/** Holds one setting to every law that a single conversation can show. Returns the blocks that changed. */
export async function check(setting: Setting): Promise<readonly BlockReport[]> {
  const messages = messagesOf(setting.conversation, setting.format);
  const asItCame = JSON.stringify(messages);
  const options: CompressOptions = { format: setting.format, ...(setting.model !== undefined && { model: setting.model }) };
  const engine = createHeadroom(setting.config);
  const result = engine.compressSync(messages, options);
  assert.equal(JSON.stringify(messages), asItCame, 'the input was written to');
  const compressed = { setting, options, engine, messages, result, before: byPlace(messages), after: byPlace(result.messages) };
  onlyTextsOfToolsChange(compressed);
  neverBigger(compressed);
  await nothingLostInSilence(compressed);
  prefixStable(compressed);
  await deterministic(compressed);
  idempotent(compressed);
  return changedBlocks(result);
}

function byPlace(messages: readonly Message[]): Map<string, string> {
  return new Map(textsOf(messages).map((text) => [placeOf(text), text.text]));
}

function changedBlocks(result: CompressResult<Message[]>): BlockReport[] {
  return result.blocks.filter(({ method }) => method !== 'none');
}

/** Law 5 for objects: outside of the reported texts nothing changes, and what did not change is the same object. */
function onlyTextsOfToolsChange({ setting, messages, result, before, after }: Compressed): void {
  const changed = new Set(changedBlocks(result).map(placeOf));
  assert.deepEqual(blanked(result.messages, changed), blanked(messages, changed), 'more than the reported texts changed');
  const withChanges = new Set(changedBlocks(result).map(({ message }) => message));
  messages.forEach((message, at) => {
    if (!withChanges.has(at)) assert.equal(result.messages[at], message, `message ${at} is another object`);
    const mayChange = setting.config.compressUserMessages ? ['user', 'tool'] : ['tool'];
    const holdsResult = Array.isArray(message['content']) && (message['content'] as Message[]).some(({ type }) => type === 'tool_result');
    if (withChanges.has(at)) assert.ok(holdsResult || mayChange.includes(message['role'] as string), `a message of ${String(message['role'])} changed`);
  });
  if (changed.size === 0) assert.equal(result.messages, messages, 'nothing changed, and yet the list is another');
  for (const [place, text] of before) assert.equal(after.get(place) === text, !changed.has(place), `the text at ${place} and the report differ`);
}

/** Law 1, with every figure counted again. */
function neverBigger({ options, engine, result, before, after }: Compressed): void {
  const model = options.model === undefined ? {} : { model: options.model };
  const count = (text: string): number => engine.countTokens(text.toWellFormed(), model);
  for (const block of result.blocks) {
    const place = placeOf(block);
    assert.equal(block.error, undefined);
    assert.equal(block.tokensBefore, count(before.get(place)!), 'tokensBefore of a block');
    assert.equal(block.tokensAfter, count(after.get(place)!), 'tokensAfter of a block');
    if (block.method === 'none') assert.equal(block.tokensAfter, block.tokensBefore);
    else assert.ok(block.tokensAfter < block.tokensBefore, 'a block that is no smaller was changed');
  }
  const total = (texts: ReadonlyMap<string, string>): number => [...texts.values()].reduce((sum, text) => sum + count(text), 0);
  assert.equal(result.tokensBefore, total(before), 'tokensBefore');
  assert.equal(result.tokensAfter, total(after), 'tokensAfter');
  assert.ok(result.toolTokens <= mostToolTokens * 1.5, 'the tool is too large, even by an estimate');
  assert.equal(result.tokensSaved, result.tokensBefore - result.tokensAfter - result.toolTokens);
  assert.equal(result.tools.length > 0, result.toolTokens > 0, 'the tool is counted where it is');
}

/** Law 2: what is left out is marked, in figures that add up, and every original comes back byte for byte. */
async function nothingLostInSilence({ setting, options, engine, messages, result, before, after }: Compressed): Promise<void> {
  for (const block of changedBlocks(result)) {
    const original = before.get(placeOf(block))!;
    const text = after.get(placeOf(block))!;
    if (block.lossless) {
      assert.equal(block.handle, undefined, 'a lossless block has nothing to retrieve');
      assert.deepEqual(block.omissions, []);
      continue;
    }
    assert.notEqual(setting.config.lossless, true);
    assert.ok(block.handle && block.omissions.length > 0, 'a lossy block has a handle and says what is gone');
    const marker = text.slice(text.lastIndexOf('\n') + 1);
    assert.ok(/^\[headroom: .*\]$/.test(marker) && marker.includes(`headroom_retrieve("${block.handle}")`), `no marker at the end: ${marker.slice(0, 100)}`);
    for (const { unit, count, total, ranges } of block.omissions) {
      // What is taken out of the middle of lines has no numbers of its own, and of a part of a text its lines are told.
      if (['characters', 'formatting', 'sentences'].includes(unit) || (block.kind === 'mixed' && unit !== 'lines')) {
        assert.ok(ranges.length === 0 && count > 0 && count <= total, 'more is left out than there was');
        continue;
      }
      assert.equal(ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0), count, `the ranges of ${block.kind}, ${unit}, do not add up`);
      ranges.forEach(([first, last], at) => assert.ok(first <= last && last <= total && first > (ranges[at - 1]?.[1] ?? 0), 'ranges out of order'));
    }
    assert.equal(await paged(engine, block.handle, options), original, 'the store gives something else back');
    // Another instance, without a store that knows anything, from the messages that are being resent.
    const elsewhere = createHeadroom(setting.config);
    assert.equal((await elsewhere.retrieve(block.handle)).found, false);
    const whole = await elsewhere.retrieve(block.handle, { messages, format: setting.format, lines: '1' });
    assert.ok(whole.found && whole.text.includes(original.slice(0, 20).split('\n')[0]!));
  }
  if (setting.config.lossless) assert.deepEqual(result.tools, []);
}

/** An original, page by page as a model would ask for it. */
async function paged(engine: Headroom, handle: string, { model }: CompressOptions): Promise<string> {
  let original = '';
  let next: string | undefined;
  do {
    const answer = await engine.retrieve(handle, { ...(model !== undefined && { model }), ...(next !== undefined && { lines: next }) });
    assert.ok(answer.found, 'a page is missing');
    const header = answer.text.indexOf('\n');
    original += answer.text.slice(header + 1);
    next = /; next: lines "([^"]+)"/.exec(answer.text.slice(0, header))?.[1];
  } while (next !== undefined);
  return original;
}

/** Law 4: a conversation cut anywhere comes out as the beginning of the whole, remembered or not. */
function prefixStable({ setting, options, messages, result }: Compressed): void {
  const turns = setting.conversation.turns.length;
  const ends = Array.from({ length: turns }, (_, turn) => endOfTurn(turn, setting.format));
  const small = JSON.stringify(messages).length < 200_000;
  const cuts = small ? messages.map((_, at) => at) : ends;
  const growing = createHeadroom(setting.config);
  for (const cut of cuts) {
    const expected = result.messages.slice(0, cut);
    assert.deepEqual(growing.compressSync(messages.slice(0, cut), options).messages, expected, `resent up to ${cut}`);
    if (small || cut === ends[0]) assert.deepEqual(createHeadroom(setting.config).compressSync(messages.slice(0, cut), options).messages, expected, `cut at ${cut}`);
  }
}

/** Law 6: another engine, another history, off the event loop: the same result. */
async function deterministic({ setting, options, engine, messages, result }: Compressed): Promise<void> {
  const other = createHeadroom(setting.config);
  other.compressSync([...messages].reverse(), options);
  for (const again of [await createHeadroom(setting.config).compress(messages, options), other.compressSync(messages, options), await engine.compress(messages, options)]) {
    assert.deepEqual(again, result);
  }
}

/** Law 7: what came out goes in again and does not change. */
function idempotent({ setting, options, engine, result }: Compressed): void {
  for (const again of [engine, createHeadroom(setting.config)]) {
    assert.equal(again.compressSync(result.messages, options).messages, result.messages, 'compressing again changed something');
  }
}
