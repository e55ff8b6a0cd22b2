/**
 * One round of a stream: which of its parts the client sees, and what the model produced in all.
 *
 * @module
 */
import { marked, noteProduced, type ProducedKeys } from './hidden-mark.js';
import type { Turn } from './turn.js';
import type { Part } from './types.js';

/** A text or a reasoning that is put together from its deltas. */
interface Growing {
  readonly type: 'text' | 'reasoning';
  text: string;
  providerMetadata?: unknown;
}

/** Parts that a turn has once, at its beginning. */
const onceATurn = new Set(['stream-start', 'response-metadata']);

/** Follows the parts of one round. */
export class StreamRound {
  /** The part that ends the round; it is held back until it is known whether the turn ends with it. */
  finish: Part | undefined;
  /** Whether the provider reported an error: then the turn ends with the round. */
  failed = false;
  readonly #turn: Turn;
  readonly #number: number;
  readonly #produced: ProducedKeys;
  readonly #content: (Part | Growing)[] = [];
  readonly #growing = new Map<string, Growing>();
  readonly #concealed = new Set<unknown>();
  /** Starts of texts that may turn out to be empty. */
  readonly #heldStarts = new Map<unknown, Part>();
  #afterHidden: boolean;

  constructor(turn: Turn, number: number, produced: ProducedKeys) {
    this.#turn = turn;
    this.#number = number;
    this.#produced = produced;
    this.#afterHidden = number > 0;
  }

  /** Takes in a part; what the client gets to see of it comes back. */
  *take(part: Part): Generator<Part, void> {
    this.#collect(part);
    if (part.type === 'finish') this.finish = part;
    else if (this.#isConcealed(part)) this.#afterHidden = true;
    else if (this.#number === 0 || !onceATurn.has(part.type)) yield* this.#shown(part);
  }

  /** What the model produced, in order, in the form of a result that is not streamed. */
  content(): Part[] {
    return this.#content as Part[];
  }

  /** What the client has of it. */
  visible(): Part[] {
    return this.content().filter((part) => !this.#turn.conceals(part));
  }

  #collect(part: Part): void {
    const { type, id, providerMetadata } = part;
    noteProduced(this.#produced, part);
    if (type === 'error') this.failed = true;
    else if (type === 'text-start' || type === 'reasoning-start') {
      const growing: Growing = { type: type === 'text-start' ? 'text' : 'reasoning', text: '' };
      this.#growing.set(`${growing.type}:${String(id)}`, growing);
      this.#content.push(growing);
    } else if (['tool-call', 'tool-result', 'file', 'reasoning-file', 'custom', 'tool-approval-request'].includes(type)) {
      this.#content.push(part);
    }
    const growing = this.#growing.get(`${type.slice(0, type.indexOf('-'))}:${String(id)}`);
    if (!growing) return;
    if (typeof part['delta'] === 'string') growing.text += part['delta'];
    // As the SDK does it: the latest metadata are the part's.
    if (providerMetadata !== undefined && providerMetadata !== null) growing.providerMetadata = providerMetadata;
  }

  #isConcealed(part: Part): boolean {
    if (this.#turn.conceals(part)) return true;
    if (part.type === 'tool-input-start' && this.#turn.conceals({ ...part, type: 'tool-call' })) this.#concealed.add(part['id']);
    return part.type.startsWith('tool-input-') && this.#concealed.has(part['id']);
  }

  /** `part` as the client sees it: with an id that no earlier round has used, and with the mark where rounds are hidden. */
  *#shown(part: Part): Generator<Part, void> {
    const own = this.#number > 0 && ['text', 'reasoning', 'source'].includes(part.type.split('-')[0]!) && typeof part['id'] === 'string';
    const renamed = own ? { ...part, id: `${String(part['id'])}:${this.#number}` } : part;
    if (!this.#afterHidden) {
      yield renamed;
      return;
    }
    // A mark would make the SDK keep an empty text, which providers reject: so no text starts before it has any.
    if (part.type === 'text-start' && !part['providerMetadata']) {
      this.#heldStarts.set(part['id'], renamed);
      return;
    }
    const start = this.#heldStarts.get(part['id']);
    if (start && part.type.startsWith('text-')) {
      if (!part['delta'] && !part['providerMetadata']) {
        if (part.type === 'text-end') this.#heldStarts.delete(part['id']);
        return;
      }
      this.#heldStarts.delete(part['id']);
      yield marked(start, this.#produced);
    }
    const carries = /^(text|reasoning)-start$|^tool-call$/.test(part.type) || Boolean(part['providerMetadata']);
    yield carries ? marked(renamed, this.#produced) : renamed;
  }
}
