//! The stages through which every request passes.
//!
//! Owns their names, their order and the figures that each reports. It runs nothing.

/// The eleven stages of a request's life, in order. Those from `InputReceived` to `InputRemembered` run in the
/// core, the others around it, where requests are sent and answers come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PipelineStage {
    /// The pipeline is made and the provider known.
    Setup,
    /// Checks before anything is read.
    PreStart,
    /// What the session brings with it is there.
    PostStart,
    /// The texts of the request are there and counted.
    InputReceived,
    /// `CacheAligner` has looked at what providers cache.
    InputCached,
    /// Policy and `ContentRouter` have said which blocks are whose.
    InputRouted,
    /// Compressors have run and their candidates are chosen.
    InputCompressed,
    /// What was found is remembered.
    InputRemembered,
    /// The request is in its final form.
    PreSend,
    /// The request is on its way.
    PostSend,
    /// The answer came, with its calls of the retrieval tool.
    ResponseReceived,
}

impl PipelineStage {
    /// Every stage in order.
    pub const ALL: [Self; 11] = [
        Self::Setup,
        Self::PreStart,
        Self::PostStart,
        Self::InputReceived,
        Self::InputCached,
        Self::InputRouted,
        Self::InputCompressed,
        Self::InputRemembered,
        Self::PreSend,
        Self::PostSend,
        Self::ResponseReceived,
    ];
}

/// That a stage has ended, with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PipelineEvent {
    /// The stage.
    pub stage: PipelineStage,
    /// Blocks it was concerned with.
    pub blocks: usize,
    /// Tokens of these blocks as they stand after it.
    pub tokens: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_have_an_order_and_names() {
        assert!(PipelineStage::ALL.is_sorted());
        let names = serde_json::to_string(&PipelineStage::ALL).unwrap();
        let expected = [
            "setup",
            "pre-start",
            "post-start",
            "input-received",
            "input-cached",
            "input-routed",
            "input-compressed",
            "input-remembered",
            "pre-send",
            "post-send",
            "response-received",
        ];
        assert_eq!(names, serde_json::json!(expected).to_string());
    }
}
