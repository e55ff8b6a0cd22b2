//! Who may be touched, and how far.
//!
//! Owns the rules about roles, kinds of blocks, tools and the way back. It never looks into a text, and what it
//! decides for a block depends on that block, the configuration and the request's tools alone: never on later
//! messages or on `tool_choice`, so that a growing conversation keeps its prefix.

use crate::block::{Block, BlockType, Role};
use crate::config::{Config, InjectTool, Recall, WhenToolsAbsent};
use crate::wire::blocks::Entry;

/// How far a block may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It stays as it is.
    Untouched,
    /// Only in ways that the core can undo.
    Lossless,
    /// Parts may be left out behind a handle.
    Lossy,
}

/// The rules for one request.
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    config: &'a Config,
    /// In lower case.
    excluded_tools: Vec<String>,
    /// Whether what is left out can be had back.
    way_back: bool,
    /// Whether the retrieval tool can be part of the request.
    tool_fits: bool,
}

impl<'a> Policy<'a> {
    /// The rules of a configuration for a request that came in by `entry`. `function_tools` says whether the request
    /// declares a function tool, `None` where that is not known.
    #[must_use]
    pub fn new(config: &'a Config, entry: Entry, function_tools: Option<bool>) -> Self {
        let declared = function_tools == Some(true);
        let injects = config.inject_tool == InjectTool::Always;
        let (way_back, tool_fits) = match entry {
            // The caller adds the tool, or redeems handles itself.
            Entry::Compress => (true, true),
            // Without tools a conversation keeps the bytes that it had with them: what it holds was sent that way before.
            Entry::Middleware | Entry::Fetch => (
                injects
                    && !config.lossless
                    && (declared || config.when_tools_absent == WhenToolsAbsent::Same),
                injects && declared,
            ),
        };
        Self {
            config,
            excluded_tools: config.excluded_tools.iter().map(|name| name.to_lowercase()).collect(),
            way_back,
            tool_fits,
        }
    }

    /// How far `block` may be changed.
    #[must_use]
    pub fn treatment(&self, block: &Block<'_>) -> Treatment {
        let open = match block.block_type {
            BlockType::ToolResult => !block.tool_name.as_deref().is_some_and(|name| self.excludes(name)),
            BlockType::Text => block.role == Role::User && self.config.compress_user_messages,
            BlockType::ServerToolResult
            | BlockType::McpResult
            | BlockType::Citation
            | BlockType::Retrieved => false,
        };
        if !open || block.overrides.off {
            return Treatment::Untouched;
        }
        let lossless = block.overrides.lossless.unwrap_or(self.config.lossless);
        if lossless || block.is_error || !self.way_back { Treatment::Lossless } else { Treatment::Lossy }
    }

    /// Whether lines of `block` may point at what stands before it. That loses nothing, so it is not for `treatment` to say.
    #[must_use]
    pub fn recalls(&self, block: &Block<'_>) -> bool {
        let allowed = match self.config.recall() {
            Recall::Off => false,
            Recall::On => !block.tool_name.as_deref().is_some_and(|name| self.excludes(name)),
            Recall::All => true,
        };
        allowed && block.block_type == BlockType::ToolResult && !block.overrides.off
    }

    /// Whether the request is to carry the retrieval tool. It depends on nothing that changes as a conversation grows
    /// (other than what the caller asks for single blocks), so that the tool is there from the first request on.
    #[must_use]
    pub fn adds_tool(&self, blocks: &[Block<'_>]) -> bool {
        let wanted =
            !self.config.lossless || blocks.iter().any(|block| block.overrides.lossless == Some(false));
        self.tool_fits && self.way_back && wanted
    }

    /// Names are compared without case and as a whole: `mcp__fs__Read` is not `Read`.
    fn excludes(&self, name: &str) -> bool {
        if name.is_ascii() {
            self.excluded_tools.iter().any(|excluded| excluded.eq_ignore_ascii_case(name))
        } else {
            self.excluded_tools.contains(&name.to_lowercase())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Overrides;
    use std::borrow::Cow;

    fn block(role: Role, block_type: BlockType, tool: Option<&'static str>) -> Block<'static> {
        Block {
            message: 0,
            part: 0,
            role,
            block_type,
            tool_name: tool.map(Cow::Borrowed),
            call_arguments: None,
            is_error: false,
            text: "".into(),
            overrides: Overrides::default(),
        }
    }

    fn result(tool: &'static str) -> Block<'static> {
        block(Role::Tool, BlockType::ToolResult, Some(tool))
    }

    fn config(json: &str) -> Config {
        Config::from_json(json).unwrap()
    }

    fn compress(config: &Config) -> Policy<'_> {
        Policy::new(config, Entry::Compress, None)
    }

    #[test]
    fn what_is_not_touched() {
        use BlockType::{Citation, McpResult, Retrieved, ServerToolResult, Text, ToolResult};
        let policy = config("{}");
        let policy = compress(&policy);
        for role in [Role::System, Role::User, Role::Assistant, Role::Tool] {
            assert_eq!(policy.treatment(&block(role, Text, None)), Treatment::Untouched);
            assert_eq!(policy.treatment(&block(role, ToolResult, None)), Treatment::Lossy);
            for kept in [ServerToolResult, McpResult, Citation, Retrieved] {
                assert_eq!(policy.treatment(&block(role, kept, Some("Bash"))), Treatment::Untouched);
            }
        }
        let users_too = config(r#"{"compressUserMessages":true}"#);
        let users_too = compress(&users_too);
        assert_eq!(users_too.treatment(&block(Role::User, Text, None)), Treatment::Lossy);
        assert_eq!(users_too.treatment(&block(Role::System, Text, None)), Treatment::Untouched);
        assert_eq!(users_too.treatment(&block(Role::Assistant, Text, None)), Treatment::Untouched);
    }

    #[test]
    fn recall_goes_by_tool_and_kind() {
        let recalls = |options: &str, tool| compress(&config(options)).recalls(&result(tool));
        assert!(recalls("{}", "Bash") && !recalls("{}", "Read"));
        assert!(recalls(r#"{"profile":"agent"}"#, "Read"));
        assert!(!recalls(r#"{"recall":"off"}"#, "Bash"));
        let all = config(r#"{"recall":"all"}"#);
        let all = compress(&all);
        assert!(!all.recalls(&block(Role::Tool, BlockType::McpResult, None)));
        assert!(!all.recalls(&block(Role::User, BlockType::Text, None)));
    }

    #[test]
    fn excluded_tools_are_compared_without_case_and_as_a_whole() {
        let policy = config("{}");
        let policy = compress(&policy);
        for name in ["Read", "read", "READ", "glob", "Grep", "wRITE", "Edit"] {
            assert_eq!(policy.treatment(&result(name)), Treatment::Untouched, "{name}");
        }
        for name in ["mcp__fs__Read", "Reader", "MultiEdit", "Bash", ""] {
            assert_eq!(policy.treatment(&result(name)), Treatment::Lossy, "{name}");
        }
        let own = config(r#"{"excludedTools":["ÄNDERN"]}"#);
        let own = compress(&own);
        assert_eq!(own.treatment(&result("ändern")), Treatment::Untouched);
        assert_eq!(own.treatment(&result("Read")), Treatment::Lossy);
    }

    #[test]
    fn errors_and_single_blocks() {
        let policy = config("{}");
        let policy = compress(&policy);
        let failed = Block { is_error: true, ..result("Bash") };
        assert_eq!(policy.treatment(&failed), Treatment::Lossless);
        let with = |overrides| Block { overrides, ..result("Bash") };
        let off = with(Overrides { off: true, ..Overrides::default() });
        assert_eq!(policy.treatment(&off), Treatment::Untouched);
        let lossless = with(Overrides { lossless: Some(true), ..Overrides::default() });
        assert_eq!(policy.treatment(&lossless), Treatment::Lossless);
        let lossy = with(Overrides { lossless: Some(false), ..Overrides::default() });
        let strict = config(r#"{"lossless":true}"#);
        let strict = compress(&strict);
        assert_eq!(strict.treatment(&result("Bash")), Treatment::Lossless);
        assert_eq!(strict.treatment(&lossy), Treatment::Lossy);
        assert!(!strict.adds_tool(&[result("Bash")]));
        assert!(strict.adds_tool(std::slice::from_ref(&lossy)), "what is left out needs the tool");
        let middleware = Policy::new(strict.config, Entry::Middleware, Some(true));
        assert_eq!(middleware.treatment(&lossy), Treatment::Lossless, "the tool is not there from the start");
    }

    #[test]
    fn lossy_needs_a_way_back() {
        let cases = [
            (Entry::Compress, None, "{}", Treatment::Lossy, true),
            (Entry::Compress, Some(false), r#"{"injectTool":"never"}"#, Treatment::Lossy, true),
            (Entry::Compress, None, r#"{"lossless":true}"#, Treatment::Lossless, false),
            (Entry::Fetch, Some(true), "{}", Treatment::Lossy, true),
            (Entry::Fetch, Some(true), r#"{"lossless":true}"#, Treatment::Lossless, false),
            (Entry::Fetch, Some(true), r#"{"injectTool":"never"}"#, Treatment::Lossless, false),
            (Entry::Fetch, Some(false), "{}", Treatment::Lossy, false),
            (Entry::Fetch, Some(false), r#"{"whenToolsAbsent":"lossless"}"#, Treatment::Lossless, false),
            (Entry::Middleware, None, r#"{"whenToolsAbsent":"lossless"}"#, Treatment::Lossless, false),
            (Entry::Middleware, Some(true), r#"{"whenToolsAbsent":"lossless"}"#, Treatment::Lossy, true),
        ];
        for (entry, tools, json, treatment, tool) in cases {
            let config = config(json);
            let policy = Policy::new(&config, entry, tools);
            assert_eq!(policy.treatment(&result("Bash")), treatment, "{entry:?} {tools:?} {json}");
            assert_eq!(policy.adds_tool(&[result("Bash")]), tool, "{entry:?} {tools:?} {json}");
        }
    }
}
