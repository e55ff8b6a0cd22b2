/**
 * The client `@google/genai`, 2.28 and later, and 3.x. Nothing of it is imported.
 *
 * @module
 */
import { library } from './default-library.js';
import type { Headroom } from './engine.js';
import { HeadroomConfigError } from './errors.js';
import { fetchOf } from './fetch/headroom-fetch.js';
import type { Fetch, FetchOptions } from './fetch/types.js';
import { isShape } from './lift/block.js';

export type { Fetch, FetchOptions } from './fetch/types.js';

/** The client of `@google/genai` as far as it matters here. */
export interface GeminiClient {
  readonly models: object;
  readonly chats: object;
}

/** What a client sends its requests through. */
interface ApiClient {
  readonly clientOptions: { readonly httpOptions: { readonly fetch?: Fetch } };
}

type ModelsConstructor = new (apiClient: ApiClient) => object;
type ChatsConstructor = new (models: object, apiClient: ApiClient) => object;

/**
 * A client like `client` whose requests are compressed and whose model can ask for what was left out. It takes a
 * configuration, or an engine to share its store and memory.
 *
 * @example
 * ```ts
 * import { GoogleGenAI } from '@google/genai';
 * import { withHeadroom } from 'headroom-js/gemini';
 *
 * const gemini = withHeadroom(new GoogleGenAI({ apiKey }));
 * ```
 */
export function withHeadroom<Client extends GeminiClient>(client: Client, x?: FetchOptions | Headroom): Client {
  const setup = library.fetchSetup(x);
  const given = apiClientOf(client);
  const { httpOptions } = given.clientOptions;
  const fetch = fetchOf({ ...setup, fetch: setup.fetch ?? httpOptions.fetch });
  const clientOptions = { ...given.clientOptions, httpOptions: { ...httpOptions, fetch } };
  // There is no public way to copy a client, so its parts that talk to models are made anew. Everything else, files
  // and live sessions among it, stays the given client's.
  const apiClient: ApiClient = copied(given, { clientOptions });
  const models = new (client.models.constructor as ModelsConstructor)(apiClient);
  const chats = new (client.chats.constructor as ChatsConstructor)(models, apiClient);
  return copied(client, { apiClient, models, chats });
}

function apiClientOf(client: GeminiClient): ApiClient {
  const { apiClient } = client as { readonly apiClient?: unknown };
  const options = isShape(apiClient) ? apiClient['clientOptions'] : undefined;
  // `getFetch` is there since requests can be sent through a `fetch` of one's own.
  const fits = isShape(apiClient) && typeof apiClient['getFetch'] === 'function' && isShape(options) && isShape(options['httpOptions']);
  if (!fits) throw new HeadroomConfigError('client', 'must be a client of @google/genai 2.28 or later');
  return apiClient as unknown as ApiClient;
}

/** An object of the same class with the same fields, but for those in `changed`. */
function copied<Value extends object>(value: Value, changed: object): Value {
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object) as Value, value, changed);
}
