"""The part of MiniLM's vocabulary that pays: its commonest word pieces in Latin script, with new ids.

The pieces of the original stand in the order of how common they are, after the single characters.
"""

import json
import unicodedata
from pathlib import Path

from tokenizers import Tokenizer


def _is_latin(piece):
    return all(ord(c) < 0x250 or unicodedata.category(c)[0] in "PSN" and ord(c) < 0x2500 for c in piece.removeprefix("##"))


def cut(tokenizer_path, size):
    """The tokenizer with `size` pieces as JSON, and for each new id the old one."""
    config = json.loads(Path(tokenizer_path).read_text())
    vocabulary = sorted(config["model"]["vocab"].items(), key=lambda pair: pair[1])
    special = {token["content"] for token in config["added_tokens"]}
    kept = [(piece, old) for piece, old in vocabulary if piece in special or not piece.startswith("[unused") and _is_latin(piece)][:size]
    new = {piece: at for at, (piece, _) in enumerate(kept)}
    config["model"]["vocab"] = new
    config["truncation"] = config["padding"] = None
    for token in config["added_tokens"]:
        token["id"] = new[token["content"]]
    for token in config["post_processor"].get("special_tokens", {}).values():
        token["ids"] = [new[piece] for piece in token["tokens"]]
    for end in ("sep", "cls"):
        if end in config["post_processor"]:
            piece, _ = config["post_processor"][end]
            config["post_processor"][end] = [piece, new[piece]]
    text = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    return Tokenizer.from_str(text), text, [old for _, old in kept]
