/**
 * A session as it went over the wire: messages, the requests that sent them, and where the past was changed.
 *
 * Knows no transcript's format.
 *
 * @module
 */
import type { Format } from '../../lift/index.js';

/** What happens in a session, in order. */
export type SessionEvent =
  | { readonly kind: 'message'; readonly message: object }
  /** Everything so far is sent. */
  | { readonly kind: 'request' }
  /** All messages but the first `keep` are gone from here on. */
  | { readonly kind: 'cut'; readonly keep: number; readonly reason: string };

/** What the provider has charged, by the transcript's own account. */
export interface Usage {
  /** Input tokens that were neither read from the cache nor written to it. */
  plain: number;
  cached: number;
  written: number;
}

/** One conversation of a transcript. */
export interface Session {
  /** Whose transcript it is: `Claude Code`, `Codex` or `messages`. */
  readonly source: string;
  /** Tells the conversations of one file apart: empty for the main one. */
  readonly name: string;
  readonly format: Format;
  readonly model: string | undefined;
  readonly events: readonly SessionEvent[];
  readonly usage: Usage | undefined;
}

/** Writes down the events of a session. */
export class SessionRecorder {
  readonly events: SessionEvent[] = [];
  /** Messages that the next request would send. */
  length = 0;
  /** Requests so far. */
  requests = 0;

  message(message: object): void {
    this.events.push({ kind: 'message', message });
    this.length += 1;
  }

  /** A request; one without messages was none. */
  request(): void {
    if (this.length === 0) return;
    this.events.push({ kind: 'request' });
    this.requests += 1;
  }

  cut(keep: number, reason: string): void {
    if (keep >= this.length) return;
    this.events.push({ kind: 'cut', keep, reason });
    this.length = keep;
  }

  /** The message that nothing has followed yet. */
  get last(): object | undefined {
    const event = this.events.at(-1);
    return event?.kind === 'message' ? event.message : undefined;
  }
}
