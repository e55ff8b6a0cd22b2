//! XML without its closing tags: what is inside of what is told by the indentation that is there anyway.
//!
//! Owns the notation, its encoder and its decoder. Every value stays as it is written, and the text comes back byte for
//! byte: a document that is not laid out so that it does is left alone. It knows nothing of what elements mean.
//!
//! ```text
//! #xml: closing tags are left out; indentation shows where elements end
//! <project>
//!   <dependency>
//!     <groupId>org.example
//! ```
//!
//! A line that would be read otherwise than it is meant begins with a backslash.

/// The first line.
const LEGEND: &str = "#xml: closing tags are left out; indentation shows where elements end\n";
/// The sign before a line that stands for itself.
const LITERAL: char = '\\';

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form<'a> {
    /// Nothing but white space.
    Blank,
    /// `<name attributes>`, and nothing else.
    Open(&'a str),
    /// `<name attributes>text`.
    Unclosed(&'a str),
    /// `<name attributes>text</name>`: the length without the closing tag.
    Leaf(usize),
    /// `</name>`, and nothing else.
    Close(&'a str),
    /// Anything else.
    Other,
}

/// The white space before a line, and what the line says.
fn read(line: &str) -> (usize, Form<'_>) {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = &line[indent..];
    (indent, form(rest).unwrap_or(Form::Other))
}

fn form(rest: &str) -> Option<Form<'_>> {
    if rest.is_empty() {
        return Some(Form::Blank);
    }
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || ":._-".contains(c))
    };
    if let Some(close) = rest.strip_prefix("</") {
        let name = close.strip_suffix('>')?;
        return is_name(name).then_some(Form::Close(name));
    }
    let tag = rest.strip_prefix('<')?;
    let end = tag.find('>')?;
    let name = &tag[..tag[..end].find([' ', '\t']).unwrap_or(end)];
    // A `>` in an attribute would end the tag too early.
    let quotes = tag[..end].bytes().filter(|&byte| byte == b'"').count();
    if !is_name(name) || tag[..end].ends_with('/') || quotes % 2 == 1 || tag[..end].contains(['<', '\'']) {
        return None;
    }
    let text = &tag[end + 1..];
    if text.is_empty() {
        return Some(Form::Open(name));
    }
    if !text.contains(['<', '>']) {
        return Some(Form::Unclosed(name));
    }
    let inside = text.strip_suffix('>')?.strip_suffix(name)?.strip_suffix("</")?;
    (!inside.is_empty() && !inside.contains(['<', '>']))
        .then_some(Form::Leaf(rest.len() - name.len() - "</>".len()))
}

/// Elements that a reader takes for open: the white space before each, and its name.
type Open<'a> = Vec<(&'a str, &'a str)>;

/// Whether a reader closes the innermost open element before a line.
fn ends_before(open: &Open<'_>, indent: usize, form: Form<'_>) -> bool {
    open.last().is_some_and(|(space, _)| match form {
        Form::Close(_) => space.len() > indent,
        _ => space.len() >= indent,
    })
}

/// The text without closing tags; `None` where it would not come back, or where there are none.
pub(super) fn encode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    out.push_str(LEGEND);
    let mut open: Open<'_> = Vec::new();
    let mut lines = text.split('\n').peekable();
    let mut left_out = false;
    while let Some(line) = lines.next() {
        let (indent, form) = read(line);
        let top = open.last().copied();
        let closes = matches!(form, Form::Close(name) if top == Some((&line[..indent], name)));
        if closes
            && lines.peek().is_none_or(|next| {
                let (indent, form) = read(next);
                form != Form::Blank && ends_before(&open, indent, form)
            })
        {
            open.pop();
            left_out = true;
            continue;
        }
        if form == Form::Blank {
            out.push_str(line);
        } else if ends_before(&open, indent, form)
            || line.starts_with(LITERAL)
            || matches!(form, Form::Unclosed(_))
        {
            out.push(LITERAL);
            out.push_str(line);
        } else {
            match form {
                Form::Leaf(length) => {
                    left_out = true;
                    out.push_str(&line[..indent + length]);
                }
                _ => out.push_str(line),
            }
            match form {
                Form::Open(name) => open.push((&line[..indent], name)),
                Form::Close(_) if closes => {
                    open.pop();
                }
                _ => {}
            }
        }
        out.push('\n');
    }
    out.pop();
    (left_out && decode(&out).is_some_and(|decoded| decoded == text)).then_some(out)
}

/// The text that was encoded; `None` where this is no such text.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let body = encoded.strip_prefix(LEGEND)?;
    let mut out = String::with_capacity(body.len() * 3 / 2);
    let mut open: Open<'_> = Vec::new();
    let mut first = true;
    let mut write = |parts: &[&str]| {
        if !std::mem::take(&mut first) {
            out.push('\n');
        }
        for part in parts {
            out.push_str(part);
        }
    };
    for line in body.split('\n') {
        if let Some(literal) = line.strip_prefix(LITERAL) {
            write(&[literal]);
            continue;
        }
        let (indent, form) = read(line);
        while form != Form::Blank && ends_before(&open, indent, form) {
            if let Some((space, name)) = open.pop() {
                write(&[space, "</", name, ">"]);
            }
        }
        match form {
            Form::Unclosed(name) => write(&[line, "</", name, ">"]),
            _ => write(&[line]),
        }
        match form {
            Form::Open(name) => open.push((&line[..indent], name)),
            Form::Close(name) if open.last() == Some(&(&line[..indent], name)) => {
                open.pop();
            }
            _ => {}
        }
    }
    while let Some((space, name)) = open.pop() {
        write(&[space, "</", name, ">"]);
    }
    Some(out)
}

/// Whether a text is one that [`encode`] wrote.
pub(super) fn is_encoded(text: &str) -> bool {
    text.starts_with(LEGEND)
        && decode(text).and_then(|decoded| encode(&decoded)).is_some_and(|again| again == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn closing_tags_come_back() {
        let text = "<?xml version=\"1.0\"?>\n<project xmlns=\"x\">\n  <!-- a > b -->\n  <artifactId>app</artifactId>\n  <build>\n    <plugins>\n      <plugin/>\n      <url>a &amp; b</url>\n    </plugins>\n\n  </build>\n  <name>\n    text\n  </name>\n</project>";
        let encoded = encode(text).expect("laid out by indentation");
        insta::assert_snapshot!(encoded);
        assert_eq!(decode(&encoded).as_deref(), Some(text));
        assert!(is_encoded(&encoded));
        assert_eq!(
            decode(&encode(&format!("{text}\n")).expect("with a line break")),
            Some(format!("{text}\n"))
        );
    }

    #[test]
    fn what_is_not_laid_out_by_indentation_is_left_alone_or_comes_back() {
        for text in
            ["", "<a>", "<a><b>1</b></a>", "plain", "<a>\n</a", "\\<a>1</a>\n<b>2", "<a>\n<b>1</b>\n</a>\n"]
        {
            if let Some(encoded) = encode(text) {
                assert_eq!(decode(&encoded).as_deref(), Some(text));
            }
        }
        assert_eq!(encode("<a><b>1</b></a>"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_encoded_comes_back(
            lines in proptest::collection::vec(("[ \t]{0,3}", "(<a>|</a>|<b x=\"1\">|</b>|<a>1</a>|<b>2|x|\\\\|<c/>|)"), 0..12)
        ) {
            let text = lines.iter().map(|(space, line)| format!("{space}{line}")).collect::<Vec<_>>().join("\n");
            if let Some(encoded) = encode(&text) {
                prop_assert_eq!(decode(&encoded), Some(text));
                prop_assert!(is_encoded(&encoded));
            }
        }
    }
}
