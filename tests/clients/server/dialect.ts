// What one provider's API consists of, as far as the scripted server plays it.
import type { Entry, Piece, Seen } from './pieces.ts';

/** An event of a stream as it goes over the wire. */
export interface WireEvent {
  readonly data: string;
  /** Whether it brings text for the reader. */
  readonly isDelta: boolean;
}

/** An answer in the making. */
export interface Answer {
  /** Unique in the conversation. */
  readonly id: string;
  readonly model: string;
  readonly pieces: readonly Piece[];
  readonly truncated: boolean;
}

/** One API of a provider. */
export interface Dialect {
  /** Whether this path is the API's. */
  readonly path: RegExp;
  /** Whether the answer is to be streamed. */
  streams(path: string, body: Record<string, unknown>): boolean;
  /** What a real provider would refuse the request for. */
  problems(body: Record<string, unknown>): string[];
  seen(body: Record<string, unknown>): Seen;
  json(answer: Answer): object;
  events(answer: Answer): WireEvent[];
  /** The entries that an answer adds to its conversation. */
  produced(answer: Answer): Entry[];
  /** The body of an error response. */
  error(status: number, message: string): object;
}

export type Json = Record<string, unknown>;

/** `value` as a list of objects. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

/** Arguments of a call in one spelling. */
export function spelled(input: unknown): string {
  return JSON.stringify(typeof input === 'string' ? JSON.parse(input === '' ? '{}' : input) : (input ?? {}));
}

/** Text as clients agree on it: some trim it. */
export function textEntry(kind: 'user' | 'text', text: unknown): Entry[] {
  const trimmed = String(text ?? '').trim();
  return trimmed === '' ? [] : [[kind, trimmed]];
}

/** Calls without a result right behind them, and results without a call: no provider takes either. */
export function pairing(calls: readonly string[], answered: readonly string[], where: string): string[] {
  const missing = calls.filter((id) => !answered.includes(id)).map((id) => `${where}: call ${id} has no result right after it`);
  const orphans = answered.filter((id) => !calls.includes(id)).map((id) => `${where}: result of ${id} has no call right before it`);
  const twice = answered.filter((id, at) => answered.indexOf(id) !== at).map((id) => `${where}: two results of ${id}`);
  return [...missing, ...orphans, ...twice];
}
