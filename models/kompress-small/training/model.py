"""The network: a BERT encoder that judges each token, and the way from MiniLM's weights to it.

A token's score is the sum of what its place in the text says (the encoder), what its neighbours say (a convolution, so that
spans are kept whole) and how common its piece is by itself, which is learned from a start at the word's frequency.
"""

import math

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

HIDDEN, HEADS, INNER, PLACES, SPELLINGS = 384, 12, 1536, 512, 4


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up, self.down = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x, bias):
        batch, length, _ = x.shape
        split = lambda t: t.view(batch, length, HEADS, HIDDEN // HEADS).transpose(1, 2)
        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        # In single steps: on a CPU they are faster than the fused operator, and every runtime of ONNX has them.
        attention = torch.matmul(q * (1.0 / math.sqrt(HIDDEN // HEADS)), k.transpose(2, 3)) + bias.to(q.dtype)
        with torch.autocast("cpu", enabled=False):
            attention = functional.softmax(attention, dim=-1)
        mixed = torch.matmul(attention, v).transpose(1, 2).reshape(batch, length, HIDDEN)
        x = self.attention_norm(x + self.out(mixed))
        return self.norm(x + self.down(functional.gelu(self.up(x))))


class Kompress(nn.Module):
    """Scores between 0 and 1 for each token: `final_scores`."""

    def __init__(self, vocabulary, layers):
        super().__init__()
        self.pieces = nn.Embedding(vocabulary, HIDDEN)
        self.places = nn.Embedding(PLACES, HIDDEN)
        self.spellings = nn.Embedding(SPELLINGS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.judge = nn.Linear(HIDDEN, 1)
        self.spans = nn.Sequential(nn.Conv1d(HIDDEN, 64, 5, padding=2), nn.GELU(), nn.Conv1d(64, 1, 3, padding=1))
        self.rarity = nn.Embedding(vocabulary, 1)
        self.rarity_of_spelling = nn.Embedding(SPELLINGS, 1)

    def logits(self, input_ids, attention_mask, token_type_ids):
        mask = attention_mask.to(self.judge.weight.dtype)
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.pieces(input_ids) + self.spellings(token_type_ids) + self.places(places)
        x = self.norm(x)
        bias = (1.0 - mask)[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        spans = self.spans((x * mask[:, :, None]).transpose(1, 2))[:, 0]
        return self.judge(x)[:, :, 0] + spans + self.rarity(input_ids)[:, :, 0] + self.rarity_of_spelling(token_type_ids)[:, :, 0]

    def forward(self, input_ids, attention_mask, token_type_ids):
        return torch.sigmoid(self.logits(input_ids, attention_mask, token_type_ids))


def from_minilm(weights_path, old_ids, which_layers, rarity):
    """A network that starts with some of MiniLM's layers."""
    old = load_file(weights_path)
    old = {name.removeprefix("bert."): tensor for name, tensor in old.items()}
    model = Kompress(len(old_ids), len(which_layers))
    with torch.no_grad():
        model.pieces.weight.copy_(old["embeddings.word_embeddings.weight"][old_ids])
        model.places.weight.copy_(old["embeddings.position_embeddings.weight"])
        model.spellings.weight.copy_(old["embeddings.token_type_embeddings.weight"][:1].expand(SPELLINGS, -1))
        _copy(model.norm, old, "embeddings.LayerNorm")
        for layer, at in zip(model.layers, which_layers):
            prefix = f"encoder.layer.{at}."
            for name, part in [
                ("attention.self.query", layer.query),
                ("attention.self.key", layer.key),
                ("attention.self.value", layer.value),
                ("attention.output.dense", layer.out),
                ("attention.output.LayerNorm", layer.attention_norm),
                ("intermediate.dense", layer.up),
                ("output.dense", layer.down),
                ("output.LayerNorm", layer.norm),
            ]:
                _copy(part, old, prefix + name)
        model.judge.weight.normal_(std=0.02)
        model.judge.bias.zero_()
        model.rarity.weight.copy_(torch.tensor(rarity)[:, None])
        model.rarity_of_spelling.weight.copy_(torch.tensor([[0.0], [0.2], [0.7], [0.0]]))
    return model


def _copy(part, old, name):
    part.weight.copy_(old[name + ".weight"])
    part.bias.copy_(old[name + ".bias"])
