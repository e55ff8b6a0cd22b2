//! Headers of hunks: `@@ -1,7 +1,8 @@`, and with more parents `@@@ -1,7 -1,7 +1,8 @@@`.
//!
//! Owns reading and writing them. It does not know what stands in a hunk.

use super::lines::trimmed;
use std::fmt::Write as _;

/// Sides of a hunk: parents and the result. Merges of more parents are left as they are.
pub(super) const MAX_SIDES: usize = 8;

/// A number for each side, the result's last.
pub(super) type Sides = [usize; MAX_SIDES];

/// What a hunk's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// How many parents there are; 1 in all but combined diffs.
    pub(super) parents: usize,
    /// The first line on each side; the line before it where a side has none.
    pub(super) starts: Sides,
    /// Lines on each side.
    pub(super) counts: Sides,
    /// What stands behind, such as the function's name, with its space.
    pub(super) heading: &'a str,
    /// The line break.
    pub(super) line_break: &'a str,
}

impl<'a> Header<'a> {
    /// Reads a line with its line break.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let content = trimmed(line);
        let signs = content.bytes().take_while(|&byte| byte == b'@').count();
        let parents = signs.checked_sub(1).filter(|parents| (1..MAX_SIDES).contains(parents))?;
        let (at_signs, mut rest) = content.split_at(signs);
        let (mut starts, mut counts) = ([0; MAX_SIDES], [0; MAX_SIDES]);
        for side in 0..=parents {
            rest = rest.strip_prefix(if side < parents { " -" } else { " +" })?;
            (starts[side], rest) = number(rest)?;
            counts[side] = 1;
            if let Some(count) = rest.strip_prefix(',') {
                (counts[side], rest) = number(count)?;
            }
        }
        let heading = rest.strip_prefix(' ')?.strip_prefix(at_signs)?;
        Some(Self { parents, starts, counts, heading, line_break: &line[content.len()..] })
    }

    /// The first line of a side, also where it has none.
    pub(super) fn first(&self, side: usize) -> usize {
        self.starts[side] + usize::from(self.counts[side] == 0)
    }

    /// Writes the line as git does: a count of 1 is not written.
    pub(super) fn write(&self, text: &mut String) {
        let at_signs = &"@@@@@@@@@@"[..=self.parents];
        text.push_str(at_signs);
        for side in 0..=self.parents {
            let sign = if side < self.parents { '-' } else { '+' };
            let _ = write!(text, " {sign}{}", self.starts[side]);
            if self.counts[side] != 1 {
                let _ = write!(text, ",{}", self.counts[side]);
            }
        }
        text.push(' ');
        text.push_str(at_signs);
        text.push_str(self.heading);
        text.push_str(self.line_break);
    }
}

/// A number of at most nine digits, and what follows.
fn number(text: &str) -> Option<(usize, &str)> {
    let digits = text.bytes().take(10).take_while(u8::is_ascii_digit).count();
    if digits > 9 {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_written_as_they_were_read() {
        for line in [
            "@@ -1,7 +1,8 @@\n",
            "@@ -0,0 +1 @@\r\n",
            "@@ -12 +12,0 @@ fn main() {\n",
            "@@@ -1,7 -2,6 +3,8 @@@ class A\n",
        ] {
            let mut written = String::new();
            Header::read(line).expect(line).write(&mut written);
            assert_eq!(written, line);
        }
        for line in [
            "@@",
            "@@ -1 +1",
            "@ -1 +1 @",
            "@@ -1,x +1 @@",
            "@@ +1 -1 @@",
            "@@ -1 +1 @@@@@@@@@@@@",
            "@@ -9999999999 +1 @@",
            "@@@ -1 +1 @@@",
        ] {
            let read = Header::read(line);
            assert!(read.is_none() || line.ends_with("@@@@@@@@@@@@"), "{line}");
        }
    }
}
