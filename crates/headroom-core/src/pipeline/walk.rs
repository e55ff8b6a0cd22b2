//! The walk of one request through the stages of the pipeline.
//!
//! Owns the order of things: every entry point comes through [`walk`]. It knows no provider's format and no
//! compressor.

use super::Engine;
use super::choose::{self, Case};
use super::outcome::{Asked, BlockReport, Change, Decision, Need, Original, Outcome, Report};
use super::question::Questions;
use super::recall::ToolResult;
use super::stage::{PipelineEvent, PipelineStage};
use crate::Error;
use crate::align::Volatile;
use crate::block::{Block, BlockType, Role, Text};
use crate::ccr::{self, ToolFormat};
use crate::compress::Task;
use crate::config::{Config, Mode, Recall};
use crate::memory::{Digest, Entry};
use crate::policy::{Policy, Treatment};
use crate::recall;
use crate::route::{Guesses, Hints, Kind, Sample};
use crate::tokens::Counter;
use crate::wire::blocks::{self, Answer};
use std::sync::Arc;

/// Texts shorter than this are counted faster than they are looked up.
const SHORT: usize = 32;

/// One request, whichever entry point it came through.
pub(super) struct Request<'a> {
    pub(super) model: Option<&'a str>,
    pub(super) tool_format: ToolFormat,
    pub(super) config: Config,
    pub(super) entry: blocks::Entry,
    /// Whether it declares a function tool; `None` where that is not known.
    pub(super) function_tools: Option<bool>,
    /// Whether the provider may take parts out of the conversation.
    pub(super) history_edited: bool,
    /// Whether there is a place in it for the retrieval tool.
    pub(super) has_room_for_tool: bool,
    pub(super) blocks: &'a [Block<'a>],
    pub(super) malformed: &'a [bool],
    pub(super) answers: &'a [Answer],
    /// Tokens of earlier retrievals that are sent along without being among the blocks.
    pub(super) retrieved_tokens: usize,
    /// What the caller should know already.
    pub(super) warnings: Vec<String>,
}

/// A text with what is known of it once it was counted.
pub(super) struct Counted {
    pub(super) tokens: usize,
    digest: Option<Digest>,
}

impl Counted {
    /// The digest of `text`, which must be the text that was counted.
    pub(super) fn digest(&self, text: &Text<'_>) -> Digest {
        self.digest.unwrap_or_else(|| Digest::of_text(text))
    }
}

/// A block that may be changed.
pub(super) struct Routed {
    pub(super) block: usize,
    pub(super) guesses: Guesses,
    pub(super) lossless: bool,
    pub(super) key: Digest,
    /// What is known of it already.
    pub(super) decision: Option<Arc<Decision>>,
    /// Whether lines of it look like references, so that it is decided once it is known what stands before it.
    pub(super) in_context: bool,
}

/// Takes a request through the stages.
pub(super) fn walk(engine: &Engine, request: &Request<'_>) -> Result<Outcome, Error> {
    let mut walk = Walk::new(engine, request)?;
    walk.receive();
    if request.config.mode == Mode::Off {
        return Ok(walk.finish(&[]));
    }
    walk.align();
    let (mut routed, results) = walk.route();
    let needs = walk.needs(&routed);
    if !needs.is_empty() {
        return Ok(Outcome::Needs(needs));
    }
    walk.compress(&mut routed);
    walk.recall(&mut routed, &results);
    walk.remember(&routed);
    Ok(walk.finish(&routed))
}

pub(super) struct Walk<'a> {
    pub(super) engine: &'a Engine,
    pub(super) request: &'a Request<'a>,
    pub(super) counter: Counter,
    policy: Policy<'a>,
    questions: Questions,
    pub(super) counted: Vec<Counted>,
    /// What is to be remembered of this request.
    pub(super) found: Vec<(Digest, Arc<Decision>)>,
    /// Digest of everything but the text on which a token count depends.
    counter_space: Digest,
    warnings: Vec<String>,
    stages: Vec<PipelineEvent>,
}

impl<'a> Walk<'a> {
    fn new(engine: &'a Engine, request: &'a Request<'a>) -> Result<Self, Error> {
        let counter = Counter::for_model(request.model)?;
        let scope = Digest::of(request.config.scope.as_deref().unwrap_or_default().as_bytes());
        Ok(Self {
            counter_space: Digest::of_all([scope, Digest::of(counter.name().as_bytes())]),
            counter,
            policy: Policy::new(&request.config, request.entry, request.function_tools),
            questions: Questions::find(request.blocks),
            counted: Vec::with_capacity(request.blocks.len()),
            found: Vec::new(),
            warnings: request.warnings.clone(),
            stages: Vec::new(),
            engine,
            request,
        })
    }

    fn passed(&mut self, stage: PipelineStage, blocks: usize, tokens: usize) {
        self.stages.push(PipelineEvent { stage, blocks, tokens });
    }

    /// Input received: every text is counted, by memory where it was counted before.
    fn receive(&mut self) {
        let texts = self.request.blocks.iter().map(|block| &block.text);
        let is_short = |text: &&Text<'_>| text.spelling().len() < SHORT;
        let long: Vec<_> = texts.clone().filter(|text| !is_short(text)).collect();
        let mut digests = self.engine.resent.digests(&long).into_iter();
        for text in texts {
            let digest = if is_short(&text) { None } else { digests.next() };
            let counted = self.count(text, digest);
            self.counted.push(counted);
        }
        let malformed = self.request.malformed.iter().filter(|&&malformed| malformed).count();
        if malformed > 0 {
            self.warnings.push(format!(
                "{malformed} of the texts hold half a surrogate pair and were left as they are"
            ));
        }
        self.passed(PipelineStage::InputReceived, self.request.blocks.len(), self.total());
    }

    fn count(&self, text: &Text<'_>, digest: Option<Digest>) -> Counted {
        let Some(digest) = digest else {
            return Counted { tokens: self.counter.count(text), digest: None };
        };
        let key = digest.within(self.counter_space);
        if let Some(Entry::Tokens(tokens)) = self.engine.memory.get(key) {
            return Counted { tokens, digest: Some(digest) };
        }
        let tokens = self.counter.count(text);
        self.engine.memory.put(key, Entry::Tokens(tokens));
        Counted { tokens, digest: Some(digest) }
    }

    fn total(&self) -> usize {
        self.counted.iter().map(|counted| counted.tokens).sum()
    }

    /// Input cached: `CacheAligner` looks at the system messages.
    fn align(&mut self) {
        let space = Digest::of_all([self.counter_space, Digest::of(b"volatile")]);
        let (mut blocks, mut tokens) = (0, 0);
        for (block, counted) in self.request.blocks.iter().zip(&self.counted) {
            if block.role != Role::System {
                continue;
            }
            blocks += 1;
            tokens += counted.tokens;
            let key = counted.digest(&block.text).within(space);
            let volatile = if let Some(Entry::Volatile(volatile)) = self.engine.memory.get(key) {
                volatile
            } else {
                let volatile = Volatile::find(&block.text);
                self.engine.memory.put(key, Entry::Volatile(volatile));
                volatile
            };
            self.warnings.extend(volatile.warning(block.message));
        }
        self.passed(PipelineStage::InputCached, blocks, tokens);
    }

    /// Input routed: policy says who may be touched, memory what is known, `ContentRouter` what the rest is. The tool results
    /// are there for those that come after them to point at.
    fn route(&mut self) -> (Vec<Routed>, Vec<ToolResult>) {
        let config = &self.request.config;
        let budget = Digest::of_all([
            Digest::of(&config.max_block_tokens.to_le_bytes()),
            Digest::of(&[u8::from(config.code)]),
        ]);
        let [lossy, lossless, untouched, pointing] = [&b"lossy"[..], b"lossless", b"untouched", b"pointing"]
            .map(|form| Digest::of_all([self.counter_space, budget, Digest::of(form)]));
        let recalls = config.recall() != Recall::Off && !self.request.history_edited;
        let mut queries = self.questions.digests(self.request.blocks, &self.counted);
        let (mut routed, mut results) = (Vec::new(), Vec::new());
        let mut chain = Digest::default();
        for (index, block) in self.request.blocks.iter().enumerate() {
            let treatment = self.policy.treatment(block);
            let is_result = recalls && block.block_type == BlockType::ToolResult;
            if treatment == Treatment::Untouched && !is_result {
                continue;
            }
            let counted = &self.counted[index];
            let tool =
                block.tool_name.as_deref().map_or_else(Digest::default, |name| Digest::of(name.as_bytes()));
            let space = match treatment {
                Treatment::Untouched => untouched,
                Treatment::Lossless => lossless,
                Treatment::Lossy => lossy,
            };
            let key = Digest::of_all([counted.digest(&block.text), queries.of(index), tool]).within(space);
            let long_enough = counted.tokens >= config.min_tokens_to_compress;
            let points =
                is_result && (long_enough || config.recall() == Recall::All) && self.policy.recalls(block);
            let place = (treatment != Treatment::Untouched && long_enough).then_some(routed.len());
            if is_result {
                chain = Digest::of_all([chain, if points { key.within(pointing) } else { key }]);
                results.push(ToolResult { block: index, routed: place, chain, points });
            }
            if place.is_some() {
                routed.push(self.know(index, key, treatment == Treatment::Lossless, points));
            }
        }
        let tokens = routed.iter().map(|routed| self.counted[routed.block].tokens).sum();
        self.passed(PipelineStage::InputRouted, routed.len(), tokens);
        (routed, results)
    }

    /// What is known of a block before it is compressed.
    fn know(&self, index: usize, key: Digest, lossless: bool, points: bool) -> Routed {
        let block = &self.request.blocks[index];
        let remembered = match self.engine.memory.get(key) {
            Some(Entry::Decision(decision)) => Some(decision),
            _ => None,
        };
        let in_context = remembered.as_ref().is_some_and(|decision| decision.in_context);
        if let Some(decision) = remembered.filter(|_| !in_context || !points) {
            let guesses = Guesses::only(decision.kind);
            return Routed {
                block: index,
                guesses,
                lossless,
                key,
                decision: Some(decision),
                in_context: false,
            };
        }
        let guesses = self.engine.registry.guess(&Sample::new(&block.text, hints(block)));
        let tokens = self.counted[index].tokens;
        let decision = match choose::is_own_work(&block.text, &self.engine.key, self.engine.registry) {
            Some(false) => None,
            Some(true) => Some(Decision { own: true, ..Decision::unchanged(guesses.best(), tokens) }),
            None => Some(choose::panicked(guesses.best(), tokens)),
        };
        let in_context =
            decision.is_none() && points && (in_context || recall::may_hold_reference(&block.text));
        Routed { block: index, guesses, lossless, key, decision: decision.map(Arc::new), in_context }
    }

    /// What modules have to be asked before the blocks can be compressed. What they make is never lossless (only the
    /// core can prove that), so they are asked where something may be left out and the block is over its budget. Source code
    /// is outlined whatever its size, where it is at all.
    fn needs(&self, routed: &[Routed]) -> Vec<Need> {
        if !self.request.answers.is_empty() {
            return Vec::new();
        }
        let mut needs = Vec::new();
        for routed in routed {
            for module in self.modules(routed) {
                let query = self.questions.query(self.request.blocks, routed.block);
                needs.push(Need {
                    module: module.to_owned(),
                    block: routed.block,
                    text: self.request.blocks[routed.block].text.to_string(),
                    query: Asked { question: query.question, arguments: query.arguments },
                    budget: self.request.config.max_block_tokens,
                });
            }
        }
        needs
    }

    /// The modules that take part in compressing a block.
    fn modules(&self, routed: &Routed) -> impl Iterator<Item = &'a str> {
        let config = &self.request.config;
        let over_budget = self.counted[routed.block].tokens > config.max_block_tokens;
        let best = routed.guesses.best();
        let is_code = config.code && routed.guesses.iter().any(|kind| kind == Kind::Code);
        let wanted = routed.decision.is_none() && !routed.lossless;
        let modules = if wanted { &self.engine.modules[..] } else { &[] };
        let takes_part = move |kind: &Kind| match kind {
            Kind::Code => is_code,
            kind => over_budget && *kind == best,
        };
        modules.iter().filter(move |module| module.kinds.iter().any(takes_part)).map(|module| &*module.name)
    }

    /// Input compressed: candidates are made and the best is chosen, block by block.
    fn compress(&mut self, routed: &mut [Routed]) {
        for routed in routed.iter_mut() {
            if routed.in_context {
                let tokens = self.counted[routed.block].tokens;
                let decision =
                    Decision { in_context: true, ..Decision::unchanged(routed.guesses.best(), tokens) };
                self.found.push((routed.key, Arc::new(decision)));
            } else if routed.decision.is_none() {
                let decision = Arc::new(self.decide(routed));
                self.found.push((routed.key, Arc::clone(&decision)));
                routed.decision = Some(decision);
            }
        }
    }

    /// What becomes of a block by itself.
    pub(super) fn decide(&self, routed: &Routed) -> Decision {
        let query = self.questions.query(self.request.blocks, routed.block);
        let answer = |module: &'a str| {
            let mut answers = self.request.answers.iter();
            let found = answers.find(|answer| answer.block == routed.block && answer.module == module);
            (module, found.map(|answer| &answer.candidates[..]))
        };
        let block = &self.request.blocks[routed.block];
        choose::decide(&Case {
            guesses: &routed.guesses,
            hints: hints(block),
            task: Task {
                text: &block.text,
                tokens: self.counted[routed.block].tokens,
                query: &query,
                counter: &self.counter,
                budget: self.request.config.max_block_tokens,
                lossless: routed.lossless,
                code: self.request.config.code,
                first_line: 1,
            },
            key: &self.engine.key,
            registry: self.engine.registry,
            answers: self.modules(routed).map(answer).collect(),
        })
    }

    /// Input remembered: what was decided is kept for the next request. A failure is not, it may pass.
    fn remember(&mut self, routed: &[Routed]) {
        let changed = decisions(routed).filter(|(_, decision)| decision.text.is_some()).count();
        let tokens = decisions(routed).map(|(_, decision)| decision.tokens_after).sum();
        self.passed(PipelineStage::InputCompressed, changed, tokens);
        for (key, decision) in self.found.drain(..).filter(|(_, decision)| decision.error.is_none()) {
            self.engine.memory.put(key, Entry::Decision(decision));
        }
        self.passed(PipelineStage::InputRemembered, routed.len(), tokens);
    }

    fn finish(self, routed: &[Routed]) -> Outcome {
        let applies = self.request.config.mode == Mode::Optimize;
        let wants_tool = self.request.config.mode != Mode::Off
            && self.request.has_room_for_tool
            && self.policy.adds_tool(self.request.blocks);
        let tool_tokens = if wants_tool {
            let tool = ccr::tool(self.request.tool_format).into();
            self.count(&tool, Some(Digest::of_text(&tool))).tokens
        } else {
            0
        };
        let tokens_before = self.total();
        let retrieved_tokens = self.request.retrieved_tokens;
        let mut tokens_after = tokens_before + retrieved_tokens;
        let (mut changed, mut originals, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
        for (block, decision) in decisions(routed).filter(|(_, decision)| !decision.own) {
            let before = self.counted[block].tokens;
            tokens_after = tokens_after + decision.tokens_after - before;
            if applies && decision.text.is_some() {
                changed.push(Change { block, decision: Arc::clone(decision) });
                originals.extend(decision.handle.clone().map(|id| Original { id, block }));
            }
            let at = &self.request.blocks[block];
            let decision = Arc::clone(decision);
            blocks.push(BlockReport { message: at.message, part: at.part, tokens_before: before, decision });
        }
        Outcome::Done {
            changed,
            originals,
            tool: applies && wants_tool,
            stages: self.stages,
            report: Report {
                tokens_before,
                tokens_after,
                tool_tokens,
                retrieved_tokens,
                tokens_saved: signed(tokens_before) - signed(tokens_after) - signed(tool_tokens),
                estimated: self.counter.is_estimate(),
                counter: self.counter.name(),
                blocks,
                warnings: self.warnings,
            },
        }
    }
}

/// What the caller knows of a block.
fn hints<'b>(block: &'b Block<'_>) -> Hints<'b> {
    let arguments = block.call_arguments.as_deref().unwrap_or_default();
    Hints { tool_name: block.tool_name.as_deref(), arguments }
}

fn signed(tokens: usize) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}

fn decisions(routed: &[Routed]) -> impl Iterator<Item = (usize, &Arc<Decision>)> {
    routed.iter().filter_map(|routed| Some((routed.block, routed.decision.as_ref()?)))
}
