//! The native addons: built by cargo, put where the loaders of `headroom-js` and `headroom-code` look first.

use std::env::consts;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use crate::{Options, cargo, package_files, root, succeed, target_folder};

/// An addon and the package that loads it.
pub(crate) struct Addon {
    /// The crate of the binding.
    binding: &'static str,
    /// The package's folder in `npm/`.
    folder: &'static str,
    /// The package's name.
    package: &'static str,
}

/// The core.
pub(crate) const CORE: Addon = Addon { binding: "headroom-node", folder: "headroom", package: "headroom-js" };
/// The grammars.
pub(crate) const CODE: Addon =
    Addon { binding: "headroom-node-code", folder: "headroom-code", package: "headroom-code" };

/// Builds an addon for this machine as `npm/<folder>/native/<folder>.<platform>.node`, and for a release the
/// platform's package around it.
pub(crate) fn build(addon: &Addon, options: &Options) -> Result<()> {
    let profile = options.profile.as_deref().unwrap_or("test-fast");
    succeed(cargo().args(["build", "--package", addon.binding, "--profile", profile]))?;
    let library = addon.binding.replace('-', "_");
    let library = match consts::OS {
        "windows" => format!("{library}.dll"),
        "macos" => format!("lib{library}.dylib"),
        _ => format!("lib{library}.so"),
    };
    let built = target_folder()?.join(profile).join(library);
    let folder = root()?.join(format!("npm/{}/native", addon.folder));
    fs::create_dir_all(&folder)?;
    let platform = platform()?;
    let file = folder.join(format!("{}.{platform}.node", addon.folder));
    // By way of another name: a process that has the old file mapped must keep it.
    let new = file.with_extension("new");
    fs::copy(built, &new)?;
    fs::rename(new, &file)?;
    if profile == "release" {
        write_platform_package(addon, &platform, &file)?;
    }
    package_files::write()
}

/// Writes `npm/<folder>-<platform>/`, the package that brings an addon to users of this platform.
fn write_platform_package(addon: &Addon, platform: &str, built: &Path) -> Result<()> {
    let Addon { folder: name, package, .. } = addon;
    let folder = root()?.join(format!("npm/{name}-{platform}"));
    let file = format!("{name}.node");
    fs::create_dir_all(&folder)?;
    fs::copy(built, folder.join(&file))?;
    let mut words = platform.split('-');
    let mut manifest = json!({
        "name": format!("{package}-{platform}"),
        "version": env!("CARGO_PKG_VERSION"),
        "description": format!("The native addon of {package} for {platform}"),
        "license": env!("CARGO_PKG_LICENSE"),
        "repository": { "type": "git", "url": format!("git+{}.git", env!("CARGO_PKG_REPOSITORY")) },
        "main": file,
        "files": [file],
        "os": [words.next()],
        "cpu": [words.next()],
    });
    if let ("linux", Some(library)) = (consts::OS, words.next()) {
        let library = if library == "gnu" { "glibc" } else { library };
        manifest["libc"] = json!([library]);
    }
    fs::write(folder.join("package.json"), format!("{manifest:#}\n"))?;
    Ok(())
}

/// This machine in the words of Node: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`.
fn platform() -> Result<String> {
    let architecture = match consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => bail!("no addon is built for {other}"),
    };
    Ok(match consts::OS {
        "linux" => format!("linux-{architecture}-{}", if cfg!(target_env = "musl") { "musl" } else { "gnu" }),
        "macos" => format!("darwin-{architecture}"),
        "windows" => format!("win32-{architecture}-msvc"),
        other => bail!("no addon is built for {other}"),
    })
}

#[cfg(test)]
mod tests {
    use crate::root;

    #[test]
    fn the_npm_packages_have_the_crates_version() {
        let version = env!("CARGO_PKG_VERSION");
        let read = |path: &str| std::fs::read_to_string(root().unwrap().join(path)).unwrap();
        let manifest = |path| serde_json::from_str::<serde_json::Value>(&read(path)).unwrap();
        let core = manifest("npm/headroom/package.json");
        assert_eq!(core["version"], version);
        assert_eq!(core["peerDependencies"]["headroom-code"], version);
        assert_eq!(manifest("npm/headroom-code/package.json")["version"], version);
        assert!(read("npm/headroom/src/version.ts").contains(&format!("version = '{version}'")));
        assert!(read("npm/headroom-code/src/index.ts").contains(&format!("version: '{version}'")));
    }
}
