"""What a ranking of words is worth: whether the answers to questions survive when a share of the words is kept.

`simple_rankings` are the alternatives that need no model.
"""

import math
import random
from collections import Counter

from words import core, is_content, is_entity_like


def answers_kept(passages, scores, share):
    """The share of questions all of whose answer's words are among the best `share` of their text."""
    whole = total = 0
    for passage, ranking in zip(passages, scores):
        count = int(len(ranking) * share)
        order = sorted(range(len(ranking)), key=lambda at: (-ranking[at], at))
        kept = set(order[:count])
        for _, answers in passage.questions:
            total += 1
            whole += passage.answer_words(answers[:1]) <= kept
    return whole / total


def answers_kept_when_asked(passages, scores_of, share):
    """The same where `scores_of(passage, question)` knows the question."""
    whole = total = 0
    for passage in passages:
        for question, answers in passage.questions:
            ranking = scores_of(passage, question)
            order = sorted(range(len(ranking)), key=lambda at: (-ranking[at], at))
            total += 1
            whole += passage.answer_words(answers[:1]) <= set(order[: int(len(ranking) * share)])
    return whole / total


def simple_rankings(passages):
    """`{name: scores of every passage}` of what needs no model."""
    from wordfreq import zipf_frequency

    rng = random.Random(0)
    texts = [[core(word) for word in passage.words] for passage in passages]
    documents = Counter(word for text in texts for word in set(text))
    surprise = lambda word: 8.0 - zipf_frequency(word, "en") if word else 0.0
    spelled = lambda word: 1.5 * any(c.isdigit() for c in word) + 1.0 * is_entity_like(word) - 2.0 * (not is_content(word))
    rankings = {
        "random": [[rng.random() for _ in text] for text in texts],
        "first words": [[-at for at in range(len(text))] for text in texts],
        "TF-IDF": [[text.count(word) * math.log(len(texts) / documents[word]) if word else 0.0 for word in text] for text in texts],
        "surprisal": [[surprise(word) for word in text] for text in texts],
        "surprisal and spelling": [
            [surprise(letters) + spelled(word) for letters, word in zip(text, passage.words)] for text, passage in zip(texts, passages)
        ],
    }
    return rankings
