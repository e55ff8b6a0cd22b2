//! Recall: what stands in this conversation already is sent as a reference to it.
//!
//! Owns the index of lines, the references and their decoder. A source is an earlier tool result, as it was sent, or a
//! string of several lines among the arguments of the assistant's own call, such as what it wrote to a file. References
//! look back only, at text that stands there literally, by the source's own line numbers, never at another reference. They
//! say "these lines", never that a file is unchanged, which nobody here can know. It knows nothing of providers or policy.
//!
//! ```text
//! [= read(src/a.ts) #2 lines 10-338: "export class The…"]
//! ```
//!
//! # Method
//!
//! Every window of three lines of a source is hashed (after numbers that a tool wrote before its lines are taken off) and
//! its place kept. A new text is walked once: where a window is known, the latest places are compared line by line and the
//! longest run wins, if its reference saves enough tokens. This is the greedy parse of LZ77 (Ziv and Lempel 1977) over
//! lines. A run that is found is skipped, so the work is linear in the text, and each new text costs the same however long
//! the conversation is.

mod index;
mod label;
mod lines;
mod reference;

use crate::tokens::Counter;
use index::{Lookup, Run, Source};
use lines::{Line, hash};
use reference::{Address, Here, Reference};
use serde_json::Value;

/// Tokens that a reference saves at least.
const MIN_GAIN: usize = 10;
/// Characters of its first line that a reference quotes.
const QUOTE: usize = 16;
/// Bytes that references may stand for, as a multiple of what the conversation holds: a forged text may repeat one.
const MAX_UNFOLDED: usize = 64 << 20;

/// A call of a tool, as references name it.
#[derive(Clone, Debug)]
pub struct Call {
    name: String,
    arguments: Value,
}

impl Call {
    /// The call of `tool` with `arguments`, JSON text.
    #[must_use]
    pub fn new(tool: Option<&str>, arguments: Option<&str>) -> Self {
        let arguments: Value =
            arguments.and_then(|arguments| serde_json::from_str(arguments).ok()).unwrap_or_default();
        Self { name: label::of_call(tool, &arguments), arguments }
    }
}

/// What stands in a conversation so far.
#[derive(Debug, Default)]
pub struct Recall {
    lookup: Lookup,
}

impl Recall {
    /// A conversation of which nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the arguments of a call hold, which stands before its result.
    pub fn add_call(&mut self, call: &Call) {
        for (key, written) in label::long_strings(&call.arguments) {
            self.lookup.add(format!("your {} {key}", call.name), written);
        }
    }

    /// Adds a result of a call, as it is sent.
    pub fn add_result(&mut self, call: &Call, text: &str) {
        self.lookup.add(call.name.clone(), text);
    }

    /// Bytes that the index holds, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lookup.bytes()
    }

    /// Writes references for what stands in the conversation already; `None` where nothing is to be gained. The result was
    /// decoded and is `text`.
    ///
    /// ```
    /// use headroom_core::recall::{Call, Recall};
    /// use headroom_core::tokens::Counter;
    ///
    /// let counter = Counter::for_model(Some("gpt-4o"))?;
    /// let file = "import a from 'a';\nimport b from 'b';\n\nexport function sum(x, y) {\n  return x + y;\n}\n";
    /// let mut conversation = Recall::new();
    /// conversation.add_result(&Call::new(Some("read"), Some(r#"{"path":"sum.js"}"#)), file);
    /// let again = conversation.encode(file, &counter).expect("it stands there");
    /// assert_eq!(again, "[these 7 lines: all of read(sum.js)]");
    /// assert_eq!(conversation.decode(&again).as_deref(), Some(file));
    /// # Ok::<(), headroom_core::Error>(())
    /// ```
    #[must_use]
    pub fn encode(&self, text: &str, counter: &Counter) -> Option<String> {
        self.encode_whole(text, counter).or_else(|| {
            let encoded = self.runs(text, counter)?;
            (self.decode(&encoded).as_deref() == Some(text)).then_some(encoded)
        })
    }

    /// The same, only where all of `text` stands in one place.
    #[must_use]
    pub fn encode_whole(&self, text: &str, counter: &Counter) -> Option<String> {
        let source = self.lookup.same(text)?;
        let written = reference::whole(&source.label, source.lines.len());
        pays(text, &written, counter).then_some(written)
    }

    /// The text for which references stand; `None` where there is none in it.
    #[must_use]
    pub fn decode(&self, encoded: &str) -> Option<String> {
        let mut out = String::with_capacity(encoded.len() * 2);
        let mut found = false;
        for (at, line) in encoded.split('\n').enumerate() {
            if at > 0 {
                out.push('\n');
            }
            match self.read(line) {
                Some(Reference::Whole { label }) => out.push_str(&self.lookup.by_label(label)?.text),
                Some(Reference::Run { label, first, more, here }) => {
                    unfold(&mut out, self.lookup.by_label(label)?, first, more, here)?;
                }
                None => {
                    out.push_str(line);
                    continue;
                }
            }
            found = true;
            if out.len() > MAX_UNFOLDED {
                return None;
            }
        }
        found.then_some(out)
    }

    /// Whether `text` is what [`Recall::encode`] writes, given what stands before it.
    #[must_use]
    pub fn is_own_output(&self, text: &str, counter: &Counter) -> bool {
        may_hold_reference(text)
            && self
                .decode(text)
                .is_some_and(|decoded| self.encode(&decoded, counter).as_deref() == Some(text))
    }

    fn read<'t>(&self, line: &'t str) -> Option<Reference<'t>> {
        reference::begins(line)
            .then(|| reference::read(line, |label| self.lookup.by_label(label).is_some()))?
    }

    fn runs(&self, text: &str, counter: &Counter) -> Option<String> {
        if may_hold_reference(text) {
            // What looks like ours could not be told from it.
            return None;
        }
        let lines = lines::lines(text);
        let hashes: Vec<u64> = lines.iter().map(|line| hash(line.content(text))).collect();
        let mut out = String::new();
        let mut written = 0;
        let mut at = 0;
        while at < lines.len() {
            let Some((run, reference)) = self
                .lookup
                .longest(text, &lines, &hashes, at)
                .and_then(|run| Some((run, self.refer(text, &lines, at, run)?)))
            else {
                at += 1;
                continue;
            };
            let end = at + run.length;
            let (from, to) = (lines[at].start as usize, lines[end - 1].end as usize);
            if !pays(&text[from..to], &reference, counter) {
                at += 1;
                continue;
            }
            out.push_str(&text[written..from]);
            out.push_str(&reference);
            written = to;
            at = end;
        }
        out.push_str(&text[written..]);
        (written > 0).then_some(out)
    }

    /// The reference to a run that stands at line `at`, if it can be told in one.
    fn refer(&self, text: &str, lines: &[Line], at: usize, run: Run) -> Option<String> {
        let source = self.lookup.source(run.source);
        let first = source.address(run.line)?;
        let more = u32::try_from(run.length - 1).ok()?;
        let here = match (lines[at].numbered, source.lines[run.line].numbered) {
            (None, None) => Here::Same,
            (None, Some(_)) => Here::Unnumbered,
            (Some(here), Some(there)) if here == there => Here::Same,
            (Some(here), Some(there)) if here.style == there.style => Here::From(here.number),
            (Some(here), _) => Here::Styled(here),
        };
        let quote = label::shortened(lines[at].content(text), QUOTE);
        Some(reference::run(&source.label, first, more, here, &quote))
    }
}

/// Whether a line of `text` begins like a reference.
#[must_use]
pub fn may_hold_reference(text: &str) -> bool {
    reference::begins(text)
        || memchr::memmem::find_iter(text.as_bytes(), b"\n[").any(|at| reference::begins(&text[at + 1..]))
}

/// Whether a reference is shorter than what it stands for by enough.
fn pays(text: &str, reference: &str, counter: &Counter) -> bool {
    let cost = counter.count(reference);
    counter.count_up_to(text, cost + MIN_GAIN - 1).is_none()
}

/// Writes out the lines that a reference stands for.
fn unfold(out: &mut String, source: &Source, first: Address, more: u32, here: Here) -> Option<()> {
    let start = source.position(first)?;
    let end = start + more as usize;
    if end >= source.lines.len()
        || !source.lines[start..=end].windows(2).all(|pair| pair[1].follows(&pair[0]))
    {
        return None;
    }
    for (offset, line) in source.lines[start..=end].iter().enumerate() {
        if offset > 0 {
            out.push('\n');
        }
        let offset = u32::try_from(offset).ok()?;
        match (here, line.numbered) {
            (Here::Same, _) => {
                out.push_str(line.whole(&source.text));
                continue;
            }
            (Here::Unnumbered, _) => {}
            (Here::From(number), Some(numbered)) => numbered.style.write(out, number.checked_add(offset)?),
            (Here::From(_), None) => return None,
            (Here::Styled(numbered), _) => numbered.style.write(out, numbered.number.checked_add(offset)?),
        }
        out.push_str(line.content(&source.text));
    }
    Some(())
}

#[cfg(test)]
mod tests;
