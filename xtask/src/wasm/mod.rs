//! The WebAssembly module: compiled by whichever toolchain is there, given its glue, made small for releases.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{Options, package_files, root, succeed, target_folder};

mod toolchain;

/// Builds `npm/headroom/wasm/core.{js,wasm}`, or `slim.{js,wasm}`. Without a toolchain that skips with a
/// warning, and removes what an earlier build left so that nothing tests it; with `CI` set it fails.
pub(crate) fn build(options: &Options) -> Result<()> {
    let profile = options.profile.as_deref().unwrap_or("test-fast-wasm");
    let name = if options.slim { "slim" } else { "core" };
    let folder = root()?.join("npm/headroom/wasm");
    let glue = folder.join(format!("{name}.js"));
    let module = folder.join(format!("{name}.wasm"));
    let Some(toolchain) = toolchain::find(options.may_install)? else {
        for stale in [&glue, &module] {
            if stale.exists() {
                fs::remove_file(stale)?;
            }
        }
        package_files::write()?;
        ensure!(env::var_os("CI").is_none(), "CI is set, and {}", toolchain::ABSENT);
        eprintln!("\n*** WEBASSEMBLY WAS SKIPPED: {} ***\n", toolchain::ABSENT);
        return Ok(());
    };

    // Its own target folder: another compiler may be at work here, whose output must not evict the host's.
    let target = target_folder()?.join("wasm");
    let mut compile = toolchain.cargo();
    compile.args([
        "build",
        "--package",
        "headroom-wasm",
        "--target",
        toolchain::TARGET,
        "--profile",
        profile,
    ]);
    compile.env("CARGO_TARGET_DIR", &target);
    if options.slim {
        compile.arg("--no-default-features");
    }
    succeed(&mut compile)?;
    let compiled = target.join(toolchain::TARGET).join(profile).join("headroom_wasm.wasm");

    let mut output = Bindgen::new()
        .input_path(&compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        // The loader of each runtime brings the module; a path here would make bundlers ship a second copy.
        .omit_default_module_path(true)
        // After a trap the loader needs a new instance.
        .reset_state_function(true)
        .generate_output()?;
    fs::create_dir_all(&folder)?;
    fs::write(&glue, output.js())?;
    fs::write(&module, output.wasm_mut().emit_wasm())?;
    if profile.starts_with("release") {
        shrink(&module)?;
    }
    package_files::write()
}

/// Runs npm's wasm-opt over the module in place.
fn shrink(module: &Path) -> Result<()> {
    let optimiser = root()?.join("node_modules/binaryen/bin/wasm-opt");
    if !optimiser.exists() {
        bail!("{} is missing: run `npm install`", optimiser.display());
    }
    let node = env::var_os("npm_node_execpath").unwrap_or_else(|| "node".into());
    succeed(Command::new(node).arg(optimiser).arg(module).arg("-O3").arg("-o").arg(module))
        .context("wasm-opt failed")
}
