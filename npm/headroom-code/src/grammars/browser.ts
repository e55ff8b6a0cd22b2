/**
 * The grammars in browsers: fetched by `load()`.
 *
 * @module
 */
import * as glue from '../../wasm/code.js';
import { wasmGrammars } from './wasm.js';

export const { load, loadSync, kind, compress, compressAsync } = wasmGrammars(glue, {
  load: async () => {
    const response = await fetch(new URL('../../wasm/code.wasm', import.meta.url));
    if (!response.ok) throw new Error(`the grammars could not be fetched: HTTP ${response.status}`);
    // Compiling while it downloads needs the right content type, which not every server sends.
    if (response.headers.get('content-type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
    return WebAssembly.compile(await response.arrayBuffer());
  },
});
