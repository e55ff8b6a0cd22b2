// What a scripted model produces, whichever provider plays it.
import { createHash } from 'node:crypto';

/** Reasoning; its signature is the provider's and has to come back as it was. */
export interface Thought {
  readonly type: 'thought';
  readonly text: string;
}

/** Text, in the parts in which it is streamed. */
export interface Speech {
  readonly type: 'speech';
  readonly deltas: readonly string[];
}

/** A call of a tool. */
export interface Call {
  readonly type: 'call';
  readonly id: string;
  readonly name: string;
  readonly input: object;
}

export type Piece = Thought | Speech | Call;

/** What the model sees of a request. */
export interface Seen {
  /** The conversation as it stands, reading order. */
  readonly entries: readonly Entry[];
  /** Names of the tools that are declared. */
  readonly tools: readonly string[];
  /** The body as it came. */
  readonly body: Record<string, unknown>;
}

/** One item of a conversation, in a form in which clients of one provider agree: `[kind, ...what counts]`. */
export type Entry = readonly [kind: 'user' | 'text' | 'thought' | 'call' | 'result', ...rest: string[]];

/** What the provider does with a request. */
export type Reply =
  | {
      readonly pieces: readonly Piece[];
      /** Waited for between the first delta of text and what follows it. */
      readonly afterFirstDelta?: Promise<unknown>;
      /** The model was cut off by its limit of tokens. */
      readonly truncated?: boolean;
    }
  | { readonly status: number; readonly message: string };

/** One answer of a scripted model. */
export type Round = (seen: Seen) => Reply | Promise<Reply>;

let calls = 0;

export const think = (text: string): Thought => ({ type: 'thought', text });
export const say = (...deltas: string[]): Speech => ({ type: 'speech', deltas });
export const use = (name: string, input: object = {}): Call => ({ type: 'call', id: `${(calls += 1)}`.padStart(6, '0'), name, input });
export const look = (input: object): Call => use('headroom_retrieve', input);
export const round = (...pieces: Piece[]): Reply => ({ pieces });

/** The texts of the results, in order. */
export function results({ entries }: Seen): string[] {
  return entries.flatMap(([kind, , text]) => (kind === 'result' ? [text!] : []));
}

/** The handle in the one result that lost something. */
export function handleIn(seen: Seen): string {
  const handle = results(seen).join('\n').match(/headroom_retrieve\("(hr_[0-9a-z]{16})"\)/)?.[1];
  if (!handle) throw new Error(`no result of ${JSON.stringify(seen.entries).slice(0, 500)} has a handle`);
  return handle;
}

/** The text of the last result. */
export function lastResult(seen: Seen): string {
  return results(seen).at(-1) ?? '';
}

/** A signature that belongs to one piece of one answer. */
export function signatureOf(answer: string, ...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify([answer, ...parts])).digest('base64');
}
