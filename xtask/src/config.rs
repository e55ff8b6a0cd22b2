//! What is generated from the core's table of options.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use headroom_core::config::{markdown, typescript};

use crate::root;

const OPTIONS_HEAD: &str = "\
# Options

Written from the core's table of options by `cargo xtask config`; change it there.

";

/// Each generated file with what it should hold.
fn files() -> Result<[(PathBuf, String); 2]> {
    let root = root()?;
    Ok([
        (root.join("npm/headroom/src/config.generated.ts"), typescript()),
        (root.join("docs/options.md"), format!("{OPTIONS_HEAD}{}", markdown())),
    ])
}

/// Writes them.
pub(crate) fn write() -> Result<()> {
    for (path, text) in files()? {
        fs::create_dir_all(path.parent().context("a file stands in a folder")?)?;
        fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn generated_files_follow_the_table() {
        for (path, text) in files().unwrap() {
            let there = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(there == text, "{} is out of date: run `cargo xtask config`", path.display());
        }
    }
}
