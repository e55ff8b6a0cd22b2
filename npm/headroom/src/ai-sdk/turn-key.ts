/**
 * The names of visible turns: a client that resends a turn lets Headroom find what was hidden in it.
 *
 * Owns what of a message counts for its name. A turn is named together with everything before it, so that two
 * conversations that both say "Done." have two names; but only by what clients resend faithfully: texts without
 * their white space, and the ids of calls. Not system prompts (they may hold the time of day), not reasoning, not
 * `providerOptions` (cache marks wander from message to message), not the content of files.
 *
 * @module
 */
import { sha256 } from '../sha256.js';
import type { Message } from './types.js';

/** The name of a conversation that has not begun. */
export const emptyConversation = '';

/** The name of the conversation that goes on from `before` with `message`. */
export function keyAfter(before: string, message: Message): string {
  if (message.role === 'system') return before;
  return sha256(JSON.stringify([before, message.role, ...traits(message)]));
}

function traits({ role, content }: Message): string[] {
  if (typeof content === 'string') return [squeezed(content)];
  let text = '';
  const others: string[] = [];
  for (const part of content) {
    if (part.type === 'text') text += squeezed(part['text']);
    else if (part.type === (role === 'tool' ? 'tool-result' : 'tool-call')) others.push(String(part['toolCallId']));
    else if (part.type === 'file' && role === 'user') others.push('file');
  }
  return [text, ...others];
}

function squeezed(text: unknown): string {
  return String(text).replace(/\s+/g, '');
}
