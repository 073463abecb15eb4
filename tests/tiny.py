"""Eight papers in our own words, with a tiny catalog and what they say, by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.catalog import Catalog
from kg.graph import Graph, write_graph
from kg.model import (
    Concept,
    ConceptRelation,
    ConceptType,
    Evidence,
    Field,
    Finding,
    Mention,
    Note,
    Paper,
    Reading,
    Rejected,
    Relation,
    Statement,
)
from kg.text import sentences

TASK, DATASET, ARCHITECTURE, METHOD, METRIC = ConceptType
INPUTS = (("tiny.jsonl", "a" * 64), ("more.csv", "b" * 64))


@pytest.fixture(scope="session")
def tiny_catalog() -> Catalog:
    """Sixteen concepts of all types, with a hierarchy of three levels, exact case and a name that needs context."""
    return Catalog(
        [
            Concept("classification", TASK, "classification", source="test"),
            Concept(
                "image-classification", TASK, "image classification", ("image categorization",), broader=("classification",), source="test"
            ),
            Concept("machine-translation", TASK, "machine translation", acronyms=("MT",), identifiers=("wikidata:Q79798",), source="test"),
            Concept("sentiment-analysis", TASK, "sentiment analysis", broader=("classification",), source="test"),
            Concept("cifar-10", DATASET, "CIFAR-10", ("CIFAR10",), source="test"),
            Concept("imagenet", DATASET, "ImageNet", ("ImageNet-1k", "ILSVRC"), source="test"),
            Concept("sst-2", DATASET, "SST-2", ("Stanford Sentiment Treebank",), source="test"),
            Concept("neural-network", ARCHITECTURE, "neural network", source="test"),
            Concept("transformer", ARCHITECTURE, "Transformer", broader=("neural-network",), also=(METHOD,), source="test"),
            Concept(
                "bert", ARCHITECTURE, "BERT", ("Bidirectional Encoder Representations from Transformers",), broader=("transformer",),
                flags=frozenset({"exact-case"}), source="test",
            ),
            Concept(
                "llama", ARCHITECTURE, "Llama", ("LLaMA",), broader=("transformer",), flags=frozenset({"exact-case", "needs-context"}),
                source="test",
            ),
            Concept("fine-tuning", METHOD, "fine-tuning", source="test"),
            Concept("low-rank-adaptation", METHOD, "low-rank adaptation", acronyms=("LoRA",), broader=("fine-tuning",), source="test"),
            Concept("dropout", METHOD, "dropout", source="test"),
            Concept("accuracy", METRIC, "accuracy", source="test"),
            Concept("bleu", METRIC, "BLEU", ("bilingual evaluation understudy",), source="test"),
        ]
    )  # fmt: skip


@pytest.fixture(scope="session")
def tiny_papers() -> list[Paper]:
    """Eight papers, sorted by id, whose texts hold what breaks careless writers: quotes, accents, an emoji, markup, backslashes."""
    papers = [
        Paper(
            "arxiv:2401.00001",
            "PrismNet: A Sparse Transformer for Image Classification",
            "We propose PrismNet, a Transformer whose attention looks at few patches. On ImageNet and CIFAR-10 it reaches an accuracy "
            'of 91.2% with half of the work. We call the routing step "prism attention".',
            ("Ada Müller", "José Núñez"), 2024, "Tiny Conference", ("https://example.org/prism?a=1&b=2",), None, "2401.00001",
            "tiny.jsonl", 1,
        ),
        Paper(
            "arxiv:2402.00002",
            "Small Updates Suffice: Low-Rank Adaptation of Large Language Models",
            "Fine-tuning large language models (LLMs) is costly. Low-rank adaptation (LoRA) of Llama 2 13B keeps its quality on SST-2. "
            "Without dropout the gain vanishes.",
            ("Wei Chen",), 2024, None, (), None, "2402.00002", "tiny.jsonl", 2,
        ),
        Paper(
            "acl:2023.tiny-main.3",
            "Does an LLM Know What \"It\" Means? O'Neill's Question & Others",
            "We ask whether an LLM resolves pronouns, and compare it with BERT. Sentiment analysis on SST-2 serves as a control.",
            ("Siobhán O'Neill",), 2023, "Tiny Workshop", ("https://example.org/acl/3",), "10.1000/tiny.3", None, "tiny.jsonl", 3,
        ),
        Paper(
            "doi:10.1000/tiny.4",
            "Translation with <b>bold</b> Transformers",
            "For machine translation (MT) a Transformer is trained on pairs such as C:\\data\\en & C:\\data\\de. It gains 2.1 BLEU.",
            ("Zoë Łukasz", "Ada Müller"), 2022, "Tiny Letters; \"B\"", (), "10.1000/tiny.4", None, "tiny.jsonl", 4,
        ),
        Paper(
            "title:emoji-probe",
            "🔬Probe: Looking into Networks",
            "The 🔬Probe dataset asks a neural network 😀 for the part of naïve images it looks at. ResNeXt-Δ is compared with BERT on it.",
            (), None, None, (), None, None, "tiny.jsonl", 5,
        ),
        Paper("title:no-abstract-at-all", "No Abstract at All", source="more.csv", line=2),
        Paper(
            "title:prism-attention-revisited",
            "Prism Attention Revisited",
            "Prism attention is based on dropout. We use PrismNet on CIFAR-10, measure accuracy, and fine-tune it.",
            ("José Núñez",), 2025, "Tiny Conference", ("https://example.org/revisited", "https://example.org/pdf"), None, None,
            "more.csv", 3,
        ),
        Paper(
            "title:sentiment-of-llamas",
            "Sentiment of Llamas",
            "Llamas are animals; this paper is about their wool\tand about large language models in farming.",
            ("A. N. Other",), 2021, "Farm Notes", (), None, None, "more.csv", 4,
        ),
    ]  # fmt: skip
    return sorted(papers, key=lambda p: p.id)


def _evidence(paper: Paper, text: str, field: Field = "abstract", nth: int = 0, cue: str = "") -> Evidence:
    whole = paper.text(field)
    start = -1
    for _ in range(nth + 1):
        start = whole.index(text, start + 1)
    low, high = next((a, b) for a, b in sentences(whole) if a <= start < b)
    return Evidence(Mention(field, start, start + len(text), text), low, high, cue)


def _finding(
    label: str,
    kind: ConceptType,
    relation: Relation,
    confidence: float,
    *evidence: Evidence,
    concept: str = "",
    aliases: Sequence[str] = (),
    acronyms: Sequence[str] = (),
    variant: str = "",
    candidates: Sequence[tuple[str, float, str]] = (),
) -> Finding:
    scores = tuple(0.8 if t is kind else 0.05 for t in ConceptType)
    return Finding(
        label, tuple(aliases), tuple(acronyms), kind, scores, relation, confidence, evidence, concept, variant, tuple(candidates)
    )


def _statement(paper: Paper, head: int, relation: ConceptRelation, tail: int, confidence: float, clause: str) -> Statement:
    start = paper.abstract.index(clause)
    return Statement(head, relation, tail, confidence, "abstract", start, start + len(clause))


@pytest.fixture(scope="session")
def tiny_readings(tiny_papers: list[Paper]) -> list[tuple[Paper, Reading]]:
    """What the eight papers say, by hand: known and new concepts, a variant, statements, losers, two findings of one concept."""
    by_id = {p.id: p for p in tiny_papers}
    found: dict[str, tuple[list[Finding], list[Statement]]] = {}

    p = by_id["arxiv:2401.00001"]
    found[p.id] = (
        [
            _finding(
                "PrismNet",
                ARCHITECTURE,
                Relation.PROPOSES,
                0.98,
                _evidence(p, "PrismNet", cue="propose"),
                _evidence(p, "PrismNet", "title"),
            ),
            _finding(
                "Transformer",
                ARCHITECTURE,
                Relation.USES,
                0.9,
                _evidence(p, "Transformer"),
                _evidence(p, "Transformer", "title"),
                concept="transformer",
            ),
            _finding(
                "image classification",
                TASK,
                Relation.ADDRESSES,
                0.95,
                _evidence(p, "Image Classification", "title", cue="for"),
                concept="image-classification",
            ),
            _finding("ImageNet", DATASET, Relation.EVALUATES_ON, 0.97, _evidence(p, "ImageNet", cue="on"), concept="imagenet"),
            _finding("CIFAR-10", DATASET, Relation.EVALUATES_ON, 0.97, _evidence(p, "CIFAR-10", cue="on"), concept="cifar-10"),
            _finding("accuracy", METRIC, Relation.MEASURES, 0.92, _evidence(p, "accuracy", cue="reaches"), concept="accuracy"),
            _finding("prism attention", METHOD, Relation.PROPOSES, 0.81, _evidence(p, "prism attention", cue="call")),
        ],
        [
            _statement(p, 0, ConceptRelation.BASED_ON, 1, 0.85, "PrismNet, a Transformer whose attention looks at few patches"),
            _statement(p, 0, ConceptRelation.EVALUATED_ON, 3, 0.8, "On ImageNet and CIFAR-10 it reaches an accuracy"),
            _statement(p, 0, ConceptRelation.EVALUATED_ON, 4, 0.8, "On ImageNet and CIFAR-10 it reaches an accuracy"),
        ],
    )

    p = by_id["arxiv:2402.00002"]
    found[p.id] = (
        [
            _finding(
                "large language model",
                ARCHITECTURE,
                Relation.USES,
                0.88,
                _evidence(p, "large language models"),
                _evidence(p, "LLMs"),
                _evidence(p, "Large Language Models", "title"),
                acronyms=("LLM", "LLMs"),
            ),
            _finding(
                "low-rank adaptation",
                METHOD,
                Relation.PROPOSES,
                0.7,
                _evidence(p, "Low-rank adaptation"),
                _evidence(p, "LoRA"),
                concept="low-rank-adaptation",
                acronyms=("LoRA",),
            ),
            _finding(
                "Llama 2 13B",
                ARCHITECTURE,
                Relation.USES,
                0.93,
                _evidence(p, "Llama 2 13B", cue="of"),
                concept="llama",
                variant="2 13B",
                candidates=(("llama", 0.91, "name within the mention; variant 2 13B"), ("bert", 0.12, "same type")),
            ),
            _finding("SST-2", DATASET, Relation.EVALUATES_ON, 0.96, _evidence(p, "SST-2", cue="on"), concept="sst-2"),
            _finding("fine-tuning", METHOD, Relation.MENTIONS, 0.6, _evidence(p, "Fine-tuning"), concept="fine-tuning"),
            _finding("dropout", METHOD, Relation.USES, 0.55, _evidence(p, "dropout", cue="without"), concept="dropout"),
        ],
        [
            _statement(p, 1, ConceptRelation.USED_FOR, 2, 0.75, "Low-rank adaptation (LoRA) of Llama 2 13B"),
            _statement(p, 2, ConceptRelation.KIND_OF, 0, 0.4, "Low-rank adaptation (LoRA) of Llama 2 13B"),
        ],
    )

    p = by_id["acl:2023.tiny-main.3"]
    found[p.id] = (
        [
            _finding("LLM", ARCHITECTURE, Relation.ADDRESSES, 0.77, _evidence(p, "LLM"), _evidence(p, "LLM", "title"), acronyms=("LLM",)),
            _finding("BERT", ARCHITECTURE, Relation.COMPARES_WITH, 0.94, _evidence(p, "BERT", cue="compare"), concept="bert"),
            _finding(
                "sentiment analysis", TASK, Relation.ADDRESSES, 0.83, _evidence(p, "Sentiment analysis"), concept="sentiment-analysis"
            ),
            _finding("SST-2", DATASET, Relation.EVALUATES_ON, 0.9, _evidence(p, "SST-2", cue="on"), concept="sst-2"),
        ],
        [_statement(p, 0, ConceptRelation.COMPARED_WITH, 1, 0.7, "an LLM resolves pronouns, and compare it with BERT")],
    )

    p = by_id["doi:10.1000/tiny.4"]
    found[p.id] = (
        [
            _finding(
                "machine translation",
                TASK,
                Relation.ADDRESSES,
                0.97,
                _evidence(p, "machine translation", cue="for"),
                _evidence(p, "MT"),
                concept="machine-translation",
                acronyms=("MT",),
            ),
            _finding(
                "Transformer",
                ARCHITECTURE,
                Relation.USES,
                0.95,
                _evidence(p, "Transformer", cue="trained"),
                _evidence(p, "Transformers", "title"),
                concept="transformer",
            ),
            _finding("BLEU", METRIC, Relation.MEASURES, 0.99, _evidence(p, "BLEU", cue="gains"), concept="bleu"),
        ],
        [
            _statement(p, 1, ConceptRelation.USED_FOR, 0, 0.9, "For machine translation (MT) a Transformer is trained"),
            _statement(p, 0, ConceptRelation.MEASURED_BY, 2, 0.5, "It gains 2.1 BLEU"),
        ],
    )

    p = by_id["title:emoji-probe"]
    found[p.id] = (
        [
            _finding("🔬Probe", DATASET, Relation.PROPOSES, 0.9, _evidence(p, "🔬Probe", "title"), _evidence(p, "🔬Probe", cue="dataset")),
            _finding("neural network", ARCHITECTURE, Relation.ADDRESSES, 0.5, _evidence(p, "neural network"), concept="neural-network"),
            _finding("ResNeXt-Δ", ARCHITECTURE, Relation.USES, 0.66, _evidence(p, "ResNeXt-Δ")),
            _finding("BERT", ARCHITECTURE, Relation.COMPARES_WITH, 0.82, _evidence(p, "BERT", cue="compared"), concept="bert"),
        ],
        [_statement(p, 2, ConceptRelation.COMPARED_WITH, 3, 0.6, "ResNeXt-Δ is compared with BERT on it")],
    )

    p = by_id["title:prism-attention-revisited"]
    found[p.id] = (
        [
            _finding(
                "Prism Attention",
                METHOD,
                Relation.ADDRESSES,
                0.8,
                _evidence(p, "Prism Attention", "title"),
                _evidence(p, "Prism attention"),
            ),
            _finding("dropout", METHOD, Relation.USES, 0.85, _evidence(p, "dropout", cue="based"), concept="dropout"),
            _finding("PrismNet", ARCHITECTURE, Relation.USES, 0.87, _evidence(p, "PrismNet", cue="use")),
            _finding("CIFAR-10", DATASET, Relation.EVALUATES_ON, 0.9, _evidence(p, "CIFAR-10", cue="on"), concept="cifar-10"),
            _finding("accuracy", METRIC, Relation.MEASURES, 0.9, _evidence(p, "accuracy", cue="measure"), concept="accuracy"),
            # two findings that come out as one concept: one link with the evidence of both
            _finding("fine-tune", METHOD, Relation.USES, 0.4, _evidence(p, "fine-tune"), concept="fine-tuning"),
            _finding("fine tuning", METHOD, Relation.MENTIONS, 0.45, _evidence(p, "tune"), concept="fine-tuning"),
        ],
        [_statement(p, 0, ConceptRelation.BASED_ON, 1, 0.9, "Prism attention is based on dropout")],
    )

    p = by_id["title:sentiment-of-llamas"]
    found[p.id] = (
        [
            _finding("large language models", ARCHITECTURE, Relation.MENTIONS, 0.7, _evidence(p, "large language models")),
            _finding(
                "Llamas",
                ARCHITECTURE,
                Relation.MENTIONS,
                0.31,
                _evidence(p, "Llamas", "title"),
                candidates=(("llama", 0.2, "needs context, and nothing speaks for it"),),
            ),
        ],
        [],
    )
    return [(p, Reading(p.id, *map(tuple, found.get(p.id, ((), ()))))) for p in tiny_papers]


@pytest.fixture(scope="session")
def tiny_rejected() -> list[Rejected | Note]:
    """One record that could not be read and one line that was left out on purpose."""
    return [
        Rejected("more.csv", 5, "missing title", ",,2020", "give every row a title"),
        Note("tiny.jsonl", 6, "empty line"),
    ]


@pytest.fixture(scope="session")
def write_tiny(
    tiny_catalog: Catalog, tiny_readings: list[tuple[Paper, Reading]], tiny_rejected: list[Rejected | Note]
) -> Callable[..., Graph]:
    """A function that writes the tiny graph, or another one of `pairs`, to a folder; further options go to `write_graph`."""
    papers = {p.id: p for p, _ in tiny_readings}
    twin = papers["doi:10.1000/tiny.4"]
    records = [
        (twin.id, twin),
        (twin.id, replace(twin, id="title:translation-with-bold-transformers", abstract="", source="more.csv", line=6)),
    ]

    def write(folder: Path, pairs: Iterable[tuple[Paper, Reading]] | None = None, **options: Any) -> Graph:
        if pairs is None:
            options = {"records": records, "rejected": tiny_rejected, "inputs": INPUTS, "reader": "by hand", **options}
        return write_graph(folder, tiny_readings if pairs is None else pairs, tiny_catalog, **options)

    return write


@pytest.fixture(scope="session")
def tiny_graph(tmp_path_factory: pytest.TempPathFactory, write_tiny: Callable[..., Graph]) -> Graph:
    """The graph of the eight papers; shared by all tests, so do not change it (write your own with `write_tiny`)."""
    return write_tiny(tmp_path_factory.mktemp("tiny") / "graph")
