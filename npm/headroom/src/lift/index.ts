/**
 * From message objects of any format to blocks, and back.
 *
 * @module
 */
import { HeadroomRequestError } from '../errors.js';
import { liftAiSdk } from './ai-sdk.js';
import { liftAnthropic } from './anthropic.js';
import { isShape, type Lifted } from './block.js';
import type { Format } from './detect.js';
import { liftOpenAi } from './openai.js';

export { putBack, type Block, type Lifted } from './block.js';
export { detectFormat, type Format } from './detect.js';

const lifters: Readonly<Record<Format, (messages: readonly unknown[]) => Lifted>> = {
  openai: liftOpenAi,
  anthropic: liftAnthropic,
  'ai-sdk': liftAiSdk,
};

/** The texts of `messages`. Fails on what is no list of messages. */
export function lift(messages: readonly unknown[], format: Format): Lifted {
  return lifters[format](messages);
}

/** `messages` if they are a list of messages of a format that can be lifted; the error says what to do instead. */
export function requireMessages(messages: unknown): readonly unknown[] {
  if (!Array.isArray(messages)) throw new HeadroomRequestError('messages must be an array of message objects');
  messages.forEach((message: unknown, index) => {
    if (!isShape(message)) throw new HeadroomRequestError(`messages[${index}] must be an object with a role and content`);
    if (Array.isArray(message['parts']) && message['content'] === undefined) {
      throw new HeadroomRequestError(`messages[${index}] is a UI message: pass the result of convertToModelMessages()`);
    }
  });
  return messages;
}
