/**
 * The core on Node, Bun and Deno: the native addon, else WebAssembly. `HEADROOM_FORCE_WASM=1` asks for the latter.
 *
 * @module
 */
import * as glue from '../../wasm/core.js';
import { nativeCore } from './native.js';
import { wasmFile } from './wasm-file.js';
import { wasmCore } from './wasm.js';
import type { CoreModule } from './types.js';

const wasm = wasmCore(glue, wasmFile(() => new URL('../../wasm/core.wasm', import.meta.url)));

let chosen: CoreModule | undefined;
const choose = () => (chosen ??= (process.env['HEADROOM_FORCE_WASM'] === '1' ? undefined : nativeCore()) ?? wasm);

export const loadCore: CoreModule['loadCore'] = async () => choose().loadCore();
export const core: CoreModule['core'] = () => choose().core();
export const coreKind: CoreModule['coreKind'] = () => choose().coreKind();
export const registerVocabulary: CoreModule['registerVocabulary'] = (name, asset) => choose().registerVocabulary(name, asset);
