//! Definitions of a source file, by name and by place.
//!
//! Owns which lines belong to a definition: its documentation and its attributes, its head, its body. It outlines nothing.

use super::language::Language;
use super::numbered::Source;
use super::statement::File;
use super::structure::{Role, Structure as _};
use crate::compress::Query;
use crate::compress::passage::{Noun, Passage, Passages, Symbol};

/// How deep definitions in definitions are looked for.
const MAX_DEPTH: usize = 8;
/// Lines of comments and attributes that belong to a definition.
const MOST_LEADING: usize = 60;
/// Lines from which on what stands between two definitions is a passage of its own.
const LEAST_BETWEEN: usize = 2;

/// The definitions of a text, in order, outer ones before those inside; `None` where it cannot be read.
pub(super) fn symbols(text: &str) -> Option<Vec<Symbol>> {
    let source = Source::read(text);
    let code = &source.code[..source.len];
    let language = Language::guess(&Query::default(), code);
    let file = File::read(language, code)?;
    let mut finder = Finder { file: &file, symbols: Vec::new() };
    finder.level(0, code.len(), "", 0, true);
    Some(finder.symbols)
}

/// A text in pieces that begin with a definition each, or with what stands between two.
pub(super) fn passages(text: &str) -> Option<Passages> {
    let symbols = symbols(text)?;
    let mut starts = vec![0_u32];
    starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|newline| newline as u32 + 1));
    let lines = starts.len() - usize::from(text.ends_with('\n'));
    // The innermost definition of every line; what is further inside comes later.
    let mut owners: Vec<u32> = vec![0; lines];
    for (at, symbol) in symbols.iter().enumerate() {
        owners[symbol.first..symbol.end.min(lines)].fill(at as u32 + 1);
    }
    let mut list: Vec<Passage> = Vec::new();
    let mut first = 0;
    while first < lines {
        let owner = owners[first];
        let end = (first..lines).find(|&line| owners[line] != owner).unwrap_or(lines);
        let title = owner.checked_sub(1).map(|at| symbols[at as usize].name.as_str().into());
        let (start, stop) = (starts[first], starts.get(end).copied().unwrap_or(text.len() as u32));
        let blank = text[start as usize..stop as usize].trim().is_empty();
        match list.last_mut().filter(|_| blank || title.is_none() && end - first < LEAST_BETWEEN) {
            Some(before) => before.end = stop,
            None => list.push(Passage { start, end: stop, title }),
        }
        first = end;
    }
    Some(Passages::new(Noun::Definition, list).cut(text))
}

/// The type to which a definition belongs that stands outside of it.
enum Owner<'a> {
    /// `func (s *Server) Close() error`: the method is the server's.
    Receiver(&'a str),
    /// `impl fmt::Display for Cart`: what is inside is the cart's.
    Implemented(&'a str),
}

struct Finder<'f, 'a> {
    file: &'f File<'a>,
    symbols: Vec<Symbol>,
}

impl Finder<'_, '_> {
    fn level(&mut self, from: usize, end: usize, outer: &str, depth: usize, holds_names: bool) {
        let lines = &self.file.lines;
        let mut at = from;
        while at < end {
            let line = &lines[at];
            if line.blank || line.comment || line.inside {
                at += 1;
                continue;
            }
            let statement = self.file.statement(at, end);
            let next = statement.end.max(at + 1);
            let is_definition = match statement.role {
                Role::Definition | Role::Container => true,
                // A constant, where it is no local variable.
                Role::Data => holds_names,
                Role::Import | Role::Other => false,
            };
            let name = statement.name.as_deref().filter(|_| is_definition && !self.is_clause(at));
            let owner = self.owner(at).filter(|_| outer.is_empty() && name.is_some());
            let name = name.map(|name| match owner {
                Some(Owner::Receiver(of)) => format!("{of}.{name}"),
                Some(Owner::Implemented(of)) => of.to_owned(),
                None if outer.is_empty() => name.to_owned(),
                None => format!("{outer}.{name}"),
            });
            if let Some(name) = &name {
                let first = self.leading(at, from);
                self.symbols.push(Symbol { name: name.clone(), first, end: next });
            }
            let goes_in = depth < MAX_DEPTH && !matches!(statement.role, Role::Import | Role::Data);
            if goes_in {
                let inner = name.as_deref().unwrap_or(outer).to_owned();
                for &(block, block_end) in &statement.blocks {
                    self.level(block, block_end, &inner, depth + 1, statement.role == Role::Container);
                }
            }
            at = next;
        }
    }

    /// Whether a line names the module that the whole file is, or one in another file.
    fn is_clause(&self, at: usize) -> bool {
        let line = self.file.code[at].trim();
        let names_module = ["package ", "module ", "namespace ", "mod ", "pub mod "]
            .iter()
            .any(|word| line.starts_with(word));
        names_module && !line.ends_with(['{', ':']) && self.file.language != Language::Ruby
    }

    /// The type that a line names beside the name it defines.
    fn owner(&self, at: usize) -> Option<Owner<'_>> {
        let line = self.file.code[at].trim_start();
        let last = |path: &'_ str| path.rfind([' ', '*', ':', '&']).map_or(0, |at| at + 1);
        match self.file.language {
            Language::Go => {
                let inside = line.strip_prefix("func (")?.split_once(')')?.0;
                let of = inside.split('[').next()?;
                let of = &of[last(of)..];
                (!of.is_empty()).then_some(Owner::Receiver(of))
            }
            Language::Rust => {
                let after = line.strip_prefix("unsafe ").unwrap_or(line).strip_prefix("impl")?;
                let of = after.split_once(" for ")?.1.split(['<', '{', '(']).next()?.trim_end();
                let of = &of[last(of)..];
                (!of.is_empty()).then_some(Owner::Implemented(of))
            }
            _ => None,
        }
    }

    /// The first of the comments and attributes that stand right before a line.
    fn leading(&self, at: usize, least: usize) -> usize {
        let mut first = at;
        while first > least && at - first < MOST_LEADING {
            let line = &self.file.lines[first - 1];
            let attribute = self.file.code[first - 1].trim_start().starts_with(['@', '#']);
            let same = line.indent == self.file.lines[at].indent || line.first == b'*';
            if line.blank || !(line.comment && same || attribute && !line.inside) {
                break;
            }
            first -= 1;
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Vec<String> {
        let symbols = symbols(text).expect("code");
        symbols.iter().map(|symbol| format!("{} {}-{}", symbol.name, symbol.first + 1, symbol.end)).collect()
    }

    #[test]
    fn definitions_are_found_with_what_belongs_to_them() {
        let python = "import os\n\nLIMIT = 3\n\n\nclass Cart:\n    \"\"\"Items.\"\"\"\n\n    @property\n    def total(self):\n        def add(a):\n            return a\n        return add(1)\n\n\n# Opens it.\ndef open_cart(name):\n    return Cart()\n";
        assert_eq!(
            listed(python),
            ["LIMIT 3-3", "Cart 6-13", "Cart.total 9-13", "Cart.total.add 11-12", "open_cart 16-18"]
        );
        let rust = "use std::fmt;\n\n/// Most.\nconst MOST: usize = 3;\n\n/// A cart.\n#[derive(Debug)]\npub struct Cart {\n    items: u32,\n}\n\nimpl Cart {\n    /// Sum.\n    pub fn total(&self) -> u32 {\n        self.items\n    }\n}\n";
        assert_eq!(listed(rust), ["MOST 3-4", "Cart 6-10", "Cart 12-17", "Cart.total 13-16"]);
        let go = "package a\n\n// Close ends it.\nfunc (s *Server) Close() error {\n\treturn nil\n}\n\ntype Server struct {\n\tname string\n}\n";
        assert_eq!(listed(go), ["Server.Close 3-6", "Server 8-10"]);
        let script = "export const LIMIT = 3;\n\nexport class Cart {\n  total() {\n    return 1;\n  }\n}\n\nconst open = (name) => {\n  return name;\n};\n\nexport async function main() {\n  await open('a');\n}\n";
        assert_eq!(listed(script), ["LIMIT 1-1", "Cart 3-7", "Cart.total 4-6", "open 9-11", "main 13-15"]);
    }
}
