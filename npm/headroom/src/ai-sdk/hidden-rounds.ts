/**
 * Puts hidden rounds back into the requests that follow, exactly as the provider produced them.
 *
 * Owns the rebuilt prompt. It does not know how a round came to be.
 *
 * @module
 */
import { isShape } from '../lift/block.js';
import type { TurnRecords } from '../store/turn-records.js';
import { marksOf, withOptions, withoutDependents } from './hidden-mark.js';
import { decodeRecord, encodeRecord, type HiddenRecord } from './record.js';
import { emptyConversation, keyAfter } from './turn-key.js';
import type { Message, Part } from './types.js';

/** What a prompt becomes when its hidden rounds are put back. */
export interface PutBack {
  /** The prompt; the same array where nothing was hidden. */
  readonly prompt: readonly Message[];
  /** The name of the conversation as the client sent it. */
  readonly key: string;
  /** The answers that were put back: the model reads them again. */
  readonly answers: readonly Part[];
  readonly warnings: readonly string[];
}

/** The hidden rounds of one engine. */
export class HiddenRounds {
  readonly #records: TurnRecords;

  constructor(records: TurnRecords) {
    this.#records = records;
  }

  /** Keeps what was hidden in the turn of this key; what went wrong comes back as warnings. */
  keep(scope: string, key: string, record: HiddenRecord): Promise<readonly string[]> {
    return this.#records.keep(scope, key, encodeRecord(record));
  }

  /**
   * Puts the hidden rounds of `original`, the prompt as the client sent it, into `compressed`, which has the same
   * messages in the same places.
   */
  async putBack(scope: string, original: readonly Message[], compressed: readonly Message[]): Promise<PutBack> {
    const { records, key } = await this.#recordsOf(scope, original);
    const prompt: Message[] = [];
    const answers: Part[] = [];
    let pending: readonly Part[] = [];
    let lost = 0;
    for (const [index, message] of compressed.entries()) {
      if (pending.length > 0) {
        // Answers to calls beside the client's own stand in front of the client's.
        const joins = message.role === 'tool' && typeof message.content !== 'string';
        prompt.push(joins ? { ...message, content: [...pending, ...message.content] } : { role: 'tool', content: pending });
        pending = [];
        if (joins) continue;
      }
      const record = records.get(index);
      const marks = message.role === 'assistant' ? marksOf(message) : undefined;
      if (record) {
        prompt.push(...restored(message, record));
        pending = record.answers;
        answers.push(...record.rounds.flatMap(answersIn), ...record.answers);
      } else if (marks) {
        lost += 1;
        const rest = withoutDependents(message, marks);
        if (rest) prompt.push(rest);
      } else {
        prompt.push(message);
      }
    }
    if (pending.length > 0) prompt.push({ role: 'tool', content: pending });
    const warnings = lost === 0 ? [] : [`hidden rounds of ${lost} earlier turns are gone; the reasoning that depends on them was left out`];
    return { prompt: records.size > 0 || lost > 0 ? prompt : compressed, key, answers, warnings };
  }

  /** The records of the assistant's messages, by their index, and the name of the whole. */
  async #recordsOf(scope: string, prompt: readonly Message[]): Promise<{ records: Map<number, HiddenRecord>; key: string }> {
    const keys: { index: number; key: string }[] = [];
    let key = emptyConversation;
    prompt.forEach((message, index) => {
      key = keyAfter(key, message);
      if (message.role === 'assistant') keys.push({ index, key });
    });
    const records = new Map<number, HiddenRecord>();
    await Promise.all(
      keys.map(async ({ index, key }) => {
        const held = await this.#records.find(scope, key);
        const record = held && decodeRecord(held);
        if (record) records.set(index, record);
      }),
    );
    return { records, key };
  }
}

/** The hidden rounds of a turn and its last message, with what the client has put on that. */
function restored(message: Message, { rounds, last }: HiddenRecord): Message[] {
  if (last.length === 0) return [...rounds];
  const resent = typeof message.content === 'string' ? [] : message.content;
  return [...rounds, { ...message, content: last.map((part) => asResent(part, resent)) }];
}

/**
 * `part` as it was produced, with the `providerOptions` that the client has put on it since (a cache mark): its own
 * are the provider's.
 */
function asResent(part: Part, resent: readonly Part[]): Part {
  const twin = resent.find((other) => isTwin(part, other));
  const options = twin?.['providerOptions'];
  if (!isShape(options)) return part;
  const { headroom: _, ...given } = options;
  const produced = isShape(part['providerOptions']) ? part['providerOptions'] : {};
  const merged: Record<string, unknown> = { ...given, ...produced };
  for (const [provider, values] of Object.entries(produced)) {
    if (isShape(values) && isShape(given[provider])) merged[provider] = { ...given[provider], ...values };
  }
  return Object.keys(merged).length > 0 ? withOptions(part, merged) : part;
}

function isTwin(part: Part, other: Part): boolean {
  if (part.type !== other.type) return false;
  return part.type === 'tool-call' ? part['toolCallId'] === other['toolCallId'] : part['text'] !== undefined && part['text'] === other['text'];
}

function answersIn(message: Message): readonly Part[] {
  return message.role === 'tool' && typeof message.content !== 'string' ? message.content : [];
}
