//! Reads the header of a table back into its schema.
//!
//! Owns the grammar that [`Rows::print`](super::schema::Rows::print) writes.

use super::schema::{
    Column, Empty, Form, NAME_SPECIAL, Node, Rows, Template, is_bare_name, looks_like_scalar, push_name,
};
use super::spelling::{Unescaped, json_string_length, json_value_length, push_json_string, unescape};

/// Reads what [`Rows::print`] writes.
pub struct HeaderReader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> HeaderReader<'a> {
    /// Starts at a byte of the text.
    #[must_use]
    pub fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, depth: 0 }
    }

    /// The byte after what was read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Reads columns up to (not including) the closing bracket.
    pub fn rows(&mut self) -> Option<Rows> {
        self.depth += 1;
        if self.depth > super::document::MAX_DEPTH {
            return None;
        }
        let mut columns = Vec::new();
        let node = if self.take(b':') {
            self.node(&mut columns, String::new())?
        } else if matches!(self.peek(), Some(b']' | b'}')) {
            columns.push(Column::plain());
            Node::Column(0)
        } else {
            let fields = self.fields(&mut columns, "")?;
            Node::Record { fields, optional: false, columns: (0, columns.len()) }
        };
        self.depth -= 1;
        Some(Rows { columns, node })
    }

    fn fields(&mut self, columns: &mut Vec<Column>, parent: &str) -> Option<Vec<(String, Node)>> {
        let mut fields = Vec::new();
        loop {
            let key = self.name()?;
            let mut printed = String::new();
            let name = match &key {
                Name::Text(name) => {
                    push_name(&mut printed, name);
                    name.as_str()
                }
                Name::Raw(raw) => {
                    printed.push_str(raw);
                    raw.as_str()
                }
            };
            let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
            let node = self.node(columns, path)?;
            fields.push((printed, node));
            if !self.take(b',') {
                return Some(fields);
            }
        }
    }

    fn node(&mut self, columns: &mut Vec<Column>, path: String) -> Option<Node> {
        self.depth += 1;
        if self.depth > 2 * super::document::MAX_DEPTH {
            return None;
        }
        let first = columns.len();
        let bytes = self.text.as_bytes();
        let node = if self.peek() == Some(b'{') && bytes.get(self.at + 1) != Some(&b':') {
            self.at += 1;
            let fields = self.fields(columns, &path)?;
            if !self.take(b'}') {
                return None;
            }
            Node::Record { fields, optional: self.take(b'?'), columns: (first, columns.len()) }
        } else if self.take(b'<') {
            let template = self.template()?;
            if !self.take(b'|') {
                return None;
            }
            let mut hole = 0;
            while !self.take(b'>') {
                if hole > 0 && !self.take(b',') {
                    return None;
                }
                hole += 1;
                let column = self.column(format!("#{hole}"))?;
                columns.push(column);
            }
            Node::Text { template, optional: self.take(b'?'), columns: (first, columns.len()) }
        } else {
            let column = self.column(path)?;
            columns.push(column);
            Node::Column(first)
        };
        self.depth -= 1;
        Some(node)
    }

    fn column(&mut self, path: String) -> Option<Column> {
        let extra = self.take(b'+');
        let form = if self.take(b'[') {
            let rows = self.rows()?;
            if !self.take(b']') {
                return None;
            }
            Form::List(Box::new(rows))
        } else if self.text[self.at..].starts_with("{:") {
            self.at += 2;
            let rows = self.rows()?;
            if !self.take(b'}') {
                return None;
            }
            Form::Map(Box::new(rows))
        } else {
            Form::Plain
        };
        let strings = self.take(b'$');
        let mut empty = if self.take(b'?') { Empty::Missing } else { Empty::Null };
        let fill = if self.take(b'~') { Some(self.template()?) } else { None };
        let mut constant = false;
        if self.take(b'=') {
            constant = self.take(b'=');
            empty = if self.take(b'^') {
                Empty::Above
            } else if self.take(b'@') {
                match self.name()? {
                    Name::Text(path) => Empty::Same(path),
                    Name::Raw(_) => return None,
                }
            } else if self.take(b'~') {
                Empty::Text(self.template()?)
            } else {
                Empty::Json(self.value()?)
            };
        }
        Some(Column { path, strings, empty, constant, extra, fill, form })
    }

    fn template(&mut self) -> Option<Template> {
        let quoted = self.quoted()?;
        match unescape(&quoted[1..quoted.len() - 1]) {
            Unescaped::Text(text) => Template::parse(&text),
            Unescaped::LoneSurrogate | Unescaped::Broken => None,
        }
    }

    fn quoted(&mut self) -> Option<&'a str> {
        let length = json_string_length(&self.text[self.at..])?;
        let quoted = &self.text[self.at..self.at + length];
        self.at += length;
        Some(quoted)
    }

    fn name(&mut self) -> Option<Name> {
        if self.peek() == Some(b'"') {
            let quoted = self.quoted()?;
            return Some(match unescape(&quoted[1..quoted.len() - 1]) {
                Unescaped::Text(text) => Name::Text(text),
                Unescaped::LoneSurrogate => Name::Raw(quoted.to_owned()),
                Unescaped::Broken => return None,
            });
        }
        let rest = &self.text[self.at..];
        let end =
            rest.bytes().position(|byte| byte < 0x20 || NAME_SPECIAL.contains(&byte)).unwrap_or(rest.len());
        // The header's own closing parenthesis is not part of a name.
        let end = rest[..end].find(")\n").unwrap_or(end);
        let name =
            rest[..end].strip_suffix(')').filter(|_| rest[end..].starts_with('\n')).unwrap_or(&rest[..end]);
        self.at += name.len();
        is_bare_name(name).then(|| Name::Text(name.to_owned()))
    }

    fn value(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        if matches!(self.peek()?, b'"' | b'[' | b'{' | b'&') {
            let length = json_value_length(rest)?;
            self.at += length;
            return Some(rest[..length].to_owned());
        }
        match self.name_or_scalar()? {
            scalar if looks_like_scalar(scalar) => Some(scalar.to_owned()),
            word => {
                let mut json = String::new();
                push_json_string(&mut json, word);
                Some(json)
            }
        }
    }

    fn name_or_scalar(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| byte < 0x20 || byte == b')' || (NAME_SPECIAL.contains(&byte) && byte != b'+'))
            .unwrap_or(rest.len());
        self.at += end;
        (end > 0).then(|| &rest[..end])
    }
}

enum Name {
    Text(String),
    /// With a lone surrogate: the quoted source.
    Raw(String),
}
