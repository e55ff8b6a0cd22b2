//! Texts that are being resent: their digests are known without being computed again.
//!
//! Owns the spellings of the latest requests, byte for byte, with the digest of each text. A conversation that comes
//! again with one more turn is compared with what it was, which takes a fifth of the time that BLAKE3 takes and is as
//! exact: no text can be taken for another, whoever wrote it. It knows nothing of what digests are for, and what it
//! holds decides how long a step takes, never what comes of it.

use crate::block::Text;
use crate::memory::Digest;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Conversations that are held at most, so that looking for the right one stays cheap however short they are.
const MOST_REQUESTS: usize = 32;

/// The latest requests of one engine within a byte budget.
#[derive(Debug)]
pub(crate) struct Resent {
    budget: usize,
    /// The latest used one last.
    requests: Mutex<Vec<Request>>,
}

/// The texts of one request, as far as they fit.
#[derive(Debug, Default)]
struct Request {
    spellings: Vec<u8>,
    texts: Vec<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    /// Where its spelling ends.
    end: usize,
    escaped: bool,
    digest: Digest,
}

impl Resent {
    /// Nothing yet, and never more than `budget` bytes.
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, requests: Mutex::default() }
    }

    /// The digests of the texts of a request, in their order.
    pub(crate) fn digests(&self, texts: &[&Text<'_>]) -> Vec<Digest> {
        // Other threads find the other conversations meanwhile.
        let before = self.take_most_alike(texts).unwrap_or_default();
        let digests: Vec<Digest> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| before.digest(index, text).unwrap_or_else(|| Digest::of_text(text)))
            .collect();
        let same = digests.iter().zip(&before.texts).take_while(|(now, then)| **now == then.digest).count();
        if before.start(same) * 2 >= before.spellings.len() {
            self.keep([before.changed_after(same, texts, &digests, self.budget)]);
        } else {
            // Another conversation that merely begins alike.
            let now = Request::default().changed_after(0, texts, &digests, self.budget);
            self.keep([before, now]);
        }
        digests
    }

    /// Takes out the request whose first texts are as long as those of `texts` the farthest.
    fn take_most_alike(&self, texts: &[&Text<'_>]) -> Option<Request> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let alike = requests.iter().map(|request| request.bytes_alike(texts)).enumerate();
        let (index, bytes) = alike.max_by_key(|&(_, bytes)| bytes)?;
        (bytes > 0).then(|| requests.remove(index))
    }

    fn keep<const COUNT: usize>(&self, kept: [Request; COUNT]) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.extend(kept.into_iter().filter(|request| !request.texts.is_empty()));
        let mut bytes: usize = requests.iter().map(Request::bytes).sum();
        let mut forgotten = 0;
        while bytes > self.budget || requests.len() - forgotten > MOST_REQUESTS {
            bytes -= requests[forgotten].bytes();
            forgotten += 1;
        }
        requests.drain(..forgotten);
    }
}

impl Request {
    /// Bytes that it holds.
    fn bytes(&self) -> usize {
        self.spellings.capacity() + self.texts.capacity() * size_of::<Known>()
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.texts[before].end)
    }

    fn span(&self, index: usize) -> Range<usize> {
        self.start(index)..self.texts[index].end
    }

    /// Bytes of the first texts, as far as they are as long as those of `texts`.
    fn bytes_alike(&self, texts: &[&Text<'_>]) -> usize {
        let alike = |&index: &usize| {
            self.texts.len() > index && self.span(index).len() == texts[index].spelling().len()
        };
        (0..texts.len()).take_while(alike).last().map_or(0, |last| self.texts[last].end)
    }

    /// The digest of `text`, if it is the text that stood at `index`.
    fn digest(&self, index: usize, text: &Text<'_>) -> Option<Digest> {
        let known = self.texts.get(index)?;
        let same = known.escaped == text.is_escaped()
            && same_bytes(&self.spellings[self.span(index)], text.spelling().as_bytes());
        same.then_some(known.digest)
    }

    /// The request of which the first `same` texts are this one's, as far as it fits into `budget`.
    fn changed_after(mut self, same: usize, texts: &[&Text<'_>], digests: &[Digest], budget: usize) -> Self {
        self.spellings.truncate(self.start(same));
        self.texts.truncate(same);
        let mut room = budget.saturating_sub(self.spellings.len() + texts.len() * size_of::<Known>());
        let added = texts[same..].iter().take_while(|text| {
            let length = text.spelling().len();
            let fits = length <= room;
            room = room.saturating_sub(length);
            fits
        });
        let added = added.count();
        let bytes: usize = texts[same..same + added].iter().map(|text| text.spelling().len()).sum();
        reserve(&mut self.spellings, bytes, room);
        self.texts.reserve_exact(texts.len() - same);
        for (text, &digest) in texts[same..same + added].iter().zip(&digests[same..]) {
            self.spellings.extend_from_slice(text.spelling().as_bytes());
            self.texts.push(Known { end: self.spellings.len(), escaped: text.is_escaped(), digest });
        }
        self
    }
}

/// Whether two texts are the same, eight bytes at a time: in WebAssembly the library's comparison goes byte by byte.
fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (one.as_chunks(), other.as_chunks());
    let mut pairs = words.iter().zip(other_words);
    one.len() == other.len()
        && pairs.all(|(word, other)| u64::from_le_bytes(*word) == u64::from_le_bytes(*other))
        && rest == other_rest
}

/// Makes room for `bytes` more and, within `most`, for some turns to come: growing by doubling would take twice the
/// memory of the largest conversation.
fn reserve(spellings: &mut Vec<u8>, bytes: usize, most: usize) {
    if spellings.capacity() - spellings.len() < bytes {
        spellings.reserve_exact(bytes + most.min((spellings.len() + bytes) / 8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: &[&'static str]) -> Vec<Text<'static>> {
        from.iter().map(|&text| Text::spelled(text)).collect()
    }

    /// Asks for the digests, which must be those of the texts whatever is remembered, and says how many were known.
    fn known(resent: &Resent, request: &[&'static str]) -> usize {
        let texts = texts(request);
        let texts: Vec<&Text<'_>> = texts.iter().collect();
        let before = resent.take_most_alike(&texts).unwrap_or_default();
        let known =
            texts.iter().enumerate().filter(|&(index, text)| before.digest(index, text).is_some()).count();
        resent.keep([before]);
        let digests: Vec<Digest> = texts.iter().map(|text| Digest::of_text(text)).collect();
        assert_eq!(resent.digests(&texts), digests);
        known
    }

    fn held(resent: &Resent) -> usize {
        resent.requests.lock().unwrap().iter().map(Request::bytes).sum()
    }

    #[test]
    fn a_growing_conversation_is_known_but_for_its_new_texts() {
        let resent = Resent::new(10_000);
        assert_eq!(known(&resent, &["system", "first"]), 0);
        assert_eq!(known(&resent, &["system", "first", "second"]), 2);
        assert_eq!(known(&resent, &["system", "first", "second"]), 3);
        assert_eq!(known(&resent, &["system", "other", "second"]), 2, "compared byte for byte");
        assert_eq!(known(&resent, &["system", "first", "second"]), 2, "what changed is what was remembered");
        assert_eq!(known(&resent, &["system"]), 1);
        assert_eq!(known(&resent, &[]), 0);
    }

    #[test]
    fn texts_are_told_apart_by_any_byte() {
        for length in 0..40 {
            let text = vec![b'x'; length];
            assert!(same_bytes(&text, &text));
            assert!(!same_bytes(&text, &[&text[..], b"x"].concat()));
            for at in 0..length {
                let mut other = text.clone();
                other[at] = b'y';
                assert!(!same_bytes(&text, &other));
            }
        }
    }

    #[test]
    fn another_spelling_is_another_text() {
        let resent = Resent::new(10_000);
        let escaped = Text::spelled(r"\n");
        let plain = Text::from(r"\n");
        for text in [&escaped, &plain, &escaped] {
            assert_eq!(resent.digests(&[text]), [Digest::of_text(text)]);
        }
        assert_ne!(Digest::of_text(&escaped), Digest::of_text(&plain));
    }

    #[test]
    fn conversations_that_take_turns_do_not_drive_each_other_out() {
        let resent = Resent::new(10_000);
        known(&resent, &["system", "a long conversation", "with more to say"]);
        known(&resent, &["system", "another conversation", "about something else"]);
        for _ in 0..3 {
            assert_eq!(known(&resent, &["system", "a long conversation", "with more to say"]), 3);
            assert_eq!(known(&resent, &["system", "another conversation", "about something else"]), 3);
        }
    }

    #[test]
    fn stays_within_its_budget_and_keeps_the_beginning_of_what_is_too_large() {
        let resent = Resent::new(600);
        let long: &'static str = "0123456789".repeat(25).leak();
        for _ in 0..3 {
            known(&resent, &[long, long, long, long]);
            assert!(held(&resent) <= 600);
        }
        assert_eq!(known(&resent, &[long, long]), 1);
        for text in ["one", "two", "three"] {
            known(&resent, &[text, long]);
            assert!(held(&resent) <= 600);
        }
        let nothing = Resent::new(0);
        known(&nothing, &["text"]);
        assert_eq!(known(&nothing, &["text"]), 0);
    }

    #[test]
    fn so_many_conversations_are_held_and_no_more() {
        let resent = Resent::new(100_000);
        let several: Vec<&'static str> =
            (1..=100).map(|length| -> &'static str { "x".repeat(length).leak() }).collect();
        for text in &several {
            known(&resent, &[text]);
        }
        assert_eq!(resent.requests.lock().unwrap().len(), MOST_REQUESTS);
        assert_eq!(known(&resent, &[several[99]]), 1);
        assert_eq!(known(&resent, &[several[0]]), 0);
    }
}
