//! The native addon: built by cargo, put where the loader of `headroom-js` looks first.

use std::env::consts;
use std::fs;

use anyhow::{Result, bail};

use crate::{Options, cargo, package_files, root, succeed, target_folder};

/// Builds the addon for this machine as `npm/headroom/native/headroom.<platform>.node`.
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
    let addon = folder.join(format!("headroom.{}.node", platform()?));
    // By way of another name: a process that has the old file mapped must keep it.
    let new = addon.with_extension("new");
    fs::copy(built, &new)?;
    fs::rename(new, addon)?;
    package_files::write()
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
