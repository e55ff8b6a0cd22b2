/**
 * The core without a vocabulary in browsers: fetched by `loadCore()`.
 *
 * @module
 */
import * as glue from '../../wasm/slim.js';
import { wasmFetch } from './wasm-fetch.js';
import { wasmCore } from './wasm.js';

export const { core, loadCore, coreKind, registerVocabulary } = wasmCore(
  glue,
  wasmFetch(() => new URL('../../wasm/slim.wasm', import.meta.url)),
);
