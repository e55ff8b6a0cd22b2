//! Reading a file with a grammar.
//!
//! Owns the parse and its limits. What the tree means is read in `tree`.
//!
//! A grammar reads source code in linear time. In what is none, errors that follow one another are gathered into one, at a
//! cost that grows with the square of their number. So a text is sampled first, and a parse that goes on too slowly is given
//! up. Steps and bytes are counted, never time, so that every machine decides alike.

use crate::grammar::Grammar;
use crate::tree::{self, File};
use headroom_core::compress::code::Language;
use headroom_core::compress::code::structure::{Parser, Structure};
use std::ops::ControlFlow;
use tree_sitter::{Node, ParseOptions, ParseState};

/// Checks between which a parse has to have gone on by [`LEAST_PROGRESS`] bytes for each.
const WINDOW: usize = 16;
/// Source code makes 65 bytes and more for every check; errors and what is minified less.
const LEAST_PROGRESS: usize = 55;
/// Checks that any parse may make, with one more for each of so many bytes; a source file makes one in 70 bytes.
const CHECKS: (usize, usize) = (500, 10);
/// Brackets that may be open at once.
const MAX_OPEN: usize = 500;
/// Lines in a row that hold nothing but a backslash, over which scanners look ahead again and again.
const MAX_CONTINUED: usize = 100;
/// Of so many bytes the first so many are sampled.
const SAMPLED: (usize, usize) = (4_096, 1_024);
/// Tokens that a grammar may skip in a sample. Where a sample begins and ends within brackets and strings it skips up to 200;
/// in another language's text, or none's, more.
const MAX_SKIPPED: usize = 240;

/// Reads files by one grammar.
#[derive(Clone, Copy)]
pub(crate) struct Reader(pub(crate) &'static Grammar);

impl Parser for Reader {
    fn language(&self) -> Language {
        self.0.family
    }

    fn parse<'a>(&self, code: &'a [&'a str]) -> Option<Box<dyn Structure + 'a>> {
        read_again(self.0, code).map(|file| Box::new(file) as Box<dyn Structure + 'a>)
    }
}

/// Reads the lines of a file for the first time; `None` where it is no text for the grammar.
pub(crate) fn read(grammar: &'static Grammar, code: &[&str]) -> Option<File> {
    if is_too_deep(code) || is_continued(code) || !is_readable(grammar, code) {
        return None;
    }
    read_again(grammar, code)
}

/// Reads the lines of a file, or of its outline; `None` where that takes too many steps.
fn read_again(grammar: &'static Grammar, code: &[&str]) -> Option<File> {
    let mut text = code.join("\n");
    text.push('\n');
    let tree = parse(&mut parser(grammar)?, &text)?;
    Some(tree::file(grammar, code, &tree))
}

fn parser(grammar: &'static Grammar) -> Option<tree_sitter::Parser> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter::Language::new(grammar.language)).ok()?;
    Some(parser)
}

fn parse(parser: &mut tree_sitter::Parser, text: &str) -> Option<tree_sitter::Tree> {
    let mut checks_left = CHECKS.0 + text.len() / CHECKS.1;
    let (mut checks, mut start) = (0, 0);
    let mut goes_on = |state: &ParseState| {
        checks_left = checks_left.saturating_sub(1);
        checks += 1;
        let mut is_slow = false;
        if checks == WINDOW {
            let progress = state.current_byte_offset().saturating_sub(start);
            // Once the end is reached the tree is balanced, which makes no progress.
            is_slow = progress > 0
                && progress < WINDOW * LEAST_PROGRESS
                && state.current_byte_offset() + 1 < text.len();
            (checks, start) = (0, state.current_byte_offset());
        }
        if checks_left == 0 || is_slow { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut goes_on);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

fn is_too_deep(code: &[&str]) -> bool {
    let mut open = 0_usize;
    code.iter().flat_map(|line| line.bytes()).any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_OPEN
    })
}

fn is_continued(code: &[&str]) -> bool {
    let mut run = 0;
    code.iter().any(|line| {
        match line.trim() {
            "\\" => run += 1,
            "" => {}
            _ => run = 0,
        }
        run > MAX_CONTINUED
    })
}

/// Whether samples of a long text are what the grammar is for.
fn is_readable(grammar: &'static Grammar, code: &[&str]) -> bool {
    let (mut at, mut sample) = (0, String::new());
    let Some(mut parser) = parser(grammar) else { return false };
    // The first bytes are read soon enough as they are.
    let mut next = SAMPLED.0;
    for line in code {
        at += line.len() + 1;
        if at < next {
            continue;
        }
        let room = SAMPLED.1 - sample.len();
        sample.push_str(&line[..line.floor_char_boundary(room)]);
        if sample.len() + 1 < SAMPLED.1 {
            sample.push('\n');
            continue;
        }
        if parse(&mut parser, &sample).is_none_or(|tree| skipped(&tree.root_node(), 0) > MAX_SKIPPED) {
            return false;
        }
        parser.reset();
        sample.clear();
        next = at + SAMPLED.0 - SAMPLED.1;
    }
    true
}

/// Tokens and trees that were skipped below a node because they are not where the grammar wants them.
fn skipped(node: &Node<'_>, depth: usize) -> usize {
    if !node.has_error() || depth > SAMPLED.1 {
        return 0;
    }
    let own = if node.is_error() { node.child_count() as usize } else { usize::from(node.is_missing()) };
    let mut cursor = node.walk();
    let below: usize = node.children(&mut cursor).map(|child| skipped(&child, depth + 1)).sum();
    own + below
}
