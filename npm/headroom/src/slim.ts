/**
 * The package without vocabularies, for where 1.7 MB are too many: tokens are estimated, everything else is the
 * same. A conscious choice: the reports say that their figures are estimates.
 *
 * @example
 * ```ts
 * import { compress } from 'headroom-js/slim';
 * ```
 *
 * @module
 */
import * as core from '#core-slim';
import { libraryOver } from './library.js';

export type * from './index.js';
export { HeadroomConfigError, HeadroomError, HeadroomRequestError, HeadroomVocabularyError } from './errors.js';
export { MemoryStore } from './store/index.js';

export const {
  /** An engine with a configuration of its own. */
  createHeadroom,
  /** Compresses messages of OpenAI, Anthropic or the AI SDK. */
  compress,
  /** {@link compress} at once. */
  compressSync,
  /** Tokens of a text, estimated. */
  countTokens,
  /** The part of an original that is asked for. */
  retrieve,
  /** Answers a model's call of `headroom_retrieve`. */
  handleToolCall,
  /** The middleware for the AI SDK. */
  headroomMiddleware,
  /** A model of the AI SDK with the middleware around it. */
  withHeadroom,
  /** A drop-in for `fetch`. */
  headroomFetch,
} = libraryOver(core);
