#!/usr/bin/env python3
"""Measures the model's folder on questions that it was not trained on, beside what needs no model.

    python evaluate.py --data ../../../../shared/kompress/data --model ..

XQuAD's English part: 1,190 questions on 240 paragraphs. An answer counts as kept if all of its words are among the best share of
its paragraph's.
"""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer

from data import read_squad
from encode import Encoder, agreed
from export import scorer, session
from metrics import answers_kept, simple_rankings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--model", required=True, type=Path)
    arguments = parser.parse_args()
    passages = read_squad(arguments.data / "xquad.en.json", "xquad")
    shares = (0.3, 0.5, 0.7)
    print("answers kept, no question, at", *shares)
    for name, rankings in simple_rankings(passages).items():
        print(f"{name:28}", *(f"{answers_kept(passages, rankings, share):.3f}" for share in shares))
    manifest = json.loads((arguments.model / "manifest.json").read_text())
    network = next(name for name in manifest["sha256"] if name.endswith(".onnx"))
    score = scorer(session(arguments.model / network), Encoder(Tokenizer.from_file(str(arguments.model / "tokenizer.json"))))
    raw = [score(passage.words) for passage in passages]
    heard = [agreed(passage.words, scores) for passage, scores in zip(passages, raw)]
    for name, rankings in (("the network alone", raw), (manifest["name"], heard)):
        print(f"{name:28}", *(f"{answers_kept(passages, rankings, share):.3f}" for share in shares))


if __name__ == "__main__":
    main()
