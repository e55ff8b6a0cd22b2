//! Records: which lines belong together, such as a message and the stack trace below it.
//!
//! Owns where a record begins and ends, and which lines of a trace are frames of libraries. It does not judge what is
//! kept of them.

use super::lines::Lines;
use super::time;
use std::ops::Range;

/// Lines that one record takes at most; what follows begins a new one.
pub const MAX_LINES: usize = 2_000;
/// Bytes at the beginning of a line within which its time stands.
const TIME_BYTES: usize = 64;
/// Bytes of a time at most.
const LONGEST_TIME: usize = 64;

/// Lines that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The 0-based index of its first line.
    pub first: u32,
    /// How many lines it has.
    pub lines: u32,
}

impl Record {
    /// The 0-based indexes of its lines.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.first as usize..(self.first + self.lines) as usize
    }
}

/// Where a line's own time stands, if it has one near its beginning, as byte offsets.
///
/// ```
/// use headroom_core::compress::log::record::time_of;
///
/// assert_eq!(time_of("[12:30:01] started"), Some((1, 9)));
/// assert_eq!(time_of("started"), None);
/// ```
#[must_use]
pub fn time_of(line: &str) -> Option<(usize, usize)> {
    let bytes = line.as_bytes();
    // No time is without a digit, and most lines of other texts are.
    if !bytes.iter().take(TIME_BYTES + LONGEST_TIME).any(u8::is_ascii_digit) {
        return None;
    }
    let mut boundary = true;
    for at in 0..bytes.len().min(TIME_BYTES) {
        if (boundary || at == 1)
            && let Some(end) = time::end(bytes, at)
        {
            return Some((at, end));
        }
        boundary =
            !bytes[at].is_ascii_alphanumeric() && !matches!(bytes[at], b'.' | b'-' | b'_' | b'/' | b'\\');
    }
    None
}

/// Whether most lines begin with a time, so that a line without one continues the line before.
#[must_use]
pub fn are_timed(lines: &Lines<'_>) -> bool {
    const LOOKED_AT: usize = 400;
    let step = (lines.len() / LOOKED_AT).max(1);
    let (mut timed, mut seen) = (0, 0);
    for index in (0..lines.len()).step_by(step) {
        let line = lines.get(index);
        if !line.starts_with([' ', '\t']) && !line.is_empty() {
            seen += 1;
            timed += usize::from(time_of(line).is_some());
        }
    }
    timed * 2 > seen
}

/// The records of a text, in order; together they are all its lines. Where lines are `timed`, one without a time belongs
/// to the one before.
#[must_use]
pub fn records(lines: &Lines<'_>, timed: bool) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut trace = Trace::default();
    for (index, line) in lines.iter().enumerate() {
        let joins = trace.continues(line) || timed && !line.is_empty() && time_of(line).is_none();
        match records.last_mut() {
            Some(record) if joins && (record.lines as usize) < MAX_LINES => record.lines += 1,
            _ => {
                records.push(Record { first: index as u32, lines: 1 });
                trace = Trace::default();
            }
        }
        trace.follow(line);
    }
    records
}

/// What is known of the record so far.
#[derive(Default)]
struct Trace {
    /// Lines so far.
    lines: usize,
    /// A Python traceback is open: the first line that is not indented ends it.
    python: bool,
    /// A trace of Go is open: its frames are not indented, but their places are.
    go: bool,
}

impl Trace {
    /// Whether a line belongs to the record so far.
    fn continues(&self, line: &str) -> bool {
        if self.lines == 0 {
            return false;
        }
        if line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            return true;
        }
        if self.python && !line.is_empty() {
            return true;
        }
        let opens = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
        if opens(&[
            "Caused by:",
            "Suppressed:",
            "... ",
            "at ",
            "   at ",
            "Traceback (",
            "stack backtrace:",
            "note: run with `RUST_BACKTRACE",
        ]) {
            return true;
        }
        if opens(&["During handling of the above exception", "The above exception was the direct cause"]) {
            return true;
        }
        self.go
            && (line.is_empty() || is_go_frame(line) || opens(&["goroutine ", "created by ", "exit status "]))
    }

    fn follow(&mut self, line: &str) {
        self.lines += 1;
        let indented = line.starts_with([' ', '\t']);
        if line.contains("Traceback (most recent call last)") {
            self.python = true;
        } else if self.python && !indented {
            self.python = false;
        }
        self.go |= line.starts_with("goroutine ") && line.ends_with(':') || line.starts_with("panic: ");
    }
}

/// `main.handler(0xc000, 0x1)`, `created by main.main`.
fn is_go_frame(line: &str) -> bool {
    !line.contains(' ') && line.ends_with(')') && line.contains('.') && line.contains('(')
}

/// Whether a line is one frame of a stack trace, in any of the usual languages.
///
/// ```
/// use headroom_core::compress::log::record::is_frame;
///
/// assert!(is_frame("\tat org.example.Job.run(Job.java:12)"));
/// assert!(is_frame("  File \"app/main.py\", line 3, in main"));
/// assert!(!is_frame("at the end of the day"));
/// ```
#[must_use]
pub fn is_frame(line: &str) -> bool {
    let trimmed = line.trim_start();
    if let Some(rest) = trimmed.strip_prefix("at ") {
        return line.len() > trimmed.len() && (rest.contains(['(', ':', '/']) || rest.contains('.'));
    }
    if trimmed.starts_with("File \"") && trimmed.contains("\", line ") {
        return true;
    }
    let counted = trimmed.trim_start_matches(|character: char| character.is_ascii_digit());
    if counted.len() < trimmed.len() && counted.starts_with(": ") && counted.contains("::") {
        return true;
    }
    line.starts_with('\t') && trimmed.contains(".go:") || is_go_frame(line)
}

/// Whether a frame is of a library or of the language's runtime, and not of the user's own code, as far as its place
/// tells.
///
/// ```
/// use headroom_core::compress::log::record::is_library_frame;
///
/// assert!(is_library_frame("\tat java.util.concurrent.FutureTask.run(FutureTask.java:266)"));
/// assert!(is_library_frame("    at Module._compile (node:internal/modules/cjs/loader:1105:14)"));
/// assert!(!is_library_frame("    at handler (/srv/app/src/index.js:10:3)"));
/// ```
#[must_use]
pub fn is_library_frame(line: &str) -> bool {
    const PLACES: &[&str] = &[
        "/node_modules/",
        "node:",
        "(internal/",
        "site-packages/",
        "dist-packages/",
        "/lib/python",
        "<frozen ",
        "/rustc/",
        "/.cargo/registry/",
        "/usr/local/go/",
        "/usr/lib/",
        "/go/pkg/mod/",
        "<anonymous>",
    ];
    const PACKAGES: &[&str] = &[
        "java.",
        "javax.",
        "jdk.",
        "sun.",
        "com.sun.",
        "kotlin.",
        "scala.",
        "akka.",
        "groovy.",
        "org.apache.",
        "org.springframework.",
        "org.junit.",
        "org.eclipse.jetty.",
        "org.hibernate.",
        "io.netty.",
        "reactor.",
        "System.",
        "Microsoft.",
        "core::",
        "std::",
        "alloc::",
        "tokio::",
        "runtime.",
        "net/http.",
    ];
    let trimmed = line.trim_start();
    let call = trimmed.strip_prefix("at ").unwrap_or(trimmed);
    let call = call.trim_start_matches(|character: char| {
        character.is_ascii_digit() || character == ':' || character == ' '
    });
    PACKAGES.iter().any(|package| call.starts_with(package))
        || PLACES.iter().any(|place| line.contains(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<usize> {
        let lines = Lines::new(text).expect("short");
        let timed = are_timed(&lines);
        records(&lines, timed).iter().map(|record| record.lines as usize).collect()
    }

    #[test]
    fn traces_stay_with_their_message() {
        let python = "start\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\nValueError: no\nend\n";
        assert_eq!(cut(python), [4 + 1, 1]);
        let java = "2024-01-02 10:00:00 ERROR it\njava.io.IOException: no\n\tat a.B.c(B.java:1)\nCaused by: x.Y: z\n\t... 3 more\n2024-01-02 10:00:01 INFO on\n2024-01-02 10:00:02 INFO on\n2024-01-02 10:00:03 INFO on\n";
        assert_eq!(cut(java), [5, 1, 1, 1]);
        let node = "Error: no\n    at f (/srv/a.js:1:2)\n    at node:internal/main:1:2\nnext\n";
        assert_eq!(cut(node), [3, 1]);
        let go =
            "panic: no\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/srv/a.go:3 +0x1\nexit status 2\nnext one\n";
        assert_eq!(cut(go), [6, 1]);
        let rust = "thread 'main' panicked at src/main.rs:1:1:\nstack backtrace:\n   0: std::panicking::begin\n             at /rustc/x/lib.rs:1\nnext\n";
        assert_eq!(cut(rust), [4, 1]);
    }

    #[test]
    fn a_line_without_a_time_belongs_to_the_one_before_where_lines_have_times() {
        assert_eq!(cut("10:00:00 a\nmore\n10:00:01 b\n10:00:02 c\n\n"), [2, 1, 1, 1]);
        assert_eq!(cut("a\nb\n10:00:01 c\n"), [1, 1, 1]);
    }
}
