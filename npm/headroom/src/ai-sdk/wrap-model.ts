/**
 * A language model with the middleware around it, without the SDK's `wrapLanguageModel`.
 *
 * @module
 */
import type { HeadroomMiddleware } from './middleware.js';
import type { CallParams, LanguageModel } from './types.js';

/** `model` with `middleware` around its calls; everything else of it stays what it was. */
export function wrapModel<Model extends LanguageModel>(model: Model, middleware: HeadroomMiddleware): Model {
  const doGenerate = async (given: CallParams): Promise<unknown> => {
    const params = await middleware.transformParams({ type: 'generate', params: given, model });
    const calls = { doGenerate: () => model.doGenerate(params), doStream: () => model.doStream(params) };
    return middleware.wrapGenerate<unknown>({ ...calls, params, model });
  };
  const doStream = async (given: CallParams): Promise<unknown> => {
    const params = await middleware.transformParams({ type: 'stream', params: given, model });
    const calls = { doGenerate: () => model.doGenerate(params), doStream: () => model.doStream(params) };
    return middleware.wrapStream<unknown>({ ...calls, params, model });
  };
  return new Proxy(model, {
    get(target, key) {
      if (key === 'doGenerate') return doGenerate;
      if (key === 'doStream') return doStream;
      const value: unknown = Reflect.get(target, key, target);
      // Methods may use private fields, which only the model itself has.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
