/**
 * The grammars in WebAssembly, on every runtime: each brings its compiled module in its own way, the rest is here.
 *
 * A trap leaves an instance whose memory cannot be trusted: that call fails, and the next one gets a new instance.
 *
 * @module
 */
import type { Grammars } from './types.js';

/** wasm-bindgen's JavaScript beside the module. */
export interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  /** Replaces the instance by a new one of the same module. */
  __wbg_reset_state(): void;
  compress(text: string, queryJson: string): string;
}

/** Where a runtime gets the compiled module from. */
export interface ModuleSource {
  /** The module at once, where that is possible. */
  module?(): WebAssembly.Module;
  /** The module, loaded first. */
  load?(): Promise<WebAssembly.Module>;
}

/** The grammars over a module; nothing is instantiated before the first use. */
export function wasmGrammars(glue: Glue, source: ModuleSource): Grammars {
  let state: 'absent' | 'live' | 'trapped' = 'absent';
  let loading: Promise<void> | undefined;

  const start = (module: WebAssembly.Module) => {
    if (state === 'absent') glue.initSync({ module });
    state = 'live';
  };

  const loadSync = () => {
    if (state !== 'absent') return;
    if (!source.module) throw new Error('the grammars are not loaded yet: await something asynchronous of Headroom first');
    start(source.module());
  };

  const compress = (text: string, queryJson: string): string => {
    loadSync();
    if (state === 'trapped') {
      glue.__wbg_reset_state();
      state = 'live';
    }
    try {
      return glue.compress(text, queryJson);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) state = 'trapped';
      throw error;
    }
  };

  return {
    loadSync,
    load: async () => {
      if (state !== 'absent' || !source.load) return loadSync();
      loading ??= source.load().then(start);
      // A failed download may succeed the next time.
      loading.catch(() => (loading = undefined));
      return loading;
    },
    kind: () => 'wasm',
    compress,
    compressAsync: async (text, queryJson) => compress(text, queryJson),
  };
}
