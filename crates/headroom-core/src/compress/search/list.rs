//! Lists of paths, one a line, perhaps with a count behind each: `grep -l`, `grep -c`, `find`, `git ls-files`.
//!
//! Owns their notation, both ways. The order of the paths stays, so a directory may stand more than once.
//!
//! ```text
//! #search: directory/, then its entries
//! src/ lib.rs main.rs
//! src/wire/ mod.rs json.rs:3
//! ```

/// How every text in this notation begins.
pub const OPENING: &str = "#search: directory/, then its entries";
const RETURNS: &str = "; lines end in CR LF";
const OTHER: &str = "; \"> x\": other output";
const ROOT: &str = "; all are in ";

/// A path without blanks as its directory, with the slash, and its name.
#[must_use]
pub fn split(path: &str) -> Option<(&str, &str)> {
    if path.is_empty() || path.bytes().any(|byte| byte <= b' ') || path.starts_with(['>', '#', '…']) {
        return None;
    }
    let inner = path.strip_suffix(['/', '\\']).unwrap_or(path);
    Some(path.split_at(inner.rfind(['/', '\\']).map_or(0, |slash| slash + 1)))
}

/// A list by directory, or `None` where a line is none of a list.
#[must_use]
pub fn write(text: &str) -> Option<String> {
    let (body, ends) = match text.strip_suffix('\n') {
        Some(body) => (body, true),
        None => (text, false),
    };
    let returns = body.contains('\r') && body.split('\n').all(|line| line.ends_with('\r'));
    let lines = || body.split('\n').map(|line| if returns { &line[..line.len() - 1] } else { line });
    let mut root: Option<&str> = None;
    let mut other = false;
    for line in lines() {
        match (split(line), root) {
            (None, _) => other = true,
            (Some((directory, _)), None) => root = Some(directory),
            (Some((directory, _)), Some(before)) => {
                let pairs = before.bytes().zip(directory.bytes());
                let common = pairs.take_while(|(a, b)| a == b).count();
                let slash = before.as_bytes()[..common].iter().rposition(|byte| matches!(byte, b'/' | b'\\'));
                root = Some(&before[..slash.map_or(0, |slash| slash + 1)]);
            }
        }
    }
    let mut root = root?;
    let odd = |line| {
        split(line)
            .is_some_and(|(directory, _)| directory[root.len()..].starts_with(['>', '#', '…', '/', '\\']))
    };
    if root.len() < 3 || lines().any(odd) {
        root = "";
    }
    let mut out = String::with_capacity(text.len() / 2 + 80);
    out.push_str(OPENING);
    for (wanted, words) in [(returns, RETURNS), (other, OTHER), (!root.is_empty(), ROOT)] {
        if wanted {
            out.push_str(words);
        }
    }
    out.push_str(root);
    let mut open = None;
    for line in lines() {
        if let Some((directory, name)) = split(line) {
            if open != Some(directory) {
                out.push('\n');
                out.push_str(&directory[root.len()..]);
                open = Some(directory);
            }
            out.push(' ');
            out.push_str(name);
        } else {
            out.push_str("\n> ");
            out.push_str(line);
            open = None;
        }
    }
    if ends {
        out.push('\n');
    }
    Some(out)
}

/// The original of a list by directory, up to `limit` bytes.
#[must_use]
pub fn decode(text: &str, limit: usize) -> Option<String> {
    let (legend, body) = text.strip_prefix(OPENING)?.split_once('\n')?;
    let (returns, legend) = match legend.strip_prefix(RETURNS) {
        Some(rest) => (true, rest),
        None => (false, legend),
    };
    let legend = legend.strip_prefix(OTHER).unwrap_or(legend);
    let root = if legend.is_empty() { "" } else { legend.strip_prefix(ROOT)? };
    let (body, ends) = match body.strip_suffix('\n') {
        Some(body) => (body, true),
        None => (body, false),
    };
    let end = if returns { "\r\n" } else { "\n" };
    let mut out = String::new();
    for line in body.split('\n') {
        if let Some(other) = line.strip_prefix("> ") {
            out.push_str(other);
            out.push_str(end);
            continue;
        }
        let (directory, names) = line.split_once(' ')?;
        for name in names.split(' ') {
            if out.len() > limit.saturating_add(1) {
                return None;
            }
            for part in [root, directory, name, end] {
                out.push_str(part);
            }
        }
    }
    if !ends {
        out.pop();
    }
    (out.len() <= limit).then_some(out)
}
