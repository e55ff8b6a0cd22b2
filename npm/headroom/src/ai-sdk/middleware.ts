/**
 * The middleware for `wrapLanguageModel` of `ai` 5, 6 and 7, from one structural implementation.
 *
 * @module
 */
import type { Runtime } from '../runtime.js';
import { generateTurn } from './generate.js';
import { HiddenRounds } from './hidden-rounds.js';
import { prepareRequest, type RequestState } from './request.js';
import { streamTurn } from './stream.js';
import type { CallParams, LanguageModel } from './types.js';

/** What `wrapLanguageModel` calls before a request. */
export interface TransformOptions<Params> {
  type: 'generate' | 'stream';
  params: Params;
  model: LanguageModel;
}

/** What `wrapLanguageModel` calls instead of `doGenerate`. */
export interface WrapGenerateOptions<Result> {
  doGenerate: () => PromiseLike<Result>;
  doStream: () => PromiseLike<unknown>;
  params: CallParams;
  model: LanguageModel;
}

/** What `wrapLanguageModel` calls instead of `doStream`. */
export interface WrapStreamOptions<Result> {
  doGenerate: () => PromiseLike<unknown>;
  doStream: () => PromiseLike<Result>;
  params: CallParams;
  model: LanguageModel;
}

/**
 * A middleware that fits the types of all three majors. The version is a matter of types alone; leave it at its
 * default unless a declared type asks for `'v4'`.
 */
export interface HeadroomMiddleware<V extends 'v3' | 'v4' = 'v3'> {
  readonly specificationVersion: V;
  transformParams<Params extends CallParams>(options: TransformOptions<Params>): Promise<Params>;
  wrapGenerate<Result>(options: WrapGenerateOptions<Result>): Promise<Result>;
  wrapStream<Result>(options: WrapStreamOptions<Result>): Promise<Result>;
}

/** The middleware of an engine. */
export function createMiddleware<V extends 'v3' | 'v4' = 'v3'>(runtime: Runtime): HeadroomMiddleware<V> {
  const hidden = new HiddenRounds(runtime.turnRecords);
  // The SDK hands the object that transformParams returns to the wrappers: it leads to what belongs to the request.
  const requests = new WeakMap<CallParams, RequestState>();
  return {
    specificationVersion: 'v3' as V,
    async transformParams({ params, model }) {
      const prepared = await prepareRequest(runtime, hidden, params, model);
      requests.set(prepared.params, prepared.state);
      return prepared.params;
    },
    async wrapGenerate<Result>({ doGenerate, params, model }: WrapGenerateOptions<Result>) {
      const state = requests.get(params);
      return state ? ((await generateTurn(state, params, model, doGenerate)) as Result) : doGenerate();
    },
    async wrapStream<Result>({ doStream, params, model }: WrapStreamOptions<Result>) {
      const state = requests.get(params);
      return state ? ((await streamTurn(state, params, model, doStream)) as Result) : doStream();
    },
  };
}
