/**
 * What `#grammars` resolves to, chosen by the runtime: the Rust crate `headroom-code`, natively or in WebAssembly.
 *
 * @module
 */

/** The grammars. Calls throw before they are loaded. */
export interface Grammars {
  /** Loads them, where that takes time. */
  load(): Promise<void>;
  /** Loads them at once; throws where that is not possible and {@link load} has not finished. */
  loadSync(): void;
  kind(): 'native' | 'wasm';
  /** The candidates for a text as JSON. */
  compress(text: string, queryJson: string): string;
  /** {@link compress} off the event loop where there are threads. */
  compressAsync(text: string, queryJson: string): Promise<string>;
}
