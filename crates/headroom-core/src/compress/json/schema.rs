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

use super::spelling::{Unescaped, push_json_string, unescape};

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

const NAME_SPECIAL: &[u8] = b",=?{}[]<>\"~&;:|+$^#@\\";

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
        matches!(&self.node, Node::Column(0))
            && self.columns.len() == 1
            && self.columns[0]
                == Column {
                    path: String::new(),
                    strings: false,
                    empty: Empty::Null,
                    constant: false,
                    extra: false,
                    fill: None,
                    form: Form::Plain,
                }
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
            columns.push(Column {
                path: String::new(),
                strings: false,
                empty: Empty::Null,
                constant: false,
                extra: false,
                fill: None,
                form: Form::Plain,
            });
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

/// Bytes of the JSON string at the start of the text.
#[must_use]
pub fn json_string_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Bytes of the value at the start of the text: a JSON value, or a name such as `&3`.
#[must_use]
pub fn json_value_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'"' => json_string_length(text),
        b'&' => Some(1 + bytes[1..].iter().take_while(|byte| byte.is_ascii_digit()).count()),
        b'[' | b'{' => {
            let mut depth = 0_usize;
            let mut at = 0;
            loop {
                match bytes.get(at)? {
                    b'"' => at += json_string_length(&text[at..])? - 1,
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        _ => {
            let end = bytes
                .iter()
                .position(|&byte| matches!(byte, b',' | b';' | b']' | b'}' | b'\n' | b':'))
                .unwrap_or(bytes.len());
            (end > 0).then_some(end)
        }
    }
}
