//! Recall in the pipeline: each tool result is held against those before it, in order.
//!
//! Owns what the results of a request are known by, and the indexes of the conversations that an engine saw last. How
//! lines are found and referred to is in [`crate::recall`].
//!
//! What becomes of a result depends on every result before it, so it is remembered under a digest of them all. A
//! conversation that comes again with one more turn finds its old results there, and its index where it was left: only
//! the new results are read.

use super::choose::{self, most_tokens_that_win};
use super::outcome::Decision;
use super::walk::{Routed, Walk};
use crate::block::Block;
use crate::ccr;
use crate::memory::{Digest, Entry};
use crate::recall::{Call, Recall};
use crate::route::{Guesses, Kind};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Conversations whose index is kept.
const MOST_CONVERSATIONS: usize = 8;

#[cfg(test)]
thread_local! {
    /// How many results were read for an index on this thread.
    pub(super) static LEARNED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A tool result among the others of its request.
pub(super) struct ToolResult {
    pub(super) block: usize,
    /// Its place among the routed blocks, if it is one.
    pub(super) routed: Option<usize>,
    /// Digest of everything that this result and those before it depend on.
    pub(super) chain: Digest,
    /// Whether its lines may point at what stands before it.
    pub(super) points: bool,
}

/// The indexes of the latest conversations.
#[derive(Debug)]
pub(super) struct Conversations {
    budget: usize,
    /// The latest used one last.
    known: Mutex<Vec<Conversation>>,
}

/// An index with what stands in it.
#[derive(Debug, Default)]
struct Conversation {
    /// The chain of the last result in it.
    chain: Digest,
    /// Results in it.
    results: usize,
    /// Results whose calls are in it, which may be one more: what a call holds stands before its result.
    calls: usize,
    recall: Recall,
}

impl Conversations {
    /// None yet, and never more than `budget` bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, known: Mutex::default() }
    }

    /// Takes out the index that holds most of the first `most` of these results and nothing else.
    fn take(&self, results: &[ToolResult], most: usize) -> Conversation {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |conversation: &Conversation| {
            conversation.results <= most
                && conversation
                    .results
                    .checked_sub(1)
                    .is_some_and(|last| results[last].chain == conversation.chain)
        };
        let best = (0..known.len()).filter(|&at| fits(&known[at])).max_by_key(|&at| known[at].results);
        best.map(|at| known.remove(at)).unwrap_or_default()
    }

    fn put(&self, conversation: Conversation) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(conversation);
        let mut bytes: usize = known.iter().map(|conversation| conversation.recall.bytes()).sum();
        while known.len() > MOST_CONVERSATIONS || bytes > self.budget && !known.is_empty() {
            bytes -= known.remove(0).recall.bytes();
        }
    }
}

impl Walk<'_> {
    /// Input compressed, second part: lines that stand in the conversation already become references.
    pub(super) fn recall(&mut self, routed: &mut Vec<Routed>, results: &[ToolResult]) {
        let space = Digest::of(b"recalled");
        let mut conversation = None;
        // Blocks that only recall may change.
        let mut further: Vec<Routed> = Vec::new();
        for (at, result) in results.iter().enumerate().filter(|(_, result)| result.points) {
            let key = result.chain.within(space);
            let decision = if let Some(Entry::Decision(decision)) = self.engine.memory.get(key) {
                decision
            } else {
                let conversation =
                    conversation.get_or_insert_with(|| self.engine.conversations.take(results, at));
                while conversation.results < at {
                    self.learn(conversation, results, routed, &further);
                }
                self.learn_call(conversation, results);
                let decision = self.point(&conversation.recall, result, routed);
                self.found.push((key, Arc::clone(&decision)));
                decision
            };
            if let Some(place) = result.routed {
                routed[place].decision = Some(decision);
            } else if decision.text.is_some() {
                further.push(Routed::untouched(result.block, key, decision));
            }
        }
        if let Some(mut conversation) = conversation {
            while conversation.results < results.len() {
                self.learn(&mut conversation, results, routed, &further);
            }
            self.engine.conversations.put(conversation);
        }
        if !further.is_empty() {
            routed.append(&mut further);
            routed.sort_by_key(|routed| routed.block);
        }
    }

    /// Adds a result, as it is sent, to a conversation.
    fn learn(
        &self,
        conversation: &mut Conversation,
        results: &[ToolResult],
        routed: &[Routed],
        further: &[Routed],
    ) {
        #[cfg(test)]
        LEARNED.set(LEARNED.get() + 1);
        self.learn_call(conversation, results);
        let result = &results[conversation.results];
        let block = &self.request.blocks[result.block];
        let decision = match result.routed {
            Some(place) => routed[place].decision.as_ref(),
            None => further
                .binary_search_by_key(&result.block, |routed| routed.block)
                .ok()
                .and_then(|at| further[at].decision.as_ref()),
        };
        let text = decision.and_then(|decision| decision.text.as_deref()).unwrap_or(&block.text);
        conversation.recall.add_result(&call(block), text);
        conversation.chain = result.chain;
        conversation.results += 1;
    }

    /// Adds the call of the next result to a conversation.
    fn learn_call(&self, conversation: &mut Conversation, results: &[ToolResult]) {
        let next = conversation.results;
        if conversation.calls > next {
            return;
        }
        conversation.calls = next + 1;
        let block = &self.request.blocks[results[next].block];
        // A result of several parts answers one call.
        let before = next.checked_sub(1).map(|last| &self.request.blocks[results[last].block]);
        let same_call = before.is_some_and(|before| {
            before.message == block.message
                && before.tool_name == block.tool_name
                && before.call_arguments == block.call_arguments
        });
        if !same_call {
            conversation.recall.add_call(&call(block));
        }
    }

    /// What becomes of a result, given what stands before it.
    fn point(&self, recall: &Recall, result: &ToolResult, routed: &[Routed]) -> Arc<Decision> {
        let original = &*self.request.blocks[result.block].text;
        let tokens = self.counted[result.block].tokens;
        let routed = result.routed.map(|place| &routed[place]);
        let kind = routed.map_or(Kind::Text, |routed| routed.guesses.best());
        let pointed = catch_unwind(AssertUnwindSafe(|| {
            let base = match routed {
                Some(routed) if routed.in_context => {
                    if recall.is_own_output(original, &self.counter) {
                        return Arc::new(Decision { own: true, ..Decision::unchanged(kind, tokens) });
                    }
                    Arc::new(self.decide(routed))
                }
                Some(Routed { decision: Some(decision), .. }) => Arc::clone(decision),
                _ => Arc::new(Decision::unchanged(kind, tokens)),
            };
            if base.own {
                return base;
            }
            let shortened = self.shortened(recall, &base, original);
            // What a compressor rewrote may stand there in its original form.
            let unchanged = Decision::unchanged(kind, tokens);
            let anew = base.text.as_ref().and_then(|_| self.shortened(recall, &unchanged, original));
            let candidates = anew.into_iter().chain(shortened);
            candidates
                .filter(|candidate| candidate.tokens_after < base.tokens_after)
                .min_by_key(|candidate| candidate.tokens_after)
                .map_or(base, Arc::new)
        }));
        pointed.unwrap_or_else(|_| Arc::new(choose::panicked(kind, tokens)))
    }

    /// A decision with references in its text; `None` where they gain nothing.
    fn shortened(&self, recall: &Recall, base: &Decision, original: &str) -> Option<Decision> {
        let text = base.text.as_deref().unwrap_or(original);
        let mut handle = base.handle.clone();
        let shortened = match &base.handle {
            None => recall.encode(text, &self.counter)?,
            // A marker is proved by the whole block, so it is written anew.
            Some(_) => recall.encode_whole(text, &self.counter).or_else(|| {
                let body = &text[..text.rfind('\n')?];
                let body = recall.encode(body, &self.counter)?;
                let (finished, sealed) = ccr::seal(&body, original, &base.omissions, &self.engine.key);
                handle = Some(sealed);
                Some(finished)
            })?,
        };
        let most = most_tokens_that_win(base.tokens_after, self.counter.name() == "estimate")?;
        let tokens_after = self.counter.count_up_to(&shortened, most)?;
        let method = match &*base.method {
            "none" => Cow::Borrowed("recall"),
            method => Cow::Owned(format!("{method}+recall")),
        };
        Some(Decision {
            kind: base.kind,
            method,
            text: Some(shortened),
            tokens_after,
            handle,
            omissions: base.omissions.clone(),
            error: base.error.clone(),
            own: false,
            in_context: false,
        })
    }
}

fn call(block: &Block<'_>) -> Call {
    Call::new(block.tool_name.as_deref(), block.call_arguments.as_deref())
}

impl Routed {
    /// A block that nothing but recall may change.
    fn untouched(block: usize, key: Digest, decision: Arc<Decision>) -> Self {
        Self {
            block,
            guesses: Guesses::only(decision.kind),
            lossless: true,
            key,
            decision: Some(decision),
            in_context: false,
        }
    }
}
