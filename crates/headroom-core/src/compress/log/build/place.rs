//! Places: the first line of a diagnostic, taken apart into file, place and message.
//!
//! Owns the spellings in which tools say where something is: `a.c:12:3: error: …`, `a.ts(12,3): error TS…`,
//! `a.ts:12:3 - error TS…`, `[ERROR] A.java:[12,3] …`, `--> a.rs:12:3`, `  12:3  error  …`. It knows no tool by name.

/// Bytes of a line in which a place is looked for.
const REACH: usize = 512;
/// Bytes of a label before a path, such as `warning: ` or `[ERROR] `.
const LONGEST_LABEL: usize = 32;

/// How grave a diagnostic is, as far as its own words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// An explanation that belongs to the diagnostic before it.
    Note,
    /// A warning.
    Warning,
    /// No word for it: linters print a code, Go prints the message alone.
    Unstated,
    /// An error.
    Error,
}

/// The first line of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// What stands before the file: indentation, a label.
    pub(super) label: &'a str,
    /// The file; empty where a line above names it for several diagnostics.
    pub(super) file: &'a str,
    /// The place in the file, spelled as it came with its signs: `:12:3`, `(12,3)`, `:[12,3]`.
    pub(super) place: &'a str,
    /// All that follows.
    pub(super) message: &'a str,
    /// How grave it is.
    pub(super) severity: Severity,
}

/// The diagnostic that a line begins, if it begins one.
pub(super) fn head(line: &str) -> Option<Head<'_>> {
    let reach = &line[..line.floor_char_boundary(REACH)];
    let bytes = reach.as_bytes();
    for at in memchr::memchr2_iter(b':', b'(', bytes) {
        let Some((place_end, after)) = place_end(bytes, at).or_else(|| place_in_words(bytes, at)) else {
            continue;
        };
        let file_at = reach[..at].rfind([' ', '\t', '"']).map_or(0, |space| space + 1);
        let (label, file) = (&line[..file_at], &line[file_at..at]);
        let message = line[after..].trim_start();
        if message.is_empty() || file.is_empty() || !is_label(label) {
            continue;
        }
        let severity =
            severity(message).or_else(|| severity(label.trim_start_matches([' ', '\t', '[', '✘', '×'])));
        let is_path = file.contains(['.', '/', '\\']) && file.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !is_path && (severity.is_none() || !file.bytes().any(|byte| byte.is_ascii_alphabetic())) {
            continue;
        }
        return Some(Head {
            label,
            file,
            place: &line[at..place_end],
            message,
            severity: severity.unwrap_or(Severity::Unstated),
        });
    }
    None
}

/// The diagnostic in a line under its file's name: `  12:3  error  message  rule`.
pub(super) fn head_under_file(line: &str) -> Option<Head<'_>> {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    if indent == 0 || !trimmed.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let place_length = trimmed.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let place = &trimmed[..place_length];
    if !place.contains(':') || place.ends_with(':') || !trimmed[place_length..].starts_with([' ', '\t']) {
        return None;
    }
    let message = trimmed[place_length..].trim_start();
    let severity = severity(message)?;
    Some(Head { label: &line[..indent], file: "", place, message, severity })
}

/// File and place in the line that points to them below a message: ` --> src/a.rs:12:3`.
pub(super) fn arrow(line: &str) -> Option<(&str, &str)> {
    let trimmed = line.trim_start();
    let target = trimmed.strip_prefix("--> ").or_else(|| trimmed.strip_prefix("╭▸ "))?.trim_end();
    let at = target.bytes().position(|byte| byte == b':').filter(|&at| at > 0)?;
    // A drive letter is no file.
    let at = if at == 1 { at + 1 + target[at + 1..].find(':')? } else { at };
    target[at + 1..].starts_with(|first: char| first.is_ascii_digit()).then(|| target.split_at(at))
}

/// Where a place that begins at `at` ends, and where what follows it begins.
fn place_end(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let bracketed = bytes[at] == b'(' || bytes.get(at + 1) == Some(&b'[');
    let digits_at = at + 1 + usize::from(bytes[at] == b':' && bracketed);
    if !bytes.get(digits_at)?.is_ascii_digit() {
        return None;
    }
    let mut end = digits_at;
    while end < bytes.len() && (bytes[end].is_ascii_digit() || b":,.-".contains(&bytes[end])) {
        end += 1;
    }
    if bracketed {
        let closes = bytes.get(end).is_some_and(|byte| *byte == if bytes[at] == b'(' { b')' } else { b']' });
        return match (closes, bytes.get(end + 1)) {
            (true, Some(b':')) => Some((end + 1, end + 2)),
            (true, Some(b' ')) if bytes[at] == b':' => Some((end + 1, end + 1)),
            _ => None,
        };
    }
    // What stands behind the last digit separates.
    while !bytes[end - 1].is_ascii_digit() {
        end -= 1;
    }
    match (bytes.get(end), bytes.get(end + 1), bytes.get(end + 2)) {
        (Some(b':'), Some(b' ' | b'\t'), _) => Some((end, end + 1)),
        (Some(b' '), Some(b'-'), Some(b' ')) => Some((end, end + 3)),
        _ => None,
    }
}

/// Where a place ends that is told in words, `: line 12, col 3, `, or by its offset in a section, `:(.text+0x2f): `, and
/// where what follows it begins.
fn place_in_words(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes[at..].strip_prefix(b":")?;
    if rest.starts_with(b"(.") {
        let close = memchr::memchr(b')', rest)?;
        return (rest.get(close + 1) == Some(&b':')).then_some((at + close + 2, at + close + 3));
    }
    let rest = rest.strip_prefix(b" line ")?;
    let mut end = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if end == 0 {
        return None;
    }
    if let Some(column) = rest[end..].strip_prefix(b", col ") {
        let digits = column.iter().take_while(|byte| byte.is_ascii_digit()).count();
        end += ", col ".len() + digits;
    }
    let end_at = at + ": line ".len() + end;
    (bytes.get(end_at) == Some(&b',')).then_some((end_at, end_at + 1))
}

/// Whether what stands before a path is nothing or a label.
fn is_label(label: &str) -> bool {
    let trimmed = label.trim();
    trimmed.is_empty() || (trimmed.len() <= LONGEST_LABEL && trimmed.ends_with([':', ']']))
}

/// The severity that a message or a label begins with.
pub(super) fn severity(message: &str) -> Option<Severity> {
    let word = message.as_bytes();
    let length = word.iter().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
    // A word that goes on is another word; `error:`, `error[E0308]`, `error TS2304` end here.
    if word.get(length).is_some_and(|byte| !b" :[]\t(!".contains(byte)) {
        return None;
    }
    let is = |name: &str| word[..length].eq_ignore_ascii_case(name.as_bytes());
    match length {
        4 if is("note") || is("info") || is("help") || is("hint") => Some(Severity::Note),
        5 if is("error") || is("fatal") => Some(Severity::Error),
        6 if is("remark") => Some(Severity::Note),
        7 if is("warning") => Some(Severity::Warning),
        _ => None,
    }
}

/// Whether a line shows source code with its number at the left: `  12 | code`, `     |   ^~~~ label`.
pub(super) fn is_gutter(line: &str) -> bool {
    let trimmed = line.trim_start();
    let number = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let rest = trimmed[number..].trim_start_matches(' ');
    (number > 0 || trimmed.len() < line.len())
        && (rest.starts_with("| ") || rest == "|" || rest.starts_with(['│', '╷', '╵']))
}

/// Whether a line does nothing but point at parts of the line above it.
pub(super) fn is_caret(line: &str) -> bool {
    let mut pointed = false;
    for byte in line.bytes() {
        match byte {
            b'^' | b'~' => pointed = true,
            b' ' | b'\t' | b'-' | b'|' | b'_' | b'+' | b'.' => {}
            _ => return false,
        }
    }
    pointed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_are_taken_apart() {
        let parts =
            |line| head(line).map(|head| (head.label, head.file, head.place, head.message, head.severity));
        assert_eq!(
            parts("src/a.c:12:3: error: ‘x’ undeclared"),
            Some(("", "src/a.c", ":12:3", "error: ‘x’ undeclared", Severity::Error))
        );
        assert_eq!(
            parts("src/a.ts(12,5): error TS2580: Cannot find name 'p'."),
            Some(("", "src/a.ts", "(12,5)", "error TS2580: Cannot find name 'p'.", Severity::Error))
        );
        assert_eq!(
            parts("a.ts:2:7 - error TS6133: 'a' is never read."),
            Some(("", "a.ts", ":2:7", "error TS6133: 'a' is never read.", Severity::Error))
        );
        assert_eq!(
            parts("[ERROR] /app/A.java:[3,14] cannot find symbol"),
            Some(("[ERROR] ", "/app/A.java", ":[3,14]", "cannot find symbol", Severity::Error))
        );
        assert_eq!(
            parts("  warning: a.pyx:12:0: Global name"),
            Some(("  warning: ", "a.pyx", ":12:0", "Global name", Severity::Warning))
        );
        assert_eq!(
            parts("./a.go:3:4: undefined: x"),
            Some(("", "./a.go", ":3:4", "undefined: x", Severity::Unstated))
        );
        assert_eq!(
            parts("C:\\a b\\x.c(12): warning C4101: 'y'"),
            None,
            "a path with spaces is not taken apart"
        );
        assert_eq!(
            parts("C:\\ab\\x.c(12): warning C4101: 'y'"),
            Some(("", "C:\\ab\\x.c", "(12)", "warning C4101: 'y'", Severity::Warning))
        );
        for line in
            ["12:30:45: started", "at 12:30: x", "see a.c:12 for more", "f(1): x", "", "a.c:12:3:", "a.c:12:"]
        {
            assert_eq!(parts(line), None, "{line}");
        }
        assert_eq!(
            parts("/srv/a.js: line 2, col 7, Error - 'x' is not defined. (no-undef)"),
            Some((
                "",
                "/srv/a.js",
                ": line 2, col 7",
                "Error - 'x' is not defined. (no-undef)",
                Severity::Error
            ))
        );
        assert_eq!(
            parts("a.c:(.text+0x2f): undefined reference to `f'"),
            Some(("", "a.c", ":(.text+0x2f)", "undefined reference to `f'", Severity::Unstated))
        );
        assert_eq!(arrow("  --> src/a.rs:4:18"), Some(("src/a.rs", ":4:18")));
        assert_eq!(arrow("  --> C:\\a.rs:4:18"), Some(("C:\\a.rs", ":4:18")));
        assert_eq!(arrow("  --> nowhere"), None);
        assert!(head_under_file("  12:3  error  'x' is not defined  no-undef").is_some());
        assert!(head_under_file("  12:30 in the afternoon").is_none());
    }
}
