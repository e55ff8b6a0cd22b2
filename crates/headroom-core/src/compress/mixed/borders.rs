//! The lines at which one thing ends and another begins.
//!
//! Owns what such lines look like. It remembers nothing of the lines before.

use crate::compress::json::detect::begins_like_json;
use memchr::{memchr, memchr2, memmem};

/// Bytes of a heading that are looked at; what is longer is no heading.
const LONGEST_HEADING: usize = 400;

/// The line that starts at `at`, without its line break.
pub(super) fn line_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())]
}

/// Where the first line that is not blank starts, at `at` or after it.
pub(super) fn skip_blank_lines(text: &str, mut at: usize) -> usize {
    while at < text.len() {
        let line = line_at(text, at);
        if !line.trim_ascii().is_empty() {
            return at;
        }
        at += line.len() + 1;
    }
    text.len()
}

/// Whether a line names the file or the command whose text follows: `==> a.log <==`, `=== src/a.rs ===`, `$ git status`,
/// `ada@host:~/shop$ ls`. A heading within one tool's output names neither: `=== FAILURES ===`.
pub(super) fn is_heading(line: &str) -> bool {
    if line.len() > LONGEST_HEADING {
        return false;
    }
    let line = line.trim_ascii_end();
    let begins_command =
        |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphabetic() || "./~_".contains(first));
    match line.as_bytes() {
        [b'$', b' ', ..] => begins_command(&line[2..]),
        [b'=', b'=', b'>', ..] => line.ends_with(" <=="),
        [rule @ (b'=' | b'-' | b'#' | b'*'), ..] => is_named_rule(line, char::from(*rule)),
        bytes if memchr(b'@', bytes).is_none() => false,
        _ => line.split_once("$ ").is_some_and(|(prompt, command)| {
            let who = prompt.split_once('@').and_then(|(_, place)| place.split_once(':'));
            who.is_some() && !prompt.contains(' ') && begins_command(command)
        }),
    }
}

/// Whether a line is the name of a file between two rules of at least three characters.
fn is_named_rule(line: &str, rule: char) -> bool {
    let name = line.trim_matches(rule);
    let (before, after) =
        (line.len() - line.trim_start_matches(rule).len(), line.len() - line.trim_end_matches(rule).len());
    let Some(name) = name.strip_prefix(' ').and_then(|name| name.strip_suffix(' ')) else { return false };
    let name = name.strip_prefix("File: ").unwrap_or(name);
    before >= 3
        && after >= 3
        && !name.contains(' ')
        && name.contains(['.', '/'])
        && name.contains(|character: char| character.is_ascii_alphabetic())
}

/// The fence of a block of code in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    character: u8,
    length: usize,
}

impl Fence {
    /// The fence that a line opens.
    pub(super) fn open(line: &str) -> Option<Self> {
        let character = *line.as_bytes().first().filter(|first| matches!(first, b'`' | b'~'))?;
        let length = line.bytes().take_while(|&byte| byte == character).count();
        let info = &line[length..];
        (length >= 3 && info.len() <= LONGEST_HEADING && memchr(b'`', info.as_bytes()).is_none())
            .then_some(Self { character, length })
    }

    /// Whether a line closes it.
    pub(super) fn closes(self, line: &str) -> bool {
        let length = line.bytes().take_while(|&byte| byte == self.character).count();
        length >= self.length && line[length..].trim_ascii().is_empty()
    }
}

/// Whether a line is the first of a patch, or of a commit that may be shown with its patch.
pub(super) fn heads_patch(line: &str) -> bool {
    let commit = |line: &str| {
        let hash = line.bytes().take_while(u8::is_ascii_hexdigit).count();
        hash >= 7 && matches!(line.as_bytes().get(hash), None | Some(b' ' | b'\r'))
    };
    line.starts_with("diff --git ")
        || line.starts_with("diff --cc ")
        || line.strip_prefix("commit ").is_some_and(commit)
}

/// Whether a line can be one of a patch or of the commits around it.
pub(super) fn continues_patch(line: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "diff --",
        "index ",
        "new file mode ",
        "deleted file mode ",
        "old mode ",
        "new mode ",
        "similarity index ",
        "dissimilarity index ",
        "rename ",
        "copy ",
        "Binary files ",
        "GIT binary patch",
        "commit ",
        "Author",
        "Date:",
        "Merge: ",
        "Commit",
    ];
    match line.as_bytes().first() {
        None | Some(b' ' | b'+' | b'-' | b'@' | b'\\' | b'\r') => true,
        Some(_) => BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)),
    }
}

/// Whether `bytes` begin like an object or an array.
pub(super) fn begins_json(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'{' | b'[')) && begins_like_json(bytes)
}

/// The length of the object or array at the start of `bytes`, up to the end of its last line; or how much was read in vain:
/// it does not close, a string runs over the end of a line, or something follows on its last line.
pub(super) fn json_length(bytes: &[u8]) -> Result<usize, usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    let rest = &bytes[at + 1..];
                    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
                    let ends = matches!(rest.get(blank), None | Some(b'\n'));
                    return if ends { Ok(at + 1 + blank) } else { Err(at) };
                }
            }
            b'"' => at = string_end(bytes, at).ok_or(at)?,
            _ => {}
        }
        at += 1;
    }
    Err(at)
}

/// The closing quote of the string that opens at `at`, if it closes on its line.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let found = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if memchr(b'\n', &bytes[from..found]).is_some() {
            return None;
        }
        if bytes[found] == b'"' {
            return Some(found);
        }
        from = found + 2;
    }
}

/// Whether a text begins like a page or a document of markup, which is one thing.
pub(super) fn is_markup(text: &str) -> bool {
    let start = text.trim_ascii_start();
    let head = &start[..start.floor_char_boundary(200)];
    head.starts_with("<?xml") || head.starts_with("<!") || memmem::find(head.as_bytes(), b"<html").is_some()
}
