/**
 * The client `openai`, majors 6 and 7. Nothing of it is imported.
 *
 * @module
 */
import { library } from './default-library.js';
import type { Headroom } from './engine.js';
import { fetchOf } from './fetch/headroom-fetch.js';
import type { Fetch, FetchOptions } from './fetch/types.js';

export type { Fetch, FetchOptions } from './fetch/types.js';

/** The client of `openai`, Azure's included, as far as it matters here. */
export interface OpenAiClient {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  withOptions(options: any): any;
}

/**
 * A client like `client` whose requests are compressed and whose model can ask for what was left out. It takes a
 * configuration, or an engine to share its store and memory.
 *
 * @example
 * ```ts
 * import OpenAI from 'openai';
 * import { withHeadroom } from 'headroom-js/openai';
 *
 * const openai = withHeadroom(new OpenAI());
 * ```
 */
export function withHeadroom<Client extends OpenAiClient>(client: Client, x?: FetchOptions | Headroom): Client {
  const setup = library.fetchSetup(x);
  const own = (client as { readonly fetch?: Fetch }).fetch;
  return client.withOptions({ fetch: fetchOf({ ...setup, fetch: setup.fetch ?? own }) }) as Client;
}
