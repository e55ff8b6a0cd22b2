/**
 * What was hidden in one turn, and its form in a store.
 *
 * @module
 */
import { isShape } from '../lift/block.js';
import type { Message, Part } from './types.js';

/** What was hidden in one turn. */
export interface HiddenRecord {
  /** The hidden rounds, each an assistant's message and the tool's: they stand before the visible turn. */
  readonly rounds: readonly Message[];
  /** The content of the turn's last message as the provider produced it. */
  readonly last: readonly Part[];
  /** Answers to calls of ours in that last message, which stood beside the client's own. */
  readonly answers: readonly Part[];
}

const tag = '$headroom';

/** The record as bytes; bytes and URLs inside survive. */
export function encodeRecord(record: HiddenRecord): Uint8Array {
  // The holder's own value: by the time a replacer sees it, a URL has turned itself into a string.
  const json = JSON.stringify(record, function (this: Record<string, unknown>, key: string, value: unknown) {
    const original = this[key];
    if (original instanceof Uint8Array) return { [tag]: 'bytes', data: toBase64(original) };
    if (original instanceof URL) return { [tag]: 'url', data: original.href };
    return value;
  });
  return new TextEncoder().encode(json);
}

/** The record that these bytes hold; `undefined` if they hold none. */
export function decodeRecord(bytes: Uint8Array): HiddenRecord | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes), (_, inner: unknown) => {
      if (!isShape(inner) || typeof inner['data'] !== 'string') return inner;
      if (inner[tag] === 'bytes') return fromBase64(inner['data']);
      return inner[tag] === 'url' ? new URL(inner['data']) : inner;
    });
    const whole = isShape(value) && [value['rounds'], value['last'], value['answers']].every(Array.isArray);
    return whole ? (value as unknown as HiddenRecord) : undefined;
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
