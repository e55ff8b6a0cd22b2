/**
 * Types of what is not TypeScript: the files that `cargo xtask` writes to `wasm/`, which may not be there yet when this is
 * compiled, and WebAssembly as the bundlers of edge runtimes import it.
 */

declare module '*/wasm/code.js' {
  const glue: import('./wasm.ts').Glue;
  export = glue;
}

declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
