//! Which compilers can build for WebAssembly on this machine.
//!
//! Rustup's target where it is installed. Else Debian's `rustc-web`, a current compiler with the sources of the
//! standard library, from which cargo builds that first; `wasm-ld` links. C is compiled by clang, with the headers that
//! the crate `tree-sitter-language` brings, since this target has no C library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{cargo, succeed, target_folder};

/// The triple.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_COMPILER: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-19"];
const DEBIAN_C_PACKAGES: [&str; 2] = ["clang-19", "llvm-19"];

/// What to say when there is no toolchain.
pub(super) fn absent(with_c: bool) -> String {
    let rust = "there is no toolchain for it: run `rustup target add wasm32-unknown-unknown`, or install Debian's \
                rustc-web, rust-web-src and lld-19";
    if with_c {
        format!("{rust}; and a clang that compiles for wasm32, as Debian's clang-19 with llvm-19")
    } else {
        rust.into()
    }
}

/// A way to compile for WebAssembly.
pub(super) struct Toolchain {
    rust: RustToolchain,
    c: Option<CToolchain>,
}

enum RustToolchain {
    /// The cargo that runs this has the target's standard library.
    Rustup,
    /// Debian's compiler, and the linker beside it.
    Debian { linker: PathBuf },
}

struct CToolchain {
    clang: PathBuf,
    archiver: PathBuf,
}

impl Toolchain {
    /// Cargo with this toolchain's environment.
    pub(super) fn cargo(&self) -> Result<Command> {
        let mut command = cargo();
        if let RustToolchain::Debian { linker } = &self.rust {
            command
                .env("RUSTC", DEBIAN_COMPILER)
                // Building the standard library is an unstable feature of cargo.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .arg("-Zbuild-std=std,panic_abort");
        }
        if let Some(CToolchain { clang, archiver }) = &self.c {
            let headers = c_headers()?;
            command
                .env("CC_wasm32_unknown_unknown", clang)
                .env("AR_wasm32_unknown_unknown", archiver)
                .env("CFLAGS_wasm32_unknown_unknown", format!("-I{}", headers.display()));
            // Some grammars would compile a C library for earlier releases of tree-sitter; this one brings its own.
            let sources = target_folder()?.join("wasm/no-c-library");
            fs::create_dir_all(&sources)?;
            for name in ["stdio.c", "stdlib.c", "string.c"].map(|name| sources.join(name)) {
                if !name.exists() {
                    fs::write(name, "typedef int nothing;\n")?;
                }
            }
            for (key, folder) in [("wasm-headers", &headers), ("wasm-src", &sources)] {
                let value = serde_json::Value::from(folder.display().to_string());
                command.arg("--config").arg(format!("target.{TARGET}.tree-sitter-language.{key}={value}"));
            }
        }
        Ok(command)
    }
}

/// The toolchain of this machine, `with_c` one for C as well; installs Debian's packages where that is allowed, possible and
/// needed.
pub(super) fn find(with_c: bool, may_install: bool) -> Result<Option<Toolchain>> {
    let mut rust = rust();
    let mut c = with_c.then(c).flatten();
    let missing: Vec<&str> =
        [(rust.is_none(), &DEBIAN_PACKAGES[..]), (with_c && c.is_none(), &DEBIAN_C_PACKAGES[..])]
            .into_iter()
            .filter(|&(is_missing, _)| is_missing)
            .flat_map(|(_, packages)| packages.iter().copied())
            .collect();
    if !missing.is_empty() && may_install && can_install() {
        println!("WebAssembly needs {}: installing by apt-get", missing.join(", "));
        succeed(apt().args(["update", "--quiet"]))?;
        succeed(apt().args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(&missing))
            .context("the packages for WebAssembly could not be installed")?;
        rust = rust.or_else(self::rust);
        c = with_c.then(self::c).flatten();
    }
    Ok(rust.filter(|_| c.is_some() || !with_c).map(|rust| Toolchain { rust, c }))
}

fn rust() -> Option<RustToolchain> {
    if has_rustup_target() { Some(RustToolchain::Rustup) } else { debian() }
}

fn has_rustup_target() -> bool {
    first_line(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn debian() -> Option<RustToolchain> {
    let version = first_line(Command::new(DEBIAN_COMPILER).arg("--version"))?;
    let sysroot = first_line(Command::new(DEBIAN_COMPILER).args(["--print", "sysroot"]))?;
    let sources = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    let linker = (15..30).rev().map(|release| PathBuf::from(format!("/usr/bin/wasm-ld-{release}")));
    let linker = linker.into_iter().find(|path| path.exists())?;
    (is_recent(&version) && sources.exists()).then_some(RustToolchain::Debian { linker })
}

/// A clang that has the target, with the archiver of its release.
fn c() -> Option<CToolchain> {
    let debian = (15..30).rev().map(|release| (format!("clang-{release}"), format!("llvm-ar-{release}")));
    debian.chain([("clang".to_owned(), "llvm-ar".to_owned())]).find_map(|(clang, archiver)| {
        first_line(Command::new(&archiver).arg("--version"))?;
        let output = Command::new(&clang).arg("--print-targets").output().ok()?;
        let has_target = String::from_utf8_lossy(&output.stdout).contains("wasm32");
        has_target.then(|| CToolchain { clang: clang.into(), archiver: archiver.into() })
    })
}

/// The headers that stand in for those of a C library.
fn c_headers() -> Result<PathBuf> {
    let output = cargo().args(["metadata", "--format-version", "1", "--locked"]).output()?;
    ensure!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let package = packages.iter().find(|package| package["name"] == "tree-sitter-language");
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    let folder = Path::new(manifest.context("tree-sitter-language is no dependency")?).parent();
    Ok(folder.context("a manifest stands in a folder")?.join("wasm/include"))
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
