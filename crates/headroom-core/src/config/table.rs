//! The table of options itself.
//!
//! Owns one row an option: name, type, default, range, documentation and where it may be given. Everything
//! else about options is derived from these rows.

use super::value::{InjectTool, Mode, Problem, Profile, Recall, Secret, Setting, WhenToolsAbsent, within};
use serde_json::Value;

/// Where an option may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// To an engine, and to one call, which wins.
    Call,
    /// To an engine only.
    Engine,
}

/// One option, as a reader or a generator sees it.
#[derive(Clone, Copy, Debug)]
pub struct OptionRow {
    /// Its name, in the spelling of TypeScript.
    pub name: &'static str,
    /// Where it may be given.
    pub place: Place,
    /// Whether the host reads it: such an option (a function, a store) cannot reach the core.
    pub host: bool,
    /// What it does, in one paragraph.
    pub doc: &'static [&'static str],
    /// The smallest and the largest value, for numbers.
    pub range: Option<(usize, usize)>,
    /// Its type in TypeScript.
    pub typescript: fn() -> String,
    /// Its default, as an expression of TypeScript.
    pub default: fn() -> String,
    /// Reads a value into a configuration.
    pub(super) set: fn(&mut Config, &Value) -> Result<(), Problem>,
}

/// What an engine's memory of results may hold unless configured: an edge isolate has far less than a server.
const RESULT_CACHE_BYTES: usize = if cfg!(target_arch = "wasm32") { 16 << 20 } else { 64 << 20 };

/// Tokens of the largest context there is, with room.
const TOKENS: usize = 100_000_000;

macro_rules! options {
    (
        core { $(
            $(#[doc = $doc:literal])+
            $place:ident $name:literal $field:ident: $type:ty = $default:expr $(, in $low:literal..=$high:expr)?;
        )+ }
        host { $(
            $(#[doc = $host_doc:literal])+
            $host_place:ident $host_name:literal: $host_type:literal = $host_default:literal;
        )+ }
    ) => {
        /// The options of an engine, or of one call.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Config {
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $( $field: $default, )+ }
            }
        }

        /// Every option, in the order in which they are documented.
        pub const OPTIONS: &[OptionRow] = &[
            $( OptionRow {
                name: $name,
                place: Place::$place,
                host: false,
                doc: &[$($doc),+],
                range: first(&[$( ($low, $high) )?]),
                typescript: <$type>::typescript,
                default: || Config::default().$field.show(),
                set: |config, value| {
                    let value = <$type>::read(value)?;
                    $( within(value, $low, $high)?; )?
                    config.$field = value;
                    Ok(())
                },
            }, )+
            $( OptionRow {
                name: $host_name,
                place: Place::$host_place,
                host: true,
                doc: &[$($host_doc),+],
                range: None,
                typescript: || $host_type.into(),
                default: || $host_default.into(),
                set: |_, _| Err("is read by the JavaScript side and cannot be part of the core's configuration".to_owned().into()),
            }, )+
        ];
    };
}

const fn first(ranges: &[(usize, usize)]) -> Option<(usize, usize)> {
    if ranges.is_empty() { None } else { Some(ranges[0]) }
}

options! {
    core {
        /// Tool outputs of fewer tokens than this pass through unchanged.
        Call "minTokensToCompress" min_tokens_to_compress: usize = 250, in 0..=TOKENS;
        /// Tools whose outputs are never touched, because later edits need their exact text. Names are compared
        /// without case. `recall: "all"` still lets lines that stand in the conversation already be pointed at.
        Call "excludedTools" excluded_tools: Vec<String> = ["Read", "Glob", "Grep", "Write", "Edit"].map(String::from).to_vec();
        /// Compress the text of user messages as well.
        Call "compressUserMessages" compress_user_messages: bool = false;
        /// Send source code as an outline: imports, signatures, types and the first sentences of comments stay, and so does
        /// what the question names; other bodies are left out behind a handle, each with the numbers of its lines. It needs
        /// the package `headroom-code`.
        Call "code" code: bool = false;
        /// Leave nothing out: only compress in ways that the core can undo.
        Call "lossless" lossless: bool = false;
        /// Tokens above which the lossless form of a block is too large, so that parts of it may be left out behind
        /// a handle.
        Call "maxBlockTokens" max_block_tokens: usize = 4000, in 1..=TOKENS;
        /// Lines of a tool result that stand in an earlier one, or in what the assistant itself wrote, are sent as references to
        /// it: `on` for tools that are not excluded and results of `minTokensToCompress`, `all` for every result, or `off`.
        Call "recall" recall: Option<Recall> = None;
        /// A set of options; those that are given as well win. `agent` suits coding agents and is `recall: "all"`.
        Call "profile" profile: Profile = Profile::Default;
        /// `optimize` compresses, `audit` only reports what would be saved, `off` only counts.
        Call "mode" mode: Mode = Mode::Optimize;
        /// Add the retrieval tool to every request that declares a function tool, or never; `never` makes
        /// compression lossless, except in `compress()`, whose caller adds the tool.
        Call "injectTool" inject_tool: InjectTool = InjectTool::Always;
        /// What a conversation gets whose request declares no function tool: the same bytes as with tools, or
        /// lossless compression only.
        Call "whenToolsAbsent" when_tools_absent: WhenToolsAbsent = WhenToolsAbsent::Same;
        /// Rounds of retrieval that are answered unseen in one turn; a round may hold several calls.
        Call "maxRetrievals" max_retrievals: usize = 3, in 0..=100;
        /// Tokens of one answer to a retrieval; the rest is paged.
        Call "maxRetrievalTokens" max_retrieval_tokens: usize = 4000, in 256..=TOKENS;
        /// Bytes that the memory of results may hold: 64 MB natively, 16 MB in WebAssembly; 0 remembers nothing.
        Engine "resultCacheBytes" result_cache_bytes: usize = RESULT_CACHE_BYTES, in 0..=4_294_967_295;
        /// Whose data this is (a tenant, a session): results and originals of one scope are not seen by another.
        Call "scope" scope: Option<String> = None;
        /// Key of the handles. Give every instance that shares a store the same one.
        Engine "secret" secret: Secret = Secret::default();
    }
    host {
        /// Where originals are kept: memory by default.
        Engine "store": "Store" = "memory";
        /// Key with which values are encrypted before a store other than memory gets them: 32 bytes, or a string of them in
        /// base64 or hexadecimal. Give every instance that shares a store the same one.
        Engine "encryptionKey": "string | Uint8Array" = "undefined";
        /// Modules that compress beside the core. On the edge and in browsers `code` needs that of `headroom-code` here, which
        /// is found by itself elsewhere.
        Engine "modules": "readonly HostModule[]" = "[]";
        /// Called with the report of every request.
        Call "onReport": "(report: Report) => void" = "undefined";
    }
}
