//! What the reader of a block wants to know.
//!
//! Owns the rule that the query for a block is its own call's arguments and the nearest *earlier* user message, so
//! that it never changes as the conversation grows.

use super::walk::Counted;
use crate::block::{Block, BlockType, Role};
use crate::compress::Query;
use crate::memory::Digest;

/// Bytes of a question that are read, half of them from its end: a document pasted into a user message must not
/// be read once for every block that follows it.
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
        let question = if let Some(query) = &block.overrides.query {
            bounded(query)
        } else {
            let texts = self.of_block[index].map_or(&[][..], |message| &self.messages[message]);
            let texts: Vec<&str> = texts.iter().map(|&text| &*blocks[text].text).collect();
            match texts[..] {
                [only] => bounded(only),
                _ => bounded(&texts.join("\n")),
            }
        };
        Query { question, arguments: block.call_arguments.as_deref().unwrap_or_default().to_owned() }
    }

    /// The digest of that query.
    pub(super) fn digest(&self, blocks: &[Block<'_>], index: usize, counted: &[Counted]) -> Digest {
        let block = &blocks[index];
        let question = match &block.overrides.query {
            Some(query) => Digest::of(query.as_bytes()),
            None => self.of_block[index].map_or_else(Digest::default, |message| {
                let of_text = |&text: &usize| counted[text].digest(&blocks[text].text);
                match &self.messages[message][..] {
                    [only] => of_text(only),
                    several => several
                        .iter()
                        .map(of_text)
                        .fold(Digest::default(), |all, text| Digest::of_all([all, text])),
                }
            }),
        };
        let arguments = block.call_arguments.as_ref().map_or_else(Digest::default, Digest::of_text);
        Digest::of_all([question, arguments])
    }
}

/// The beginning and the end of a long text.
fn bounded(text: &str) -> String {
    if text.len() <= LONGEST_QUESTION {
        return text.to_owned();
    }
    let head = text.floor_char_boundary(LONGEST_QUESTION / 2);
    let tail = text.ceil_char_boundary(text.len() - LONGEST_QUESTION / 2);
    format!("{}\n{}", &text[..head], &text[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Overrides;

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
        let mut blocks = [block(0, Role::User, &long), block(1, Role::Tool, "a")];
        let question = &questions(&blocks)[1];
        assert!(
            question.len() <= LONGEST_QUESTION + 1 && question.starts_with('é') && question.ends_with('é')
        );
        blocks[1].overrides.query = Some("which?".into());
        assert_eq!(questions(&blocks)[1], "which?");
    }
}
