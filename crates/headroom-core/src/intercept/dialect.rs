//! What the formats have in common.
//!
//! Owns the border between the state machine, which knows rounds, and the formats, which know what bytes mean.

use serde::Serialize;

use super::Framing;
use super::event::{Event, Outlet};
use super::turn::{Failure, Round};
use super::usage::Usage;
use crate::wire::value::Value;

/// What all dialects keep of an answer.
#[derive(Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "four facts that are learnt at different times, each of which may hold alone"
)]
pub(super) struct Answer {
    /// The number of the round at hand.
    pub(super) round: usize,
    /// Whether calls of the retrieval tool are ours to answer.
    pub(super) ours: bool,
    pub(super) usage: Usage,
    pub(super) outlet: Outlet,
    /// Whether a mark has been made.
    pub(super) marked: bool,
    /// Whether reasoning of a hidden round has left without its mark, because the call was not known yet: then the
    /// reasoning that follows it carries the mark.
    pub(super) unmarked: bool,
    /// Whether the answer cannot be followed any further, after an error above all.
    pub(super) broken: bool,
    /// The text that the client has, of all rounds that are over.
    pub(super) text: String,
    /// The calls that the client has, as turns are named by them.
    pub(super) calls: Vec<String>,
}

/// What a provider's responses mean.
pub(super) trait Dialect: Send {
    /// Takes in an event of a streamed response, and sends what the client gets of it.
    fn event(&mut self, event: Event, answer: &mut Answer);
    /// Takes in a response that is not streamed; `false` if it is not understood.
    fn whole(&mut self, body: &str, answer: &mut Answer) -> bool;
    /// What the round at hand has come to.
    fn round(&self) -> Round;
    /// The round at hand as the provider produced it: messages, or items where an answer has several, in the form in
    /// which they are sent back. Without the calls of ours, and then none if nothing but reasoning is left, on request.
    fn produced(&self, with_calls: bool) -> Vec<String>;
    /// The answers to the calls of ours, in their order, as they stand beside the client's.
    fn answers(&self, texts: &[String]) -> Vec<String>;
    /// The messages that bring these answers by themselves.
    fn messages(&self, answers: Vec<String>) -> Vec<String>;
    /// The request that goes on after these hidden rounds. `relax` says that no tool may be forced any more.
    fn continuation(&self, request: Value<'_>, hidden: &[String], relax: bool) -> Option<String>;
    /// The round at hand is hidden, and another follows.
    fn next_round(&mut self, answer: &mut Answer);
    /// Sends what ends the answer; `dropped` says that its last calls of ours were dropped.
    fn close(&mut self, dropped: bool, answer: &mut Answer);
    /// Sends the error that ends the answer, for a client that streams: otherwise it has its own.
    fn fail(&mut self, failure: &Failure, framing: Framing, answer: &mut Answer);
    /// The error as the body of a response.
    fn error_body(&self, failure: &Failure) -> String;
    /// The turn's raw form in a record: one message, or the list of its items.
    fn recorded(&self, produced: &[String]) -> String {
        produced.first().cloned().unwrap_or_else(|| "[]".to_owned())
    }
    /// The numbers of the usage that every provider has.
    fn tokens(&self, usage: &Usage) -> Tokens;
    /// The ids of the answer as the client has it and of its last round, where they differ and the provider keeps answers.
    fn ids(&self) -> Option<(String, String)> {
        None
    }
}

/// Tokens of an answer, over all rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    /// All of the input, what came from the cache included.
    pub(super) input: u64,
    pub(super) output: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cache_read: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cache_write: Option<u64>,
}
