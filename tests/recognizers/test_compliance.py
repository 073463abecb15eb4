"""One suite over all recognisers; and the suite itself, on recognisers that each break one rule."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import example_plugin
import fake_gliner
import fake_server
import pytest
import spacy

from kg.catalog import Catalog
from kg.errors import PaperkgError
from kg.model import Mention, Paper
from kg.recognizers import Recognition, Recognized, load, registry
from kg.recognizers.compliance import CHECKS, Check, Subject
from kg.recognizers.gliner import Gliner
from kg.recognizers.llm import LanguageModel
from kg.recognizers.llm import client as llm_client
from kg.recognizers.ours import Ours
from kg.recognizers.spacy_entities import SpacyEntities

SMALL = Catalog([])


def _ours(example: Paper, **_: Any) -> Subject:
    return Subject(
        make=lambda: Ours(catalog=SMALL),
        changed=lambda: Ours(catalog=SMALL, threshold=0.6),
        example=example,
        wrong={"threshold": lambda: load("ours", threshold=2), "option": lambda: load("ours", other=1)},
    )


def _spacy(example: Paper, pipeline: Path, **_: Any) -> Subject:
    return Subject(
        make=lambda: SpacyEntities(pipeline),
        changed=lambda: SpacyEntities(pipeline, labels={"PERSON": "Task"}),
        example=example,
        wrong={
            "no pipeline": lambda: load("spacy", pipeline="no_such_pipeline"),
            "label": lambda: load("spacy", pipeline=str(pipeline), labels={"X": "Thing"}),
            "score": lambda: load("spacy", pipeline=str(pipeline), score=2),
            "spans": lambda: SpacyEntities(pipeline, spans="none").recognize([example]),
        },
    )


def _spacy_object(example: Paper, pipeline: Path, **_: Any) -> Subject:
    nlp = spacy.load(pipeline)
    return Subject(make=lambda: SpacyEntities(nlp), changed=lambda: SpacyEntities(nlp, score=0.1), example=example)


def _gliner(example: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **_: Any) -> Subject:
    """On the stand-in for the package: this is about the adapter, not about a model."""
    monkeypatch.setitem(sys.modules, "gliner", fake_gliner)  # type: ignore[arg-type]
    (tmp_path / "words.json").write_text(json.dumps({"PrismNet": "task", "Glass Corpus": "dataset or benchmark"}))

    def missing() -> object:
        monkeypatch.setitem(sys.modules, "gliner", None)  # type: ignore[arg-type]
        return load("gliner", model=str(tmp_path))

    return Subject(
        make=lambda: Gliner(tmp_path),
        changed=lambda: Gliner(tmp_path, threshold=0.7),
        example=example,
        wrong={"no folder": lambda: load("gliner", model="a/model"), "no package": missing},
    )


def _example_plugin(example: Paper, **_: Any) -> Subject:
    return Subject(
        make=example_plugin.Camel,
        changed=lambda: example_plugin.Camel(2),
        example=example,
        wrong={"least": lambda: example_plugin.Camel(0)},
    )


def _llm(example: Paper, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, **_: Any) -> Subject:
    monkeypatch.setattr(llm_client, "FIRST_WAIT", 0.01)
    running = fake_server.serving()
    server = running.__enter__()
    request.addfinalizer(lambda: running.__exit__(None, None, None))
    server.answer = fake_server.names("PrismNet", "PRISMNET", "Glass Corpus", "light folding")

    def made(**options: Any) -> LanguageModel:
        return LanguageModel(**{"base_url": server.url, "model": "tiny", "cache": tmp_path / "answers", "retries": 0, **options})

    def refused() -> object:
        server.play(fake_server.error(401, "no"))
        return made(cache=False).recognize([example])

    return Subject(
        make=made,
        changed=lambda: made(model="other"),
        example=example,
        wrong={
            "no server": lambda: made(base_url="http://127.0.0.1:9/v1", cache=False).recognize([example]),
            "wrong key": refused,
            "no key": lambda: made(key_env="NO_SUCH_VARIABLE"),
            "limit": lambda: made(cache=False, max_requests=0).recognize([example]),
            "address": lambda: made(base_url="here"),
        },
    )


SUBJECTS: dict[str, Any] = {
    "ours": _ours,
    "spacy": _spacy,
    "spacy object": _spacy_object,
    "gliner": _gliner,
    "llm": _llm,
    "example plug-in": _example_plugin,
}


def test_all_built_in_recognisers_are_here() -> None:
    assert set(registry.BUILT_IN) <= set(SUBJECTS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", SUBJECTS)
def test_it_complies(name: str, check: Check, request: pytest.FixtureRequest, example: Paper, pipeline: Path, tmp_path: Path) -> None:
    rest = {"monkeypatch": request.getfixturevalue("monkeypatch"), "request": request}
    check(SUBJECTS[name](example=example, pipeline=pipeline, tmp_path=tmp_path, **rest))


# --- the suite finds what is wrong ------------------------------------------------------------------------------------


class Good(example_plugin.Camel):
    """Complies; the others change one thing."""


class NoList(Good):
    def recognize(self, papers: Sequence[Paper]) -> Any:
        return iter(super().recognize(papers))


class Blind(Good):
    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        return [Recognition() for _ in papers]


class Bytes(Good):
    """Counts offsets in bytes."""

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        def moved(m: Recognized, paper: Paper) -> Recognized:
            text = paper.text(m.mention.field)
            start = len(text[: m.mention.start].encode())
            return replace(m, mention=replace(m.mention, start=start, end=start + len(m.mention.text)))

        return [Recognition(tuple(moved(m, p) for m in r.mentions)) for p, r in zip(papers, super().recognize(papers), strict=True)]


class Sure(Good):
    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        return [Recognition(tuple(replace(m, confidence=7.0) for m in r.mentions)) for r in super().recognize(papers)]


class Moody(Good):
    """Says something else every other time."""

    calls = 0

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        Moody.calls += 1
        return [Recognition(r.mentions[Moody.calls % 2 :]) for r in super().recognize(papers)]


class Vain(Good):
    """Looks at the authors."""

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        return [Recognition() if p.authors else r for p, r in zip(papers, super().recognize(papers), strict=True)]


class Talkative(Good):
    """Finds something in nothing."""

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        more = Recognized(Mention("title", 0, 1, "…"), 0.5)
        return [
            replace(r, mentions=(*r.mentions, more)) if p.title[:1] == "…" else r
            for p, r in zip(papers, super().recognize(papers), strict=True)
        ]


class Touched(Good):
    """Forgets what it has said of an earlier paper of the batch."""

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        seen: set[str] = set()
        found = []
        for r in super().recognize(papers):
            found.append(Recognition(tuple(m for m in r.mentions if m.mention.text not in seen)))
            seen |= {m.mention.text for m in r.mentions}
        return found


class Short(Good):
    """Reads the first 10,000 characters."""

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        return super().recognize([replace(p, abstract=p.abstract[:10_000]) for p in papers])


class Counting(Good):
    """Its fingerprint changes by reading."""

    read = 0

    @property
    def fingerprint(self) -> str:
        return super().fingerprint + str(self.read)

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        self.read += 1
        return super().recognize(papers)


class Nameless(Good):
    fingerprint = "the same for all options"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("broken", "check"),
    [
        (NoList, "follows_the_protocol"),
        (Blind, "finds_something_in_its_example"),
        (Bytes, "mentions_stand_verbatim_in_the_text"),
        (Bytes, "offsets_count_code_points"),
        (Sure, "types_relations_and_confidence_are_of_our_vocabulary"),
        (Moody, "the_same_text_gives_the_same_mentions"),
        (Vain, "only_title_and_abstract_count"),
        (Talkative, "empty_texts_have_no_mentions"),
        (Touched, "papers_do_not_depend_on_each_other"),
        (Short, "long_texts_are_read_to_the_end"),
        (Counting, "the_fingerprint_is_that_of_the_configuration"),
        (Nameless, "the_fingerprint_is_that_of_the_configuration"),
    ],
)
def test_a_broken_recogniser_fails(broken: type[Good], check: str, example: Paper) -> None:
    (run,) = [c for c in CHECKS if c.__name__ == check]
    run(Subject(Good, lambda: Good(2), example))
    with pytest.raises(AssertionError) as raised:
        run(Subject(broken, lambda: broken(2), example))
    assert len(str(raised.value)) > 15


def test_errors_that_are_not_typed_or_do_not_come_fail(example: Paper) -> None:
    (run,) = [c for c in CHECKS if c.__name__ == "errors_are_of_kg_errors"]

    def untyped() -> None:
        raise ValueError("x")

    def short() -> None:
        raise PaperkgError("x")

    for wrong in (untyped, short, lambda: None):
        with pytest.raises(AssertionError):
            run(Subject(Good, Good, example, {"it": wrong}))


def test_mentions_that_do_not_become_a_reading_fail(example: Paper) -> None:
    (run,) = [c for c in CHECKS if c.__name__ == "its_mentions_become_a_reading"]
    with pytest.raises(AssertionError, match="became"):
        run(Subject(Cut, Cut, example))


class Cut(Good):
    """Names pieces of words only."""

    def recognize(self, papers: Sequence[Paper]) -> list[Recognition]:
        def cut(m: Recognized) -> Recognized:
            return replace(m, mention=replace(m.mention, start=m.mention.start + 1, text=m.mention.text[1:]))

        return [Recognition(tuple(cut(m) for m in r.mentions)) for r in super().recognize(papers)]
