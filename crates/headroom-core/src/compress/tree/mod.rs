//! Trees drawn with lines: `npm ls`, `cargo tree`, `tree`, `pnpm why`.
//!
//! Owns telling them and writing depth as one blank a level, from which the lines follow. It knows nothing of what the names
//! in them are.
//!
//! ```text
//! ├─┬ ai@6.0.3                         #tree npm: what is one blank deeper is below
//! │ ├── @ai-sdk/gateway@3.0.2           ai@6.0.3
//! │ └── zod@4.1.0                        @ai-sdk/gateway@3.0.2
//! └── typescript@7.0.2                   zod@4.1.0
//!                                       typescript@7.0.2
//! ```

use super::{Candidate, Compressor, Task};
use crate::route::{Confidence, Sample};

/// How every text in the notation begins.
const OPENING: &str = "#tree ";
const LEGEND: &str = ": what is one blank deeper is below";
/// Lines below which a tree is not worth a notation.
const LEAST_LINES: usize = 4;
/// Branches within branches; a deeper one is drawn by no tool.
const MAX_DEPTH: usize = 200;

/// How a tool draws.
#[derive(Debug)]
struct Style {
    name: &'static str,
    /// Before what is inside of a branch that goes on, and of one that does not.
    bar: &'static str,
    blank: &'static str,
    /// Before a branch with others below, and before the last one.
    tee: &'static str,
    last: &'static str,
    /// The same where the branch has branches itself.
    tee_parent: &'static str,
    last_parent: &'static str,
}

const STYLES: [Style; 4] = [
    Style {
        name: "npm",
        bar: "│ ",
        blank: "  ",
        tee: "├── ",
        last: "└── ",
        tee_parent: "├─┬ ",
        last_parent: "└─┬ ",
    },
    Style {
        name: "wide",
        bar: "│   ",
        blank: "    ",
        tee: "├── ",
        last: "└── ",
        tee_parent: "├── ",
        last_parent: "└── ",
    },
    Style {
        name: "unbroken",
        bar: "│\u{a0}\u{a0} ",
        blank: "    ",
        tee: "├── ",
        last: "└── ",
        tee_parent: "├── ",
        last_parent: "└── ",
    },
    Style {
        name: "plain",
        bar: "|   ",
        blank: "    ",
        tee: "|-- ",
        last: "`-- ",
        tee_parent: "|-- ",
        last_parent: "`-- ",
    },
];

impl Style {
    /// The depth of a line, and its text.
    fn read<'l>(&self, line: &'l str) -> Option<(usize, &'l str)> {
        let (mut rest, mut depth) = (line, 0);
        while depth <= MAX_DEPTH {
            if let Some(text) = [self.tee, self.last, self.tee_parent, self.last_parent]
                .iter()
                .find_map(|sign| rest.strip_prefix(sign))
            {
                return Some((depth + 1, text));
            }
            match rest.strip_prefix(self.bar).or_else(|| rest.strip_prefix(self.blank)) {
                Some(inside) => rest = inside,
                None if depth == 0 => return Some((0, line)),
                None => return is_label(rest).then_some((depth + 1, rest)),
            }
            depth += 1;
        }
        None
    }
}

/// Whether a line within a tree is no branch but says what those below it are, as `cargo tree` does.
fn is_label(text: &str) -> bool {
    matches!(text, "[dev-dependencies]" | "[build-dependencies]")
}

/// Whether a line is a branch of any style.
fn is_branch(line: &str) -> bool {
    let inner = line.trim_start_matches(['│', '|', ' ', '\u{a0}']);
    ["├── ", "└── ", "├─┬ ", "└─┬ "].iter().any(|sign| inner.starts_with(sign))
        || inner.starts_with("-- ") && line.contains("|-- ")
        || inner.starts_with("`-- ")
}

/// How surely a text is a tree.
#[must_use]
pub fn detect(sample: &Sample<'_>) -> Confidence {
    let (mut branches, mut lines) = (0, 0);
    for line in sample.lines().filter(|line| !line.is_empty()) {
        lines += 1;
        branches += usize::from(is_branch(line));
    }
    if branches < LEAST_LINES || branches * 10 < lines * 6 {
        Confidence::NONE
    } else {
        Confidence::share(branches, lines)
    }
}

/// The compressor for trees.
#[derive(Clone, Copy, Debug, Default)]
pub struct TreeCompressor;

impl Compressor for TreeCompressor {
    fn compress(&self, task: &Task<'_>) -> Vec<Candidate> {
        encode(task.text).map(|text| Candidate::lossless(text, "depth")).into_iter().collect()
    }

    fn decode(&self, text: &str, limit: usize) -> Option<String> {
        decode(text, limit)
    }

    fn is_own_output(&self, text: &str) -> bool {
        if !text.starts_with(OPENING) {
            return false;
        }
        // A forged text may stand for far more than any of ours is worth looking at.
        let limit = text.len().saturating_mul(64).saturating_add(1 << 20);
        decode(text, limit).is_some_and(|tree| encode(&tree).as_deref() == Some(text))
    }
}

/// The tree with its lines left out; `None` where they do not follow from the depths.
///
/// ```
/// use headroom_core::compress::tree::{decode, encode};
///
/// let tree = "shop@1.0.0\n├─┬ ai@6.0.3\n│ └── zod@4.1.0\n├── tslib@2.8.1\n└── typescript@7.0.2\n";
/// let text = encode(tree).unwrap();
/// assert_eq!(text, "#tree npm: what is one blank deeper is below\nshop@1.0.0\n ai@6.0.3\n  zod@4.1.0\n tslib@2.8.1\n typescript@7.0.2\n");
/// assert_eq!(decode(&text, tree.len()).as_deref(), Some(tree));
/// ```
#[must_use]
pub fn encode(text: &str) -> Option<String> {
    let (body, ends) = text.strip_suffix('\n').map_or((text, false), |body| (body, true));
    if body.split('\n').filter(|line| is_branch(line)).take(LEAST_LINES).count() < LEAST_LINES {
        return None;
    }
    STYLES.iter().find_map(|style| {
        let mut out = format!("{OPENING}{}{LEGEND}", style.name);
        let mut branches = 0;
        for line in body.split('\n') {
            let (depth, name) = style.read(line)?;
            branches += usize::from(depth > 0);
            // What begins with a blank is deeper, so that no name may.
            if name.starts_with(' ') {
                return None;
            }
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', depth));
            out.push_str(name);
        }
        if ends {
            out.push('\n');
        }
        (branches >= LEAST_LINES && decode(&out, text.len()).as_deref() == Some(text)).then_some(out)
    })
}

/// What a text in the notation stands for, if that is at most `limit` bytes.
#[must_use]
pub fn decode(text: &str, limit: usize) -> Option<String> {
    let (legend, body) = text.split_once('\n')?;
    let name = legend.strip_prefix(OPENING)?.strip_suffix(LEGEND)?;
    let style = STYLES.iter().find(|style| style.name == name)?;
    let (body, ends) = body.strip_suffix('\n').map_or((body, false), |body| (body, true));
    let lines: Vec<(usize, &str)> = body
        .split('\n')
        .map(|line| {
            let name = line.trim_start_matches(' ');
            (line.len() - name.len(), name)
        })
        .collect();
    let last = last_branches(&lines)?;
    let mut out = String::new();
    // For each level whether its branch is the last one.
    let mut above: Vec<bool> = Vec::new();
    for (at, &(depth, name)) in lines.iter().enumerate() {
        if depth > above.len() + 1 {
            return None;
        }
        above.truncate(depth.saturating_sub(1));
        for &is_last in &above {
            out.push_str(if is_last { style.blank } else { style.bar });
        }
        if depth > 0 && !is_label(name) {
            let is_parent = lines.get(at + 1).is_some_and(|&(next, _)| next > depth);
            out.push_str(match (last[at], is_parent) {
                (false, false) => style.tee,
                (true, false) => style.last,
                (false, true) => style.tee_parent,
                (true, true) => style.last_parent,
            });
            above.push(last[at]);
        }
        out.push_str(name);
        out.push('\n');
        // The end of the last line may not be part of the original.
        if out.len() > limit.saturating_add(1) {
            return None;
        }
    }
    if !ends {
        out.pop();
    }
    (out.len() <= limit).then_some(out)
}

/// For each line whether no branch of its level follows below the same one; `None` where lines are too deep.
fn last_branches(lines: &[(usize, &str)]) -> Option<Vec<bool>> {
    let mut last = vec![true; lines.len()];
    // For each level whether a branch of it has been seen further down.
    let mut seen: Vec<bool> = Vec::new();
    for (at, &(depth, name)) in lines.iter().enumerate().rev() {
        if depth > MAX_DEPTH {
            return None;
        }
        // Those before it have a last one of their own.
        if is_label(name) {
            seen.truncate(depth);
            continue;
        }
        seen.resize((depth + 1).max(seen.len()), false);
        last[at] = !seen[depth];
        seen.truncate(depth + 1);
        seen[depth] = true;
    }
    Some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Hints;
    use proptest::prelude::*;

    #[test]
    fn every_style_comes_back() {
        for tree in [
            "a@1\n├─┬ b@2\n│ ├── c@3\n│ └─┬ d@4\n│   └── e@5\n└── f@6\n",
            "a v1\n├── b v2\n│   ├── c v3 (*)\n│   └── d v4\n│       └── e\n└── f\n[dev-dependencies]\n└── g\n",
            "a v1\n├── b v2\n│   ├── c v3\n│   └── d v4\n│       └── e\n│   [build-dependencies]\n│   └── f\n└── g\n    └── h\n    [dev-dependencies]\n    └── i\n",
            ".\n├── src\n│\u{a0}\u{a0} ├── a.rs\n│\u{a0}\u{a0} └── b.rs\n└── Cargo.toml\n\n1 directory, 3 files\n",
            ".\n|-- src\n|   |-- a.rs\n|   `-- b.rs\n`-- Cargo.toml",
        ] {
            let written = encode(tree).unwrap_or_else(|| panic!("{tree} does not come back"));
            assert_eq!(decode(&written, tree.len()).as_deref(), Some(tree));
            assert_eq!(decode(&written, tree.len() - 1), None);
            assert!(TreeCompressor.is_own_output(&written));
            assert!(detect(&Sample::new(tree, Hints::default())) > Confidence::NONE, "{tree}");
        }
    }

    #[test]
    fn what_does_not_follow_from_depths_stays() {
        for text in [
            "",
            "a\nb\n",
            // A last branch that is not the last one.
            "a\n└── b\n└── c\n├── d\n├── e\n",
            "a\n├── b\n├──  c\n├── d\n└── e\n",
        ] {
            assert_eq!(encode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_claims_to_be_ours_reads_back(depths in prop::collection::vec(0..6_usize, 4..40), style in 0..4_usize) {
            let mut text = format!("{OPENING}{}{LEGEND}\n", STYLES[style].name);
            let mut before = 0;
            for (at, depth) in depths.into_iter().enumerate() {
                before = depth.min(before + 1);
                text.push_str(&" ".repeat(before));
                text.push('n');
                text.push_str(&at.to_string());
                text.push('\n');
            }
            let tree = decode(&text, 100_000).expect("no level is left out");
            if let Some(again) = encode(&tree) {
                prop_assert_eq!(decode(&again, tree.len()), Some(tree));
            }
        }

        #[test]
        fn any_text_is_safe(text in "(#tree npm: what is one blank deeper is below\n)?[a │├└─┬\n]{0,60}") {
            let _ = decode(&text, 1_000);
            let _ = encode(&text);
        }
    }
}
