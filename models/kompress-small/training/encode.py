"""From words to what the network reads, and from its scores back to words."""

import math

import torch

from words import PLAIN, QUESTION, is_content, spellings

LONGEST_QUESTION = 40


class Encoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.first = tokenizer.token_to_id("[CLS]")
        self.between = tokenizer.token_to_id("[SEP]")
        self.known = {}

    def _ids(self, word):
        if word not in self.known:
            self.known[word] = self.tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids
        return self.known[word]

    def encode(self, words, question=(), longest=512):
        """Token ids, spellings, and for each token the number of its word or -1; words that do not fit are left out."""
        ids, kinds, owners = [self.first], [PLAIN], [-1]
        if question:
            asked = [piece for word in question for piece in self._ids(word)][:LONGEST_QUESTION]
            ids += asked + [self.between]
            kinds += [QUESTION] * (len(asked) + 1)
            owners += [-1] * (len(asked) + 1)
        for at, (word, kind) in enumerate(zip(words, spellings(words))):
            pieces = self._ids(word)
            if len(ids) + len(pieces) + 1 > longest:
                break
            ids += pieces
            kinds += [kind] * len(pieces)
            owners += [at] * len(pieces)
        return ids + [self.between], kinds + [PLAIN], owners + [-1]


def batched(rows):
    """Rows of `(ids, kinds, owners)` padded to one length."""
    length = max(len(ids) for ids, _, _ in rows)
    ids, mask, kinds = (torch.zeros(len(rows), length, dtype=torch.long) for _ in range(3))
    for at, (row, spelling, _) in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
        kinds[at, : len(row)] = torch.tensor(spelling)
    return ids, mask, kinds


def word_scores(scores, owners, count):
    """A word is worth what its best token is; one that was not seen is kept."""
    best = [None] * count
    for score, owner in zip(scores, owners):
        if owner >= 0 and (best[owner] is None or score > best[owner]):
            best[owner] = score
    return [1.0 if score is None else float(score) for score in best]


# What a word's score takes of its neighbours' (`neighbours` of the manifest).
WEIGHT, COMMON_WORDS = 0.25, 0.4


def agreed(words, scores):
    """Scores that have heard their neighbours, so that names and phrases stay whole; as the crate does it."""
    clamped = [min(max(score, 1e-4), 1 - 1e-4) for score in scores]
    odds = [math.log(score / (1 - score)) for score in clamped]
    filled = list(odds)
    for at in range(1, len(odds) - 1):
        if not is_content(words[at]):
            filled[at] = max(odds[at], COMMON_WORDS * min(odds[at - 1], odds[at + 1]) + (1 - COMMON_WORDS) * odds[at])
    beside = lambda at, own: filled[at] if 0 <= at < len(filled) else own
    sums = [own + WEIGHT * (beside(at - 1, own) + beside(at + 1, own)) for at, own in enumerate(filled)]
    return [1 / (1 + math.exp(-value / (1 + 2 * WEIGHT))) for value in sums]
