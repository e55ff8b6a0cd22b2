/**
 * Answers for a handle: from an original that is at hand, or the plain word that there is none.
 *
 * Owns the shapes in which calls of `headroom_retrieve` come and answers go, and the terminal answers. What part of
 * an original answers a call is the core's.
 *
 * @module
 */
import { HeadroomRequestError } from './errors.js';
import { isRetrieval, isShape, stringOf, type Shape } from './lift/block.js';

/** Which part of an original is wanted; all of it, page by page, where nothing is said. */
export interface RetrieveArguments {
  /** Words to look for; identifiers, numbers and phrases in quotes rank first. */
  readonly query?: string;
  /** Rows of the array at `path`, 1-based and inclusive: `"9-820,900"`. */
  readonly rows?: string;
  /** Lines, 1-based and inclusive: `"9-820,900"`. */
  readonly lines?: string;
  /** RFC 9535 path into the original. */
  readonly path?: string;
  /** Name of a definition of source code, of a heading, of a key. */
  readonly symbol?: string;
}

/** The answer to a retrieval. */
export interface RetrieveAnswer {
  /** What the model gets to read. */
  readonly text: string;
  /** Whether there was an original. */
  readonly found: boolean;
  /** Which part of the original the text is, in words; empty where there was none. */
  readonly part: string;
}

/** A call of the retrieval tool by an OpenAI model. */
export interface OpenAiToolCall {
  readonly id: string;
  readonly type?: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A call of the retrieval tool by an Anthropic model. */
export interface AnthropicToolUse {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** A call of the retrieval tool as the AI SDK hands it out. */
export interface AiSdkToolCall {
  readonly type: 'tool-call';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** The message that answers an OpenAI call. */
export interface OpenAiToolMessage {
  role: 'tool';
  tool_call_id: string;
  content: string;
}

/** The message that answers an Anthropic call. */
export interface AnthropicToolMessage {
  role: 'user';
  content: { type: 'tool_result'; tool_use_id: string; content: string }[];
}

/** The message that answers a call of the AI SDK. */
export interface AiSdkToolMessage {
  role: 'tool';
  content: { type: 'tool-result'; toolCallId: string; toolName: string; output: { type: 'text'; value: string } }[];
}

/** The answering message's shape by the call's. */
export type ToolMessageFor<Call> = Call extends AiSdkToolCall
  ? AiSdkToolMessage
  : Call extends AnthropicToolUse
    ? AnthropicToolMessage
    : OpenAiToolMessage;

/** A call of the retrieval tool in whatever shape it came. */
export interface RetrievalCall {
  /** The handle; `undefined` where the call gives none that could be one. */
  readonly id: string | undefined;
  /** All arguments as JSON text, as the core takes them. */
  readonly argumentsJson: string;
  /** The message that answers the call with `text`. */
  readonly message: (text: string) => OpenAiToolMessage | AnthropicToolMessage | AiSdkToolMessage;
}

/** Whether `id` could be a handle: `hr_` and 16 characters of Crockford's base32. */
export function isHandle(id: string): boolean {
  return /^hr_[0-9a-hjkmnp-tv-z]{16}$/.test(id);
}

/** Reads a call; `undefined` where its shape is none of the three or it calls another tool. */
export function readCall(call: unknown): RetrievalCall | undefined {
  if (!isShape(call)) return undefined;
  const { function: called } = call;
  if (isShape(called)) {
    const message = (content: string): OpenAiToolMessage => ({ role: 'tool', tool_call_id: stringOf(call['id']) ?? '', content });
    return callOf(called['name'], called['arguments'], message);
  }
  if (call['type'] === 'tool_use') {
    const message = (content: string): AnthropicToolMessage => ({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: stringOf(call['id']) ?? '', content }],
    });
    return callOf(call['name'], call['input'], message);
  }
  if (typeof call['toolCallId'] === 'string') {
    const { toolCallId, toolName, input } = call;
    const message = (value: string): AiSdkToolMessage => ({
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId, toolName: String(toolName), output: { type: 'text', value } }],
    });
    return callOf(toolName, input, message);
  }
  return undefined;
}

/** {@link readCall}, with an error that says what a call looks like. */
export function requireCall(call: unknown): RetrievalCall {
  const read = readCall(call);
  if (read) return read;
  throw new HeadroomRequestError(
    'the call is no call of headroom_retrieve: pass a tool call of OpenAI, a tool_use block of Anthropic or a tool-call of the AI SDK as it came',
  );
}

function callOf(name: unknown, input: unknown, message: RetrievalCall['message']): RetrievalCall | undefined {
  if (!isRetrieval(stringOf(name))) return undefined;
  const given = typeof input === 'string' ? parsed(input) : input;
  if (!isShape(given)) return { id: undefined, argumentsJson: '{}', message };
  return { id: handleOf(given), argumentsJson: JSON.stringify(given), message };
}

/** Models write capitals, and more of the marker than its handle; of several handles the last one is the block's own. */
function handleOf(given: Shape): string | undefined {
  const written = (stringOf(given['id']) ?? stringOf(given['handle']))?.toLowerCase();
  return written?.match(/hr_[0-9a-z]{16}(?![0-9a-z_])/g)?.at(-1) ?? written?.trim();
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The answer for a handle without an original. It is the last word: asking again changes nothing. */
export const unknownHandle: RetrieveAnswer = {
  text: 'There is no original under this id here: it was never given out in this conversation, or it is gone. Do not ask for it again; go on with what you have.',
  found: false,
  part: '',
};

/** The answer for a call without a handle. */
export const missingHandle: RetrieveAnswer = {
  text: 'The call has no id. Pass the id from the marker of the tool result, such as headroom_retrieve({"id":"hr_…"}).',
  found: false,
  part: '',
};

/** The answer when a turn has used up its rounds of retrieval. */
export const limitReached: RetrieveAnswer = {
  text: 'The limit of retrievals for this turn is reached. Do not call headroom_retrieve again; go on without it and answer with what you have.',
  found: false,
  part: '',
};

/** The answer when the original is there but could not be read. */
export const failedRetrieval: RetrieveAnswer = {
  text: 'The original could not be read. Do not ask for it again; go on with what you have.',
  found: false,
  part: '',
};
