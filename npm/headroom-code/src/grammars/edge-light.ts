/**
 * The grammars on Vercel's edge runtime, which hands over modules of another realm.
 *
 * @module
 */
import * as glue from '../../wasm/code.js';
import module from '../../wasm/code.wasm?module';
import { wasmGrammars } from './wasm.js';

export const { load, loadSync, kind, compress, compressAsync } = wasmGrammars(glue, {
  module: () => {
    // wasm-bindgen's glue asks for an instance of this realm's class.
    if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
    return module;
  },
});
