/**
 * The client `@anthropic-ai/sdk`, since 0.100 and 1.x, by its middleware where it has one. Nothing of it is imported.
 *
 * @module
 */
import { library } from './default-library.js';
import type { Headroom } from './engine.js';
import { exchange, fetchOf } from './fetch/headroom-fetch.js';
import type { FetchSetup } from './fetch/options.js';
import type { Fetch, FetchOptions } from './fetch/types.js';

export type { Fetch, FetchOptions } from './fetch/types.js';

/** The client of `@anthropic-ai/sdk`, those for Bedrock, Vertex and Foundry included, as far as it matters here. */
export interface AnthropicClient {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  withOptions(options: any): any;
}

/** A request as the client's middleware gets it: what `fetch` takes, in one object. */
interface MiddlewareRequest extends RequestInit {
  readonly url: string;
}

type Middleware = (request: MiddlewareRequest, next: (request: MiddlewareRequest) => Promise<Response>) => Promise<Response>;

/**
 * A client like `client` whose requests are compressed and whose model can ask for what was left out. It takes a
 * configuration, or an engine to share its store and memory.
 *
 * @example
 * ```ts
 * import Anthropic from '@anthropic-ai/sdk';
 * import { withHeadroom } from 'headroom-js/anthropic';
 *
 * const anthropic = withHeadroom(new Anthropic());
 * ```
 */
export function withHeadroom<Client extends AnthropicClient>(client: Client, x?: FetchOptions | Headroom): Client {
  const setup = library.fetchSetup(x);
  const { middleware, fetch } = client as { readonly middleware?: unknown; readonly fetch?: Fetch };
  if (!Array.isArray(middleware)) return client.withOptions({ fetch: fetchOf({ ...setup, fetch: setup.fetch ?? fetch }) }) as Client;
  // Innermost, so that the application's own middleware sees its own requests and one answer to each.
  return client.withOptions({ middleware: [...middleware, middlewareOf(setup)], ...(setup.fetch && { fetch: setup.fetch }) }) as Client;
}

/** Signing for other clouds happens inside `next`, so that what is signed is what was compressed. */
function middlewareOf(setup: FetchSetup): Middleware {
  return ({ url, ...init }, next) => {
    const underlying: Fetch = (input, given) => next({ ...given, url: String(input) });
    return exchange(setup, underlying, url, init);
  };
}
