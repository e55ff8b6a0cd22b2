//! Recall: what stands in this conversation already is sent as a reference to it.
//!
//! Owns the index of lines, the references and their decoder. A source is an earlier tool result, as it was sent, or a
//! string of several lines among the arguments of the assistant's own call, such as what it wrote to a file. References
//! look back only, at text that stands there literally, by the source's own line numbers, never at another reference. They
//! say "these lines", never that a file is unchanged, which nobody here can know. It knows nothing of providers or policy.
//!
//! ```text
//! [= read(src/a.ts) #2 lines 10-338: "export class The…"]
//!     a line that is new
//! [= same lines 340-351]
//! ```
//!
//! # Method
//!
//! Every window of three lines of a source is hashed (after numbers that a tool wrote before its lines are taken off) and
//! its place kept. A new text is walked once: where a window is known, the latest places are compared line by line, and the run
//! that saves most wins, if its reference saves enough tokens. How the source of the last reference goes on is tried at every
//! line, since a reference to it costs least. This is the greedy parse of LZ77 (Ziv and Lempel 1977) over
//! lines. A run that is found is skipped, so the work is linear in the text, and each new text costs the same however long
//! the conversation is.

mod index;
mod label;
mod lines;
mod reference;

use crate::hash::FixedSet;
use crate::tokens::Counter;
use index::{Lookup, Run, Source};
use label::Name;
use lines::{Line, hash};
use reference::{Address, Here, Reference};
use serde_json::Value;

/// Tokens that a reference saves at least.
const MIN_GAIN: usize = 10;
/// Tokens that a reference to the source of the one before saves at least.
const MIN_GAIN_SAME: usize = 6;
/// Bytes that a reference costs, about, where its source is that of the one before, was named before, and is new.
const COSTS: [usize; 3] = [24, 52, 80];
/// Characters of its first line that a reference quotes.
const QUOTE: usize = 16;
/// Bytes that references may stand for, as a multiple of what the conversation holds: a forged text may repeat one.
const MAX_UNFOLDED: usize = 64 << 20;

/// A call of a tool, as references name it.
#[derive(Clone, Debug)]
pub struct Call {
    name: Name,
    arguments: Value,
}

impl Call {
    /// The call of `tool` with `arguments`, JSON text.
    #[must_use]
    pub fn new(tool: Option<&str>, arguments: Option<&str>) -> Self {
        let arguments: Value =
            arguments.and_then(|arguments| serde_json::from_str(arguments).ok()).unwrap_or_default();
        Self { name: Name::of_call(tool, &arguments), arguments }
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
            self.lookup.add(&call.name.of_argument(&key), written);
        }
    }

    /// Adds a result of a call, as it is sent.
    pub fn add_result(&mut self, call: &Call, text: &str) {
        self.lookup.add(&call.name, text);
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
        pays(text, &written, MIN_GAIN, counter).then_some(written)
    }

    /// The text for which references stand; `None` where there is none in it.
    #[must_use]
    pub fn decode(&self, encoded: &str) -> Option<String> {
        let mut out = String::with_capacity(encoded.len() * 2);
        let mut found = false;
        let mut before: Option<(&Source, Here)> = None;
        for (at, line) in encoded.split('\n').enumerate() {
            if at > 0 {
                out.push('\n');
            }
            match self.read(line) {
                Some(Reference::Whole { label }) => out.push_str(&self.lookup.by_label(label)?.text),
                Some(Reference::Run { label, first, more, here }) => {
                    let (source, here) = if let Some(label) = label {
                        (self.lookup.by_label(label)?, here)
                    } else {
                        let (source, before) = before?;
                        (source, here.after(before))
                    };
                    unfold(&mut out, source, first, more, here)?;
                    before = Some((source, here));
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
        let mut told = Told::default();
        // The line up to which the text is written, and the one that is looked at.
        let (mut written, mut at) = (0, 0);
        while at < lines.len() {
            let Some(run) = self.find(text, &lines, &hashes, at, &told) else {
                at += 1;
                continue;
            };
            let extended = self.lookup.extended(run, text, &lines, at, written);
            let start = at - (extended.length - run.length);
            let end = start + extended.length;
            let least = if told.last_source() == Some(run.source) { MIN_GAIN_SAME } else { MIN_GAIN };
            let lines_told = &text[lines[start].start as usize..lines[end - 1].end as usize];
            let reference = self
                .refer(text, &lines, start, extended, &told)
                .filter(|(reference, _)| pays(lines_told, reference, least, counter));
            let Some((reference, here)) = reference else {
                at += 1;
                continue;
            };
            if written < start {
                out.push_str(&text[lines[written].start as usize..lines[start].start as usize]);
            }
            out.push_str(&reference);
            if end < lines.len() {
                out.push('\n');
            }
            told.add(extended, here);
            (written, at) = (end, end);
        }
        if let Some(line) = lines.get(written) {
            out.push_str(&text[line.start as usize..]);
        }
        told.last.is_some().then_some(out)
    }

    /// The run at line `at` that saves most.
    fn find(&self, text: &str, lines: &[Line], hashes: &[u64], at: usize, told: &Told) -> Option<Run> {
        let saves = |run: &Run| run.bytes(lines, at).saturating_sub(told.cost(run.source));
        let known = self.lookup.best(text, lines, hashes, at, |source| told.cost(source));
        let on = told.last.and_then(|last| self.lookup.goes_on(last.source, last.next, text, lines, at));
        known.into_iter().chain(on).filter(|run| saves(run) > 0).max_by_key(saves)
    }

    /// The reference to a run that stands at line `at`, if it can be told in one, and how its lines are numbered here.
    fn refer(&self, text: &str, lines: &[Line], at: usize, run: Run, told: &Told) -> Option<(String, Here)> {
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
        if let Some(last) = told.last.filter(|last| last.source == run.source)
            && let Some(said) = here.said_after(last.here)
        {
            return Some((reference::run(None, first, more, said, None), said.after(last.here)));
        }
        let mut told_lines = lines[at..at + run.length].iter().map(|line| line.content(text));
        let quote = label::shortened(told_lines.find(|line| !line.trim_ascii().is_empty())?, QUOTE);
        let quote = (!told.named.contains(&run.source)).then_some(&*quote);
        Some((reference::run(Some(&source.label), first, more, here, quote), here))
    }
}

/// What the references so far in a text have told.
#[derive(Debug, Default)]
struct Told {
    last: Option<Last>,
    /// Sources that were named.
    named: FixedSet<usize>,
}

/// The last reference.
#[derive(Clone, Copy, Debug)]
struct Last {
    source: usize,
    /// The line of the source after the last one that was told.
    next: usize,
    here: Here,
}

impl Told {
    fn last_source(&self) -> Option<usize> {
        self.last.map(|last| last.source)
    }

    fn cost(&self, source: usize) -> usize {
        if self.last_source() == Some(source) {
            COSTS[0]
        } else if self.named.contains(&source) {
            COSTS[1]
        } else {
            COSTS[2]
        }
    }

    fn add(&mut self, run: Run, here: Here) {
        self.last = Some(Last { source: run.source, next: run.line + run.length, here });
        self.named.insert(run.source);
    }
}

/// Whether a line of `text` begins like a reference.
#[must_use]
pub fn may_hold_reference(text: &str) -> bool {
    reference::begins(text)
        || memchr::memmem::find_iter(text.as_bytes(), b"\n[").any(|at| reference::begins(&text[at + 1..]))
}

/// Whether a reference is shorter than what it stands for by enough.
fn pays(text: &str, reference: &str, least: usize, counter: &Counter) -> bool {
    let cost = counter.count(reference);
    counter.count_up_to(text, cost + least - 1).is_none()
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
