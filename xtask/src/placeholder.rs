//! Stand-ins for files that only a build of WebAssembly writes, so that the package loads without one.

use std::fs;

use anyhow::Result;

use crate::root;

/// Writes those that are missing.
pub(crate) fn write_missing() -> Result<()> {
    let folder = root()?.join("npm/headroom/wasm");
    fs::create_dir_all(&folder)?;
    for name in ["core", "slim"] {
        let glue = folder.join(format!("{name}.js"));
        if !glue.exists() {
            let text = "export function initSync() {\n  throw new Error('the WebAssembly core was not built: run `cargo xtask build wasm`');\n}\n";
            fs::write(glue, text)?;
        }
    }
    Ok(())
}
