/**
 * The core without a vocabulary on Cloudflare Workers, which compile WebAssembly only when they import it.
 *
 * @module
 */
import * as glue from '../../wasm/slim.js';
import module from '../../wasm/slim.wasm';
import { wasmCore } from './wasm.js';

export const { core, loadCore, coreKind, registerVocabulary } = wasmCore(glue, { module: () => module });
