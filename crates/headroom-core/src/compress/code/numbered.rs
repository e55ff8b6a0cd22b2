//! The lines of a source file, as a tool has printed them: bare, or each after its number.
//!
//! Owns the numbers that tools write before lines (`   12→text`, `12<tab>text`). It knows no programming language.

/// The lines of a file with what a tool wrote before them.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// Every line of the text as it stands there, without its line break.
    pub(super) whole: Vec<&'a str>,
    /// The file's part of every line; what follows a numbered file is no part of it and empty here.
    pub(super) code: Vec<&'a str>,
    /// Lines of the file itself.
    pub(super) len: usize,
    /// Whether the text ends with a line break.
    pub(super) ends_with_break: bool,
    /// The number that the file's first line bears, if lines are numbered.
    first_number: Option<usize>,
}

impl<'a> Source<'a> {
    /// Reads a text.
    pub(super) fn read(text: &'a str) -> Self {
        let ends_with_break = text.ends_with('\n');
        let body = text.strip_suffix('\n').unwrap_or(text);
        let whole: Vec<&str> = body.split('\n').collect();
        let bare = || whole.iter().map(|line| line.strip_suffix('\r').unwrap_or(line)).collect::<Vec<_>>();
        let Some((first, _)) = whole.first().and_then(|line| split_number(line)) else {
            return Self { code: bare(), len: whole.len(), ends_with_break, first_number: None, whole };
        };
        let mut code: Vec<&str> = whole
            .iter()
            .enumerate()
            .map_while(|(at, line)| split_number(line).filter(|&(number, _)| number == first + at))
            .map(|(_, code)| code.strip_suffix('\r').unwrap_or(code))
            .collect();
        let len = code.len();
        if len * 2 < whole.len() || len < 2 {
            return Self { code: bare(), len: whole.len(), ends_with_break, first_number: None, whole };
        }
        code.resize(whole.len(), "");
        Self { code, len, ends_with_break, first_number: Some(first), whole }
    }

    /// The lines of the file in an outline of this text, without the numbers of those that stay and without what follows the
    /// file.
    pub(super) fn file_in<'o>(&self, outline: &'o str) -> Vec<&'o str> {
        let mut lines: Vec<&str> = outline.strip_suffix('\n').unwrap_or(outline).split('\n').collect();
        lines.truncate(lines.len().saturating_sub(self.whole.len() - self.len));
        if self.first_number.is_some() {
            for line in &mut lines {
                *line = split_number(line).map_or(*line, |(_, code)| code);
            }
        }
        lines
    }

    /// Whether the lines bear numbers that are not those by which the block's lines are counted from `first_line` on.
    pub(super) fn is_shifted(&self, first_line: usize) -> bool {
        self.first_number.is_some_and(|first| first != first_line)
    }
}

/// Takes the number off a line: `   12→text`, `12<tab>text`.
pub(super) fn split_number(line: &str) -> Option<(usize, &str)> {
    let digits_at = line.len() - line.trim_start_matches(' ').len();
    let digits = line[digits_at..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 7 {
        return None;
    }
    let (number, rest) = line[digits_at..].split_at(digits);
    let rest = rest.strip_prefix('→').or_else(|| rest.strip_prefix('\t'))?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::{Source, split_number};

    #[test]
    fn numbers_are_taken_off() {
        assert_eq!(split_number("    12→\tx = 1"), Some((12, "\tx = 1")));
        assert_eq!(split_number("12\t"), Some((12, "")));
        for line in ["", "12 x", "x→y", "→", "123456789→x"] {
            assert_eq!(split_number(line), None, "{line}");
        }
    }

    #[test]
    fn what_follows_a_numbered_file_is_no_part_of_it() {
        let source = Source::read("     7→a\n     8→b\r\n     9→c\n\nThat was all.\n");
        assert_eq!(source.code, ["a", "b", "c", "", ""]);
        assert_eq!((source.len, source.is_shifted(7), source.is_shifted(1)), (3, false, true));
        let bare = Source::read("1\tone\n3\tthree\n");
        assert_eq!((bare.code.len(), bare.code[0], bare.is_shifted(7)), (2, "1\tone", false));
    }
}
