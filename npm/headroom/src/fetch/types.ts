/**
 * The types of `headroomFetch`.
 *
 * @module
 */
import type { CallOptions, HeadroomConfig } from '../config.generated.js';
import type { Headroom } from '../engine.js';

/** What `fetch` takes first. */
export type FetchInput = string | URL | Request;

/** The underlying `fetch`: the runtime's, or a client's own. */
export type Fetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

/** What `fetch` takes second, with options of Headroom for this one request. */
export interface HeadroomRequestInit extends RequestInit {
  /** Options for this request; they win over those of the `fetch` and of the engine. */
  readonly headroom?: CallOptions;
}

/** A drop-in for `fetch`. */
export type HeadroomFetch = (input: FetchInput, init?: HeadroomRequestInit) => Promise<Response>;

/** Options of a `fetch`. */
export interface FetchOptions extends HeadroomConfig {
  /** The underlying `fetch`; the runtime's by default. */
  readonly fetch?: Fetch;
  /** An engine to share the store and memory of. The options beside it hold for this `fetch` alone. */
  readonly engine?: Headroom;
}

/** Options of `engine.fetch()`. */
export type EngineFetchOptions = CallOptions & Pick<FetchOptions, 'fetch'>;
