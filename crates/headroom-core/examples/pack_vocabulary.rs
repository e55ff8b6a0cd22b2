//! Makes what `assets/` holds: the compressed vocabularies and the table of character classes.
//!
//! ```sh
//! cargo run --release -p headroom-core --example pack_vocabulary -- o200k_base.tiktoken assets/o200k_base.bin
//! cargo run --release -p headroom-core --example pack_vocabulary -- classes assets/classes.bin
//! ```
//!
//! The `.tiktoken` files are in the source package of the `tiktoken-rs` crate. The character
//! classes come from `regex-syntax`, the Unicode tables that tiktoken itself uses.
#![allow(clippy::print_stdout, reason = "a command line program")]

use std::collections::BTreeMap;
use std::env::args;
use std::fs;

use regex_syntax::hir::{Class, HirKind};

fn main() {
    let (Some(source), Some(target)) = (args().nth(1), args().nth(2)) else {
        println!("usage: pack_vocabulary <file.tiktoken | classes> <target>");
        return;
    };
    let packed = if source == "classes" { classes() } else { vocabulary(&source) };
    println!("{target}: {} bytes", packed.len());
    fs::write(target, packed).expect("the target can be written");
}

/// The format is described in `src/tokens/pack.rs`.
fn vocabulary(path: &str) -> Vec<u8> {
    let text = fs::read_to_string(path).expect("the vocabulary can be read");
    let tokens: Vec<Vec<u8>> =
        text.lines().map(|line| base64(line.split(' ').next().unwrap_or(""))).collect();
    let ranks: BTreeMap<&[u8], usize> =
        tokens.iter().enumerate().map(|(rank, token)| (token.as_slice(), rank)).collect();
    let mut raw = u32::try_from(tokens.len()).expect("few tokens").to_le_bytes().to_vec();
    raw.extend(tokens[..256].iter().map(|token| {
        assert_eq!(token.len(), 1, "the first 256 ranks are the bytes");
        token[0]
    }));
    let mut sides = [Vec::new(), Vec::new()];
    for (rank, token) in tokens.iter().enumerate().skip(256) {
        let pair = merge_below(token, rank, &ranks);
        for (side, part) in sides.iter_mut().zip(pair) {
            side.push(part);
        }
    }
    for side in &sides {
        for shift in [0, 8, 16] {
            raw.extend(side.iter().map(|rank| (rank >> shift) as u8));
        }
    }
    miniz_oxide::deflate::compress_to_vec(&raw, 10)
}

/// The two tokens that are left of `token` when only ranks below its own may merge.
fn merge_below(token: &[u8], limit: usize, ranks: &BTreeMap<&[u8], usize>) -> [usize; 2] {
    let mut ends: Vec<usize> = (0..=token.len()).collect();
    loop {
        let best = (0..ends.len() - 2)
            .filter_map(|at| ranks.get(&token[ends[at]..ends[at + 2]]).map(|&rank| (rank, at)))
            .filter(|&(rank, _)| rank < limit)
            .min();
        let Some((_, at)) = best else { break };
        ends.remove(at + 1);
    }
    assert_eq!(ends.len(), 3, "every token is a merge of two");
    [ranks[&token[..ends[1]]], ranks[&token[ends[1]..]]]
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter(|&byte| byte != b'=');
    let mut bits = 0_u32;
    let mut bytes = Vec::new();
    for (index, digit) in digits.enumerate() {
        let value = DIGITS.iter().position(|&known| known == digit).expect("base64");
        bits = bits << 6 | value as u32;
        if index % 4 != 0 {
            bytes.push((bits >> (6 - 2 * (index % 4))) as u8);
        }
    }
    bytes
}

/// Two stages: a block number for each 128 code points, then the blocks, a class a byte.
fn classes() -> Vec<u8> {
    let mut class_of = vec![1_u8; 0x11_0000];
    for (pattern, class) in [
        (r"\s", 2),
        (r"[\r\n]", 4),
        (r"\p{Ll}", 8),
        (r"[\p{Lu}\p{Lt}]", 16),
        (r"[\p{Lm}\p{Lo}]", 32),
        (r"\p{M}", 64),
        (r"\p{N}", 128),
    ] {
        let hir = regex_syntax::parse(pattern).expect("a pattern");
        let HirKind::Class(Class::Unicode(ranges)) = hir.kind() else { panic!("a class of characters") };
        for range in ranges.ranges() {
            class_of[range.start() as usize..=range.end() as usize].fill(class);
        }
    }
    let mut blocks: Vec<&[u8]> = Vec::new();
    let mut packed = Vec::new();
    for block in class_of.chunks(128) {
        let index = blocks.iter().position(|known| *known == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        packed.push(u8::try_from(index).expect("at most 256 different blocks"));
    }
    packed.extend(blocks.concat());
    packed
}
