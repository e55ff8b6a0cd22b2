//! What a step hands back: what changed, which originals to keep, the report; or what modules are asked for.
//!
//! Owns the shapes and their JSON. It decides nothing.

use super::stage::PipelineEvent;
use crate::compress::Omission;
use crate::route::Kind;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// What became of one block. It depends on nothing but what its key in the memory is made of.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) kind: Kind,
    /// `none` where the block stays as it is.
    pub(crate) method: Cow<'static, str>,
    /// The new text, marker included; `None` where the block stays as it is.
    pub(crate) text: Option<String>,
    pub(crate) tokens_after: usize,
    pub(crate) handle: Option<String>,
    pub(crate) omissions: Vec<Omission>,
    pub(crate) error: Option<String>,
    /// Whether the block was found to be our own work, which is not looked at.
    pub(crate) own: bool,
    /// Whether lines of it look like references, so that what stands before it decides what becomes of it.
    pub(crate) in_context: bool,
}

impl Decision {
    /// A block of `tokens` that stays as it is.
    pub(crate) fn unchanged(kind: Kind, tokens: usize) -> Self {
        Self {
            kind,
            method: Cow::Borrowed("none"),
            text: None,
            tokens_after: tokens,
            handle: None,
            omissions: Vec::new(),
            error: None,
            own: false,
            in_context: false,
        }
    }

    /// Bytes that it holds.
    pub(crate) fn bytes(&self) -> usize {
        let omissions: usize = self
            .omissions
            .iter()
            .map(|omission| {
                size_of::<Omission>()
                    + omission.ranges.len() * size_of::<(usize, usize)>()
                    + omission.path.as_ref().map_or(0, String::len)
            })
            .sum();
        size_of::<Self>() + self.text.as_ref().map_or(0, String::len) + omissions + self.method.len()
    }
}

/// The query in the form in which it crosses to the host.
#[derive(Debug, Serialize)]
pub(crate) struct Asked {
    /// The nearest earlier user message.
    pub(crate) question: String,
    /// The arguments of the call that produced the block.
    pub(crate) arguments: String,
}

/// What another module is asked for.
#[derive(Debug, Serialize)]
pub(crate) struct Need {
    /// The module's name.
    pub(crate) module: String,
    /// Index of the block.
    pub(crate) block: usize,
    /// The block's text.
    pub(crate) text: String,
    /// What the reader wants to know.
    pub(crate) query: Asked,
    /// Tokens that a candidate should stay within.
    pub(crate) budget: usize,
}

/// An original that can be asked for.
#[derive(Debug, Serialize)]
pub(crate) struct Original {
    /// The handle that stands in the new text.
    pub(crate) id: String,
    /// Index of the block whose old text it is.
    pub(crate) block: usize,
}

/// What happened to one block that was looked at.
#[derive(Debug)]
pub(crate) struct BlockReport {
    pub(crate) message: usize,
    pub(crate) part: usize,
    pub(crate) tokens_before: usize,
    pub(crate) decision: Arc<Decision>,
}

impl Serialize for BlockReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shape<'a> {
            message: usize,
            part: usize,
            kind: Kind,
            method: &'a str,
            lossless: bool,
            tokens_before: usize,
            tokens_after: usize,
            #[serde(skip_serializing_if = "Option::is_none")]
            handle: Option<&'a str>,
            omissions: &'a [Omission],
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a str>,
        }
        let decision = &self.decision;
        Shape {
            message: self.message,
            part: self.part,
            kind: decision.kind,
            method: &decision.method,
            lossless: decision.omissions.is_empty(),
            tokens_before: self.tokens_before,
            tokens_after: decision.tokens_after,
            handle: decision.handle.as_deref(),
            omissions: &decision.omissions,
            error: decision.error.as_deref(),
        }
        .serialize(serializer)
    }
}

/// What happened to a request, in tokens by one counter. It holds no content.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) tokens_before: usize,
    pub(crate) tokens_after: usize,
    pub(crate) tool_tokens: usize,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) retrieved_tokens: usize,
    pub(crate) tokens_saved: i64,
    pub(crate) estimated: bool,
    pub(crate) counter: &'static str,
    pub(crate) blocks: Vec<BlockReport>,
    pub(crate) warnings: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(tokens: &usize) -> bool {
    *tokens == 0
}

/// A block's new text, shared with the memory.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) block: usize,
    pub(crate) decision: Arc<Decision>,
}

impl Change {
    pub(crate) fn text(&self) -> &str {
        self.decision.text.as_deref().unwrap_or_default()
    }
}

/// The whole outcome of one walk through the stages.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Modules are asked first; the same step is then taken again with their answers.
    Needs(Vec<Need>),
    /// The step is done.
    Done {
        changed: Vec<Change>,
        originals: Vec<Original>,
        /// Whether the request is to carry the retrieval tool.
        tool: bool,
        stages: Vec<PipelineEvent>,
        report: Report,
    },
}

impl Outcome {
    /// The JSON that the host reads.
    pub(crate) fn to_json(&self) -> String {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Shape<'a> {
            Needs {
                needs: &'a [Need],
            },
            Done {
                changed: Vec<usize>,
                originals: &'a [Original],
                tool: bool,
                stages: &'a [PipelineEvent],
                report: &'a Report,
            },
        }
        let shape = match self {
            Self::Needs(needs) => Shape::Needs { needs },
            Self::Done { changed, originals, tool, stages, report } => Shape::Done {
                changed: changed.iter().map(|change| change.block).collect(),
                originals,
                tool: *tool,
                stages,
                report,
            },
        };
        serde_json::to_string(&shape).unwrap_or_default()
    }
}
