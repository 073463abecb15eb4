"""Trains the small network of `kg.recognize.network`: first on abstracts that trees have labelled, then on curated papers.

The trees read columns of counts; from some thousand abstracts that they have labelled the network learns which words around a
gram, and which papers, make the trees so decide, and then corrects that on the curated papers. Both together decide better
than either, because they err differently.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kg.extras import needed
from kg.recognize.distinct import MARKS
from kg.recognize.grams import MAX_WORDS
from kg.recognize.lexicon import CUE_NAMES
from kg.recognize.network import APART, BITS, DILATIONS, LIMIT, OUTPUTS, PLACES, STEPS, WEIGHT, Layer, Network, numbered, rows_of
from kg.recognize.sight import Sight
from kg.training import Say, unheard
from kg.training.gold import TYPES

DIM = 64
#: Words that stand in so many of the abstracts are known to the network, the most frequent first.
LEAST_COUNT, VOCABULARY = 5, 20_000
#: Words around a word that its vector is made of.
WINDOW = 4
_TABLES = {"place": PLACES, "cue": len(CUE_NAMES), "before": len(MARKS) + 1, "after": len(MARKS) + 1, "gap": 4}
_GREATEST = 127 / STEPS  # of a table's entries
Array = Any  # of numpy or JAX
Params = dict[str, Any]


def jax() -> Any:
    """The package JAX.

    Raises:
        EnvironmentError_: it is not installed, or does not load.
    """
    # by one thread, so that sums do not depend on the number of cores
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    return needed("jax", "train", "JAX")


@dataclass(frozen=True, slots=True)
class Examples:
    """Papers as the network reads them, with what is wanted of their groups; arrays of all papers one behind the other.

    Words: `hash`, `bits` (packed), and the columns of `Rows`; `words[p]:words[p + 1]` are those of paper p. Grams: `first` and `last`
    (words of the paper) and `group` (of the paper), with `grams` as `words`. Groups, with `groups`: `y`, the probability of being a
    concept; `w`, the weight of that; `types` and `relations`, probabilities of shape (groups, …), and `tw`, the weight of those.
    """

    words: np.ndarray
    hash: np.ndarray
    bits: np.ndarray
    place: np.ndarray
    cue: np.ndarray
    before: np.ndarray
    after: np.ndarray
    gap: np.ndarray
    grams: np.ndarray
    first: np.ndarray
    last: np.ndarray
    group: np.ndarray
    groups: np.ndarray
    y: np.ndarray
    w: np.ndarray
    types: np.ndarray
    relations: np.ndarray
    tw: np.ndarray

    def __len__(self) -> int:
        return len(self.words) - 1

    def some(self, papers: Sequence[int]) -> Iterator[tuple[int, slice, slice, slice]]:
        """Number, words, grams and groups of each of some papers."""
        for p in papers:
            words, grams, groups = (slice(int(b[p]), int(b[p + 1])) for b in (self.words, self.grams, self.groups))
            yield p, words, grams, groups


_PER_WORD = ("hash", "bits", "place", "cue", "before", "after", "gap")
_PER_GRAM = ("first", "last", "group")
_PER_GROUP = ("y", "w", "types", "relations", "tw")


def examples(sight: Sight, keep: np.ndarray, wanted: dict[str, np.ndarray]) -> Examples:
    """The groups `keep` (a mask) of a sight; `wanted` has `y`, `w`, `types`, `relations` and `tw` for all its groups."""
    words, groups, papers = sight.words, sight.groups, len(sight.papers)
    rows = rows_of(words, papers)
    begin = np.searchsorted(words.paper, np.arange(papers + 1))
    count = np.diff(groups.start)
    of_gram = np.repeat(np.arange(len(groups)), count)
    taken = keep[of_gram]
    member, of_gram = groups.order[taken], of_gram[taken]
    kept = np.flatnonzero(keep)
    number = np.cumsum(keep) - 1
    group_begin = np.searchsorted(groups.paper[kept], np.arange(papers + 1))
    paper = groups.paper[of_gram]
    return Examples(
        words=begin,
        hash=words.hash,
        bits=np.packbits(rows.bits.astype(bool), axis=1),
        grams=np.searchsorted(paper, np.arange(papers + 1)),
        first=(sight.grams.first[member] - begin[paper]).astype(np.int32),
        last=(sight.grams.last[member] - begin[paper]).astype(np.int32),
        group=(number[of_gram] - group_begin[paper]).astype(np.int32),
        groups=group_begin,
        **{name: getattr(rows, name).astype(np.int8) for name in _TABLES},
        **{name: wanted[name][kept].astype(np.float32) for name in _PER_GROUP},
    )


def joined(parts: Sequence[Examples]) -> Examples:
    """Several examples as one."""

    def bounds(name: str) -> np.ndarray:
        sizes = np.concatenate([np.diff(getattr(p, name)) for p in parts])
        return np.concatenate([[0], np.cumsum(sizes)])

    some = {name: np.concatenate([getattr(p, name) for p in parts]) for name in (*_PER_WORD, *_PER_GRAM, *_PER_GROUP)}
    return Examples(words=bounds("words"), grams=bounds("grams"), groups=bounds("groups"), **some)


def vocabulary(of: Examples) -> np.ndarray:
    """The hashes of the words that occur often enough, sorted."""
    found, count = np.unique(of.hash, return_counts=True)
    order = np.argsort(-count, kind="stable")[:VOCABULARY]
    known: np.ndarray = np.sort(found[order[count[order] >= LEAST_COUNT]])
    return known


def _up(number: int, step: int) -> int:
    return -(-number // step) * step


def batch(of: Examples, papers: Sequence[int], known: np.ndarray, forget: np.random.Generator | None = None) -> dict[str, np.ndarray]:
    """Some papers as arrays of few different shapes, since each shape is compiled by itself; what fills them up counts nothing.

    Args:
        forget: makes some words unknown, so that unknown words are learned.
    """
    some = list(of.some(papers))
    n_words = sum(w.stop - w.start for _, w, _, _ in some)
    rows = _up(n_words + APART * (len(some) + 1), 512)
    n_grams = _up(sum(g.stop - g.start for _, _, g, _ in some) + 1, 512)
    n_groups = _up(sum(g.stop - g.start for _, _, _, g in some) + 1, 512)
    out: dict[str, np.ndarray] = {name: np.zeros(rows, np.int32) for name in ("id", *_TABLES)}
    out |= {"bits": np.zeros((rows, BITS), np.float32), "there": np.zeros(rows, np.float32), "paper": np.full(rows, len(some), np.int32)}
    out |= {name: np.zeros(n_grams, np.int32) for name in ("first", "last")}
    out |= {"group": np.full(n_grams, n_groups - 1, np.int32), "about": np.zeros(n_groups, np.int32)}
    out |= {name: np.zeros((n_groups, *getattr(of, name).shape[1:]), np.float32) for name in _PER_GROUP}
    row, gram, group = APART, 0, 0
    for number, (_, w, g, r) in enumerate(some):
        here = slice(row, row + w.stop - w.start)
        ids = numbered(known, of.hash[w])
        out["id"][here] = np.where(forget.random(len(ids)) < 0.03, 0, ids) if forget is not None else ids
        out["bits"][here] = np.unpackbits(of.bits[w], axis=1, count=BITS)
        out["there"][here], out["paper"][here] = 1, number
        for name in _TABLES:
            out[name][here] = getattr(of, name)[w]
        grams = slice(gram, gram + g.stop - g.start)
        for name in ("first", "last"):
            out[name][grams] = getattr(of, name)[g] + row
        out["group"][grams] = of.group[g] + group
        mine = slice(group, group + r.stop - r.start)
        for name in _PER_GROUP:
            out[name][mine] = getattr(of, name)[r]
        out["about"][mine] = number
        row, gram, group = here.stop + APART, grams.stop, mine.stop
    out["there"] = out["there"][:, None]
    return out


def vectors(of: Examples, known: np.ndarray, dim: int = DIM) -> np.ndarray:
    """A vector for every known word, words with the same neighbours alike; shape (len(known), dim), with unit spread.

    Positive pointwise mutual information with the words up to `WINDOW` places away, nearer ones counting more, reduced by truncated
    singular value decomposition (Levy, Goldberg and Dagan, TACL 2015).
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import svds

    ids = numbered(known, of.hash) - 1
    paper = np.repeat(np.arange(len(of)), np.diff(of.words))
    size = len(known)
    counts = coo_array((size, size), dtype=np.float64).tocsr()
    for away in range(1, WINDOW + 1):
        both = (ids[:-away] >= 0) & (ids[away:] >= 0) & (paper[:-away] == paper[away:])
        pairs = (ids[:-away][both], ids[away:][both])
        counts = counts + coo_array((np.full(both.sum(), 1 / away), pairs), shape=(size, size)).tocsr()
    counts = counts + counts.T
    words, around = counts.sum(axis=1), counts.sum(axis=0) ** 0.75
    counts = diags_array(1 / np.maximum(words, 1e-9)) @ counts @ diags_array(around.sum() / np.maximum(around, 1e-9))
    counts.data = np.maximum(np.log(np.maximum(counts.data, 1e-9)), 0)
    left, values, _ = svds(counts.tocsc(), k=dim, v0=np.ones(size), solver="arpack")
    found: np.ndarray = left * np.sqrt(values)
    found /= found.std()
    return found.astype(np.float32)


def start(seed: int, known: int, dim: int = DIM, words: np.ndarray | None = None) -> Params:
    """Weights to begin with.

    Args:
        known: words of the vocabulary.
        words: their vectors, to begin with those.
    """
    rng = np.random.default_rng(seed)

    def table(rows: int, spread: float = 0.2) -> np.ndarray:
        return rng.normal(0, spread, (rows, dim)).astype(np.float32)

    def layer(inputs: int, outputs: int) -> dict[str, np.ndarray]:
        return {"w": rng.normal(0, inputs**-0.5, (inputs, outputs)).astype(np.float32), "b": np.zeros(outputs, np.float32)}

    return {
        "word": table(known + 1, 0.3) if words is None else np.concatenate([np.zeros((1, dim), np.float32), words * np.float32(0.3)]),
        "bits": table(BITS),
        **{name: table(size) for name, size in _TABLES.items()},
        "convolutions": [layer(3 * dim, 2 * dim) for _ in DILATIONS],
        "context": layer(2 * dim, dim),
        "span": layer(3 * dim, dim),
        "width": table(MAX_WORDS + 1, 0.1),
        "inner": layer(3 * dim, dim),
        "out": layer(dim, OUTPUTS),
    }


def _forward(params: Params, b: dict[str, Array], papers: int, key: Array | None, drop: float) -> Array:
    """Log-odds of the groups, shape (groups, OUTPUTS), as `Network.scores`; with dropout where a key is given."""
    import jax.numpy as jnp
    from jax import lax, nn, random

    keys = iter(random.split(key, 4)) if key is not None else None

    def straight(x: Array, rounded: Array) -> Array:
        # rounding has no slope: the gradient passes as if there were none
        return x + lax.stop_gradient(rounded - x)

    def steps(x: Array, least: float = -LIMIT / STEPS) -> Array:
        x = jnp.clip(x, least, LIMIT / STEPS)
        return straight(x, jnp.rint(x * STEPS) / STEPS)

    def table(name: str) -> Array:
        return steps(jnp.clip(params[name], -_GREATEST, _GREATEST))

    def linear(x: Array, layer: dict[str, Array]) -> Array:
        w = layer["w"]
        scale = jnp.max(jnp.abs(w), axis=0) / WEIGHT
        return x @ straight(w, jnp.rint(w / scale) * scale) + layer["b"]

    def dropout(rows: int, columns: int) -> Array:
        # random numbers are a third of the work: one mask serves all layers that read the same rows
        return random.bernoulli(next(keys), 1 - drop, (rows, columns)) / (1 - drop) if keys is not None else jnp.ones((1, 1))

    there, groups = b["there"], b["about"].shape[0]
    mask = dropout(there.shape[0], params["word"].shape[1])
    x = table("word")[b["id"]] * mask + b["bits"] @ table("bits")
    for name in _TABLES:
        x = x + table(name)[b[name]]
    x = steps(x) * there
    d = x.shape[1]
    for layer, reach in zip(params["convolutions"], DILATIONS, strict=True):
        seen = x * mask
        edge = jnp.zeros((reach, d))
        left, right = jnp.concatenate([edge, seen[:-reach]]), jnp.concatenate([seen[reach:], edge])
        y = linear(jnp.concatenate([left, seen, right], axis=1), layer)
        gate = jnp.clip(y[:, d:] * 0.25 + 0.5, 0, 1)
        x = steps(x + y[:, :d] * gate) * there

    def mean(rows: Array) -> Array:
        total = jnp.zeros((papers + 1, d)).at[b["paper"]].add(x * rows)
        count = jnp.zeros((papers + 1, 1)).at[b["paper"]].add(rows)
        return steps(total / jnp.maximum(count, 1))

    title = there * (b["place"] == 0)[:, None]
    about = steps(nn.relu(linear(jnp.concatenate([mean(there), mean(title)], axis=1), params["context"])), 0)
    x = steps(x + about[b["paper"]]) * there
    first, last = b["first"], b["last"]
    size = last - first + 1
    total = sum(x[jnp.minimum(first + k, last)] * (k < size)[:, None] for k in range(MAX_WORDS))
    middle = steps(total / size[:, None])
    mask = dropout(first.shape[0], d)
    span = linear(jnp.concatenate([x[first] * mask, x[last] * mask, middle * mask], axis=1), params["span"])
    span = steps(nn.relu(span + params["width"][jnp.minimum(size, MAX_WORDS)]), 0)
    most = jnp.zeros((groups, d)).at[b["group"]].max(span)
    count = jnp.zeros((groups, 1)).at[b["group"]].add(1.0)
    means = steps(jnp.zeros((groups, d)).at[b["group"]].add(span) / jnp.maximum(count, 1), 0)
    mask = dropout(groups, d)
    inner = linear(jnp.concatenate([most * mask, means * mask, about[b["about"]] * mask], axis=1), params["inner"])
    return linear(steps(nn.relu(inner), 0) * dropout(groups, d), params["out"])


def _loss(params: Params, b: dict[str, Array], papers: int, key: Array, drop: float) -> Array:
    import jax.numpy as jnp
    from jax import nn

    out = _forward(params, b, papers, key, drop)
    concept = jnp.logaddexp(0.0, out[:, 0]) - b["y"] * out[:, 0]
    loss = 10 * (concept * b["w"]).sum() / jnp.maximum(b["w"].sum(), 1)
    whole = jnp.maximum(b["tw"].sum(), 1)
    for name, part in (("types", out[:, 1 : 1 + len(TYPES)]), ("relations", out[:, 1 + len(TYPES) :])):
        loss -= 0.5 * ((b[name] * nn.log_softmax(part)).sum(axis=1) * b["tw"]).sum() / whole
    return loss


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass of training: epochs, the greatest learning rate, papers of a batch."""

    epochs: int
    rate: float
    papers: int = 16


SILVER = Stage(2, 2e-3)
AGAIN = Stage(2, 1e-3)
GOLD = Stage(8, 7e-4, 8)


def run(
    params: Params, of: Examples, papers: Sequence[int], known: np.ndarray, stage: Stage, seed: int, drop: float = 0.15, say: Say = unheard
) -> Params:
    """Trains by AdamW (Loshchilov and Hutter, 2019) with a rate that rises, then falls; every batch is made of papers drawn at random."""
    jax_ = jax()
    jnp = jax_.numpy
    tree = jax_.tree_util.tree_map
    rng = np.random.default_rng(seed)
    count = len(papers) // stage.papers
    total = stage.epochs * count

    @partial(jax_.jit, static_argnums=(4,))
    def step(params: Params, state: tuple[Params, Params], b: dict[str, Array], at: Array, number: int, key: Array) -> Any:
        loss, slope = jax_.value_and_grad(_loss)(params, b, number, key, drop)
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax_.tree_util.tree_leaves(slope)))
        slope = tree(lambda g: g * jnp.minimum(1.0, 1.0 / (norm + 1e-6)), slope)
        rate = stage.rate * jnp.minimum((at + 1) / (0.05 * total), jnp.maximum(0.02, (total - at) / (0.95 * total)))
        first = tree(lambda m, g: 0.9 * m + 0.1 * g, state[0], slope)
        second = tree(lambda v, g: 0.999 * v + 0.001 * g * g, state[1], slope)
        fix1, fix2 = 1 - 0.9 ** (at + 1.0), 1 - 0.999 ** (at + 1.0)
        params = tree(lambda p, m, v: p - rate * (m / fix1 / (jnp.sqrt(v / fix2) + 1e-8) + 0.01 * p), params, first, second)
        return params, (first, second), loss

    state = (tree(np.zeros_like, params), tree(np.zeros_like, params))
    key = jax_.random.PRNGKey(seed)
    done, losses = 0, 0.0
    for epoch in range(stage.epochs):
        order = rng.permutation(np.asarray(papers))
        for low in range(0, count * stage.papers, stage.papers):
            key, mine = jax_.random.split(key)
            b = batch(of, order[low : low + stage.papers].tolist(), known, rng)
            params, state, loss = step(params, state, b, float(done), stage.papers, mine)
            done += 1
            losses = 0.99 * losses + 0.01 * float(loss) if done > 1 else float(loss)
        say(f"network: epoch {epoch + 1} of {stage.epochs}, loss {losses:.3f}")
    trained: Params = tree(np.asarray, params)
    return trained


def params_of(of: Network) -> Params:
    """A trained network as weights to go on from."""

    def table(name: str) -> np.ndarray:
        numbers: np.ndarray = (getattr(of, name) / STEPS).astype(np.float32)
        return numbers

    def layer(one: Layer) -> dict[str, np.ndarray]:
        return {"w": one.weight * one.scale, "b": one.bias}

    return {
        **{name: table(name) for name in ("word", "bits", *_TABLES)},
        "convolutions": [layer(one) for one in of.convolutions],
        "width": of.width,
        **{name: layer(getattr(of, name)) for name in ("context", "span", "inner", "out")},
    }


def network(params: Params, known: np.ndarray) -> Network:
    """The trained weights as integers."""

    def table(name: str) -> np.ndarray:
        whole: np.ndarray = np.rint(np.clip(params[name], -_GREATEST, _GREATEST) * STEPS).astype(np.int8)
        return whole

    def layer(of: dict[str, np.ndarray]) -> Layer:
        scale = np.abs(of["w"]).max(axis=0) / WEIGHT
        return Layer(np.rint(of["w"] / scale).astype(np.int8), scale.astype(np.float32), of["b"].astype(np.float32))

    return Network(
        vocabulary=known,
        word=table("word"),
        bits=table("bits"),
        place=table("place"),
        cue=table("cue"),
        before=table("before"),
        after=table("after"),
        gap=table("gap"),
        convolutions=tuple(layer(one) for one in params["convolutions"]),
        context=layer(params["context"]),
        span=layer(params["span"]),
        width=params["width"].astype(np.float32),
        inner=layer(params["inner"]),
        out=layer(params["out"]),
    )
