/**
 * The grammars on Node, Bun and Deno: the native addon, else WebAssembly. `HEADROOM_FORCE_WASM=1` asks for the latter.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import * as glue from '../../wasm/code.js';
import { nativeGrammars } from './native.js';
import { wasmGrammars } from './wasm.js';
import type { Grammars } from './types.js';

const wasm = wasmGrammars(glue, {
  module: () => {
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = readFileSync(new URL('../../wasm/code.wasm', import.meta.url));
    } catch (cause) {
      throw new Error('headroom-code has neither a native addon for this platform nor its WebAssembly module', { cause });
    }
    return new WebAssembly.Module(bytes);
  },
});

let chosen: Grammars | undefined;
const choose = () => (chosen ??= (process.env['HEADROOM_FORCE_WASM'] === '1' ? undefined : nativeGrammars()) ?? wasm);

export const load: Grammars['load'] = async () => choose().load();
export const loadSync: Grammars['loadSync'] = () => choose().loadSync();
export const kind: Grammars['kind'] = () => choose().kind();
export const compress: Grammars['compress'] = (text, queryJson) => choose().compress(text, queryJson);
export const compressAsync: Grammars['compressAsync'] = (text, queryJson) => choose().compressAsync(text, queryJson);
