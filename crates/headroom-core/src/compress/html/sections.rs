//! Very long pages: what has nothing to do with the question is left out.
//!
//! Owns the choice of lines. The outline always stays (headings, terms with their signatures, the first line below
//! each, the head of each table), so does what holds a word of the question and what is beside it. Of the rest what
//! comes early in its section stays, up to a floor.

use super::page::{Page, State};
use super::render::Kind;
use crate::compress::Query;
use crate::compress::words::Words;

/// Share of the page that stays at least.
const FLOOR: f64 = 0.55;
/// Times the budget that stays at least.
const FLOOR_BUDGETS: usize = 2;
/// Bytes of a token, about.
const TOKEN_BYTES: usize = 4;
/// Lines of a code block that are kept or left out as one.
const SHORT_CODE: usize = 16;
/// Bytes of a run of lines that a mark is worth.
const LEAST_RUN: usize = 160;

/// Leaves lines out of a page that is far over the budget; says whether it did.
pub(super) fn shorten(page: &mut Page<'_>, query: &Query, budget: usize) -> bool {
    let sizes: Vec<usize> = page
        .lines
        .iter()
        .map(|line| if line.state == State::Kept { page.text(line).len() + 1 } else { 0 })
        .collect();
    let whole: usize = sizes.iter().sum();
    let room = (budget * FLOOR_BUDGETS * TOKEN_BYTES).max((whole as f64 * FLOOR) as usize);
    if whole <= room {
        return false;
    }
    let scores = scores(page, query);
    let mut order: Vec<usize> = (0..page.lines.len()).filter(|&at| sizes[at] > 0).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let mut keep: Vec<bool> = sizes.iter().map(|&size| size == 0).collect();
    let mut left = room;
    for at in order {
        // What the question asks for stays, whether there is room or not.
        if sizes[at] <= left || scores[at] >= ASKED {
            keep[at] = true;
            left = left.saturating_sub(sizes[at]);
        }
    }
    close_small_gaps(&mut keep, &sizes);
    for (line, keep) in page.lines.iter_mut().zip(keep) {
        if !keep && line.state == State::Kept {
            line.state = State::LeftOut;
        }
    }
    page.lines.iter().any(|line| line.state == State::LeftOut)
}

/// A score from which on a line always stays.
const ASKED: f64 = 10.0;

/// What each line is worth.
fn scores(page: &Page<'_>, query: &Query) -> Vec<f64> {
    let words = Words::new(query);
    let found: Vec<u64> = page.lines.iter().map(|line| words.found(page.text(line))).collect();
    let mut counts = [0_usize; 64];
    for bits in &found {
        for (bit, count) in counts.iter_mut().enumerate() {
            *count += usize::from(bits >> bit & 1 == 1);
        }
    }
    // What other lines are said to repeat had better be there.
    let mut scores = vec![0.0; page.lines.len()];
    for line in &page.lines {
        if let State::Repeats(of) = line.state {
            scores[of] = 3.0;
        }
    }
    // What is on every tenth line is no help to find anything.
    let rare: u64 = (0..64).filter(|&bit| counts[bit] * 10 <= page.lines.len()).map(|bit| 1 << bit).sum();
    let mut asked_section = false;
    let mut since_heading = 0_usize;
    for (at, line) in page.lines.iter().enumerate() {
        let hits = found[at] & rare;
        let first_of_block = at == 0 || page.lines[at - 1].block != line.block;
        let first_row = line.kind == Kind::Row && (at == 0 || page.lines[at - 1].kind != Kind::Row);
        if let Kind::Heading(_) = line.kind {
            asked_section = hits != 0;
            since_heading = 0;
        } else {
            since_heading += 1;
        }
        let outline = match line.kind {
            Kind::Heading(_) | Kind::About | Kind::Gap(_) | Kind::Links | Kind::Term => true,
            _ => since_heading == 1 || line.is_fence || first_row,
        };
        let in_long_code =
            line.kind == Kind::Code && at >= SHORT_CODE && page.lines[at - SHORT_CODE].block == line.block;
        let mut score = if outline { ASKED * 2.0 } else { 0.0 };
        if hits != 0 {
            score += ASKED * f64::from(hits.count_ones());
        }
        if asked_section {
            score += if in_long_code { 2.0 } else { 5.0 };
        }
        score += 1.0 / (1.0 + since_heading as f64 / 4.0);
        score += if in_long_code { -1.0 } else { 0.0 };
        score += if first_of_block && line.kind == Kind::Paragraph { 0.2 } else { 0.0 };
        scores[at] += score;
        // What stands beside an answer belongs to it.
        if hits != 0 {
            for beside in [at.wrapping_sub(2), at.wrapping_sub(1), at + 1, at + 2] {
                if let Some(score) = scores.get_mut(beside) {
                    *score += ASKED / 2.0;
                }
            }
        }
    }
    scores
}

/// Keeps what is left out in runs so short that the mark would cost as much.
fn close_small_gaps(keep: &mut [bool], sizes: &[usize]) {
    let mut at = 0;
    while at < keep.len() {
        if keep[at] {
            at += 1;
            continue;
        }
        let end = (at..keep.len()).find(|&next| keep[next]).unwrap_or(keep.len());
        if sizes[at..end].iter().sum::<usize>() < LEAST_RUN {
            keep[at..end].fill(true);
        }
        at = end;
    }
}
