//! The files in the packages' `wasm/` that need no WebAssembly toolchain.

use std::fs;

use anyhow::Result;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::root;

const NOT_BUILT: &str = "\
export function initSync() {
  throw new Error('WebAssembly was not built: run `cargo xtask build wasm` and `cargo xtask build code-wasm`');
}
";

/// Writes the vocabulary behind `headroom-js/cl100k`, and stand-ins for glue that was not built, so that the
/// package loads without it.
pub(crate) fn write() -> Result<()> {
    let root = root()?;
    let folder = root.join("npm/headroom/wasm");
    fs::create_dir_all(&folder)?;
    let code = root.join("npm/headroom-code/wasm");
    fs::create_dir_all(&code)?;
    for glue in [folder.join("core.js"), folder.join("slim.js"), code.join("code.js")] {
        if !glue.exists() {
            fs::write(glue, NOT_BUILT)?;
        }
    }
    // Base64 in a module is the one form of binary data that every bundler and every runtime can import.
    let vocabulary = fs::read(root.join("crates/headroom-core/assets/cl100k_base.bin"))?;
    let module = format!("export default '{}';\n", BASE64_STANDARD.encode(vocabulary));
    fs::write(folder.join("cl100k.js"), module)?;
    Ok(())
}
