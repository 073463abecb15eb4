from __future__ import annotations

import multiprocessing
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import EnvironmentError_
from kg.graph import Graph
from kg.query import cypher, sparql, store

COUNT = "MATCH (p:Paper) RETURN count(p) AS n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_made_on_first_use_and_then_kept(make_graph: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch) -> None:
    graph = make_graph()
    before = {p.name: p.read_bytes() for p in graph.path.iterdir()}
    assert cypher.select(graph, COUNT).rows == [(4,)]
    assert {p.name: p.read_bytes() for p in graph.path.iterdir()} == before
    (folder,) = store.stores_of(graph).iterdir()
    assert {"Paper.arrow", "Concept.arrow", "relationships.arrow", "about.json"} <= {p.name for p in folder.iterdir()}
    monkeypatch.setattr(cypher, "make", lambda graph, folder: pytest.fail("made again"))
    assert cypher.select(Graph.open(graph.path), COUNT).rows == [(4,)]


def test_remade_when_the_graph_changes_and_the_old_one_cleared(make_graph: Callable[..., Graph]) -> None:
    graph = make_graph()
    cypher.select(graph, COUNT)
    (old,) = store.stores_of(graph).iterdir()
    changed = make_graph(papers=2, overwrite=True)
    assert cypher.select(changed, COUNT).rows == [(2,)]
    (new,) = store.stores_of(graph).iterdir()
    assert new != old


def test_a_damaged_store_is_made_again(make_graph: Callable[..., Graph]) -> None:
    graph = make_graph()
    cypher.select(graph, COUNT)
    (folder,) = store.stores_of(graph).iterdir()
    for name in ("Paper.arrow", "about.json", "out-offsets.npy"):
        cypher.close()
        (folder / name).write_bytes(b"nothing of this kind")
        assert cypher.select(graph, COUNT).rows == [(4,)]
        cypher.close()
        (folder / name).unlink()
        assert cypher.select(graph, COUNT).rows == [(4,)]


def test_an_open_store_is_kept_for_the_next_query(make_graph: Callable[..., Graph]) -> None:
    graph = make_graph()
    assert sparql._opened(graph) is sparql._opened(Graph.open(graph.path))
    folder = sparql.ready(graph)
    for changed in range(6):
        assert len(sparql.select(make_graph(f"other {changed}", papers=1), "SELECT ?p { ?p a kg:Paper }")) == 1
    assert len(sparql._KEPT) <= store.Kept.MOST
    # one that was cleared away, or is damaged, is made again
    for harm in (shutil.rmtree, lambda path: (path / "CURRENT").write_bytes(b"x")):
        sparql.close()
        sparql._opened(graph)
        harm(folder)
        if folder.exists():
            sparql.close()
        assert sparql.select(graph, "ASK { ?p a kg:Paper }").rows == [(True,)]


def test_stores_that_were_cleared_away_are_not_kept(tmp_path: Path) -> None:
    def open_(folder: Path) -> object:
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        return object()

    kept = store.Kept(open_)
    folders = [tmp_path / f"{n}" for n in range(store.Kept.MOST + 2)]
    for folder in folders:
        folder.mkdir()
    found = [kept.of(folder) for folder in folders]
    assert len(kept) == store.Kept.MOST
    assert [kept.of(folder) for folder in folders[2:]] == found[2:], "the last ones"
    folders[2].rmdir()
    assert kept.of(folders[3]) is found[3]
    assert len(kept) == store.Kept.MOST - 1
    with pytest.raises(FileNotFoundError):
        kept.of(folders[2])
    folders[2].mkdir()
    assert kept.of(folders[2]) is not found[2]


def test_a_store_that_cannot_be_made_leaves_nothing(make_graph: Callable[..., Graph]) -> None:
    graph = make_graph()

    def make(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.opened(graph, "some", "1", make, lambda folder: folder)
    assert [*store.stores_of(graph).iterdir()] == []


def test_what_killed_processes_left_goes_after_a_while(make_graph: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch) -> None:
    graph = make_graph()
    left = store.stores_of(graph) / ".cypher-abc.part"
    left.mkdir(parents=True)
    triples = left.with_name(".sparql-abc.part.nt.part")
    triples.touch()
    store.opened(graph, "some", "1", lambda folder: None, lambda folder: folder)
    assert left.exists() and triples.exists()
    monkeypatch.setattr(store, "ABANDONED", -1)
    store.opened(graph, "some", "2", lambda folder: None, lambda folder: folder)
    assert not left.exists() and not triples.exists()


def test_of_two_that_make_one_store_the_second_takes_the_firsts(make_graph: Callable[..., Graph]) -> None:
    graph = make_graph()

    def first(folder: Path) -> None:
        (folder / "who").write_text("first")

    def second(folder: Path) -> None:
        store.opened(graph, "some", "1", first, lambda folder: folder)
        (folder / "who").write_text("second")

    assert store.opened(graph, "some", "1", second, lambda folder: (folder / "who").read_text()) == "first"
    assert [p.suffix for p in store.stores_of(graph).iterdir()] == [""]


def _count(path: Path, start: object, answers: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    answers.put(cypher.select(Graph.open(path), COUNT).rows)  # type: ignore[attr-defined]


def test_two_processes_at_once(make_graph: Callable[..., Graph]) -> None:
    graph = make_graph()
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(2), context.Queue()
    workers = [context.Process(target=_count, args=(graph.path, start, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    assert [answers.get(timeout=60) for _ in workers] == [[(4,)], [(4,)]]
    for worker in workers:
        worker.join(60)
    assert len([*store.stores_of(graph).iterdir()]) == 1


def test_a_cache_that_cannot_be_written(make_graph: Callable[..., Graph], cache: Path) -> None:
    cache.write_text("a file")
    with pytest.raises(EnvironmentError_, match="set PAPERKG_CACHE to a folder that can be written"):
        cypher.select(make_graph(), COUNT)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    assert store.cache_folder() == cache
    monkeypatch.delenv("PAPERKG_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert store.cache_folder() == tmp_path / "xdg" / "paperkg"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert store.cache_folder() == Path.home() / ".cache" / "paperkg"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert store.cache_folder() == Path.home() / "Library" / "Caches" / "paperkg"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert store.cache_folder() == tmp_path / "local" / "paperkg"
