//! Builds what cargo alone does not. `cargo xtask` lists the commands.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks through both")]

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

mod config;
mod native;
mod package_files;
#[cfg(feature = "wasm")]
mod wasm;

const USAGE: &str = "\
cargo xtask build native [--profile NAME]
    builds the addon into npm/headroom/native/
cargo xtask build code [--profile NAME]
    builds the addon with the grammars into npm/headroom-code/native/
cargo xtask build wasm [--profile NAME] [--slim] [--may-install]
    builds the WebAssembly module and its glue into npm/headroom/wasm/; --slim builds the one without a
    vocabulary, --may-install allows installing the Debian packages it needs
cargo xtask build code-wasm [--profile NAME] [--may-install]
    builds the WebAssembly module with the grammars and its glue into npm/headroom-code/wasm/
cargo xtask config
    writes what follows from the core's table of options: npm/headroom/src/config.generated.ts, docs/options.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["build", "native", options @ ..] => native::build(&native::CORE, &Options::parse(options)?),
        ["build", "code", options @ ..] => native::build(&native::CODE, &Options::parse(options)?),
        #[cfg(feature = "wasm")]
        ["build", "wasm", options @ ..] => wasm::build_core(&Options::parse(options)?),
        #[cfg(feature = "wasm")]
        ["build", "code-wasm", options @ ..] => wasm::build_code(&Options::parse(options)?),
        ["config"] => config::write(),
        [] | ["help" | "--help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("no such command\n{USAGE}"),
    }
}

/// What the build commands can be told.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "wasm"), expect(dead_code, reason = "some options are for WebAssembly alone"))]
struct Options {
    /// The cargo profile; each build has its own default.
    profile: Option<String>,
    /// Without a vocabulary.
    slim: bool,
    /// System packages may be installed.
    may_install: bool,
}

impl Options {
    fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--profile" => {
                    options.profile = Some((*rest.next().context("--profile needs a name")?).to_owned());
                }
                "--slim" => options.slim = true,
                "--may-install" => options.may_install = true,
                other => bail!("unknown option {other}\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

/// The repository's root.
fn root() -> Result<PathBuf> {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    Ok(PathBuf::from(xtask).parent().context("xtask stands in the root")?.to_owned())
}

/// The cargo that runs this.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Cargo's target folder, wherever the environment and configuration put it.
fn target_folder() -> Result<PathBuf> {
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
    ensure!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    Ok(metadata["target_directory"].as_str().context("cargo metadata names no target folder")?.into())
}

/// Runs a command, whose output goes to the terminal, and fails if it does.
fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}
