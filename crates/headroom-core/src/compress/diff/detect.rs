//! Detection of patches, from their structure.
//!
//! Owns the question how much of a text's lines are those of a patch or of commits with one.

use super::header::Header;
use crate::route::{Confidence, Sample};

/// Beginnings of lines that stand in the heads of commits and files.
const HEADS: [&str; 24] = [
    "index ",
    "--- ",
    "+++ ",
    "old mode ",
    "new mode ",
    "deleted file mode ",
    "new file mode ",
    "copy from ",
    "copy to ",
    "rename from ",
    "rename to ",
    "similarity index ",
    "dissimilarity index ",
    "Binary files ",
    "GIT binary patch",
    "commit ",
    "Author: ",
    "AuthorDate: ",
    "Commit: ",
    "CommitDate: ",
    "Date: ",
    "Merge: ",
    "Index: ",
    "=======",
];
/// How surely a text is a patch, or commits with their patches.
#[must_use]
pub fn confidence(sample: &Sample<'_>) -> Confidence {
    let (mut evidence, mut fits, mut all) = (0, 0, 0);
    for (number, run) in sample.runs.iter().enumerate() {
        // A later run begins in the middle, most likely of a hunk.
        let mut state = if number > 0 { State::Hunk } else { State::Outside };
        for (at, &line) in run.iter().enumerate() {
            all += 1;
            let next = state.after(line, run.get(at + 1).copied().unwrap_or_default());
            if line.starts_with("@@") && next == State::Hunk
                || line.starts_with("diff ") && next == State::File
            {
                evidence += 1;
            }
            fits += usize::from(next != State::Outside || line.is_empty());
            state = next;
        }
    }
    if evidence == 0 { Confidence::NONE } else { Confidence::share(fits, all) }
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    /// In the head of a commit, with its message.
    Commit,
    /// In a mail that holds a patch, whose message is any text.
    Mail,
    File,
    Hunk,
}

impl State {
    fn after(self, line: &str, next: &str) -> Self {
        if line.starts_with("diff --git ")
            || line.starts_with("diff --cc ")
            || line.starts_with("diff --combined ")
        {
            return Self::File;
        }
        if line.starts_with("@@") && self != Self::Outside && Header::read(line).is_some() {
            return Self::Hunk;
        }
        let is_subversion = line.starts_with("Index: ") && next.starts_with("=====");
        if is_subversion || line.starts_with("--- ") && next.starts_with("+++ ") {
            return Self::File;
        }
        let is_commit = line
            .strip_prefix("commit ")
            .is_some_and(|hash| hash.len() >= 7 && hash.bytes().take(7).all(|byte| byte.is_ascii_hexdigit()));
        let is_mail = line.starts_with("From ") && line.ends_with("Mon Sep 17 00:00:00 2001");
        if is_commit {
            return Self::Commit;
        }
        if is_mail {
            return Self::Mail;
        }
        let in_hunk = line.is_empty() || line.starts_with([' ', '+', '-', '\\']);
        let is_head = HEADS.iter().any(|head| line.starts_with(head));
        match self {
            Self::Hunk if in_hunk => Self::Hunk,
            Self::File if is_head => Self::File,
            Self::Commit if is_head || line.is_empty() || line.starts_with(' ') => Self::Commit,
            Self::Mail => Self::Mail,
            _ => Self::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Hints;

    fn is_patch(text: &str) -> bool {
        confidence(&Sample::new(text, Hints::default())) >= Confidence::per_cent(80)
    }

    const HUNK: &str = "@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three\n";

    #[test]
    fn patches_of_all_tools_are_told() {
        for head in [
            "diff --git a/x b/x\nindex 123..456 100644\n--- a/x\n+++ b/x\n",
            "--- a/x\n+++ b/x\n",
            "--- x.orig\t2025-01-01 00:00:00\n+++ x\t2025-01-02 00:00:00\n",
            "Index: x\n===================================================================\n--- x\t(revision 1)\n+++ x\t(working copy)\n",
            "commit 0123456789abcdef\nAuthor: A <a@example.org>\nDate:   today\n\n    Words\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n",
            "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: [PATCH] b\n\nBecause.\n---\n x | 2 +-\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n",
            "diff -ru a/x b/x\n--- a/x\n+++ b/x\n",
        ] {
            assert!(is_patch(&format!("{head}{HUNK}")), "{head}");
        }
        assert!(is_patch(
            "diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,2 @@@\n  a\n- b\n -c\n++d\n"
        ));
        assert!(is_patch("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n"));
        let long = format!(
            "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,9000 +1,9000 @@\n{}",
            " a\n+b\n-c\n".repeat(4_000)
        );
        assert!(is_patch(&long));
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "# Title\n\n---\n\n- one\n- two\n+ three\n\n---\n",
            "--- a\n+++ b\n",
            "- a\n+ b\n- c\n",
            "commit 0123456789abcdef\nAuthor: A\n\n    Words\n",
            " a.rs | 3 +++\n 1 file changed\n",
            "{\"patch\": \"@@ -1 +1 @@\"}",
            "@@ -1 +1 @@\n",
            "The hunk\n@@ -1 +1 @@\nsays so.\n",
            "",
        ] {
            assert!(!is_patch(text), "{text}");
        }
    }
}
