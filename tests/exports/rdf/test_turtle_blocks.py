"""Blocks of Turtle that the kernel makes of sorted lines are those that Python makes of nodes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import turtle_blocks
from exports.triples import RDF_TYPE, Node, literal, typed
from exports.turtle import blocks, prefixes_of, shortener
from exports.turtle_blocks import TurtleBlocks
from kg import native
from ontology.terms import BASE

PREFIXES = {**prefixes_of(BASE), "ab": "http://a.test/b/", "none": "http://a.test/"}
LOCAL = st.text("aZ0_-.é%", max_size=4)
IRI = st.builds("<{}{}>".format, st.sampled_from([*sorted(PREFIXES.values()), "http://a.test/b#", "urn:"]), LOCAL)
TEXT = st.text('ab "\\<>^@.\n', max_size=8)
VALUE = st.sampled_from(["5", "+5", "-0", "", "+", "5.", ".5", "-5.25", "1.2.3", ".", "true", "false", "True", "1e5", "٣", "5 "])
OBJECT = st.one_of(
    IRI,
    st.builds(literal, TEXT),
    st.builds(literal, TEXT, st.just("en")),
    st.builds(typed, VALUE, st.sampled_from(["integer", "decimal", "boolean", "nonNegativeInteger", "gYear", "x.y"])),
    st.builds('"{}"^^<http://a.test/{}>'.format, VALUE, st.sampled_from(["integer", "b/decimal", "b/"])),
)
SAID = st.builds("{} {}".format, st.sampled_from([RDF_TYPE, "<http://a.test/b/p>", "<http://a.test/b/pp>", "<urn:q>"]), OBJECT)
NODES = st.dictionaries(IRI, st.lists(SAID, min_size=1, max_size=6), max_size=8)


def sink(prefixes: dict[str, str], out: io.BytesIO) -> TurtleBlocks:
    kernels = native.library()
    assert kernels is not None, native.missing()
    return TurtleBlocks(kernels, out, prefixes)


@given(NODES, st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=200)
def test_blocks_are_those_of_nodes(said: dict[str, list[str]], at_once: int, room: int) -> None:
    nodes: list[Node] = [(subject, sorted(set(own))) for subject, own in sorted(said.items())]
    lines = "".join(f"{subject} {one} .\n" for subject, own in nodes for one in own).encode()
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turtle_blocks, "_AT_ONCE", at_once)
        patch.setattr(turtle_blocks, "_ROOM", room)
        made = sink(PREFIXES, out)
        made.writelines(lines[n : n + 37] for n in range(0, len(lines), 37))
        made.end()
    assert out.getvalue().decode() == "".join(blocks(nodes, shortener(PREFIXES)))


@pytest.mark.parametrize("lines", [b"<a> <b> <c>.\n", b"<a> <b> <c> ", b"a <b> <c> .\n", b"<a> b <c> .\n", b"<a> <b> .\n", b"\n"])
def test_what_is_no_line_is_refused(lines: bytes) -> None:
    made = sink(PREFIXES, io.BytesIO())
    made.write(lines)
    with pytest.raises(ValueError, match="does not fit together"):
        made.end()
