"""Figures of links and relations: worked out by hand on small cases, and equal to the scorer's on large ones."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataError
from kg.evaluate import Evaluation, error_lines, evaluate_links, evaluate_relations, fold, gold_kind, score_links, score_relations
from kg.graph import Graph

Row = dict[str, Any]


def write(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def entity(name: str, *aliases: str, type: str = "Method", relation: str = "uses", mentions: tuple[str, ...] = (), **more: Any) -> Row:  # noqa: A002
    return {"name": name, "aliases": list(aliases), "type": type, "relation": relation, "mentions": list(mentions), **more}


def link(title: str, concept: str, name: str, *aliases: str, mentions: tuple[str, ...] = (), **more: Any) -> Row:
    row = {"paper": title, "title": title, "concept": concept, "name": name, "aliases": list(aliases), "type": "Method", "relation": "uses"}
    return {**row, "confidence": 1.0, "mentions": [{"text": m} for m in mentions], **more}


def score(tmp_path: Path, entities: list[Row], links: list[Row]) -> Evaluation:
    return score_links(write(tmp_path / "gold.jsonl", [{"title": "One", "entities": entities}]), links)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Low-Rank Adaptation", "low rank adaptations"),
        ("low-rank adaptation (LoRA)", "lowrank adaptation"),
        ("Ｆｕｌｌ width", "full width"),
        ("k_means", "k_means"),
    ],
)
def test_names_that_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("C++", "C"), ("C#", "C"), ("bus", "bu"), ("loss", "los"), ("GPT-3", "GPT-4"), ("gas", "ga")])
def test_names_that_do_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_all_right(tmp_path: Path) -> None:
    figures = score(tmp_path, [entity("LoRA"), entity("Adam")], [link("One", "a", "LoRA"), link("One", "b", "adam")]).figures
    assert (figures["precision"], figures["recall"], figures["f1"]) == (1, 1, 1)
    assert figures["type_accuracy"] == figures["relation_accuracy"] == figures["label_accuracy"] == 1
    assert figures["recall_by_type"] == {"Method": 1}
    assert figures["by_type"] == {"Method": {"precision": 1, "recall": 1, "f1": 1, "required": 2}}


def test_one_found_one_missed_two_wrong(tmp_path: Path) -> None:
    found = score(tmp_path, [entity("LoRA"), entity("Adam")], [link("One", "a", "LoRA"), link("One", "x", "X"), link("One", "y", "Y")])
    assert (found.figures["precision"], found.figures["recall"], found.figures["f1"]) == (0.3333, 0.5, 0.4)
    assert found.missed == (("Adam", 1),) and found.wrong == (("X", 1), ("Y", 1))
    (by_type,), (by_relation,) = found.figures["by_type"].values(), found.figures["by_relation"].values()
    assert by_type == by_relation == {"precision": 0.3333, "recall": 0.5, "f1": 0.4, "required": 2}


def test_optional_ones_are_neither_rewarded_nor_punished(tmp_path: Path) -> None:
    gold = [entity("LoRA"), entity("deep learning", "DL", required=False)]
    links = [link("One", "a", "LoRA"), link("One", "b", "deep learning"), link("One", "c", "DL")]
    found = score(tmp_path, gold, links)
    assert (found.figures["precision"], found.figures["recall"], found.figures["required_links"]) == (1, 1, 1)
    assert found.wrong == ()


def test_a_shared_mention_needs_a_name_with_it(tmp_path: Path) -> None:
    gold = [entity("parameter-efficient tuning", mentions=("PET", "our approach"))]
    assert score(tmp_path, gold, [link("One", "a", "PET", mentions=("PET",))]).figures["recall"] == 1
    assert score(tmp_path, gold, [link("One", "a", "another thing", mentions=("our approach",))]).figures["recall"] == 0


def test_words_that_any_name_may_have_do_not_count(tmp_path: Path) -> None:
    assert score(tmp_path, [entity("SQuAD", type="Dataset")], [link("One", "a", "The SQuAD dataset")]).figures["recall"] == 1


def test_equal_names_are_paired_before_others(tmp_path: Path) -> None:
    gold = [entity("BERT model", "BERT"), entity("RoBERTa", "BERT variant")]
    links = [link("One", "r", "RoBERTa", "BERT"), link("One", "b", "BERT model")]
    found = score(tmp_path, gold, links).figures
    assert (found["recall"], found["label_accuracy"]) == (1, 1)


def test_types_relations_and_labels_of_what_was_found(tmp_path: Path) -> None:
    gold = [
        entity("a1", type="Task", also=["Method"], relation="addresses", relations=["addresses", "uses"]),
        entity("b2", "bee", type="Dataset", relation="evaluatesOn"),
    ]
    found = score(tmp_path, gold, [link("One", "a", "a1"), link("One", "b", "B two", "bee")])
    assert found.mistyped == (("Dataset → Method", 1),) and found.misrelated == (("evaluatesOn → uses", 1),)
    figures = found.figures
    assert (figures["type_accuracy"], figures["relation_accuracy"], figures["label_accuracy"]) == (0.5, 0.5, 0.5)


def test_one_id_for_one_concept(tmp_path: Path) -> None:
    titles = ("One", "Two", "Three")
    gold = write(tmp_path / "gold.jsonl", [{"title": t, "entities": [entity("LoRA"), entity("Adam")]} for t in titles])
    links = [link(t, "lora" if t != "Three" else "adam", "LoRA") for t in titles] + [link(t, "adam", "Adam") for t in titles[:2]]
    found = score_links(gold, links)
    figures = found.figures
    assert found.split == (("lora (lora 2, adam 1)", 2),)
    assert found.merged == (("adam (adam, lora)", 2),)
    assert error_lines(found, 1)[-2:] == ["several ids: lora (lora 2, adam 1) ×2", "one id for several: adam (adam, lora) ×2"]
    # LoRA: 1 pair of 3, Adam: 1 of 1
    assert figures["same_concept_same_id"] == 0.5
    assert figures["ids_merging_concepts"] == 0.5


def test_papers_without_links_are_named(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", [{"title": "One!", "entities": [entity("a1")]}, {"title": "Two", "entities": [entity("a1")]}])
    found = score_links(gold, [link("one", "a", "a1"), link("Elsewhere", "a", "a1")])
    assert found.absent == ("Two",) and found.figures["papers_without_links"] == 1 and found.figures["precision"] == 1


def test_links_that_are_not_sure_enough_are_left_out(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", [{"title": "One", "entities": [entity("a1")]}])
    links = [link("One", "a", "a1", confidence=0.4)]
    assert evaluate_links(gold, links, min_confidence=0.4)["recall"] == 1
    assert evaluate_links(gold, links, min_confidence=0.41)["recall"] == 0


def test_errors_in_words(tmp_path: Path) -> None:
    found = score(
        tmp_path, [entity("a1"), entity("b2", type="Task")], [link("One", "b", "b2"), link("One", "x", "x"), link("One", "y", "y")]
    )
    assert error_lines(found, 1) == ["missed: a1 ×1", "wrong: x ×1", "wrong type: Task → Method ×1"]
    assert error_lines(score(tmp_path, [entity("a1")], [link("One", "a", "a1")]), 5) == []


def test_nothing_found_at_all(tmp_path: Path) -> None:
    figures = score(tmp_path, [entity("a1")], []).figures
    assert (figures["precision"], figures["recall"], figures["f1"], figures["same_concept_same_id"]) == (0, 0, 0, 0)


# --- relations ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_golds(tmp_path: Path) -> tuple[Path, Path]:
    relations = [
        {"head": "LoRA", "relation": "kindOf", "tail": "PEFT", "required": True},
        {"head": "LoRA", "relation": "usedFor", "tail": "translation", "required": True},
        {"head": "LoRA", "relation": "basedOn", "tail": "SVD", "required": False},
    ]
    entities = [entity("LoRA", "low-rank adaptation"), entity("PEFT", "parameter-efficient tuning"), entity("translation")]
    return (
        write(tmp_path / "relations.jsonl", [{"title": "One", "relations": relations}]),
        write(tmp_path / "links.jsonl", [{"title": "One", "entities": entities}]),
    )


def between(head: str, relation: str, tail: str, **more: Any) -> Row:
    return {"paper": "1", "title": "One", "head_name": head, "relation": relation, "tail_name": tail, **more}


def test_relations_labelled_unlabelled_undirected(two_golds: tuple[Path, Path]) -> None:
    found = [
        between("low-rank adaptation", "kindOf", "parameter-efficient tuning"),
        between("translation", "usedFor", "LoRA"),
        between("LoRA", "partOf", "SVD"),
    ]
    figures = evaluate_relations(*two_golds, found)
    assert list(figures) == ["labelled", "unlabelled", "undirected"]
    assert figures["labelled"] == {"precision": 0.3333, "recall": 0.5, "f1": 0.4, "required": 2}
    # the optional pair is no longer wrong once the relation's name is ignored
    assert figures["unlabelled"]["precision"] == 0.5
    assert figures["undirected"]["precision"] == figures["undirected"]["recall"] == 1
    errors = score_relations(*two_golds, found)
    assert errors.missed == (("LoRA usedFor translation", 1),)
    assert errors.wrong == (("LoRA partOf SVD", 1), ("translation usedFor LoRA", 1))


def test_saying_it_twice_is_wrong_once(two_golds: tuple[Path, Path]) -> None:
    found = [between("LoRA", "kindOf", "PEFT")] * 2
    assert evaluate_relations(*two_golds, found)["labelled"]["precision"] == 0.5


# --- graphs and files ---------------------------------------------------------------------------------------------------


def made_up_gold(graph: Graph, folder: Path) -> tuple[Path, Path]:
    """Gold files that a graph half fulfils: every third link and relation renamed, every fourth optional."""
    concepts = {c.id: c for c in graph.concepts()}
    papers: dict[str, Row] = {p.id: {"title": p.title, "entities": [], "relations": []} for p in graph.papers()}
    for number, one in enumerate(graph.links()):
        name = concepts[one.concept].label if number % 3 else f"other {number}"
        made = entity(name, type=concepts[one.concept].type.value, relation="uses", required=bool(number % 4))
        papers[one.paper]["entities"].append(made)
    for number, two in enumerate(r for r in graph.concept_links() if r.paper):
        tail = concepts[two.tail].label if number % 3 else f"other {number}"
        relation = {"head": concepts[two.head].label, "relation": two.relation.value, "tail": tail, "required": bool(number % 4)}
        papers[two.paper]["relations"].append(relation)
    links = [{"title": p["title"], "entities": p["entities"]} for p in papers.values()]
    relations = [{"title": p["title"], "relations": p["relations"]} for p in papers.values()]
    return write(folder / "links.gold.jsonl", links), write(folder / "relations.gold.jsonl", relations)


def test_a_graph_scores_as_its_exports_do(tiny_graph: Graph, tmp_path: Path) -> None:
    from exports import export

    links_gold, relations_gold = made_up_gold(tiny_graph, tmp_path)
    export(tiny_graph, "jsonl", tmp_path / "links.jsonl")
    export(tiny_graph, "relations-jsonl", tmp_path / "relations.jsonl")
    links = score_links(links_gold, tiny_graph)
    assert links == score_links(links_gold, tmp_path / "links.jsonl")
    assert 0.2 < links.figures["f1"] < 1
    relations = score_relations(relations_gold, links_gold, tiny_graph)
    assert relations == score_relations(relations_gold, links_gold, tmp_path / "relations.jsonl")
    assert 0.2 < relations.figures["labelled"]["f1"] < 1
    export(tiny_graph, "relations-jsonl", tmp_path / "aliases.jsonl", aliases=True)
    with_aliases = score_relations(relations_gold, links_gold, tiny_graph, aliases=True)
    assert with_aliases == score_relations(relations_gold, links_gold, tmp_path / "aliases.jsonl")


def test_what_a_gold_file_is_about(two_golds: tuple[Path, Path], tmp_path: Path) -> None:
    assert [gold_kind(path) for path in two_golds] == ["relations", "links"]
    with pytest.raises(DataError, match="no gold file"):
        gold_kind(write(tmp_path / "other.jsonl", [{"title": "One"}]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "gold.jsonl:1: not JSON"),
        (b'{"title": "a", "entities": []}\n[]\n', r"gold.jsonl:2: found '\[\]'; expected an object with title, entities"),
        (b'{"title": "a"}\n', "expected an object with title, entities"),
        (b'{"title": "a", "entities": [{"name": "x"}]}\n', "gold.jsonl:1: one of the entities lacks one of name, type, relation"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_bad_gold_file_is_named_with_its_line(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=message):
        evaluate_links(tmp_path / "gold.jsonl", [])


def test_a_missing_gold_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        evaluate_links(tmp_path / "none.jsonl", [])


# --- against the scorer -------------------------------------------------------------------------------------------------


def imperfect(gold: list[Row], seed: int) -> list[Row]:
    """Links made of curated ones: some left out, misnamed, mistyped, doubled, merged under one id, or out of nothing."""
    chance = random.Random(seed)
    links = []
    for number, paper in enumerate(gold):
        if chance.random() < 0.05:
            continue
        for one in paper["entities"]:
            if chance.random() < 0.25:
                continue
            names = [one["name"], *one["aliases"], *one["mentions"]]
            name = chance.choice([names[0], names[0], chance.choice(names), names[0].upper() + "s", f"the {names[0]} model", "something"])
            links.append(
                {
                    "paper": str(number),
                    "title": paper["title"] if chance.random() < 0.9 else paper["title"].upper(),
                    "concept": fold(one["name"])[: chance.choice([3, 40, 40, 40])],
                    "name": name,
                    "aliases": chance.sample(names, chance.randint(0, len(names))),
                    "type": one["type"] if chance.random() < 0.8 else "Method",
                    "relation": one["relation"] if chance.random() < 0.7 else "uses",
                    "confidence": round(chance.random(), 2),
                    "mentions": [{"text": m} for m in one["mentions"] if chance.random() < 0.7],
                }
            )
        if chance.random() < 0.5:
            links.append(link(paper["title"], "nothing", chance.choice(["deep learning", "nonsense", "accuracy"])))
    chance.shuffle(links)
    return links


def imperfect_relations(gold: list[Row], seed: int) -> list[Row]:
    chance = random.Random(seed)
    found = []
    for paper in gold:
        for one in paper["relations"]:
            ends = [one["head"], one["tail"]]
            if chance.random() < 0.2:
                ends.reverse()
            relation = one["relation"] if chance.random() < 0.7 else "usedFor"
            row = {"paper": "p", "title": paper["title"], "head_name": ends[0], "relation": relation, "tail_name": ends[1], "confidence": 1}
            if chance.random() < 0.3:
                row |= {"head_name": "something", "head_aliases": [ends[0].upper()]}
            found += [row] * chance.choice([0, 1, 1, 1, 2])
    return found


def scorer(*arguments: Path | str) -> Any:
    done = subprocess.run([sys.executable, *map(str, arguments), "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "seed", "floor"), [("dev", 1, 0.0), ("dev", 2, 0.3), ("train", 3, 0.0)])
def test_links_have_the_figures_of_the_scorer(name: str, seed: int, floor: float, shared: Path, tmp_path: Path) -> None:
    gold = shared / "gold" / f"links.{name}.jsonl"
    links = write(tmp_path / "links.jsonl", imperfect(rows(gold), seed))
    expected = scorer(shared / "gold" / "score.py", gold, links, "--min-confidence", str(floor))
    assert 0.2 < expected["f1"] < 0.9 and 0.2 < expected["same_concept_same_id"] < 1 and expected["ids_merging_concepts"] > 0
    found = evaluate_links(gold, links, min_confidence=floor)
    assert {key: found[key] for key in expected} == expected
    assert list(found) == [*expected, "by_type", "by_relation"]
    for kind in ("by_type", "by_relation"):
        assert sum(one["required"] for one in found[kind].values()) == found["required_links"]


@pytest.mark.corpus
@pytest.mark.parametrize("seed", [1, 2])
def test_relations_have_the_figures_of_the_scorer(seed: int, shared: Path, tmp_path: Path) -> None:
    gold, links_gold = shared / "gold" / "relations.dev.jsonl", shared / "gold" / "links.dev.jsonl"
    found = write(tmp_path / "relations.jsonl", imperfect_relations(rows(gold), seed))
    expected = scorer(shared / "gold" / "score_relations.py", gold, links_gold, found)
    assert 0.2 < expected["labelled"]["f1"] < expected["undirected"]["f1"] < 1
    assert evaluate_relations(gold, links_gold, found) == expected
