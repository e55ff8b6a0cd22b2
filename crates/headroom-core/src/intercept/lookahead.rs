//! Reasoning whose last event waits until it is known whether a call of ours follows it: then it is marked.
//!
//! Owns the order of the events meanwhile, and the note that reasoning has left without a mark that it should have had. What
//! an event is, and how it is marked, is the dialect's.

use super::Answer;
use super::event::Event;

/// Events that wait, in order.
#[derive(Debug)]
pub(super) struct Lookahead {
    mark: fn(&Event) -> Event,
    /// The events; those to be marked have the number of their reasoning.
    waiting: Vec<(Event, Option<u64>)>,
    /// Whether reasoning of this round has left without a mark.
    unmarked: bool,
    /// The reasoning of this round that has left with its mark.
    marked: Vec<u64>,
}

impl Lookahead {
    /// `mark` gives an event with the mark on the reasoning in it.
    pub(super) fn new(mark: fn(&Event) -> Event) -> Self {
        Self { mark, waiting: Vec::new(), unmarked: false, marked: Vec::new() }
    }

    /// An event that completes the piece of reasoning of this number. It waits, unless it is known already what it belongs to:
    /// `hides` says that a call of ours is known in this round.
    pub(super) fn reasoned(&mut self, event: Event, number: u64, hides: bool, answer: &mut Answer) {
        if answer.unmarked || hides {
            self.send_marked(&event, number, answer);
        } else if answer.ours {
            self.waiting.push((event, Some(number)));
        } else {
            answer.outlet.send(&event);
        }
    }

    /// An event that decides nothing.
    pub(super) fn send(&mut self, event: Event, answer: &mut Answer) {
        if self.waiting.is_empty() {
            answer.outlet.send(&event);
        } else {
            self.waiting.push((event, None));
        }
    }

    /// What follows is known: a call of ours, or anything else.
    pub(super) fn release(&mut self, ours: bool, answer: &mut Answer) {
        for (event, number) in std::mem::take(&mut self.waiting) {
            if let Some(number) = number.filter(|_| ours) {
                self.send_marked(&event, number, answer);
            } else {
                self.unmarked |= number.is_some();
                answer.outlet.send(&event);
            }
        }
        if ours {
            answer.unmarked |= self.unmarked;
        }
    }

    /// Reasoning has left that has nothing to be marked.
    pub(super) fn leaves_unmarked(&mut self) {
        self.unmarked = true;
    }

    /// Whether the reasoning of this number has left with its mark.
    pub(super) fn marked(&self, number: u64) -> bool {
        self.marked.contains(&number)
    }

    fn send_marked(&mut self, event: &Event, number: u64, answer: &mut Answer) {
        answer.marked = true;
        self.marked.push(number);
        answer.outlet.send(&(self.mark)(event));
    }

    /// A further round begins.
    pub(super) fn next_round(&mut self) {
        self.waiting.clear();
        self.marked.clear();
        self.unmarked = false;
    }
}
