//! What the reader of a block wants to know.
//!
//! Owns the rule that the query for a block is its own call's arguments and the nearest *earlier* user message, so
//! that it never changes as the conversation grows.

use super::walk::Counted;
use crate::block::{Block, BlockType, Role};
use crate::compress::Query;
use crate::hash::FixedMap;
use crate::memory::Digest;

/// Bytes of a question or of a call's arguments that are read, half of them from the end: a document pasted into a
/// user message must not be read once for every block that follows it, nor one written by a call for every part of
/// its result.
const LONGEST_QUESTION: usize = 4096;

/// For each block the user message that stands nearest before it.
pub(super) struct Questions {
    /// The texts of each user message, as indexes of blocks.
    messages: Vec<Vec<usize>>,
    /// For each block the index of its question in `messages`.
    of_block: Vec<Option<usize>>,
}

impl Questions {
    pub(super) fn find(blocks: &[Block<'_>]) -> Self {
        let mut messages: Vec<Vec<usize>> = Vec::new();
        let mut of_block = Vec::with_capacity(blocks.len());
        for (index, block) in blocks.iter().enumerate() {
            let last = messages.last().map(|texts| blocks[texts[0]].message);
            let is_question = block.role == Role::User && block.block_type == BlockType::Text;
            of_block.push(match last {
                // A message is no question to its own parts.
                Some(message) if message >= block.message => messages.len().checked_sub(2),
                _ => messages.len().checked_sub(1),
            });
            if is_question {
                match messages.last_mut() {
                    Some(texts) if last == Some(block.message) => texts.push(index),
                    _ => messages.push(vec![index]),
                }
            }
        }
        Self { messages, of_block }
    }

    /// The query for block `index`.
    pub(super) fn query(&self, blocks: &[Block<'_>], index: usize) -> Query {
        let block = &blocks[index];
        let question = match (&block.overrides.query, self.of_block[index]) {
            (Some(query), _) => bounded([&**query].into_iter()),
            (None, Some(message)) => bounded(self.messages[message].iter().map(|&text| &*blocks[text].text)),
            (None, None) => String::new(),
        };
        let arguments = bounded(block.call_arguments.as_deref().into_iter());
        Query { question, arguments }
    }

    /// The digests of the queries of a request whose texts were counted.
    pub(super) fn digests<'a>(&'a self, blocks: &'a [Block<'a>], counted: &'a [Counted]) -> Digests<'a> {
        Digests {
            questions: self,
            blocks,
            counted,
            of_messages: FixedMap::default(),
            of_arguments: FixedMap::default(),
        }
    }
}

/// Digests of queries. What several blocks ask in common is digested once, however large it is.
pub(super) struct Digests<'a> {
    questions: &'a Questions,
    blocks: &'a [Block<'a>],
    counted: &'a [Counted],
    of_messages: FixedMap<usize, Digest>,
    /// By where the spelling stands, which the results of one call share.
    of_arguments: FixedMap<*const str, Digest>,
}

impl Digests<'_> {
    /// The digest of the query for block `index`.
    pub(super) fn of(&mut self, index: usize) -> Digest {
        let block = &self.blocks[index];
        let question = match (&block.overrides.query, self.questions.of_block[index]) {
            (Some(query), _) => Digest::of(query.as_bytes()),
            (None, Some(message)) => self.of_message(message),
            (None, None) => Digest::default(),
        };
        let arguments = block.call_arguments.as_ref().map_or_else(Digest::default, |arguments| {
            let place: *const str = arguments.spelling();
            *self.of_arguments.entry(place).or_insert_with(|| Digest::of_text(arguments))
        });
        Digest::of_all([question, arguments])
    }

    fn of_message(&mut self, message: usize) -> Digest {
        let (blocks, counted) = (self.blocks, self.counted);
        *self.of_messages.entry(message).or_insert_with(|| {
            let of_text = |&text: &usize| counted[text].digest(&blocks[text].text);
            match &self.questions.messages[message][..] {
                [only] => of_text(only),
                several => several
                    .iter()
                    .map(of_text)
                    .fold(Digest::default(), |all, text| Digest::of_all([all, text])),
            }
        })
    }
}

/// The lines of `texts`; where they are long, their beginning and their end.
fn bounded<'a>(texts: impl DoubleEndedIterator<Item = &'a str> + Clone) -> String {
    const HALF: usize = LONGEST_QUESTION / 2;
    // A little more than is shown of a text, so that where it is cut is not where a question seems to end.
    const CUT: usize = HALF + 4;
    let length = texts.clone().map(|text| text.len() + 1).sum::<usize>().saturating_sub(1);
    if length <= LONGEST_QUESTION {
        return texts.collect::<Vec<_>>().join("\n");
    }
    let enough = || {
        let mut bytes = 0;
        move |text: &&str| {
            let before = bytes;
            bytes += text.len() + 1;
            before < CUT
        }
    };
    let head = texts.clone().take_while(enough()).map(|text| &text[..text.floor_char_boundary(CUT)]);
    let head = head.collect::<Vec<_>>().join("\n");
    let tail = texts.rev().take_while(enough());
    let mut tail: Vec<_> =
        tail.map(|text| &text[text.ceil_char_boundary(text.len().saturating_sub(CUT))..]).collect();
    tail.reverse();
    let tail = tail.join("\n");
    let head = &head[..head.floor_char_boundary(HALF)];
    format!("{head}\n{}", &tail[tail.ceil_char_boundary(tail.len().saturating_sub(HALF))..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{Overrides, Text};

    fn block(message: usize, role: Role, text: &str) -> Block<'_> {
        Block {
            message,
            part: 0,
            role,
            block_type: if role == Role::Tool { BlockType::ToolResult } else { BlockType::Text },
            tool_name: None,
            call_arguments: None,
            is_error: false,
            text: text.into(),
            overrides: Overrides::default(),
        }
    }

    fn questions(blocks: &[Block<'_>]) -> Vec<String> {
        let questions = Questions::find(blocks);
        (0..blocks.len()).map(|index| questions.query(blocks, index).question).collect()
    }

    #[test]
    fn the_question_is_the_nearest_earlier_user_message() {
        let blocks = [
            block(0, Role::System, "system"),
            block(0, Role::User, "first"),
            block(1, Role::Tool, "a"),
            block(2, Role::User, "second"),
            block(2, Role::User, "and more"),
            block(2, Role::Tool, "b"),
            block(3, Role::Tool, "c"),
            block(4, Role::User, "later"),
        ];
        assert_eq!(
            questions(&blocks),
            ["", "", "first", "first", "first", "first", "second\nand more", "second\nand more"]
        );
        assert_eq!(questions(&blocks[..7]), questions(&blocks)[..7], "what comes later changes nothing");
    }

    #[test]
    fn the_caller_may_ask_something_else_and_long_questions_are_bounded() {
        let long = "é".repeat(10_000);
        let blocks = [block(0, Role::User, &long), block(1, Role::Tool, "a")];
        let question = &questions(&blocks)[1];
        assert!(
            question.len() <= LONGEST_QUESTION + 1 && question.starts_with('é') && question.ends_with('é')
        );
        let parts: Vec<String> = (0..3000).map(|part| format!("part {part}: é")).collect();
        let mut blocks = parts.iter().map(|part| block(0, Role::User, part)).collect::<Vec<_>>();
        blocks.push(block(1, Role::Tool, "a"));
        let joined = parts.join("\n");
        assert_eq!(questions(&blocks)[3000], bounded([&*joined].into_iter()));
        let mut blocks = [block(0, Role::User, &long), block(1, Role::Tool, "a")];
        blocks[1].call_arguments = Some(Text::from(&*joined));
        assert!(Questions::find(&blocks).query(&blocks, 1).arguments.len() <= LONGEST_QUESTION + 1);
        blocks[1].overrides.query = Some("which?".into());
        assert_eq!(questions(&blocks)[1], "which?");
    }
}
