"""Training samples: a text's words with what each is worth keeping, seen with and without a question.

Every sample is `Sample(question, words, targets, weights)`. Targets lie between 0 (drop) and 1 (keep); a weight says how
much a word's target is to be trusted. Nothing here is random but through the generator that is passed in.
"""

import difflib
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from rules import tool_outputs
from words import core, is_content, is_entity_like, split, stem

# What a word that nobody asked for is trusted to be worth nothing: the next question may ask for a name or a number.
UNASKED_NAME, UNASKED_WORD, UNASKED_STOP_WORD = 0.25, 0.5, 0.8


@dataclass
class Sample:
    words: list
    targets: list
    weights: list
    question: list = field(default_factory=list)


@dataclass
class Passage:
    """A text with questions and, for each, the character ranges of its answers."""

    text: str
    questions: list
    source: str

    def __post_init__(self):
        self.parts = split(self.text)
        self.words = [word for word, _, _ in self.parts]

    def answer_words(self, answers):
        return {at for at, (_, start, end) in enumerate(self.parts) if any(start < b and a < end for a, b in answers)}


_SPACED = re.compile(r" (?=[.,;:?!%)\]]|'s\b|'\s|n't\b|'')|(?<=[(\[$]) |(?<=``) | (?=- )|(?<= -) ")


def _closed_up(text, ranges):
    """`text` without the spaces that a tokenizer put around punctuation, and `ranges` moved along."""
    out, moved, at = [], [], 0
    for match in _SPACED.finditer(text):
        out.append(text[at : match.start()])
        moved.append(match.start())
        at = match.end()
    out.append(text[at:])
    place = lambda old: old - sum(space < old for space in moved)
    return "".join(out), [(place(start), place(end)) for start, end in ranges]


def read_qed(path):
    passages = {}
    for line in Path(path).read_text().splitlines():
        row = json.loads(line)
        answers = [(a["start"], a["end"]) for group in row["original_nq_answers"] for a in group]
        text, answers = _closed_up(row["paragraph_text"], answers)
        passage = passages.setdefault(text, Passage(text, [], "qed"))
        if answers:
            passage.questions.append((row["question_text"], answers))
    return [p for p in passages.values() if p.questions]


def read_squad(path, source):
    passages = {}
    for article in json.loads(Path(path).read_text())["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            passage = passages.setdefault(text, Passage(text, [], source))
            for row in paragraph["qas"]:
                answers = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in row["answers"]]
                passage.questions.append((row["question"], answers))
    return list(passages.values())


def read_concise(folder):
    """Wikipedia sentences with the share of rewrites, by people, in which each word was kept."""
    rewrites = {}
    for name in ("wiki-concise-full.tsv", "wiki-concise-lite.tsv"):
        for line in (Path(folder) / name).read_text().splitlines():
            cells = line.split("\t")
            if len(cells) > 2:
                rewrites.setdefault(cells[0], []).extend(cells[1:-1])
    sentences = []
    for sentence, others in rewrites.items():
        words = sentence.split()
        letters = [core(word) for word in words]
        kept = [0] * len(words)
        for other in others:
            matcher = difflib.SequenceMatcher(None, letters, [core(word) for word in other.split()], autojunk=False)
            for block in matcher.get_matching_blocks():
                for at in range(block.a, block.a + block.size):
                    kept[at] += 1
        sentences.append((words, [count / len(others) for count in kept]))
    return sentences


def _sentence_of(words):
    """For each word the number of its sentence."""
    number, numbers = 0, []
    for word in words:
        numbers.append(number)
        number += word.rstrip("\"')]").endswith((".", "!", "?"))
    return numbers


def _unasked(word):
    if not is_content(word):
        return UNASKED_STOP_WORD
    return UNASKED_NAME if is_entity_like(word) else UNASKED_WORD


def without_question(passage):
    """What is worth keeping for whichever question may come: answers, and words by which questions name things."""
    asked = {stem(word) for question, _ in passage.questions for word in question.split() if is_content(word)}
    answers = set()
    for _, ranges in passage.questions:
        answers |= passage.answer_words(ranges)
    targets, weights = [], []
    for at, word in enumerate(passage.words):
        if at in answers:
            targets.append(1.0)
            weights.append(2.0 if is_content(word) else 1.0)
        elif is_content(word) and stem(word) in asked:
            targets.append(1.0)
            weights.append(1.0)
        else:
            targets.append(0.0)
            weights.append(_unasked(word))
    return Sample(passage.words, targets, weights)


def with_question(passage, question, answers, others, most_words):
    """The same for one question, with other passages around the one that answers it."""
    asked = {stem(word) for word in question.split() if is_content(word)}
    answer = passage.answer_words(answers)
    numbers = _sentence_of(passage.words)
    answering = {numbers[at] for at in answer}
    targets, weights = [], []
    for at, word in enumerate(passage.words):
        if at in answer:
            targets.append(1.0)
            weights.append(2.0)
        elif numbers[at] in answering:
            named = is_content(word) and stem(word) in asked
            targets.append(0.9 if named else 0.5 if is_content(word) else 0.3)
            weights.append(0.6)
        else:
            targets.append(0.25 if is_content(word) and stem(word) in asked else 0.0)
            weights.append(0.6)
    sample = Sample(list(passage.words), targets, weights, question.split())
    for other, before in others:
        if len(sample.words) + len(other.words) > most_words:
            continue
        nothing = [0.0] * len(other.words)
        trust = [0.5] * len(other.words)
        if before:
            sample.words, sample.targets, sample.weights = other.words + sample.words, nothing + sample.targets, trust + sample.weights
        else:
            sample.words, sample.targets, sample.weights = sample.words + other.words, sample.targets + nothing, sample.weights + trust
    return sample


def cloze(passage, rng):
    """A question made from a sentence: some of its words ask for a name or a number that it holds."""
    numbers = _sentence_of(passage.words)
    names = [at for at, word in enumerate(passage.words) if is_entity_like(word) and is_content(word)]
    if not names:
        return None
    at = rng.choice(names)
    first = last = at
    while first > 0 and numbers[first - 1] == numbers[at] and is_entity_like(passage.words[first - 1]):
        first -= 1
    while last + 1 < len(passage.words) and numbers[last + 1] == numbers[at] and is_entity_like(passage.words[last + 1]):
        last += 1
    around = [w for i, w in enumerate(passage.words) if numbers[i] == numbers[at] and not first <= i <= last and is_content(w)]
    if len(around) < 4:
        return None
    kept = [word.strip(".,;:()\"'") for word in around if rng.random() < 0.5][:10]
    rng.shuffle(kept)
    number = any(c.isdigit() for c in passage.words[at])
    opening = rng.choice(["when", "how many", "what year", "what number"] if number else ["who", "what", "which", "where", "name the"])
    question = " ".join([opening, *kept]) + "?"
    return question, [(passage.parts[first][1], passage.parts[last][2])]


def _agreement(sentences):
    """Some sentences as one text, worth what their rewriters thought. Most words are kept by most of them, so the scale is stretched."""
    words, targets = [], []
    for sentence, shares in sentences:
        words += sentence
        targets += [min(max((share - 0.35) / 0.6, 0.0), 1.0) for share in shares]
    return Sample(words, targets, [0.3] * len(words))


class Data:
    """Everything that the model is trained on, and what is held out of it."""

    def __init__(self, folder, repository, seed, with_qed=True):
        folder = Path(folder)
        rng = random.Random(seed)
        qed = read_qed(folder / "qed-dev.jsonl") if with_qed else []
        policy = read_squad(folder / "policyqa-dev.json", "policy") + read_squad(folder / "policyqa-test.json", "policy")
        rng.shuffle(qed)
        rng.shuffle(policy)
        held_qed, held_policy = len(qed) // 10, len(policy) // 20
        self.held_out = qed[:held_qed] + (policy[:held_policy] if not qed else [])
        self.qed, self.policy = qed[held_qed:], policy[held_policy:]
        self.concise = read_concise(folder)
        self.concise_passages = [Passage(" ".join(words), [], "concise") for words, _ in self.concise]
        self.repository = Path(repository)

    def epoch(self, rng, most_words):
        """The samples of one pass, in a new order with new neighbours."""
        samples = []
        answered = self.qed + [p for p in self.policy if len(p.words) > 25]
        pool = {"qed": self.qed or self.concise_passages, "policy": self.policy}
        for passage in answered:
            samples.append(without_question(passage))
            if passage.source == "policy" and rng.random() < 0.5:
                continue
            for question, answers in rng.sample(passage.questions, 1):
                others = [(rng.choice(pool[passage.source]), rng.random() < 0.5) for _ in range(rng.randrange(3))]
                others = [pair for pair in others if pair[0] is not passage]
                samples.append(with_question(passage, question, answers, others, most_words))
        for passage in self.qed:
            made = cloze(passage, rng) if rng.random() < 0.6 else None
            if made:
                others = [(rng.choice(self.qed), rng.random() < 0.5) for _ in range(rng.randrange(2))]
                samples.append(with_question(passage, *made, [pair for pair in others if pair[0] is not passage], most_words))
            if rng.random() < 0.3:
                other = rng.choice(self.qed)
                question = rng.choice(other.questions)[0]
                if other is not passage:
                    samples.append(Sample(passage.words, [0.0] * len(passage.words), [0.4] * len(passage.words), question.split()))
        order = list(range(len(self.concise)))
        rng.shuffle(order)
        for start in range(0, len(order), 4):
            group = order[start : start + 4]
            samples.append(_agreement([self.concise[at] for at in group]))
            joined = [self.concise_passages[at] for at in group]
            asked = joined[rng.randrange(len(joined))]
            made = cloze(asked, rng)
            if made:
                others = [(other, rng.random() < 0.5) for other in joined if other is not asked]
                samples.append(with_question(asked, *made, others, most_words))
        samples += [Sample(*labelled) for labelled in tool_outputs(self.repository, rng)]
        rng.shuffle(samples)
        return samples
