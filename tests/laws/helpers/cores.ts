// Both cores in one process, and what to do where WebAssembly was not built.
import { existsSync } from 'node:fs';
import { nativeCore } from '../../../npm/headroom/dist/core/native.js';
import { wasmFile } from '../../../npm/headroom/dist/core/wasm-file.js';
import { wasmCore, type Glue } from '../../../npm/headroom/dist/core/wasm.js';
import type { CoreModule } from '../../../npm/headroom/dist/core/types.js';

const moduleFile = new URL('../../../npm/headroom/wasm/core.wasm', import.meta.url);
const glue = (await import(new URL('../../../npm/headroom/wasm/core.js', import.meta.url).href)) as Glue;

/** The reason to skip what needs WebAssembly, or `false`. With `CI` set there is no such reason. */
export const withoutWasm = skipReason();

function skipReason(): string | false {
  if (existsSync(moduleFile)) return false;
  if (process.env['CI']) throw new Error('CI is set, and there is no WebAssembly module to test');
  console.error('*** WEBASSEMBLY WAS NOT BUILT: nothing is compared with it ***');
  return 'WebAssembly was not built';
}

/** The native addon. */
export function native(): CoreModule {
  const module = nativeCore();
  if (!module) throw new Error('the addon is not built: run `cargo xtask build native` first');
  return module;
}

/** WebAssembly on an instance of its own, with its JavaScript changed where a test has to. */
export function wasm(changed: (glue: Glue) => Partial<Glue> = () => ({})): CoreModule {
  return wasmCore({ ...glue, ...changed(glue) }, wasmFile(() => moduleFile));
}
