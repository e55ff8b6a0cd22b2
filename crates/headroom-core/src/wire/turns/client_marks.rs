//! Cache marks that the client has put on a message since it was produced: they move over to the message as it was.
//!
//! Owns `cache_control`, which Anthropic and dialects of Chat Completions have; the other formats have no such marks.

use crate::wire::scanner::{Fault, Kind, Scanner};
use crate::wire::span::Span;
use crate::wire::splice::{Edit, edit};

const MARK: &str = "cache_control";

/// `produced`, a message as it was produced, with the cache marks of `sent`, the same message as the client sends it. Where
/// either cannot be read, `produced` as it is.
pub(super) fn carried_over(sent: &str, produced: &str) -> String {
    let edits = match (Message::read(sent), Message::read(produced)) {
        (Ok(sent), Ok(produced)) => sent.edits(produced),
        _ => Vec::new(),
    };
    if edits.is_empty() {
        return produced.to_owned();
    }
    String::from_utf8(edit(produced.as_bytes(), edits)).unwrap_or_else(|_| produced.to_owned())
}

#[derive(Default)]
struct Message<'a> {
    /// Where a member can be added.
    end: usize,
    mark: Option<&'a str>,
    /// The content, if it is a string.
    text: Option<Span>,
    text_spelled: &'a str,
    parts: Vec<Part<'a>>,
}

struct Part<'a> {
    end: usize,
    kind: String,
    /// The id of a call, else the text.
    identity: Option<String>,
    mark: Option<&'a str>,
}

impl<'a> Message<'a> {
    fn read(json: &'a str) -> Result<Self, Fault> {
        let mut scanner = Scanner::new(json.as_bytes())?;
        let mut message = Self::default();
        scanner.object(|scanner, key| {
            match key {
                MARK => message.mark = mark(scanner)?,
                "content" if scanner.kind() == Kind::String => {
                    message.text = scanner.string()?.map(|literal| literal.span);
                    message.text_spelled = message.text.map_or("", |span| scanner.slice(span));
                }
                "content" => {
                    message.text = None;
                    message.parts.clear();
                    scanner.array(|scanner, _| {
                        message.parts.push(Part::read(scanner)?);
                        Ok(())
                    })?;
                }
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        message.end = scanner.position().saturating_sub(1);
        Ok(message)
    }

    fn edits(&self, mut produced: Message<'_>) -> Vec<Edit<'static>> {
        let mut edits = Vec::new();
        if let (Some(mark), None) = (self.mark, produced.mark) {
            edits.push(member(produced.end, mark));
        }
        for part in &self.parts {
            let Some(mark) = part.mark else { continue };
            if let (Some(text), true) =
                (produced.text, part.kind == "text" && produced.text_spelled.len() > 2)
            {
                let spelled = produced.text_spelled;
                let list = format!(r#"[{{"type":"text","text":{spelled},"{MARK}":{mark}}}]"#);
                edits.push(Edit::raw(text, list));
                break;
            }
            let twin = produced.parts.iter().position(|other| other.is_twin(part));
            let last = || produced.parts.iter().rposition(|other| !other.kind.ends_with("thinking"));
            let Some(at) = twin.or_else(last) else { continue };
            let twin = &mut produced.parts[at];
            if twin.mark.is_none() {
                edits.push(member(twin.end, mark));
                twin.mark = Some("");
            }
        }
        edits
    }
}

impl<'a> Part<'a> {
    fn read(scanner: &mut Scanner<'a>) -> Result<Self, Fault> {
        let (mut kind, mut id, mut text, mut its_mark) = (None, None, None, None);
        scanner.object(|scanner, key| {
            match key {
                "type" => kind = scanner.string()?,
                "id" => id = scanner.string()?,
                "text" => text = scanner.string()?,
                MARK => its_mark = mark(scanner)?,
                _ => {
                    scanner.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(Self {
            end: scanner.position().saturating_sub(1),
            kind: kind.map(|kind| scanner.read(kind).into_owned()).unwrap_or_default(),
            identity: id.or(text).map(|literal| scanner.read(literal).into_owned()),
            mark: its_mark,
        })
    }

    fn is_twin(&self, other: &Part<'_>) -> bool {
        self.kind == other.kind && self.identity.is_some() && self.identity == other.identity
    }
}

fn mark<'a>(scanner: &mut Scanner<'a>) -> Result<Option<&'a str>, Fault> {
    let span = scanner.skip()?;
    Ok(Some(scanner.slice(span)).filter(|mark| *mark != "null"))
}

/// What adds a mark to an object that ends at `end`. A message or a part always has another member.
fn member(end: usize, mark: &str) -> Edit<'static> {
    Edit::raw(Span { start: end, end }, format!(r#","{MARK}":{mark}"#))
}
