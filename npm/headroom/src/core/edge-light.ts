/**
 * The core on Vercel's edge runtime.
 *
 * @module
 */
import * as glue from '../../wasm/core.js';
import module from '../../wasm/core.wasm?module';
import { edgeModule } from './edge-module.js';
import { wasmCore } from './wasm.js';

export const { core, loadCore, coreKind, registerVocabulary } = wasmCore(glue, { module: () => edgeModule(module) });
