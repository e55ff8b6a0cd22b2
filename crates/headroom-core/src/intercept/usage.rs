//! The tokens of an answer, summed over its rounds.
//!
//! Owns the sum, whatever a provider calls its numbers. It does not know which number means what.

use serde_json::{Map, Value};

/// The usage of one answer.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// The rounds that are over.
    earlier: Value,
    /// The round at hand, as its provider last told it.
    current: Value,
}

impl Usage {
    /// Takes in what the provider says of the round at hand: its numbers are totals of the round, and what a later message
    /// does not mention stays.
    pub(super) fn note(&mut self, usage: &str) {
        let Ok(Value::Object(told)) = serde_json::from_str(usage) else { return };
        match &mut self.current {
            Value::Object(current) => {
                for (key, value) in told {
                    if !value.is_null() || !current.contains_key(&key) {
                        current.insert(key, value);
                    }
                }
            }
            current => *current = Value::Object(told),
        }
    }

    /// The round at hand is over, and another follows.
    pub(super) fn next_round(&mut self) {
        let current = std::mem::take(&mut self.current);
        self.earlier = sum(std::mem::take(&mut self.earlier), current);
    }

    /// The sum of all rounds so far; `null` where nothing was told.
    pub(super) fn total(&self) -> Value {
        sum(self.earlier.clone(), self.current.clone())
    }

    /// The sum of all rounds in the fields that `usage`, of the round at hand, has, and in those of `always`.
    pub(super) fn total_like(&self, usage: Option<&str>, always: &[&str]) -> String {
        let total = self.total();
        let told: Map<String, Value> =
            usage.and_then(|usage| serde_json::from_str(usage).ok()).unwrap_or_default();
        let mut shown = Map::new();
        for key in told.keys().map(String::as_str).chain(always.iter().copied()) {
            if let Some(value) = total.get(key) {
                shown.insert(key.to_owned(), value.clone());
            }
        }
        Value::Object(shown).to_string()
    }

    /// A number of the sum, by its path.
    pub(super) fn number(&self, path: &str) -> Option<u64> {
        self.total().pointer(path).and_then(Value::as_u64)
    }

    pub(super) fn is_known(&self) -> bool {
        self.earlier.is_object() || self.current.is_object()
    }
}

/// The sum of two usages, number by number. What is no number is taken from the later one, and what only one of them has is
/// kept. Lists of counts by `modality` are summed by it.
fn sum(earlier: Value, later: Value) -> Value {
    match (earlier, later) {
        (earlier, Value::Null) => earlier,
        (Value::Number(a), Value::Number(b)) => match (a.as_u64(), b.as_u64()) {
            (Some(a), Some(b)) => a.saturating_add(b).into(),
            _ => (a.as_f64().unwrap_or_default() + b.as_f64().unwrap_or_default()).into(),
        },
        (Value::Object(mut earlier), Value::Object(later)) => {
            for (key, value) in later {
                let before = earlier.get_mut(&key).map(Value::take).unwrap_or_default();
                earlier.insert(key, sum(before, value));
            }
            Value::Object(earlier)
        }
        (Value::Array(mut earlier), Value::Array(later)) => {
            for value in later {
                let same = value.get("modality").and_then(|modality| {
                    earlier.iter().position(|other| other.get("modality") == Some(modality))
                });
                match same {
                    Some(same) => {
                        let before = earlier[same].take();
                        earlier[same] = sum(before, value);
                    }
                    None => earlier.push(value),
                }
            }
            Value::Array(earlier)
        }
        (_, later) => later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(rounds: &[&[&str]]) -> Usage {
        let mut usage = Usage::default();
        for (index, round) in rounds.iter().enumerate() {
            if index > 0 {
                usage.next_round();
            }
            for told in *round {
                usage.note(told);
            }
        }
        usage
    }

    #[test]
    fn rounds_are_summed_and_messages_of_a_round_are_not() {
        let usage = usage(&[
            &[
                r#"{"input_tokens":10,"output_tokens":1,"cache":{"read":5,"tier":"a"},"tier":"x"}"#,
                r#"{"input_tokens":null,"output_tokens":7}"#,
            ],
            &[r#"{"input_tokens":20,"output_tokens":2,"cache":{"read":6,"tier":"b"},"cost":0.5}"#],
        ]);
        assert_eq!(
            usage.total().to_string(),
            r#"{"input_tokens":30,"output_tokens":9,"cache":{"read":11,"tier":"b"},"tier":"x","cost":0.5}"#
        );
        assert_eq!(usage.number("/cache/read"), Some(11));
        assert_eq!(
            usage.total_like(Some(r#"{"output_tokens":2}"#), &["input_tokens", "gone"]),
            r#"{"output_tokens":9,"input_tokens":30}"#
        );
        assert!(!Usage::default().is_known());
    }

    #[test]
    fn counts_by_modality_are_summed_by_it() {
        let usage = usage(&[
            &[r#"{"details":[{"modality":"TEXT","tokenCount":3}]}"#],
            &[r#"{"details":[{"modality":"IMAGE","tokenCount":1},{"modality":"TEXT","tokenCount":4}]}"#],
        ]);
        assert_eq!(
            usage.total().to_string(),
            r#"{"details":[{"modality":"TEXT","tokenCount":7},{"modality":"IMAGE","tokenCount":1}]}"#
        );
    }
}
