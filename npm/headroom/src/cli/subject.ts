/**
 * What is compressed: one text, as if a tool had put it out, or messages in a file.
 *
 * Owns how a file is recognised as messages or as a request body, and how a single text is taken through the engine.
 *
 * @module
 */
import type { WireFormat } from '../core/types.js';
import type { Headroom } from '../engine.js';
import { isShape, stringOf, type Shape } from '../lift/block.js';
import { detectFormat, lift, type Format, type Lifted } from '../lift/index.js';
import type { Report } from '../report.js';
import { inputError, usageError } from './exit-codes.js';

/** Messages as a file holds them. */
export interface Conversation {
  /** The list of messages. */
  readonly messages: readonly object[];
  readonly format: Format;
  /** The document with another list of messages in it. */
  with(messages: readonly object[]): unknown;
}

/** A request body whose bytes are compressed in place. */
export interface RequestBody {
  readonly wire: WireFormat;
}

/** What a JSON file of messages turned out to be. */
export type Document = { readonly model: string | undefined } & ({ readonly conversation: Conversation } | { readonly body: RequestBody });

/** What became of one text. */
export interface CompressedText {
  readonly text: string;
  readonly report: Report;
}

/** Compresses `text` as the result of a tool. */
export async function compressText(engine: Headroom, text: string, query?: string, model?: string): Promise<CompressedText> {
  const message = {
    role: 'tool',
    content: [{ type: 'tool-result', toolCallId: 'input', toolName: 'command', output: { type: 'text', value: text } }],
    ...(query !== undefined && { providerOptions: { headroom: { query } } }),
  };
  const { messages, tools: _, ...report } = await engine.compress([message], {
    format: 'ai-sdk',
    ...(model !== undefined && { model }),
  });
  return { text: messages[0]!.content[0]!.output.value, report };
}

/** What the JSON text of a file holds; `format` is what the caller says it is. */
export function readDocument(text: string, name: string, format: string | undefined): Document {
  const json = parsed(text, name);
  if (Array.isArray(json)) return { model: undefined, ...messagesIn(json, name, format, undefined) };
  if (!isShape(json)) throw notMessages(name);
  const model = stringOf(json['model']);
  if (format === 'gemini' || (format === undefined && Array.isArray(json['contents']))) return { model, body: { wire: 'gemini' } };
  if (format === 'openai-responses' || (format === undefined && json['messages'] === undefined && json['input'] !== undefined)) {
    return { model, body: { wire: 'openai-responses' } };
  }
  if (Array.isArray(json['requests'])) return { model, body: { wire: 'anthropic' } };
  if (!Array.isArray(json['messages'])) throw notMessages(name);
  const { conversation } = messagesIn(json['messages'], name, format ?? anthropicBody(json), model);
  // A body without a model is no request: a file that holds messages among other things.
  if (conversation.format === 'ai-sdk' || model === undefined) {
    return { model, conversation: { ...conversation, with: (messages) => ({ ...json, messages }) } };
  }
  return { model, body: { wire: conversation.format } };
}

/** The messages of a document, also of a request body. */
export function requireConversation(document: Document, text: string, name: string): Conversation {
  if ('conversation' in document) return document.conversation;
  const { wire } = document.body;
  const json = parsed(text, name) as Shape;
  if ((wire === 'openai' || wire === 'anthropic') && Array.isArray(json['messages'])) {
    return messagesIn(json['messages'], name, wire, document.model).conversation;
  }
  throw usageError(`${name} is a body of ${wire}: only \`headroom compress --messages\` reads those`);
}

/** The texts of a conversation. */
export function textsOf({ messages, format }: Conversation): Lifted {
  return lift(messages, format);
}

/** Whether `text` looks as if --messages was meant. */
export function looksLikeMessages(text: string): boolean {
  return /^\s*[[{]/.test(text) && /"role"\s*:\s*"(user|assistant|tool)"/.test(text.slice(0, 100_000)) && /"content"\s*:/.test(text.slice(0, 100_000));
}

function messagesIn(list: unknown[], name: string, format: string | undefined, model: string | undefined): { conversation: Conversation } {
  if (!list.every((message) => isShape(message))) throw notMessages(name);
  const chosen = format ?? detectFormat(list, model);
  if (chosen !== 'openai' && chosen !== 'anthropic' && chosen !== 'ai-sdk') {
    throw usageError(`--format ${chosen} is for request bodies; ${name} holds a list of messages`);
  }
  return { conversation: { messages: list, format: chosen, with: (messages) => messages } };
}

/** What the body says besides its messages, where only Anthropic's says it. */
function anthropicBody(json: Shape): string | undefined {
  const tools = Array.isArray(json['tools']) ? (json['tools'] as unknown[]) : [];
  return json['system'] !== undefined || tools.some((tool) => isShape(tool) && 'input_schema' in tool) ? 'anthropic' : undefined;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError(`${name} is not JSON, which --messages asks for: ${(error as Error).message.replace(/, ".*$/s, '')}`, error);
  }
}

function notMessages(name: string): Error {
  return inputError(`${name} holds no messages: a list of { role, content }, or a request body of OpenAI, Anthropic or Gemini, is expected`);
}
