/**
 * Vercel's edge runtime hands over modules of another realm.
 *
 * @module
 */

/** The module as an instance of this realm's `WebAssembly.Module`, which wasm-bindgen's glue asks for. */
export function edgeModule(module: WebAssembly.Module): WebAssembly.Module {
  if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
  return module;
}
