/**
 * Gives the WebAssembly core the vocabulary of gpt-4 and gpt-3.5, which it does not embed:
 *
 * ```ts
 * import 'headroom-js/cl100k';
 * ```
 *
 * The native addon has it already.
 *
 * @module
 */
import asset from '../wasm/cl100k.js';
import { registerVocabulary } from '#core';

registerVocabulary('cl100k_base', () => Uint8Array.from(atob(asset), (character) => character.charCodeAt(0)));
