/**
 * A drop-in for `fetch`, for every client that takes one and for none at all.
 *
 * @module
 */
import { library } from './default-library.js';
import type { Headroom } from './engine.js';
import type { FetchOptions, HeadroomFetch } from './fetch/types.js';

export type { EngineFetchOptions, Fetch, FetchInput, FetchOptions, HeadroomFetch, HeadroomRequestInit } from './fetch/types.js';

/**
 * A `fetch` that compresses requests to models on their way out and answers the model's retrievals by itself, so that
 * the caller gets one answer, streamed or not. What it does not recognise passes byte for byte. It takes a
 * configuration, or an engine to share its store and memory.
 *
 * @example
 * ```ts
 * import { headroomFetch } from 'headroom-js/fetch';
 *
 * const fetch = headroomFetch({ maxBlockTokens: 2000 });
 * const response = await fetch('https://api.anthropic.com/v1/messages', { method: 'POST', headers, body });
 * ```
 */
export function headroomFetch(x?: FetchOptions | Headroom): HeadroomFetch {
  return library.headroomFetch(x);
}
