/**
 * A WebAssembly module that is fetched, for browsers.
 *
 * @module
 */
import type { ModuleSource } from './wasm.js';

/** The module at `url`. */
export function wasmFetch(url: () => URL): ModuleSource {
  return {
    load: async () => {
      const response = await fetch(url());
      if (!response.ok) throw new Error(`the WebAssembly core could not be fetched: HTTP ${response.status}`);
      // Compiling while it downloads needs the right content type, which not every server sends.
      if (response.headers.get('content-type')?.startsWith('application/wasm')) {
        return WebAssembly.compileStreaming(response);
      }
      return WebAssembly.compile(await response.arrayBuffer());
    },
  };
}
