/**
 * The core without a vocabulary on Node, Bun and Deno: always WebAssembly, so that it estimates as it does on the edge.
 *
 * @module
 */
import * as glue from '../../wasm/slim.js';
import { wasmFile } from './wasm-file.js';
import { wasmCore } from './wasm.js';

export const { core, loadCore, coreKind, registerVocabulary } = wasmCore(
  glue,
  wasmFile(() => new URL('../../wasm/slim.wasm', import.meta.url)),
);
