#!/usr/bin/env python3
"""Writes the model's folder: the network with weights of 8 bits, the tokenizer and the manifest.

    python export.py --data ../../../../shared/kompress/data --build build --out ..

The graph has opset 17 and plain operators only. Weights are stored as 8-bit integers with a scale for each row or column and
become floats again when the model is loaded (`DequantizeLinear`); all arithmetic is in floats.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from tokenizers import Tokenizer

from data import Data, read_squad
from encode import COMMON_WORDS, WEIGHT, Encoder, agreed, batched, word_scores
from metrics import answers_kept
from model import Kompress

NETWORK = "kompress-small-int8-wo.onnx"
# The share of words of prose that stays by the manifest's threshold.
KEPT = 0.7
# What a loader compares its scores with.
CHECK = {
    "words": "The old bridge over the river, which Smith & Sons had built in 1882, was not rebuilt until May 1946; "
    "run `make bridge --force` to see /var/log/bridge.log for yourself.".split(),
}


def threshold(score, passages):
    """The score above which the wanted share of the words of held-out passages is."""
    scores = [value for passage in passages for value in agreed(passage.words, score(passage.words))]
    return round(float(np.quantile(scores, 1.0 - KEPT)), 4)


def quantised(graph_path):
    """The same graph with its large weights in 8 bits."""
    model = onnx.load(graph_path)
    graph = model.graph
    kept, added = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < 20_000 or "rarity" in tensor.name:
            kept.append(tensor)
            continue
        by_row = values.ndim == 3 or any(name in tensor.name for name in ("pieces", "places"))
        axis = 0 if by_row else 1
        others = tuple(at for at in range(values.ndim) if at != axis)
        scale = np.maximum(np.abs(values).max(axis=others), 1e-8) / 127.0
        shape = [1] * values.ndim
        shape[axis] = -1
        small = np.clip(np.rint(values / scale.reshape(shape)), -127, 127).astype(np.int8)
        names = [tensor.name + end for end in ("_int8", "_scale", "_zero")]
        for name, array in zip(names, (small, scale.astype(np.float32), np.zeros(len(scale), np.int8))):
            kept.append(numpy_helper.from_array(array, name))
        added.append(helper.make_node("DequantizeLinear", names, [tensor.name], name=tensor.name + "_floats", axis=axis))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = [*added, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def session(path):
    """onnxruntime as exact as it gets: its optimisations would compute some of this in 8 bits."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def scorer(network, encoder):
    def score(words, question=()):
        row = encoder.encode(words, question)
        ids, mask, kinds = (tensor.numpy() for tensor in batched([row]))
        (scores,) = network.run(["final_scores"], {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds})
        return word_scores(scores[0], row[2], len(words))

    return score


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--build", required=True, type=Path, help="where train.py wrote to")
    parser.add_argument("--weights", default="student.pt")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--version", default="1.0.0")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    encoder = Encoder(Tokenizer.from_file(str(arguments.build / "tokenizer.json")))
    weights = torch.load(arguments.build / arguments.weights)
    layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
    model = Kompress(len(weights["pieces.weight"]), layers)
    model.load_state_dict(weights)
    model.eval()

    inputs = batched([encoder.encode(CHECK["words"])])
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "length"} for name in [*names, "final_scores"]}
    whole = arguments.build / "kompress-small-fp32.onnx"
    torch.onnx.export(
        model, inputs, str(whole), input_names=names, output_names=["final_scores"], dynamic_axes=axes, opset_version=17, dynamo=False
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    onnx.save(quantised(whole), arguments.out / NETWORK)
    tokenizer = (arguments.build / "tokenizer.json").read_bytes()
    (arguments.out / "tokenizer.json").write_bytes(tokenizer)

    score = scorer(session(arguments.out / NETWORK), encoder)
    scores = score(CHECK["words"])
    held_out = Data(arguments.data, Path(__file__).resolve().parents[3], seed=7).held_out
    digest = lambda content: hashlib.sha256(content).hexdigest()
    manifest = {
        "name": "kompress-small",
        "version": arguments.version,
        "licence": "CC-BY-SA-3.0",
        "source": "models/kompress-small in the Headroom repository; see README.md beside this file",
        "sha256": {NETWORK: digest((arguments.out / NETWORK).read_bytes()), "tokenizer.json": digest(tokenizer)},
        "inputs": {"ids": "input_ids", "mask": "attention_mask", "spelling": "token_type_ids"},
        "output": "final_scores",
        "chunkWords": 350,
        "chunkTokens": 512,
        "threshold": threshold(score, held_out),
        "neighbours": {"weight": WEIGHT, "commonWords": COMMON_WORDS},
        "check": {**CHECK, "scores": [round(score, 6) for score in scores], "tolerance": 0.002},
    }
    (arguments.out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")

    exact = scorer(session(whole), encoder)
    passages = read_squad(arguments.data / "xquad.en.json", "xquad")
    for name, judge in (("floats", exact), ("8 bits", score)):
        ranked = [agreed(passage.words, judge(passage.words)) for passage in passages]
        print(name, *(f"{answers_kept(passages, ranked, share):.3f}" for share in (0.3, 0.5, 0.7)))


if __name__ == "__main__":
    main()
