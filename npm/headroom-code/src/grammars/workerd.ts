/**
 * The grammars on Cloudflare Workers, which compile WebAssembly only when they import it.
 *
 * @module
 */
import * as glue from '../../wasm/code.js';
import module from '../../wasm/code.wasm';
import { wasmGrammars } from './wasm.js';

export const { load, loadSync, kind, compress, compressAsync } = wasmGrammars(glue, { module: () => module });
