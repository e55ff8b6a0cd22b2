//! Which compiler can build for WebAssembly on this machine.
//!
//! Rustup's target where it is installed. Else Debian's `rustc-web`, a current compiler with the sources of the
//! standard library, from which cargo builds that first; `wasm-ld` links.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{cargo, succeed};

/// The triple.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// What to say when there is no toolchain.
pub(super) const ABSENT: &str = "there is no toolchain for it: run `rustup target add wasm32-unknown-unknown`, \
     or install Debian's rustc-web, rust-web-src and lld-19";

const DEBIAN_COMPILER: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-19"];

/// A way to compile for WebAssembly.
pub(super) enum Toolchain {
    /// The cargo that runs this has the target's standard library.
    Rustup,
    /// Debian's compiler, and the linker beside it.
    Debian { linker: PathBuf },
}

impl Toolchain {
    /// Cargo with this toolchain's environment.
    pub(super) fn cargo(&self) -> Command {
        let mut command = cargo();
        if let Self::Debian { linker } = self {
            command
                .env("RUSTC", DEBIAN_COMPILER)
                // Building the standard library is an unstable feature of cargo.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .arg("-Zbuild-std=std,panic_abort");
        }
        command
    }
}

/// The toolchain of this machine; installs Debian's packages where that is allowed, possible and needed.
pub(super) fn find(may_install: bool) -> Result<Option<Toolchain>> {
    if has_rustup_target() {
        return Ok(Some(Toolchain::Rustup));
    }
    if let Some(toolchain) = debian() {
        return Ok(Some(toolchain));
    }
    if may_install && can_install() {
        println!("WebAssembly needs {}: installing by apt-get", DEBIAN_PACKAGES.join(", "));
        succeed(apt().args(["update", "--quiet"]))?;
        succeed(apt().args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(DEBIAN_PACKAGES))
            .context("the packages for WebAssembly could not be installed")?;
        return Ok(debian());
    }
    Ok(None)
}

fn has_rustup_target() -> bool {
    first_line(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn debian() -> Option<Toolchain> {
    let version = first_line(Command::new(DEBIAN_COMPILER).arg("--version"))?;
    let sysroot = first_line(Command::new(DEBIAN_COMPILER).args(["--print", "sysroot"]))?;
    let sources = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    let linker = (15..30).rev().map(|release| PathBuf::from(format!("/usr/bin/wasm-ld-{release}")));
    let linker = linker.into_iter().find(|path| path.exists())?;
    (is_recent(&version) && sources.exists()).then_some(Toolchain::Debian { linker })
}

/// Whether `rustc 1.96.0 (…)` is at least the workspace's `rust-version`.
fn is_recent(version: &str) -> bool {
    let minor = |text: &str| text.split('.').nth(1)?.parse::<u32>().ok();
    let needed = minor(env!("CARGO_PKG_RUST_VERSION"));
    version.split(' ').nth(1).and_then(minor) >= needed
}

fn can_install() -> bool {
    let is_root = first_line(Command::new("id").arg("-u")).is_some_and(|user| user == "0");
    is_root && first_line(Command::new("apt-get").arg("--version")).is_some()
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// The first line a command prints, if it can be run and succeeds.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}
