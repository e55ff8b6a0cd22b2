//! Passages: what a text of some kind is made of, for whoever asks for a part of it.
//!
//! Owns the shape in which compressors say so, and the cutting of what is too long to be one answer among several. It
//! searches nothing and does not know how a kind is told.

/// What the passages of a kind are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A line, where nothing is known of the kind.
    Line,
    /// What a program wrote at once: a line, or a message with its stack trace.
    Record,
    /// A row of a table.
    Row,
    /// A part of a patch.
    Hunk,
    /// What stands below a heading, or a part of it.
    Section,
    /// A paragraph or a few.
    Passage,
    /// The hits of a search in one file.
    FileHits,
    /// A function, a class, a type, or what stands between two.
    Definition,
    /// A diagnostic, a failure, or a line between.
    Finding,
    /// Parts of several kinds.
    Part,
}

impl Noun {
    /// The word for `amount` of them.
    #[must_use]
    pub fn word(self, amount: usize) -> &'static str {
        let (one, many) = match self {
            Self::Line => ("line", "lines"),
            Self::Record => ("record", "records"),
            Self::Row => ("row", "rows"),
            Self::Hunk => ("hunk", "hunks"),
            Self::Section => ("section", "sections"),
            Self::Passage => ("passage", "passages"),
            Self::FileHits => ("group of hits", "groups of hits"),
            Self::Definition => ("definition", "definitions"),
            Self::Finding => ("finding", "findings"),
            Self::Part => ("part", "parts"),
        };
        if amount == 1 { one } else { many }
    }
}

/// A part of a text that is worth reading by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What it belongs to where it does not say so itself: the file of a hunk, the headings above, the class of a method.
    pub title: Option<Box<str>>,
}

/// What a text is made of.
#[derive(Clone, Debug)]
pub struct Passages {
    /// What they are called.
    pub noun: Noun,
    /// In order, apart from each other. What is in none of them is blank or belongs to all.
    pub list: Vec<Passage>,
    /// The lines that say what stands in each: the head of a table.
    pub head: Option<(u32, u32)>,
    /// How a passage reads, where that is not how it is written: HTML without its tags.
    pub reading: Option<fn(&str) -> String>,
}

/// A definition or a heading, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name, after those of what it stands in: `Invoice.total`, `Installation > Linux`.
    pub name: String,
    /// The 0-based index of its first line.
    pub first: usize,
    /// The 0-based index of the line after its last one.
    pub end: usize,
}

/// Bytes that a passage has at most; longer ones are several.
const MOST_BYTES: usize = 2_400;
/// Bytes before the end of a piece within which a better place to cut is looked for.
const SOFT_CUT: usize = 120;

impl Passages {
    /// Passages that follow one another without anything between, from where each begins. `None` where there are none.
    #[must_use]
    pub fn tiled(noun: Noun, starts: &[u32], end: usize) -> Self {
        let ends = starts.iter().skip(1).copied().chain([end as u32]);
        let list = starts.iter().zip(ends).map(|(&start, end)| Passage { start, end, title: None }).collect();
        Self::new(noun, list)
    }

    /// Passages as they are.
    #[must_use]
    pub fn new(noun: Noun, list: Vec<Passage>) -> Self {
        Self { noun, list, head: None, reading: None }
    }

    /// Cuts long passages into pieces of at most a few hundred tokens, at lines where there are any.
    #[must_use]
    pub fn cut(mut self, text: &str) -> Self {
        self.list = cut(text, self.list, MOST_BYTES);
        self
    }
}

/// The passages with those of more than `most` bytes in pieces, which end at blank lines, lines, blanks or anywhere.
#[must_use]
pub fn cut(text: &str, list: Vec<Passage>, most: usize) -> Vec<Passage> {
    if list.iter().all(|passage| (passage.end - passage.start) as usize <= most) {
        return list;
    }
    let mut pieces = Vec::with_capacity(list.len() * 2);
    for passage in list {
        let (mut start, end) = (passage.start as usize, passage.end as usize);
        while end - start > most {
            let length = piece_length(&text[start..end], most);
            pieces.push(Passage {
                end: (start + length) as u32,
                start: start as u32,
                title: passage.title.clone(),
            });
            start += length;
        }
        pieces.push(Passage { start: start as u32, ..passage });
    }
    pieces
}

/// Bytes of the first piece of a text that is longer than `most` bytes.
fn piece_length(text: &str, most: usize) -> usize {
    let limit = text.floor_char_boundary(most).max(text.ceil_char_boundary(1));
    let window = &text.as_bytes()[..limit];
    let late = limit / 2;
    if let Some(at) = memchr::memmem::rfind(&window[late..], b"\n\n") {
        return late + at + 2;
    }
    if let Some(at) = memchr::memrchr(b'\n', &window[late / 2..]) {
        return late / 2 + at + 1;
    }
    let soft = limit.saturating_sub(SOFT_CUT);
    match memchr::memrchr3(b' ', b',', b'>', &window[soft..]) {
        Some(at) => soft + at + 1,
        None => limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_passages_are_cut_at_lines_and_nothing_is_lost() {
        let texts = [
            "word ".repeat(4_000),
            format!("{}\n\n{}", "a line\n".repeat(300), "é".repeat(9_000)),
            "x".repeat(2_400),
            "😀".repeat(5_000),
        ];
        for text in texts {
            let passages = Passages::tiled(Noun::Passage, &[0], text.len()).cut(&text);
            let pieces: Vec<&str> =
                passages.list.iter().map(|piece| &text[piece.start as usize..piece.end as usize]).collect();
            assert!(pieces.iter().all(|piece| (1..=MOST_BYTES).contains(&piece.len())));
            assert_eq!(pieces.concat(), text);
        }
    }
}
