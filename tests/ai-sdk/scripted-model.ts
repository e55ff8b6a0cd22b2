// A model that follows a script and is as strict about what it is sent as the strictest providers: calls and results
// come in pairs, text is never empty, and what is signed stands exactly where it was produced.
import assert from 'node:assert/strict';
import type { Call, Message, Part, Sdk } from './sdk.ts';

/** What the model produces in one round, given what it was called with. */
export type Round = (call: Call) => Part[] | Promise<Part[]>;

const usages = {
  5: { inputTokens: 10, outputTokens: 4, totalTokens: 14, cachedInputTokens: 3 },
  6: { inputTokens: { total: 10, noCache: 7, cacheRead: 3 }, outputTokens: { total: 4, text: 4 } },
  7: { inputTokens: { total: 10, noCache: 7, cacheRead: 3 }, outputTokens: { total: 4, text: 4 } },
};

/** A model that plays `script`, with what it was called with. */
export function scriptedModel(sdk: Sdk, script: Round[]) {
  const calls: Call[] = [];
  const produced: Part[][] = [];
  const next = async (call: Call): Promise<Part[]> => {
    checkPrompt(call.prompt, produced);
    const round = script[calls.length];
    assert.ok(round, 'the model is called more often than the script says');
    calls.push(structuredClone({ prompt: call.prompt, tools: call.tools ?? [], toolChoice: call.toolChoice ?? {} }));
    const content = await round(call);
    produced.push(content);
    return content;
  };
  const usage = usages[sdk.major];
  const finish = (content: Part[]) => {
    const unified = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
    return sdk.major === 5 ? unified : { unified, raw: unified };
  };
  const model = new sdk.MockLanguageModel({
    modelId: 'gpt-4o',
    doGenerate: async (call: Call) => {
      const content = await next(call);
      return { content, finishReason: finish(content), usage, warnings: [], providerMetadata: { mock: { round: calls.length } }, response: { id: `r${calls.length}` } };
    },
    doStream: async (call: Call) => {
      const content = await next(call);
      const end = { type: 'finish', finishReason: finish(content), usage, providerMetadata: { mock: { round: calls.length } } };
      return { stream: streamOf([{ type: 'stream-start', warnings: [] }, { type: 'response-metadata', id: `r${calls.length}` }, ...content.flatMap(asStream), end]) };
    },
  });
  return { model, calls };
}

/** A stream that makes its parts one by one, as they are asked for. */
export function streamOf(parts: Iterable<Part>): ReadableStream<Part> {
  const iterator = parts[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** A part of a result as the parts of a stream; every block has the id `0`, as some providers do it. */
function asStream(part: Part): Part[] {
  const { type, text, providerMetadata } = part;
  if (type === 'text' || type === 'reasoning') {
    const half = Math.ceil(text.length / 2);
    return [
      { type: `${type}-start`, id: '0' },
      { type: `${type}-delta`, id: '0', delta: text.slice(0, half) },
      { type: `${type}-delta`, id: '0', delta: text.slice(half), ...(providerMetadata && { providerMetadata }) },
      { type: `${type}-end`, id: '0' },
    ];
  }
  if (type !== 'tool-call') return [part];
  return [
    { type: 'tool-input-start', id: part['toolCallId'], toolName: part['toolName'] },
    { type: 'tool-input-delta', id: part['toolCallId'], delta: part['input'] },
    { type: 'tool-input-end', id: part['toolCallId'] },
    part,
  ];
}

/** Fails where a strict provider would reject the prompt. */
function checkPrompt(prompt: Message[], produced: Part[][]): void {
  let open: string[] = [];
  for (const { role, content } of prompt) {
    const parts = typeof content === 'string' ? [] : content;
    if (role === 'tool') {
      for (const part of parts.filter(({ type }) => type === 'tool-result')) {
        assert.ok(open.includes(part['toolCallId']), `a result without its call: ${part['toolCallId']}`);
        open = open.filter((id) => id !== part['toolCallId']);
      }
    }
    assert.deepEqual(open, [], 'calls without their results');
    if (role !== 'assistant') continue;
    assert.ok(parts.length > 0, 'an empty turn');
    assert.equal(parts.some(({ type, text }) => type === 'text' && text === ''), false, 'an empty text');
    open = parts.filter(({ type }) => type === 'tool-call').map((part) => part['toolCallId']);
    const signed = parts.find(({ type, providerOptions }) => type === 'reasoning' && providerOptions?.mock?.signature);
    if (signed) checkSigned(parts, signed, produced);
  }
  assert.deepEqual(open, [], 'calls without their results at the end');
}

/** A signature holds for the round it was produced in, as a whole. */
function checkSigned(parts: Part[], signed: Part, produced: Part[][]): void {
  const signature = signed['providerOptions'].mock.signature;
  const round = produced.find((content) => content.some(({ providerMetadata }) => providerMetadata?.mock?.signature === signature));
  assert.ok(round, `nobody has signed ${signature}`);
  const essence = (part: Part) => [part.type, part['text'] ?? '', part['toolCallId'] ?? ''];
  assert.deepEqual(parts.map(essence), round.map(essence), `the signature ${signature} does not hold for this turn`);
}

/** The handle in what the model was called with: in the newest tool result that has one. */
export function handleIn(call: Call): string {
  const handles = JSON.stringify(call.prompt).match(/hr_[0-9a-z]{16}/g);
  assert.ok(handles, 'no handle in the prompt');
  return handles.at(-1)!;
}

/** What the tools last answered to the model, as text. */
export function lastAnswer(call: Call): string {
  return JSON.stringify(call.prompt.filter(({ role }) => role === 'tool').at(-1));
}

/** Parts of a script. */
export const say = (text: string): Part => ({ type: 'text', text });
export const think = (text: string, signature: string): Part => ({ type: 'reasoning', text, providerMetadata: { mock: { signature } } });
export const use = (toolCallId: string, toolName: string, input: object = {}): Part => ({ type: 'tool-call', toolCallId, toolName, input: JSON.stringify(input) });
export const look = (toolCallId: string, input: object): Part => use(toolCallId, 'headroom_retrieve', input);
