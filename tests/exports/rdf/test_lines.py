"""Lines filled in from columns: by the compiled kernel and with Arrow, both as plain Python fills them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import lines
from exports.in_order import places
from exports.iris import segment
from exports.lines import NONE, Column, Filler, Numbers, Parts, Ranges, Tasks, Texts
from exports.templates import Each, Hole, Part, Unless, mark, template
from exports.text_columns import in_order, segments
from exports.triples import literal

pytestmark = pytest.mark.usefixtures("way")

#: What is escaped, what begins like it, and what is as long.
TEXT = st.text(
    st.sampled_from('ab ~"\\\n\t\b\r\f\x00\x7f\x80\x85\x9f\xa0é\u2027\u2028\u2029\u202a\ufdcf\ufdd0\ufdef\ufffd\ufffe\uffff😀\U0010ffff'),
    max_size=40,
)
TEXT |= st.text("abcdefgh", min_size=20, max_size=60)
#: What stands in IRIs.
PLAIN = st.text("abc%-é😀", max_size=20)


def value(column: Column, row: int) -> str | None:
    """What stands in a row, or None."""
    if isinstance(column, Numbers):
        return None if column.values[row] == NONE else str(column.values[row])
    if isinstance(column, Ranges):
        return "" if column.first[row] < column.last[row] else None
    n = row if column.index is None else int(column.index[row])
    if n < 0:
        return None
    text = column.texts[n].as_py() or ""
    if isinstance(column, Parts):
        return literal(text[column.first[row] : column.last[row]])[1:-1]
    return literal(text)[1:-1] if column.literal else text


def filled(parts: Sequence[Part], columns: Mapping[str, Column], row: int, inner: int = -1) -> str:
    """A row of a template."""
    found = ""
    for part in parts:
        if isinstance(part, bytes):
            found += part.decode()
        elif isinstance(part, Hole):
            found += value(columns[part.name], inner if part.inner else row) or ""
        elif isinstance(part, Unless):
            found += "" if value(columns[part.name], row) is None else filled(part.parts, columns, row, inner)
        else:
            ranges = columns[part.name]
            assert isinstance(ranges, Ranges)
            each = [filled(part.parts, columns, row, n) for n in range(ranges.first[row], ranges.last[row])]
            if part.sort:
                each = ordered("".join(each))
            found += part.between.decode().join(each)
    return found


def ordered(text: str) -> list[str]:
    return [line.decode() for line in sorted(set(text.encode().splitlines(keepends=True)))] if text else []


ROWS = 6
ROWS_OF = st.lists(st.integers(0, ROWS - 1), max_size=12)


@st.composite
def columns(draw: st.DrawFn) -> dict[str, Column]:
    texts = draw(st.lists(TEXT, min_size=ROWS, max_size=9))
    kind = draw(st.sampled_from([pa.string(), pa.large_string()]))
    array = pa.array([*draw(st.lists(TEXT, max_size=2)), *texts], kind)
    array = array.slice(len(array) - len(texts))
    plain = pa.array(draw(st.lists(PLAIN, min_size=len(texts), max_size=len(texts))), kind)

    def index(least: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(draw(st.lists(st.integers(least, len(texts) - 1), min_size=ROWS, max_size=ROWS)), np.int64)

    def numbers(least: int, most: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(draw(st.lists(st.integers(least, most), min_size=ROWS, max_size=ROWS)), np.int64)

    first, own = numbers(0, 30), numbers(0, ROWS)
    count = numbers(-5, 5)
    return {
        "all": Texts(plain),
        "some": Texts(plain, index(-1)),
        "escaped": Texts(array, index(-1), True),
        "part": Parts(array, index(-1), first, first + numbers(0, 30)),
        "number": Numbers(np.where(numbers(0, 2) == 0, NONE, numbers(-(2**62), 2**62))),
        "list": Ranges(own, np.minimum(own + numbers(0, 3), ROWS)),
        "other": Numbers(count),
    }


SINGLE = (b"<x> ", Hole("number"), b" ", Hole("all"), b" .\n")
TEMPLATES: list[tuple[Part, ...]] = [
    SINGLE,
    (
        Unless("some", (b"<y> ", Hole("some"), b"\n")),
        Unless("part", (b'"', Hole("part"), b'"\n')),
        Unless("escaped", (Hole("escaped"), b"!\n")),
    ),
    (b"[", Each("list", (Hole("other"), b":", Hole("other", inner=True), b"\n"), sort=True), b"]\n"),
    (Unless("list", (b"{", Each("list", (Hole("other", inner=True), b"-"), b", "), b"}\n")), b"end\n"),
]


def needed(given_columns: dict[str, Column]) -> dict[str, Column]:
    """With values where a template wants one without asking."""
    number = given_columns["number"]
    assert isinstance(number, Numbers)
    return {**given_columns, "number": Numbers(np.where(number.values == NONE, 0, number.values))}


@given(
    st.sampled_from([20, 90, 1 << 20]),
    columns(),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, ROWS - 1), st.booleans()), max_size=12),
)
@settings(max_examples=80)
def test_lines_are_those_of_plain_python(room: int, given_columns: dict[str, Column], wanted: list[tuple[int, int, bool]]) -> None:
    own = needed(given_columns)
    which, rows, together = (np.array([one[n] for one in wanted]) for n in range(3))
    together = together.astype(np.uint8)
    together[:1] = 0
    groups: list[list[str]] = []
    for n, (number, row, _) in enumerate(wanted):
        line = filled(TEMPLATES[number], own, row)
        if together[n]:
            groups[-1].append(line)
        else:
            groups.append([line])
    expected = ["".join(ordered("".join(group)) if len(group) > 1 else group) for group in groups]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_ROOM", room)
        fill = Filler([TEMPLATES[:2], TEMPLATES[2:]])
        tasks = Tasks(which.astype(np.int32), rows.astype(np.int64), together)
        begins = np.append(np.flatnonzero(together == 0), len(wanted)).astype(np.int64)
        made = fill([own, own], tasks)
        found = list(made.cut(begins))
        assert [one.decode() for one in found] == expected
        assert made.lines == sum(one.count("\n") for one in expected)
        # again, in two pieces
        half = int(begins[len(begins) // 2])
        made = fill([own, own], tasks)
        parts = [b"".join(map(bytes, made.chunks(*ends))) for ends in ((0, half), (half, len(wanted)))]
        assert b"".join(parts).decode() == "".join(expected)


def test_rows_of_which_nothing_is_told() -> None:
    fill = Filler([[(Unless("o", (Hole("o"), b"\n")),)]])
    column = Texts(pa.array(["a"]), np.array([-1, 0, -1]))
    assert list(fill([{"o": column}], Tasks.of(np.array([0, 2]))).cut(np.arange(3))) == [b"", b""]
    assert list(fill([{"o": column}], Tasks.of(np.arange(3))).cut(np.arange(4))) == [b"", b"a\n", b""]


@given(st.lists(TEXT, max_size=5))
def test_segments_are_those_of_iris(texts: list[str]) -> None:
    texts += [".", "..", "...", "a:b-c_d.e~f"]
    assert segments(pa.array(texts)).to_pylist() == [segment(text) for text in texts]
    assert segments(pa.array(texts, pa.large_string()).slice(2)).to_pylist() == [segment(text) for text in texts[2:]]


@given(st.lists(st.tuples(st.text("ab-é/>\x00", max_size=4), st.integers(0, 2)), max_size=40), st.sampled_from(["", ">", "/"]))
def test_rows_are_put_in_order(rows: list[tuple[str, int]], behind: str) -> None:
    texts, groups = [text for text, _ in rows], [group for _, group in rows]
    order, begins, together = in_order(pa.array(texts, pa.large_string()), np.array(groups, np.int64), 3, behind)
    expected = sorted(range(len(rows)), key=lambda n: (groups[n], (texts[n] + behind).encode()))
    assert order.tolist() == expected
    assert begins.tolist() == [sum(group < n for group in groups) for n in range(4)]
    root: tuple[int, str] | None = None
    for n, again in zip(expected, together.tolist(), strict=True):
        assert again == (not behind and root is not None and root[0] == groups[n] and texts[n].startswith(root[1]))
        root = root if again else (groups[n], texts[n])


@given(st.lists(st.text(max_size=3), unique=True))
def test_places_are_those_of_sorting(keys: list[str]) -> None:
    found = places(segments(pa.array(keys, pa.string())), ">")
    names = sorted(f"{segment(key)}>" for key in keys)
    assert [names[place] for place in found.tolist()] == [f"{segment(key)}>" for key in keys]


def test_a_template_is_told_with_marks() -> None:
    nodes = [("<x:s>", [f"<x:p> <x:{mark('o')}/{mark('o')}>", "<x:a> <x:1>", '<x:b> "7"', f"<x:c> <x:{mark('i')}>"])]
    found = template(nodes, ["o", "i"], f" <{mark('o')}> .\n", marks={"7": "n"}, optional={"<x:b>": "n"}, each={"<x:c>": ("l", "i")})
    none, one = np.array([-1], np.int64), np.array([1], np.int64)
    given_columns: dict[str, Column] = {
        "o": Texts(pa.array(["O"])), "n": Texts(pa.array(["7"]), none), "l": Ranges(np.array([0], np.int64), np.array([2], np.int64)),
        "i": Texts(pa.array(["z", "y"])),
    }  # fmt: skip
    fill = Filler([[found]])
    task = Tasks.of(np.zeros(1, np.int64))
    assert b"".join(map(bytes, fill([given_columns], task).chunks(0, 1))).decode() == (
        "<x:s> <x:a> <x:1> <O> .\n<x:s> <x:c> <x:y> <O> .\n<x:s> <x:c> <x:z> <O> .\n<x:s> <x:p> <x:O/O> <O> .\n"
    )
    given_columns["n"], given_columns["l"] = Texts(pa.array(["7"])), Ranges(one, one)
    assert b"".join(map(bytes, fill([given_columns], task).chunks(0, 1))).decode() == (
        '<x:s> <x:a> <x:1> <O> .\n<x:s> <x:b> "7" <O> .\n<x:s> <x:p> <x:O/O> <O> .\n'
    )


def test_what_does_not_fit_together_is_refused() -> None:
    fill = Filler([[(Hole("o"), b"\n")]])
    texts, first = pa.array(["a", "b"]), Tasks.of(np.zeros(1, np.int64))
    wrong = [(Texts(texts, np.array([2])), first), (Texts(texts, np.array([-1])), first), (Texts(texts), Tasks.of(np.array([7])))]
    for column, tasks in wrong:
        with pytest.raises((ValueError, IndexError)):
            list(fill([{"o": column}], tasks).chunks(0, 1))
