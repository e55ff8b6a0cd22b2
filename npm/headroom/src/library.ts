/**
 * The package's functions over one core: the root entry and the slim one differ in nothing else.
 *
 * @module
 */
import { createMiddleware, type HeadroomMiddleware } from './ai-sdk/middleware.js';
import { wrapModel } from './ai-sdk/wrap-model.js';
import type { LanguageModel } from './ai-sdk/types.js';
import type { CoreModule } from './core/types.js';
import { Headroom, inside, isEngine, type CompressOptions, type CompressResult, type CountOptions, type HandleToolCallOptions, type RetrieveOptions } from './engine.js';
import type { HeadroomConfig } from './config.generated.js';
import { fetchOf } from './fetch/headroom-fetch.js';
import { fetchSetup, type FetchSetup } from './fetch/options.js';
import type { FetchOptions, HeadroomFetch } from './fetch/types.js';
import type { RetrieveAnswer, ToolMessageFor } from './retrieval.js';
import type { Runtime } from './runtime.js';

/** The functions of one entry of the package. */
export interface Library {
  createHeadroom(config?: HeadroomConfig): Headroom;
  compress<Messages extends readonly object[]>(messages: Messages, options?: CompressOptions): Promise<CompressResult<Messages>>;
  compressSync<Messages extends readonly object[]>(messages: Messages, options?: CompressOptions): CompressResult<Messages>;
  countTokens(text: string, options?: CountOptions): number;
  retrieve(id: string, options?: RetrieveOptions): Promise<RetrieveAnswer>;
  handleToolCall<Call extends object>(call: Call, options?: HandleToolCallOptions): Promise<ToolMessageFor<Call>>;
  headroomMiddleware<V extends 'v3' | 'v4' = 'v3'>(x?: HeadroomConfig | Headroom): HeadroomMiddleware<V>;
  withHeadroom<Model extends LanguageModel>(model: Model, x?: HeadroomConfig | Headroom): Model;
  headroomFetch(x?: FetchOptions | Headroom): HeadroomFetch;
  /** What `headroomFetch` makes of its options, for clients that take something else than a `fetch`. */
  fetchSetup(x?: FetchOptions | Headroom): FetchSetup;
}

/** The functions over `module`, with one engine of their own that is made when it is first needed. */
export function libraryOver(module: CoreModule): Library {
  let made: Headroom | undefined;
  const engine = (): Headroom => (made ??= new Headroom(module));
  const runtimeOf = (x: HeadroomConfig | Headroom | undefined): Runtime => {
    if (x === undefined) return engine()[inside];
    return isEngine(x) ? x[inside] : new Headroom(module, x)[inside];
  };
  const setup = (x: FetchOptions | Headroom | undefined): FetchSetup =>
    fetchSetup(x, (config) => (config === undefined ? engine() : new Headroom(module, config)));
  return {
    createHeadroom: (config) => new Headroom(module, config),
    compress: (messages, options) => engine().compress(messages, options),
    compressSync: (messages, options) => engine().compressSync(messages, options),
    countTokens: (text, options) => engine().countTokens(text, options),
    retrieve: (id, options) => engine().retrieve(id, options),
    handleToolCall: (call, options) => engine().handleToolCall(call, options),
    headroomMiddleware: (x) => createMiddleware(runtimeOf(x)),
    withHeadroom: (model, x) => wrapModel(model, createMiddleware(runtimeOf(x))),
    headroomFetch: (x) => fetchOf(setup(x)),
    fetchSetup: setup,
  };
}
