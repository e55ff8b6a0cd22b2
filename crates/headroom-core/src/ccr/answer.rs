//! Answers of `headroom_retrieve`, and the plain ones that end the matter.
//!
//! Owns the words for handles that cannot be served. What is in an original is not its business.

/// An answer of `headroom_retrieve`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    /// What the model gets.
    pub text: String,
    /// Whether there is anything of the original in it.
    pub found: bool,
    /// What part of the original it is, for example `rows 9-120 of 1000`; empty where nothing was found.
    pub part: String,
}

impl Answer {
    pub(super) fn nothing(text: String) -> Self {
        Self { text, found: false, part: String::new() }
    }
}

/// The answer to a handle that is well formed but names nothing that is at hand: it was never made here, belongs
/// to another conversation or has expired.
#[must_use]
pub fn unknown(id: &str) -> Answer {
    Answer::nothing(format!(
        "{} is not available in this conversation and will not become available. \
         Do not retrieve it again: go on with what you have.",
        quoted(id)
    ))
}

/// The answer to an id that is no handle.
#[must_use]
pub fn malformed(id: &str) -> Answer {
    let what =
        if id.trim().is_empty() { "An id is missing".to_owned() } else { format!("{} is no id", quoted(id)) };
    Answer::nothing(format!(
        "{what}: ids are hr_ and 16 characters, copied from a [headroom: …] marker. \
         Unless a marker shows one, do not retrieve again: go on with what you have."
    ))
}

/// The answer once a turn has used up its retrievals.
#[must_use]
pub fn exhausted() -> Answer {
    Answer::nothing(
        "No more retrievals are possible in this turn. Do not call headroom_retrieve again: answer with what you have."
            .to_owned(),
    )
}

/// What the model wrote, at a bounded length and on one line.
fn quoted(id: &str) -> String {
    let shown: String = id.trim().chars().filter(|c| !c.is_control()).take(40).collect();
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_answers_read_like_this() {
        let answers = [
            unknown("hr_k3f9m2q7x4tb0c5d"),
            malformed("row 5\n"),
            malformed(""),
            malformed(&"x".repeat(999)),
            exhausted(),
        ];
        assert!(answers.iter().all(|answer| !answer.found && answer.part.is_empty()));
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(answers.map(|answer| answer.text).join("\n\n")) });
    }
}
