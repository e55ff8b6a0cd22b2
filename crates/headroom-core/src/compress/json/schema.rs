//! What a table's header says: the columns, what an empty cell means, and how columns nest.
//!
//! Owns the types that the encoder fills and the decoder reads, and their notation. It knows nothing of
//! documents or of how a schema is found.
//!
//! ```text
//! name            a column; an empty cell is null
//! name?           an empty cell: the key is missing
//! name=v          an empty cell is v            name==v      every row has v, there is no cell
//! name=@other     an empty cell repeats other   name=~"…{a}" an empty cell is made from other columns
//! name=^          an empty cell is the one above
//! name~"…{}"      a cell stands for the text with the cell put in
//! name$           cells are strings, even if they look like numbers
//! name+           no place in the row: written as +name:cell where present
//! name{a,b}       an object, its columns follow in the row
//! name[a,b]       a list of rows in one cell: [1,2;3,4]      name[] a list of plain values
//! name{:a,b}      an object with many keys: {key,1,2;key,3,4}
//! name<"…{#1}"|#1> a text with holes, their columns follow in the row
//! ```

use super::spelling::push_json_string;

/// What an empty cell of a column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Empty {
    /// `null`
    Null,
    /// The row has no such key.
    Missing,
    /// This JSON.
    Json(String),
    /// The cell above.
    Above,
    /// The same value as another column of the row.
    Same(String),
    /// A string made from other columns of the row.
    Text(Template),
}

/// A string with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub Vec<Piece>);

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Text(String),
    /// The value of a column, by its path; empty for the cell itself.
    Column(String),
}

/// How a column's cells are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// One value a cell.
    Plain,
    /// `[row;row]`
    List(Box<Rows>),
    /// `{key,row;key,row}`
    Map(Box<Rows>),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Keys from the row down, joined by dots.
    pub path: String,
    /// Whether bare cells are strings whatever they look like.
    pub strings: bool,
    /// What an empty cell means; for a constant column, what it always means.
    pub empty: Empty,
    /// Whether the column has no cells.
    pub constant: bool,
    /// Whether the column has no place in the row and is written by name where it is present.
    pub extra: bool,
    /// What a cell is put into.
    pub fill: Option<Template>,
    /// How cells are read.
    pub form: Form,
}

/// How columns nest in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// The column of this number.
    Column(usize),
    /// An object.
    Record {
        /// Its keys, as JSON strings, and values.
        fields: Vec<(String, Node)>,
        /// Whether it is missing where all its cells are empty.
        optional: bool,
        /// The numbers of its columns: first, and one past the last.
        columns: (usize, usize),
    },
    /// A string made from columns.
    Text {
        /// The string.
        template: Template,
        /// Whether it is missing where all its cells are empty.
        optional: bool,
        /// The numbers of its columns: first, and one past the last.
        columns: (usize, usize),
    },
}

impl Node {
    /// The numbers of the columns below: first, and one past the last.
    #[must_use]
    pub fn columns(&self) -> (usize, usize) {
        match self {
            Self::Column(column) => (*column, column + 1),
            Self::Record { columns, .. } | Self::Text { columns, .. } => *columns,
        }
    }
}

impl Node {
    /// The first column below that has cells.
    #[must_use]
    pub fn anchor(&self, has_cell: &dyn Fn(usize) -> bool) -> Option<usize> {
        let (first, end) = self.columns();
        (first..end).find(|&column| has_cell(column))
    }

    /// How many nodes start at this node's first cell, itself included. A cell that begins with so many `=`
    /// stands for the whole of this node.
    #[must_use]
    pub fn level(&self, has_cell: &dyn Fn(usize) -> bool) -> usize {
        let anchor = self.anchor(has_cell);
        match self {
            Self::Column(_) => 1,
            Self::Text { .. } => 2,
            Self::Record { fields, .. } => {
                1 + fields
                    .iter()
                    .find(|(_, field)| field.anchor(has_cell) == anchor)
                    .map_or(0, |(_, field)| field.level(has_cell))
            }
        }
    }
}

/// The schema of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// In the order of their cells.
    pub columns: Vec<Column>,
    /// What a row is.
    pub node: Node,
}

/// Signs that a bare name cannot hold.
pub(super) const NAME_SPECIAL: &[u8] = b",=?{}[]<>\"~&;:|+$^#@\\";

/// Whether a key may stand in a header without quotes.
#[must_use]
pub fn is_bare_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(' ')
        && !name.ends_with(' ')
        && name.bytes().all(|byte| byte >= 0x20 && !NAME_SPECIAL.contains(&byte))
}

/// Whether a bare word would be read as something else than a string.
#[must_use]
pub fn looks_like_scalar(text: &str) -> bool {
    matches!(text, "null" | "true" | "false") || is_number(text)
}

/// Whether the text is a number by RFC 8259 §6.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let integer = usize::from(bytes.first() == Some(&b'-'));
    let mut at = digits(integer);
    if at == integer || (bytes[integer] == b'0' && at > integer + 1) {
        return false;
    }
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = digits(fraction);
        if at == fraction {
            return false;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = at;
        at = digits(at);
        if at == exponent {
            return false;
        }
    }
    at == bytes.len()
}

/// Whether a string may stand in a cell without quotes. In lists (`nested`) the separators of lists are
/// taken as well. Numbers and words like `null` are the caller's question.
#[must_use]
pub fn is_bare_cell(text: &str, nested: bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if matches!(
        first,
        b' ' | b'"'
            | b'~'
            | b'['
            | b'{'
            | b'='
            | b'&'
            | b'?'
            | b'+'
            | b'>'
            | b'#'
            | b'*'
            | b'_'
            | b']'
            | b'}'
    ) || last == b' '
        || text.starts_with('…')
    {
        return false;
    }
    if nested {
        bytes.iter().all(|&byte| byte >= 0x20 && !matches!(byte, b',' | b';' | b'[' | b']' | b'{' | b'}'))
    } else {
        bytes.iter().all(|&byte| byte >= 0x20 && byte != b',')
    }
}

impl Rows {
    /// Appends the notation of the columns, without the brackets around it.
    pub fn print(&self, out: &mut String) {
        match &self.node {
            Node::Record { fields, optional: false, .. } => self.print_fields(out, fields),
            node => {
                out.push(':');
                self.print_node(out, node);
            }
        }
    }

    fn print_fields(&self, out: &mut String, fields: &[(String, Node)]) {
        for (at, (key, node)) in fields.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(key);
            self.print_node(out, node);
        }
    }

    fn print_node(&self, out: &mut String, node: &Node) {
        match node {
            Node::Column(column) => self.columns[*column].print(out),
            Node::Record { fields, optional, .. } => {
                out.push('{');
                self.print_fields(out, fields);
                out.push('}');
                if *optional {
                    out.push('?');
                }
            }
            Node::Text { template, optional, columns } => {
                out.push('<');
                template.print(out);
                out.push('|');
                let mut first = true;
                for column in self.columns[columns.0..columns.1].iter().filter(|column| !column.constant) {
                    if !std::mem::take(&mut first) {
                        out.push(',');
                    }
                    column.print(out);
                }
                out.push('>');
                if *optional {
                    out.push('?');
                }
            }
        }
    }
}

impl Column {
    /// The only column of rows that are one value each.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            path: String::new(),
            strings: false,
            empty: Empty::Null,
            constant: false,
            extra: false,
            fill: None,
            form: Form::Plain,
        }
    }

    fn print(&self, out: &mut String) {
        if self.extra {
            out.push('+');
        }
        match &self.form {
            Form::Plain => {}
            Form::List(rows) => {
                out.push('[');
                if !rows.is_plain() {
                    rows.print(out);
                }
                out.push(']');
            }
            Form::Map(rows) => {
                out.push_str("{:");
                if !rows.is_plain() {
                    rows.print(out);
                }
                out.push('}');
            }
        }
        if self.strings {
            out.push('$');
        }
        if self.empty == Empty::Missing {
            out.push('?');
        }
        if let Some(fill) = &self.fill {
            out.push('~');
            fill.print(out);
        }
        let equals = if self.constant { "==" } else { "=" };
        match &self.empty {
            Empty::Null if self.constant => out.push_str("==null"),
            Empty::Null | Empty::Missing => {}
            Empty::Json(json) => {
                out.push_str(equals);
                push_header_value(out, json);
            }
            Empty::Above => out.push_str("=^"),
            Empty::Same(path) => {
                out.push_str(equals);
                out.push('@');
                push_name(out, path);
            }
            Empty::Text(template) => {
                out.push_str(equals);
                out.push('~');
                template.print(out);
            }
        }
    }
}

impl Rows {
    fn is_plain(&self) -> bool {
        matches!(&self.node, Node::Column(0)) && self.columns == [Column::plain()]
    }
}

/// A default: a JSON string loses its quotes where nothing else could be meant.
fn push_header_value(out: &mut String, json: &str) {
    if let Some(inner) = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && is_bare_name(inner)
        && !looks_like_scalar(inner)
        && !inner.contains(['(', ')'])
    {
        out.push_str(inner);
        return;
    }
    out.push_str(json);
}

/// A key or path: bare where possible, else as JSON.
pub fn push_name(out: &mut String, name: &str) {
    if is_bare_name(name) {
        out.push_str(name);
    } else {
        push_json_string(out, name);
    }
}

/// Text of a template, its braces doubled.
pub fn push_literal(out: &mut String, text: &str) {
    for character in text.chars() {
        if matches!(character, '{' | '}') {
            out.push(character);
        }
        out.push(character);
    }
}

impl Template {
    fn print(&self, out: &mut String) {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(part) => {
                    push_literal(&mut text, part);
                }
                Piece::Column(path) => {
                    text.push('{');
                    text.push_str(path);
                    text.push('}');
                }
            }
        }
        push_json_string(out, &text);
    }

    /// Reads a template from its text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            if rest[at + 1..].starts_with(brace) {
                literal.push_str(brace);
                rest = &rest[at + 2..];
                continue;
            }
            if brace == "}" {
                return None;
            }
            let end = at + rest[at..].find('}')?;
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Column(rest[at + 1..end].to_owned()));
            rest = &rest[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Some(Self(pieces))
    }
}
