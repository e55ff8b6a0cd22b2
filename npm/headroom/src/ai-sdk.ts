/**
 * The Vercel AI SDK, majors 5, 6 and 7. Nothing of the SDK is imported.
 *
 * @module
 */
import type { HeadroomMiddleware } from './ai-sdk/middleware.js';
import type { LanguageModel } from './ai-sdk/types.js';
import type { HeadroomConfig } from './config.generated.js';
import { library } from './default-library.js';
import type { Headroom } from './engine.js';

export type { HeadroomMiddleware } from './ai-sdk/middleware.js';
export type { CallParams, LanguageModel } from './ai-sdk/types.js';
export type { HeadroomProviderOptions } from './lift/ai-sdk.js';

/**
 * A middleware that compresses tool results on their way to the model and answers what the model asks for, without
 * the application noticing. It takes a configuration, or an engine to share its store and memory.
 *
 * @example
 * ```ts
 * import { wrapLanguageModel } from 'ai';
 * import { headroomMiddleware } from 'headroom-js/ai-sdk';
 *
 * const model = wrapLanguageModel({ model: openai('gpt-4o'), middleware: headroomMiddleware() });
 * ```
 */
export function headroomMiddleware<V extends 'v3' | 'v4' = 'v3'>(x?: HeadroomConfig | Headroom): HeadroomMiddleware<V> {
  return library.headroomMiddleware<V>(x);
}

/**
 * `model` with the middleware around it.
 *
 * @example
 * ```ts
 * import { withHeadroom } from 'headroom-js/ai-sdk';
 *
 * const { text } = await generateText({ model: withHeadroom(openai('gpt-4o')), tools, prompt });
 * ```
 */
export function withHeadroom<Model extends LanguageModel>(model: Model, x?: HeadroomConfig | Headroom): Model {
  return library.withHeadroom(model, x);
}
