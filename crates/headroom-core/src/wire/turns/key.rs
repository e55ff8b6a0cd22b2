//! The names of turns.
//!
//! Owns what of a turn counts for its name and how the name is made. It does not read bodies or responses.

/// The name of a conversation up to and including a turn: 32 lower-case hexadecimal digits; empty for a conversation that
/// has not begun.
pub type TurnKey = String;

/// Bytes of the hash that make a name. Names only have to differ among the conversations of one scope.
const LENGTH: usize = 16;

/// The name of the conversation `before`, gone on with a turn of `role` (`user`, `assistant` or `tool`) that says `text` and
/// has the `others`.
///
/// What counts, so that the request side and the response side come to the same name, is what clients resend faithfully:
///
/// | | `role` | `text` | `others`, in their order |
/// |---|---|---|---|
/// | Chat Completions | of the message; `function` is `tool` | `content`, or its parts of type `text` | the `id` of each of the assistant's `tool_calls` (the name of a `function_call`); the `tool_call_id` of a tool message (the `name` of a function message); the `type` of each other part of a user message |
/// | Anthropic Messages | of the message | parts of type `text` | the `id` of each `tool_use`; the `tool_use_id` of each `tool_result`; the `type` of each other part of a user message |
/// | Responses | `user` for a message of the user; `assistant` for the whole of a maximal run of output items; `tool` for the output of a call | parts of type `output_text`, `input_text` and `text` | the `call_id` of each call that the client answers (`function_call`, `custom_tool_call`, `local_shell_call`, `shell_call`, `apply_patch_call`, `computer_call`), and of each output; the `type` of each other part of a user message |
/// | Gemini | `assistant` for `model`, else `user` | `text` of parts that are no thought | the `name` of each `functionCall` and of each `functionResponse`, since ids may be absent; `data` for each other part of a `user` that holds something |
///
/// All texts of a turn are joined as they come, and white space does not count, nor where one part ends and the next begins.
/// An empty text counts like none. What does not count at all: system and developer instructions (they may hold the time of
/// day, and a turn of theirs is passed over), reasoning and thoughts, refusals, tools that the provider runs itself, cache
/// marks, signatures, names of participants, and what results and files hold (clients clear old results).
///
/// ```
/// use headroom_core::wire::turns::after;
///
/// let asked = after("", "user", "What is the time?", &[]);
/// let called = after(&asked, "assistant", "I'll look.", &["call_1"]);
/// assert_eq!(called, after(&asked, "assistant", " I'll\n look.", &["call_1"]));
/// assert_ne!(called, after(&asked, "assistant", "I'll look.", &[]));
/// assert_eq!(called.len(), 32);
/// ```
#[must_use]
pub fn after(before: &str, role: &str, text: &str, others: &[&str]) -> TurnKey {
    let mut name = Name::default();
    name.text(text);
    for other in others {
        name.other(other);
    }
    name.after(before, role)
}

/// What counts of a turn, while the turn is being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// The texts without their white space.
    text: String,
    /// The others, each after its length.
    others: Vec<u8>,
}

impl Name {
    /// Joins a text on.
    pub(super) fn text(&mut self, text: &str) {
        self.text.extend(text.split_whitespace());
    }

    /// Adds the id of a call, or whatever else stands beside the texts.
    pub(super) fn other(&mut self, other: &str) {
        self.others.extend_from_slice(&(other.len() as u64).to_le_bytes());
        self.others.extend_from_slice(other.as_bytes());
    }

    /// Joins what the same turn goes on with.
    pub(super) fn join(&mut self, more: &Self) {
        self.text.push_str(&more.text);
        self.others.extend_from_slice(&more.others);
    }

    /// The name of the conversation `before`, gone on with this as a turn of `role`.
    pub(super) fn after(&self, before: &str, role: &str) -> TurnKey {
        let mut hasher = blake3::Hasher::new();
        // With their lengths, so that no two lists of fields are the same bytes.
        for field in [before, role, &self.text] {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.update(&self.others);
        let mut name = hasher.finalize().to_hex();
        name.truncate(2 * LENGTH);
        name.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_change() {
        let asked = after("", "user", "What failed?", &["image"]);
        let called = after(&asked, "assistant", "", &["call_1", "call_2"]);
        let answered = after(&called, "tool", "", &["call_1"]);
        assert_eq!(
            [asked, called, answered],
            [
                "52ff016decbcda2e84e3d2a024285b50",
                "cd8023b397fe3988fdd97e373de45cfc",
                "c8043d88546ad9274a2b531625028653"
            ]
        );
    }

    #[test]
    fn white_space_and_the_borders_of_texts_do_not_count() {
        let whole = after("k", "assistant", "one two\u{a0}three\n", &["a"]);
        assert_eq!(after("k", "assistant", "onetwothree", &["a"]), whole);
        let (mut name, mut more) = (Name::default(), Name::default());
        name.other("a");
        for text in ["o", "ne ", ""] {
            name.text(text);
        }
        more.text(" two");
        more.text("three");
        name.join(&more);
        assert_eq!(name.after("k", "assistant"), whole);
    }

    #[test]
    fn everything_else_counts() {
        let names = [
            after("", "user", "a", &["b"]),
            after("k", "user", "a", &["b"]),
            after("", "assistant", "a", &["b"]),
            after("", "user", "ab", &[]),
            after("", "user", "a", &["b", ""]),
            after("", "user", "", &["a", "b"]),
            after("", "user", "", &["ab"]),
            after("", "user", "", &["b", "a"]),
            after("", "user", "A", &["b"]),
        ];
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }
}
