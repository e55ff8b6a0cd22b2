/**
 * A WebAssembly module that lies in a file, for runtimes with a file system.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { ModuleSource } from './wasm.js';

/** The module in the file at `url`. */
export function wasmFile(url: () => URL): ModuleSource {
  return {
    module: () => {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        bytes = readFileSync(url());
      } catch (cause) {
        throw new Error('headroom-js has neither a native addon for this platform nor its WebAssembly module', { cause });
      }
      return new WebAssembly.Module(bytes);
    },
  };
}
