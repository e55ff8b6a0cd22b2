//! The JSON notation: what is encoded decodes to the same values, and no text that claims to be in the notation
//! does harm.
#![no_main]

use headroom_core::compress::Compressor;
use headroom_core::compress::json::{SmartCrusher, decode, document::Document, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(mut document) = Document::scan(text) {
        let minified = document.minified();
        if let Some(encoded) = encode::encode(&mut document) {
            assert_eq!(decode(&encoded, minified.len()), Some(minified));
        }
    }
    SmartCrusher.is_own_output(&format!("#json\n{text}"));
    SmartCrusher.is_own_output(text);
});
