//! The token counter counts as tiktoken does, whole and up to a limit.
#![no_main]

use headroom_core::tokens::Counter;
use libfuzzer_sys::fuzz_target;
use tiktoken_rs::{cl100k_base_singleton, o200k_base_singleton};

fuzz_target!(|text: &str| {
    for (model, reference) in [("gpt-4o", o200k_base_singleton()), ("gpt-4", cl100k_base_singleton())] {
        let counter = Counter::for_model(Some(model)).expect("a vocabulary");
        let tokens = counter.count(text);
        assert_eq!(tokens, reference.encode_ordinary(text).len(), "{model}");
        assert_eq!(counter.count_up_to(text, tokens), Some(tokens));
        assert_eq!(tokens.checked_sub(1).and_then(|fewer| counter.count_up_to(text, fewer)), None);
    }
});
