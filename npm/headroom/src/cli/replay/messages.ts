/**
 * Sessions as a list of messages: of OpenAI, Anthropic or the AI SDK.
 *
 * @module
 */
import { isShape, stringOf, type Shape } from '../../lift/block.js';
import { detectFormat, requireMessages } from '../../lift/index.js';
import { SessionRecorder, type Session } from './session.js';

/** Each answer of the model was a request with everything before it; without one, all of it is the request. */
export function readMessages(list: readonly unknown[], model: string | undefined, system?: unknown): Session[] {
  const recorder = new SessionRecorder();
  if (system !== undefined) recorder.message({ role: 'system', content: system });
  const messages = requireMessages(list) as readonly Shape[];
  for (const [at, message] of messages.entries()) {
    if (message['role'] === 'assistant' && messages[at - 1]?.['role'] !== 'assistant') recorder.request();
    recorder.message(message);
  }
  if (recorder.requests === 0) recorder.request();
  if (recorder.requests === 0) return [];
  return [{ source: 'messages', name: '', format: detectFormat(messages, model), model, events: recorder.events, usage: undefined }];
}

/** The messages in a document: a list of them, a request body, or anything else that holds `messages`. */
export function readMessagesDocument(json: unknown): Session[] | undefined {
  if (Array.isArray(json)) return json.every(isShape) ? readMessages(json, undefined) : undefined;
  if (!isShape(json) || !Array.isArray(json['messages'])) return undefined;
  return readMessages(json['messages'], stringOf(json['model']), json['system']);
}
