//! The native addon: built by cargo, put where the loader of `headroom-js` looks first.

use std::env::consts;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use crate::{Options, cargo, package_files, root, succeed, target_folder};

/// Builds the addon for this machine as `npm/headroom/native/headroom.<platform>.node`, and for a release the
/// platform's package around it.
pub(crate) fn build(options: &Options) -> Result<()> {
    let profile = options.profile.as_deref().unwrap_or("test-fast");
    succeed(cargo().args(["build", "--package", "headroom-node", "--profile", profile]))?;
    let library = match consts::OS {
        "windows" => "headroom_node.dll".to_owned(),
        "macos" => "libheadroom_node.dylib".to_owned(),
        _ => "libheadroom_node.so".to_owned(),
    };
    let built = target_folder()?.join(profile).join(library);
    let folder = root()?.join("npm/headroom/native");
    fs::create_dir_all(&folder)?;
    let platform = platform()?;
    let addon = folder.join(format!("headroom.{platform}.node"));
    // By way of another name: a process that has the old file mapped must keep it.
    let new = addon.with_extension("new");
    fs::copy(built, &new)?;
    fs::rename(new, &addon)?;
    if profile == "release" {
        write_platform_package(&platform, &addon)?;
    }
    package_files::write()
}

/// Writes `npm/headroom-<platform>/`, the package that brings the addon to users of this platform.
fn write_platform_package(platform: &str, addon: &Path) -> Result<()> {
    let folder = root()?.join(format!("npm/headroom-{platform}"));
    fs::create_dir_all(&folder)?;
    fs::copy(addon, folder.join("headroom.node"))?;
    let mut words = platform.split('-');
    let mut manifest = json!({
        "name": format!("headroom-js-{platform}"),
        "version": env!("CARGO_PKG_VERSION"),
        "description": format!("The native addon of headroom-js for {platform}"),
        "license": env!("CARGO_PKG_LICENSE"),
        "repository": { "type": "git", "url": format!("git+{}.git", env!("CARGO_PKG_REPOSITORY")) },
        "main": "headroom.node",
        "files": ["headroom.node"],
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
    fn the_npm_package_has_the_crates_version() {
        let manifest = std::fs::read(root().unwrap().join("npm/headroom/package.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    }
}
