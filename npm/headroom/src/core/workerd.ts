/**
 * The core on Cloudflare Workers, which compile WebAssembly only when they import it.
 *
 * @module
 */
import * as glue from '../../wasm/core.js';
import module from '../../wasm/core.wasm';
import { wasmCore } from './wasm.js';

export const { core, loadCore, coreKind, registerVocabulary } = wasmCore(glue, { module: () => module });
