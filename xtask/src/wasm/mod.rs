//! The WebAssembly modules: compiled by whichever toolchain is there, given its glue, made small for releases.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{Options, package_files, root, succeed, target_folder};

mod toolchain;

/// A module and its place.
struct Module {
    /// The crate of the binding.
    binding: &'static str,
    /// Where it goes, from the root.
    folder: &'static str,
    /// The name of the files there.
    name: &'static str,
    /// Whether parts of it are written in C.
    has_c: bool,
    default_features: bool,
}

/// Builds `npm/headroom/wasm/core.{js,wasm}`, or `slim.{js,wasm}`.
pub(crate) fn build_core(options: &Options) -> Result<()> {
    let name = if options.slim { "slim" } else { "core" };
    let folder = "npm/headroom/wasm";
    build(
        &Module { binding: "headroom-wasm", folder, name, has_c: false, default_features: !options.slim },
        options,
    )
}

/// Builds `npm/headroom-code/wasm/code.{js,wasm}`.
pub(crate) fn build_code(options: &Options) -> Result<()> {
    let folder = "npm/headroom-code/wasm";
    build(
        &Module { binding: "headroom-wasm-code", folder, name: "code", has_c: true, default_features: true },
        options,
    )
}

/// Builds a module. Without a toolchain that skips with a warning, and removes what an earlier build left so that nothing
/// tests it; with `CI` set it fails.
fn build(module: &Module, options: &Options) -> Result<()> {
    let profile = options.profile.as_deref().unwrap_or("test-fast-wasm");
    let &Module { binding, name, has_c, .. } = module;
    let folder = root()?.join(module.folder);
    let glue = folder.join(format!("{name}.js"));
    let file = folder.join(format!("{name}.wasm"));
    let Some(toolchain) = toolchain::find(has_c, options.may_install)? else {
        for stale in [&glue, &file] {
            if stale.exists() {
                fs::remove_file(stale)?;
            }
        }
        package_files::write()?;
        let absent = toolchain::absent(has_c);
        ensure!(env::var_os("CI").is_none(), "CI is set, and {absent}");
        eprintln!("\n*** WEBASSEMBLY OF {name} WAS SKIPPED: {absent} ***\n");
        return Ok(());
    };

    // Its own target folder: another compiler may be at work here, whose output must not evict the host's.
    let target = target_folder()?.join("wasm");
    let mut compile = toolchain.cargo()?;
    compile.args(["build", "--package", binding, "--target", toolchain::TARGET, "--profile", profile]);
    compile.env("CARGO_TARGET_DIR", &target);
    if !module.default_features {
        compile.arg("--no-default-features");
    }
    succeed(&mut compile)?;
    let compiled =
        target.join(toolchain::TARGET).join(profile).join(format!("{}.wasm", binding.replace('-', "_")));

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
    fs::write(&file, output.wasm_mut().emit_wasm())?;
    if profile.starts_with("release") {
        shrink(&file)?;
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
