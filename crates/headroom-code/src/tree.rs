//! From a syntax tree to what an outline has to know: statements, their blocks, comments and faults.
//!
//! Owns the walk over the tree. It knows no language but by the rules of its grammar, and reads the text only where a rule
//! depends on what else stands on a line.

use crate::grammar::{Grammar, Rule};
use headroom_core::compress::code::Language;
use headroom_core::compress::code::structure::{Faults, Line, Role, Statement, Structure};
use tree_sitter::{Node, Tree, TreeCursor};

/// How deep a tree is followed.
const MAX_DEPTH: usize = 250;
/// How many nodes a name may be away from what it names.
const MAX_NAME_DEPTH: usize = 8;
/// Bytes of a name.
const MAX_NAME: usize = 100;

const OPENING: &[&str] = &["{", "(", "[", "do", "[]", "{|"];
const CLOSING: &[&str] = &["}", ")", "]", "done", "end", "|}"];
/// After these stand the statements of a branch.
const BRANCHING: &[&str] = &["then", "else", ")"];
/// Where a node keeps its name, or what leads to it.
const NAME_FIELDS: &[&str] =
    &["name", "declarator", "left", "key", "pattern", "property", "attribute", "variable"];

/// What a grammar told of a file.
#[derive(Debug)]
pub(crate) struct File {
    lines: Vec<Line>,
    /// Whether a statement begins with a line, whatever else does.
    starts: Vec<bool>,
    /// The statement that begins on each line.
    at: Vec<Option<usize>>,
    statements: Vec<Statement>,
    /// First and last lines of errors.
    pub(crate) faults: Vec<(usize, usize)>,
}

impl Structure for File {
    fn line(&self, at: usize) -> Line {
        self.lines[at]
    }

    fn statement(&self, first: usize, limit: usize) -> Statement {
        let Some(statement) = self.at[first].map(|at| &self.statements[at]) else {
            return Statement::line(first);
        };
        let mut statement = statement.clone();
        if statement.end > limit {
            statement.end = limit;
            statement.blocks.retain(|&(_, end)| end <= limit);
        }
        statement
    }

    fn boundary(&self, least: usize, from: usize, end: usize) -> usize {
        let Some(first) = (from..end).find(|&at| self.starts[at]) else { return end };
        let depth = self.lines[first].depth;
        (least.max(from + 1)..end).find(|&at| self.starts[at] && self.lines[at].depth == depth).unwrap_or(end)
    }

    fn is_exact(&self) -> bool {
        true
    }

    fn faults(&self) -> Faults {
        Faults::Places(self.faults.clone())
    }
}

/// Reads what a tree says of the lines of its text.
pub(crate) fn file(grammar: &'static Grammar, code: &[&str], tree: &Tree) -> File {
    let blank = |text: &&str| Line { blank: text.trim().is_empty(), ..Line::default() };
    let file = File {
        lines: code.iter().map(blank).collect(),
        starts: vec![false; code.len()],
        at: vec![None; code.len()],
        statements: Vec::new(),
        faults: Vec::new(),
    };
    let mut walk = Walk { rules: grammar.by_kind(), family: grammar.family, code, file };
    let mut cursor = tree.walk();
    walk.list(&mut cursor, 0, 0);
    if tree.root_node().has_error() {
        walk.faults(&mut cursor, 0);
    }
    walk.file
}

/// The inside of a list of statements, members or data.
#[derive(Clone, Copy)]
struct Block {
    rule: Rule,
    from: usize,
    end: usize,
}

impl Block {
    fn runs(&self) -> bool {
        matches!(self.rule, Rule::Body | Rule::Suite | Rule::Branch)
    }

    fn has_members(&self) -> bool {
        self.rule == Rule::Members
    }
}

struct Walk<'a> {
    rules: &'a [Rule],
    family: Language,
    code: &'a [&'a str],
    file: File,
}

impl Walk<'_> {
    fn rule(&self, node: &Node<'_>) -> Rule {
        if node.is_named() {
            self.rules.get(usize::from(node.kind_id())).copied().unwrap_or_default()
        } else {
            Rule::Plain
        }
    }

    /// The children of the cursor's node as statements of one list.
    fn list(&mut self, cursor: &mut TreeCursor<'_>, level: usize, depth: usize) {
        let mut previous = None;
        self.items(cursor, &mut previous, level, depth);
    }

    fn items(
        &mut self,
        cursor: &mut TreeCursor<'_>,
        previous: &mut Option<usize>,
        level: usize,
        depth: usize,
    ) {
        if depth > MAX_DEPTH || !cursor.goto_first_child() {
            return;
        }
        loop {
            self.item(cursor, previous, level, depth + 1);
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }

    /// The cursor's node as a statement; `previous` is the one before it in its list.
    fn item(
        &mut self,
        cursor: &mut TreeCursor<'_>,
        previous: &mut Option<usize>,
        level: usize,
        depth: usize,
    ) {
        let node = cursor.node();
        let kind = self.rule(&node);
        if kind == Rule::Comment {
            self.comment(&node);
            return;
        }
        if kind == Rule::Transparent || node.is_error() {
            self.items(cursor, previous, level, depth);
            return;
        }
        if !node.is_named() {
            return;
        }
        let (first, end) = (node.start_position().row, last_row(&node) + 1);
        let mut blocks = Vec::new();
        if let Some(at) = previous.filter(|&at| self.file.statements[at].end > first) {
            // Two on one line are one.
            self.inside(cursor, &mut blocks, level, depth);
            let statement = &mut self.file.statements[at];
            statement.end = statement.end.max(end);
            return;
        }
        if !self.is_first(&node) || first >= self.code.len() {
            self.inside(cursor, &mut blocks, level, depth);
            return;
        }
        let at = self.file.statements.len();
        self.file.statements.push(Statement { first, end, ..Statement::line(first) });
        self.file.at[first].get_or_insert(at);
        self.file.starts[first] = true;
        self.file.lines[first].depth = level;
        *previous = Some(at);
        self.inside(cursor, &mut blocks, level, depth);
        let (mut role, named) = self.role(&node, &blocks, 0);
        let name_node = named.and_then(|named| Self::name_node(named, 0));
        if role == Role::Data {
            blocks.retain(|block| block.rule == Rule::Data);
            if self.defines(at, &blocks) {
                role = Role::Container;
            }
        } else {
            let any_members = blocks.iter().any(Block::has_members);
            blocks.retain(|block| match role {
                Role::Container if any_members => block.has_members(),
                _ => block.runs(),
            });
            if blocks.is_empty() && matches!(role, Role::Container | Role::Definition) {
                blocks.extend(self.bracketed(cursor, Rule::Body));
            }
        }
        if role == Role::Import {
            blocks.clear();
        }
        let statement = &mut self.file.statements[at];
        statement.role = role;
        statement.blocks = blocks.iter().map(|block| (block.from, block.end)).collect();
        statement.name = name_node.and_then(|node| name(self.code, &node));
        // After decorators, on the line of its name it can be found as well.
        let row = name_node.map_or(first, |node| node.start_position().row);
        if row > first
            && row < end
            && matches!(role, Role::Container | Role::Definition)
            && self.file.at[row].is_none()
        {
            let again = Statement { first: row, ..statement.clone() };
            self.file.at[row] = Some(self.file.statements.len());
            self.file.statements.push(again);
        }
    }

    /// Collects the blocks that stand in the cursor's node, those in one another left out.
    fn inside(&mut self, cursor: &mut TreeCursor<'_>, blocks: &mut Vec<Block>, level: usize, depth: usize) {
        let node = cursor.node();
        let rule = self.rule(&node);
        if rule == Rule::Comment {
            self.comment(&node);
            return;
        }
        let (first, last) = (node.start_position().row, last_row(&node));
        if first == last || depth > MAX_DEPTH {
            return;
        }
        let block = match rule {
            Rule::Text => {
                for line in first + 1..=last.min(self.code.len() - 1) {
                    self.file.lines[line].inside = true;
                }
                return;
            }
            Rule::Body | Rule::Members | Rule::Data => self.bracketed(cursor, rule),
            Rule::Suite => self.suite(&node, rule),
            Rule::Branch => {
                self.branch(cursor, blocks, level, depth);
                return;
            }
            _ => None,
        };
        if let Some(block) = block {
            blocks.push(block);
            self.list(cursor, level + 1, depth);
            return;
        }
        if cursor.goto_first_child() {
            loop {
                self.inside(cursor, blocks, level, depth + 1);
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            cursor.goto_parent();
        }
    }

    /// The block between the brackets among the children of the cursor's node, if no code stands beside them within.
    fn bracketed(&self, cursor: &mut TreeCursor<'_>, rule: Rule) -> Option<Block> {
        if !cursor.goto_first_child() {
            return None;
        }
        let (mut open, mut close) = (None, None);
        loop {
            let child = cursor.node();
            if !child.is_named() && open.is_none() && OPENING.contains(&child.kind()) {
                open = Some(child.end_position());
            } else if !child.is_named()
                && open.is_some()
                && CLOSING.contains(&child.kind())
                && !child.is_missing()
            {
                close = Some(child.start_position());
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
        let (open, close) = (open?, close?);
        let after = self.code.get(open.row)?.get(open.column..)?;
        let before = self.code.get(close.row)?.get(..close.column)?;
        let is_clear = self.is_rest(after) && before.trim().is_empty();
        (is_clear && close.row > open.row + 1).then_some(Block { rule, from: open.row + 1, end: close.row })
    }

    /// The lines of statements without brackets.
    fn suite(&self, node: &Node<'_>, rule: Rule) -> Option<Block> {
        if !self.is_first(node) {
            return None;
        }
        let (mut from, mut end) = (node.start_position().row, last_row(node) + 1);
        let after = self.code.get(end - 1)?.get(node.end_position().column..).unwrap_or_default();
        if node.end_position().row + 1 == end && !self.is_rest(after) {
            return None;
        }
        if self.family == Language::Python {
            // Comments at either end of a block are no part of it to the grammar.
            let column = node.start_position().column;
            let is_comment = |at: usize| {
                let text = self.code.get(at).copied().unwrap_or_default();
                text.trim_start().starts_with('#') && text.len() - text.trim_start().len() >= column
            };
            while from > 0 && is_comment(from - 1) {
                from -= 1;
            }
            let mut next = end;
            while next < self.code.len() && (is_comment(next) || self.file.lines[next].blank) {
                next += 1;
                if is_comment(next - 1) {
                    end = next;
                }
            }
        }
        Some(Block { rule, from, end })
    }

    /// The statements of a branch as a block, and those of the branches that follow.
    fn branch(&mut self, cursor: &mut TreeCursor<'_>, blocks: &mut Vec<Block>, level: usize, depth: usize) {
        if !cursor.goto_first_child() {
            return;
        }
        let (mut is_open, mut previous) = (false, None);
        let mut extent: Option<(usize, usize)> = None;
        let mut is_clear = true;
        loop {
            let child = cursor.node();
            let is_branch = self.rule(&child) == Rule::Branch;
            if !child.is_named() && BRANCHING.contains(&child.kind()) {
                is_open = true;
            } else if is_open && child.is_named() && !is_branch {
                is_clear &= extent.is_some() || self.is_first(&child);
                let end = last_row(&child) + 1;
                extent = Some((extent.map_or(child.start_position().row, |(from, _)| from), end));
                self.item(cursor, &mut previous, level + 1, depth + 1);
            } else {
                is_open &= !is_branch;
                // What ends the branch may stand on the line of its last statement.
                is_clear &= extent.is_none_or(|(_, end)| child.start_position().row >= end)
                    || child.kind() == ";"
                    || child.kind() == "\n";
                self.inside(cursor, blocks, level, depth + 1);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
        if let Some((from, end)) = extent.filter(|_| is_clear) {
            blocks.push(Block { rule: Rule::Branch, from, end });
            blocks.sort_by_key(|block| block.from);
        }
    }

    /// What a statement is, and the node that has its name.
    fn role<'n>(&self, node: &Node<'n>, blocks: &[Block], depth: usize) -> (Role, Option<Node<'n>>) {
        let runs = blocks.iter().any(Block::runs);
        let has_members = blocks.iter().any(Block::has_members);
        match self.rule(node) {
            Rule::Container => (Role::Container, Some(*node)),
            Rule::Definition => (Role::Definition, Some(*node)),
            Rule::Import => (Role::Import, Some(*node)),
            Rule::Assignment if has_members => (Role::Container, Some(*node)),
            Rule::Assignment if runs => (Role::Definition, Some(*node)),
            Rule::Assignment => (Role::Data, Some(*node)),
            Rule::Wrapper if depth < MAX_NAME_DEPTH => {
                let mut cursor = node.walk();
                let held = node.named_children(&mut cursor).find(|child| {
                    matches!(
                        self.rule(child),
                        Rule::Container | Rule::Definition | Rule::Import | Rule::Assignment | Rule::Wrapper
                    )
                });
                held.map_or_else(
                    || (plain(runs, has_members), None),
                    |held| self.role(&held, blocks, depth + 1),
                )
            }
            _ => (plain(runs, has_members), None),
        }
    }

    /// The node in which the name of what a node defines stands.
    fn name_node<'n>(node: Node<'n>, depth: usize) -> Option<Node<'n>> {
        if depth > MAX_NAME_DEPTH {
            return None;
        }
        for field in NAME_FIELDS {
            if let Some(child) = node.child_by_field_name(field) {
                return Self::name_node(child, depth + 1);
            }
        }
        if depth > 0 {
            return Some(node);
        }
        if let Some(child) = node.child_by_field_name("type") {
            return Self::name_node(child, depth + 1);
        }
        // Declarations of several names have the first.
        let mut cursor = node.walk();
        let named =
            |child: &Node<'n>| NAME_FIELDS.iter().any(|field| child.child_by_field_name(field).is_some());
        let child = node.named_children(&mut cursor).find(named)?;
        Self::name_node(child, depth + 1)
    }

    /// Whether definitions make up a part of the data of a statement that is worth showing.
    fn defines(&self, at: usize, blocks: &[Block]) -> bool {
        let (mut inside, mut next) = (0, 0);
        for statement in &self.file.statements[at + 1..] {
            if statement.first >= next && statement.role == Role::Definition && !statement.blocks.is_empty() {
                inside += statement.end - statement.first;
                next = statement.end;
            }
        }
        let lines: usize = blocks.iter().map(|block| block.end - block.from).sum();
        lines > 0 && inside * 3 >= lines
    }

    fn comment(&mut self, node: &Node<'_>) {
        let (first, last) = (node.start_position().row, last_row(node));
        let is_first = self.is_first(node);
        let ends_alone = node.end_position().row > last
            || self
                .code
                .get(last)
                .and_then(|text| text.get(node.end_position().column..))
                .is_none_or(|rest| rest.trim().is_empty());
        for at in first..=last.min(self.code.len() - 1) {
            let line = &mut self.file.lines[at];
            line.inside |= at > first;
            line.comment |= (at > first || is_first) && (at < last || ends_alone);
        }
    }

    /// Whether nothing stands before a node on its line.
    fn is_first(&self, node: &Node<'_>) -> bool {
        let start = node.start_position();
        self.code
            .get(start.row)
            .and_then(|text| text.get(..start.column))
            .is_some_and(|before| before.trim().is_empty())
    }

    /// Whether the rest of a line holds no code.
    fn is_rest(&self, text: &str) -> bool {
        let text = text.trim();
        text.is_empty()
            || text == ";"
            || match self.family {
                Language::Python | Language::Shell => text.starts_with('#'),
                Language::Ruby => text.starts_with('#') || text.starts_with('|') && text.ends_with('|'),
                _ => text.starts_with("//") || text.starts_with("/*") && text.ends_with("*/"),
            }
    }

    /// Finds what could not be read.
    fn faults(&mut self, cursor: &mut TreeCursor<'_>, depth: usize) {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            self.file.faults.push((node.start_position().row, last_row(&node)));
        }
        if !node.has_error() || depth > MAX_DEPTH || !cursor.goto_first_child() {
            return;
        }
        loop {
            self.faults(cursor, depth + 1);
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }
}

/// What a statement is of which only the blocks are known.
fn plain(runs: bool, has_members: bool) -> Role {
    if runs {
        Role::Other
    } else if has_members {
        Role::Container
    } else {
        Role::Data
    }
}

/// The last row of which a node has more than the line break before it.
fn last_row(node: &Node<'_>) -> usize {
    let (start, end) = (node.start_position(), node.end_position());
    if end.column == 0 && end.row > start.row { end.row - 1 } else { end.row }
}

/// The text of a node if it is a name.
fn name(code: &[&str], node: &Node<'_>) -> Option<String> {
    let (start, end) = (node.start_position(), node.end_position());
    if start.row != end.row || end.column - start.column > MAX_NAME {
        return None;
    }
    let text = code.get(start.row)?.get(start.column..end.column)?;
    let text = text.trim_matches(['"', '\'', '#', '@', '?', '!', '$']);
    let is_name = !text.is_empty()
        && text
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '_' | '$' | '-' | '.'));
    is_name.then(|| text.to_owned())
}
