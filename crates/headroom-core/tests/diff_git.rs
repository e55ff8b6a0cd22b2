//! Real git takes what is left of a patch, with the marker behind it, and makes the same of it as of the whole patch.
//!
//! The test makes its own repository in a temporary folder. Without git it says so and does nothing.

#![expect(clippy::print_stderr, reason = "that nothing was checked has to be said")]

use headroom_core::ccr::{Key, seal};
use headroom_core::compress::diff::DiffCompressor;
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Repository(PathBuf);

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Repository {
    /// `None`, said loudly, where there is no git.
    fn new(name: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("headroom-diff-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a temporary folder");
        let repository = Self(folder);
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("SKIPPED: there is no git, so nobody checks that compressed patches apply");
            return None;
        }
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        Some(repository)
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> (bool, Vec<u8>) {
        let mut child = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"])
            .args(["-c", "core.safecrlf=false", "-c", "commit.gpgsign=false", "-c", "core.fileMode=true"])
            .args(arguments)
            .current_dir(&self.0)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git");
        child.stdin.take().expect("a pipe").write_all(input).expect("git reads");
        let output = child.wait_with_output().expect("git ends");
        let mut said = output.stdout;
        if !output.status.success() {
            said.extend(output.stderr);
        }
        (output.status.success(), said)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let (worked, said) = self.run(arguments, b"");
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(worked, "git {arguments:?}: {said}");
        said
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// The tree that a patch makes of a commit.
    fn applied(&self, commit: &str, patch: &str) -> Result<String, String> {
        self.git(&["checkout", "--quiet", "--force", "--detach", commit]);
        self.git(&["clean", "--quiet", "-fdx"]);
        let (worked, said) = self.run(&["apply", "--index", "--whitespace=nowarn"], patch.as_bytes());
        if !worked {
            return Err(String::from_utf8_lossy(&said).into_owned());
        }
        Ok(self.git(&["write-tree"]))
    }

    /// Compresses a patch and compares what both make of the commit before it.
    fn check(&self, before: &str, arguments: &[&str]) -> String {
        let patch = self.git(arguments);
        let (short, kept_all) = finished(&patch);
        assert!(short.len() < patch.len(), "nothing was saved of\n{patch}");
        let expected =
            self.applied(before, &patch).unwrap_or_else(|said| panic!("git refuses its own patch: {said}"));
        let made = self.applied(before, &short).unwrap_or_else(|said| panic!("{said}\n{short}"));
        if kept_all {
            assert_eq!(made, expected, "another result of\n{short}");
        }
        short
    }
}

/// The patch with its marker, and whether every change is there.
fn finished(patch: &str) -> (String, bool) {
    let counter = Counter::for_model(None).expect("a counter");
    let task = Task {
        text: patch,
        tokens: counter.count(patch),
        query: &Query::default(),
        counter: &counter,
        budget: 4_000,
        lossless: false,
        code: false,
        first_line: 1,
    };
    let candidate = DiffCompressor.compress(&task).into_iter().next().expect("a candidate");
    let kept_all = !candidate.text.contains(" left out");
    (seal(&candidate.text, patch, &candidate.omissions, &Key::new(None)).0, kept_all)
}

fn source(lines: std::ops::Range<usize>) -> Vec<String> {
    lines
        .map(|line| format!("    let value_{line} = compute({}, \"argument {line}\");", line * 7 % 13))
        .collect()
}

fn joined(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn edits_of_all_sorts_apply() {
    let Some(repository) = Repository::new("edits") else { return };
    let lines = source(0..120);
    repository.write("src/main.rs", joined(&lines));
    repository.write("src/my file.rs", joined(&lines));
    repository.write("src/größe.rs", joined(&lines));
    repository.write("src/crlf.rs", joined(&lines).replace('\n', "\r\n"));
    repository.write("src/no_newline.rs", joined(&lines).trim_end());
    repository.write("src/gone.rs", joined(&source(3..30)));
    repository.write("src/old_name.rs", joined(&lines));
    repository.write("run.sh", joined(&lines[..30]));
    repository.write("empty.txt", "");
    let before = repository.commit("before");

    let edited = |content: &str| {
        content
            .replace("value_20 ", "twenty ")
            .replace("    let value_24 ", "    // A note.\n    let value_24 ")
            .replace("value_31 ", "thirty_one ")
            .replace("value_119 ", "last ")
            .replace("    let value_0 ", "    // The first line.\n    let value_0 ")
    };
    for name in
        ["src/main.rs", "src/my file.rs", "src/größe.rs", "src/crlf.rs", "src/no_newline.rs", "run.sh"]
    {
        let content = fs::read_to_string(repository.0.join(name)).expect("a file");
        repository.write(name, edited(&content));
    }
    fs::remove_file(repository.0.join("src/gone.rs")).expect("a file");
    fs::remove_file(repository.0.join("empty.txt")).expect("a file");
    fs::rename(repository.0.join("src/old_name.rs"), repository.0.join("src/new_name.rs")).expect("a file");
    repository.write("src/new_name.rs", joined(&lines).replace("value_60 ", "sixty "));
    repository.write("src/new.rs", joined(&source(200..230)));
    repository.write("also_empty.txt", "");
    repository.git(&["add", "--all"]);
    repository.git(&["update-index", "--chmod=+x", "run.sh"]);
    repository.git(&[
        "commit",
        "--quiet",
        "-m",
        "Many edits\n\n--- stands in the message\n+++ and so does this",
    ]);

    for arguments in [
        &["show", "main"][..],
        &["diff", "main~1", "main"],
        &["diff", "--no-renames", "main~1", "main"],
        &["diff", "-U1", "main~1", "main"],
        &["diff", "-U10", "main~1", "main"],
        &["diff", "-W", "main~1", "main"],
        &["diff", "--full-index", "--binary", "main~1", "main"],
        &["diff", "--patience", "--minimal", "main~1", "main"],
        &["show", "--stat", "-p", "main"],
        &["format-patch", "--stdout", "-1", "main"],
        &["log", "-p", "-1", "--format=fuller", "main"],
    ] {
        let short = repository.check(&before, arguments);
        for line in ["+    let twenty = ", "+    // A note.", "src/gone.rs", "rename to src/new_name.rs"] {
            let renames = !arguments.contains(&"--no-renames") || !line.starts_with("rename");
            assert!(!renames || short.contains(line), "{line} is not in\n{short}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_modes_and_executables_apply() {
    let Some(repository) = Repository::new("modes") else { return };
    repository.write("tool.sh", joined(&source(0..40)));
    repository.write("target.txt", "one\n");
    std::os::unix::fs::symlink("target.txt", repository.0.join("link")).expect("a link");
    repository.git(&["add", "--all"]);
    repository.git(&["update-index", "--chmod=+x", "tool.sh"]);
    repository.git(&["commit", "--quiet", "-m", "before"]);
    let before = repository.git(&["rev-parse", "HEAD"]);
    repository.git(&["reset", "--quiet", "--hard"]);
    let tool = fs::read_to_string(repository.0.join("tool.sh")).expect("a file");
    repository.write("tool.sh", tool.replace("value_20 ", "twenty "));
    fs::remove_file(repository.0.join("link")).expect("a link");
    std::os::unix::fs::symlink("tool.sh", repository.0.join("link")).expect("a link");
    repository.write("new.sh", joined(&source(0..9)));
    repository.git(&["add", "--all"]);
    repository.git(&["update-index", "--chmod=+x", "new.sh"]);
    repository.git(&["update-index", "--chmod=-x", "tool.sh"]);
    repository.git(&["commit", "--quiet", "-m", "after"]);
    let short = repository.check(before.trim(), &["show", "main"]);
    assert!(short.contains("old mode 100755\nnew mode 100644\n"), "{short}");
    assert!(short.contains("new file mode 100755\n"), "{short}");
}

#[test]
fn what_is_left_beside_folded_files_applies() {
    let Some(repository) = Repository::new("folded") else { return };
    let package = |at: usize| format!("[[package]]\nname = \"package-{at}\"\nversion = \"1.{at}.0\"\n\n");
    let lock =
        |packages: std::ops::Range<usize>| packages.fold(String::new(), |text, at| text + &package(at));
    let noise = |seed: u32| -> Vec<u8> {
        (0..900_u32).map(|at| (at.wrapping_mul(seed).wrapping_add(at * at) >> 3) as u8).collect()
    };
    repository.write("Cargo.lock", lock(0..40));
    repository.write("src/main.rs", joined(&source(0..60)));
    repository.write("src/spaces.rs", joined(&source(0..30)));
    repository.write("src/moved_from.rs", joined(&source(100..160)));
    repository.write("image.bin", noise(77));
    let before = repository.commit("before");
    repository.write("Cargo.lock", lock(5..60));
    repository.write(
        "src/main.rs",
        joined(&source(0..60)).replace("value_9 ", "nine ").replace("value_50 ", "fifty "),
    );
    repository.write("src/spaces.rs", joined(&source(0..30)).replace("    let", "\tlet"));
    let (stays, moves): (Vec<String>, Vec<String>) = source(100..160)
        .into_iter()
        .partition(|line| !(120..140).any(|moved| line.contains(&format!("value_{moved} "))));
    repository.write("src/moved_from.rs", joined(&stays));
    repository.write("src/moved_to.rs", format!("fn moved() {{\n{}}}\n", joined(&moves)));
    repository.write("image.bin", noise(79));
    repository.commit("after");
    let short = repository.check(before.trim(), &["show", "--binary", "main"]);
    for line in [
        "… Cargo.lock: ",
        "… image.bin: binary patch left out",
        "… src/spaces.rs: +30 -30 left out, only white space changes",
        "… src/moved_from.rs: -20 left out, moved unchanged to src/moved_to.rs",
        "+    let fifty = ",
    ] {
        assert!(short.contains(line), "{line} is not in\n{short}");
    }
    assert!(!short.contains("package-50"), "{short}");
}
