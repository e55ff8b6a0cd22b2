//! What turns are made of, and what a client should get of them: computed from the whole, not from bytes.

use serde_json::{Value, json};

use super::host::Random;

/// How many generated turns are played for each provider, streamed and not.
pub(super) const STREAMED: usize = 7_500;
pub(super) const WHOLE: usize = 2_500;

/// A piece of what the model produces.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    /// Reasoning with its opaque field.
    Reasoning {
        text: String,
        opaque: String,
    },
    /// A call of the retrieval tool.
    Ours {
        id: String,
        arguments: Value,
    },
    /// A call of a tool of the client's.
    Theirs {
        id: String,
        name: String,
        arguments: Value,
    },
    /// A call of a tool that the provider runs, with its result.
    Server {
        id: String,
        arguments: Value,
    },
}

impl Piece {
    pub(super) fn is_ours(&self) -> bool {
        matches!(self, Self::Ours { .. })
    }

    pub(super) fn is_theirs(&self) -> bool {
        matches!(self, Self::Theirs { .. })
    }

    pub(super) fn is_reasoning(&self) -> bool {
        matches!(self, Self::Reasoning { .. })
    }

    /// A text of nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// How the last round of a turn ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself, without a call of ours.
    Plain,
    /// With calls of ours beside the client's.
    Mixed,
    /// With calls of ours beyond the limit.
    Beyond,
    /// With a call of ours, cut off by the limit of length.
    Cut,
}

/// A turn of the model.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) rounds: Vec<Vec<Piece>>,
    pub(super) ending: Ending,
    pub(super) max: usize,
}

/// What a provider can produce.
#[derive(Clone, Copy)]
pub(super) struct Abilities {
    /// Whether texts may be empty or white space.
    pub(super) blanks: bool,
    pub(super) server_tools: bool,
    /// Whether reasoning, text and calls come in this order, once each.
    pub(super) one_of_each: bool,
}

impl Turn {
    /// A turn of any kind.
    pub(super) fn any(random: &mut Random, abilities: Abilities) -> Self {
        let max = random.below(3);
        let ending = [Ending::Plain, Ending::Mixed, Ending::Beyond, Ending::Cut][random.below(4)];
        let hidden = if ending == Ending::Beyond { max + 1 } else { random.below(max + 2) };
        let mut rounds: Vec<Vec<Piece>> =
            (0..hidden).map(|round| pieces(random, round, abilities, true, false)).collect();
        let (ours, theirs) = match ending {
            Ending::Plain => (false, random.once_in(2)),
            Ending::Mixed => (true, true),
            Ending::Beyond | Ending::Cut => (true, false),
        };
        rounds.push(pieces(random, hidden, abilities, ours, theirs));
        Self { rounds, ending, max }
    }

    /// What the client gets: everything but the calls of ours.
    pub(super) fn visible(&self) -> Vec<Piece> {
        self.rounds.iter().flatten().filter(|piece| !piece.is_ours()).cloned().collect()
    }

    /// The rounds that are hidden.
    pub(super) fn hidden(&self) -> &[Vec<Piece>] {
        &self.rounds[..self.rounds.len() - 1]
    }

    pub(super) fn last(&self) -> &[Piece] {
        self.rounds.last().expect("a round")
    }

    /// The last round as it is put back: without calls that were dropped, and nothing of it if only reasoning is left.
    pub(super) fn last_put_back(&self) -> Vec<Piece> {
        let dropped = matches!(self.ending, Ending::Beyond | Ending::Cut);
        let kept: Vec<Piece> = self
            .last()
            .iter()
            .filter(|piece| !(piece.is_blank() || dropped && piece.is_ours()))
            .cloned()
            .collect();
        if kept.iter().all(Piece::is_reasoning) { Vec::new() } else { kept }
    }

    /// Whether there is anything to be put back into later requests.
    pub(super) fn hides(&self) -> bool {
        self.rounds.len() > 1 || self.ending == Ending::Mixed
    }

    /// Tokens of a round, input and output.
    pub(super) fn usage(round: usize) -> (u64, u64) {
        (100 + 7 * round as u64, 10 + 3 * round as u64)
    }

    /// Tokens of all rounds.
    pub(super) fn total_usage(&self) -> (u64, u64) {
        (0..self.rounds.len()).map(Self::usage).fold((0, 0), |sum, round| (sum.0 + round.0, sum.1 + round.1))
    }
}

const WORDS: [&str; 10] =
    ["rows", " are ", "\n", "ü", "𝄞", "\"quoted\"", "\\", " data: x", "{\"a\":", "headroom_retrieve"];

/// A text of a few words.
pub(super) fn words(random: &mut Random) -> String {
    (0..=random.below(5)).map(|_| WORDS[random.below(WORDS.len())]).collect()
}

fn pieces(random: &mut Random, round: usize, abilities: Abilities, ours: bool, theirs: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let id = |kind: &str, number: usize| format!("{kind}_{round}_{number}");
    let opaque = |random: &mut Random, number| format!("{}{}==", id("sig", number), random.below(1000));
    let count = if abilities.one_of_each { random.below(2) } else { random.below(3) };
    for number in 0..count {
        pieces.push(Piece::Reasoning { text: words(random), opaque: opaque(random, number) });
        if !abilities.one_of_each && random.once_in(2) {
            pieces.push(Piece::Text(words(random)));
        }
    }
    if random.once_in(2) {
        pieces.push(Piece::Text(words(random)));
    }
    if abilities.blanks && random.once_in(6) {
        pieces.push(Piece::Text(["", " \n"][random.below(2)].to_owned()));
    }
    if !abilities.blanks {
        pieces.retain(|piece| !piece.is_blank());
    }
    if abilities.server_tools && random.once_in(4) {
        pieces.push(Piece::Server { id: id("server", 0), arguments: json!({ "query": words(random) }) });
    }
    let mut calls = Vec::new();
    if ours {
        for number in 0..=random.below(2) {
            let arguments = match random.below(4) {
                0 => json!({ "id": " HR_k3f9m2q7x4tb0c5d", "rows": "9-820" }),
                1 => json!({ "id": "hr_k3f9m2q7x4tb0c5d", "query": words(random) }),
                2 => json!({}),
                _ => json!({ "id": "hr_0000000000000000" }),
            };
            calls.push(Piece::Ours { id: id("ours", number), arguments });
        }
    }
    if theirs {
        for number in 0..=random.below(2) {
            let arguments = json!({ "path": words(random), "n": 1.5e3 });
            let call = Piece::Theirs { id: id("call", number), name: "read_file".to_owned(), arguments };
            calls.insert(random.below(calls.len() + 1), call);
        }
    }
    pieces.extend(calls);
    if pieces.is_empty() {
        pieces.push(Piece::Text("Done.".to_owned()));
    }
    pieces
}

/// Joins neighbouring texts, for clients that have one string for all of them.
pub(super) fn visible_text(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
        .collect()
}

/// The ids of the client's calls.
pub(super) fn call_ids(pieces: &[Piece]) -> Vec<&str> {
    pieces
        .iter()
        .filter_map(|piece| if let Piece::Theirs { id, .. } = piece { Some(id.as_str()) } else { None })
        .collect()
}
