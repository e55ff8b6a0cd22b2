/**
 * The core in browsers: fetched by `loadCore()`.
 *
 * @module
 */
import * as glue from '../../wasm/core.js';
import { wasmFetch } from './wasm-fetch.js';
import { wasmCore } from './wasm.js';

export const { core, loadCore, coreKind, registerVocabulary } = wasmCore(
  glue,
  wasmFetch(() => new URL('../../wasm/core.wasm', import.meta.url)),
);
