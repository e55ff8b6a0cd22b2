//! Lays the embedded vocabularies out for look-up, so that a native build carries them as read-only data.
//!
//! WebAssembly embeds the compressed asset instead, since there every byte is downloaded.

use std::path::Path;
use std::{env, fs};

#[path = "src/tokens/layout.rs"]
#[allow(dead_code, reason = "the crate reads with what this script only writes with")]
mod layout;
#[path = "src/tokens/pack.rs"]
mod pack;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/tokens/layout.rs");
    println!("cargo:rerun-if-changed=src/tokens/pack.rs");
    println!("cargo:rerun-if-changed=assets");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        return;
    }
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    for (feature, name) in [("EMBEDDED_O200K", "o200k_base"), ("EMBEDDED_CL100K", "cl100k_base")] {
        if env::var_os(format!("CARGO_FEATURE_{feature}")).is_none() {
            continue;
        }
        let asset = fs::read(format!("assets/{name}.bin")).expect("the asset is in the repository");
        let table = pack::expand(&asset).expect("the asset is a vocabulary");
        let write = |kind: &str, bytes: &[u8]| {
            fs::write(Path::new(&out).join(format!("{name}.{kind}")), bytes).expect("OUT_DIR can be written");
        };
        write("slots", table.slots.as_flattened());
        write("bytes", &table.bytes);
    }
}
