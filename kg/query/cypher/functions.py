"""Cypher's functions of values. Each takes values and gives a value; null in is null out, unless said otherwise."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from kg.query.cypher.values import KINDS, LARGEST, Node, Path, Rel, fail, kind, text

#: Java's Character.isWhitespace; not the no-break space.
_SPACE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000"

_ROUNDING = {
    "UP": ROUND_UP, "DOWN": ROUND_DOWN, "CEILING": ROUND_CEILING, "FLOOR": ROUND_FLOOR, "HALF_UP": ROUND_HALF_UP,
    "HALF_DOWN": ROUND_HALF_DOWN, "HALF_EVEN": ROUND_HALF_EVEN,
}  # fmt: skip


def _wants(name: str, value: Any, *kinds: type) -> None:
    if type(value) not in kinds:
        wanted = " or ".join(f"{'an' if k is int else 'a'} {KINDS[k]}" for k in kinds)
        raise fail(f"{name}() takes {wanted}, found {kind(value)}")


def _size(value: Any) -> int:
    _wants("size", value, list, str)
    return len(value)


def _length(value: Any) -> int:
    _wants("length", value, Path)
    return len(value.rels)


def _head(value: Any) -> Any:
    _wants("head", value, list)
    return value[0] if value else None


def _last(value: Any) -> Any:
    _wants("last", value, list)
    return value[-1] if value else None


def _tail(value: Any) -> Any:
    _wants("tail", value, list)
    return value[1:]


def _reverse(value: Any) -> Any:
    _wants("reverse", value, list, str)
    return value[::-1]


def _range(low: Any, high: Any, step: Any = 1) -> list[int]:
    for value in (low, high, step):
        _wants("range", value, int)
    if step == 0:
        raise fail("the step of range() cannot be 0")
    if (high - low) // step > 10_000_000:
        raise fail("range() of more than ten million numbers")
    return list(range(low, high + (1 if step > 0 else -1), step))


def _to_string(value: Any) -> str:
    _wants("toString", value, str, int, float, bool)
    return text(value)


_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def _to_integer(value: Any) -> int | None:
    _wants("toInteger", value, str, int, float, bool)
    if type(value) is str:
        if re.fullmatch(r"[+-]?\d+", value, re.ASCII):
            found = int(value)
            if not -LARGEST - 1 <= found <= LARGEST:
                raise fail(f"{value.strip()} does not fit into 64 bits")
            return found
        if value.strip() != value or not _NUMBER.fullmatch(value):
            return None
        value = float(value)
    if type(value) is float:
        if math.isnan(value):
            return 0
        return max(-LARGEST - 1, min(LARGEST, int(value))) if math.isfinite(value) else (LARGEST if value > 0 else -LARGEST - 1)
    return int(value)


def _to_float(value: Any) -> float | None:
    _wants("toFloat", value, str, int, float)
    if type(value) is str:
        return float(value) if _NUMBER.fullmatch(value) else None
    return float(value)


def _to_boolean(value: Any) -> bool | None:
    _wants("toBoolean", value, str, bool, int)
    if type(value) is str:
        return {"true": True, "false": False}.get(value.strip(_SPACE).lower())
    return bool(value)


def _or_null(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def safe(value: Any) -> Any:
        return convert(value) if type(value) in (str, int, float, bool) and not (convert is _to_float and type(value) is bool) else None

    return safe


def _list_of(convert: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    def every(value: Any) -> Any:
        _wants(name, value, list)
        return [None if v is None else convert(v) for v in value]

    return every


def _string(name: str, of: Callable[..., Any]) -> Callable[..., Any]:
    def checked(value: Any, *more: Any) -> Any:
        _wants(name, value, str)
        return of(value, *more)

    return checked


def _replace(value: str, old: Any, new: Any) -> str:
    _wants("replace", old, str)
    _wants("replace", new, str)
    return value.replace(old, new)


def _substring(value: str, start: Any, length: Any = None) -> str:
    _wants("substring", start, int)
    if start < 0 or (length is not None and length < 0):
        raise fail("substring() begins at 0 or later, and its length is not negative")
    return value[start:] if length is None else value[start : start + length]


def _left(value: str, length: Any) -> str:
    _wants("left", length, int)
    if length < 0:
        raise fail("the length of left() is not negative")
    return value[:length]


def _right(value: str, length: Any) -> str:
    _wants("right", length, int)
    if length < 0:
        raise fail("the length of right() is not negative")
    return value[max(0, len(value) - length) :]


def _split(value: str, at: Any) -> list[str]:
    marks = at if type(at) is list else [at]
    for mark in marks:
        _wants("split", mark, str)
    if marks == [""]:
        return list(value) if value else [""]
    return re.split("|".join(map(re.escape, marks)), value)


def _trimmed(where: str) -> Callable[..., str]:
    def trim(value: str, marks: Any = _SPACE) -> str:
        _wants("trim", marks, str)
        return {"l": value.lstrip, "r": value.rstrip, "b": value.strip}[where](marks)

    return trim


def _math(name: str, of: Callable[[float], float]) -> Callable[[Any], Any]:
    def safe(value: Any) -> Any:
        _wants(name, value, int, float)
        try:
            return float(of(value))
        except OverflowError:
            return math.inf
        except ValueError:
            return -math.inf if name in ("log", "log10") and value == 0 else math.nan

    return safe


def _abs(value: Any) -> Any:
    _wants("abs", value, int, float)
    return abs(value)


def _sign(value: Any) -> int:
    _wants("sign", value, int, float)
    return int(value > 0) - int(value < 0)


def _round(value: Any, places: Any = 0, mode: Any = None) -> float:
    _wants("round", value, int, float)
    _wants("round", places, int)
    if places < 0:
        raise fail("the precision of round() is not negative")
    if not math.isfinite(value):
        return float(value)
    if mode is None and places == 0:
        # half goes up, be it negative or not
        return float(math.floor(Decimal(value) + Decimal("0.5")))
    if mode is not None and mode not in _ROUNDING:
        raise fail(f"round() knows {', '.join(_ROUNDING)}, found {mode!r}")
    exact = Decimal(repr(float(value)))
    return float(exact.quantize(Decimal(1).scaleb(-places), _ROUNDING[mode or "HALF_UP"]))


def _is_empty(value: Any) -> bool:
    _wants("isEmpty", value, list, dict, str)
    return not value


def _is_nan(value: Any) -> bool:
    _wants("isNaN", value, int, float)
    return math.isnan(value)


def _element(value: Any) -> str:
    _wants("elementId", value, Node, Rel)
    return f"{'node' if type(value) is Node else 'relationship'}:{_id(value)}"


def _id(value: Any) -> int:
    _wants("id", value, Node, Rel)
    found: int = value.number if type(value) is Node else value.row
    return found


def properties(value: Any) -> dict[str, Any]:
    """The properties of a node, a relationship or a map that are there."""
    _wants("properties", value, Node, Rel, dict)
    if type(value) is dict:
        return value
    return {name: found for name in value.columns.names() if (found := value.get(name)) is not None}


def _type(value: Any) -> str:
    _wants("type", value, Rel)
    return str(value.type)


def _ends(name: str, end: str) -> Callable[[Any], Any]:
    def of(value: Any) -> Any:
        _wants(name, value, Rel)
        return getattr(value, end)

    return of


def _parts(name: str, part: str) -> Callable[[Any], list[Any]]:
    def of(value: Any) -> list[Any]:
        # a repeated relationship is a list already
        if name == "relationships" and type(value) is list:
            return value
        _wants(name, value, Path)
        return [*getattr(value, part)]

    return of


#: Function by its name in lower case, with the fewest and the most arguments.
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "size": (_size, 1, 1),
    "length": (_length, 1, 1),
    "char_length": (_string("char_length", len), 1, 1),
    "character_length": (_string("character_length", len), 1, 1),
    "head": (_head, 1, 1),
    "last": (_last, 1, 1),
    "tail": (_tail, 1, 1),
    "reverse": (_reverse, 1, 1),
    "range": (_range, 2, 3),
    "tostring": (_to_string, 1, 1),
    "tointeger": (_to_integer, 1, 1),
    "tofloat": (_to_float, 1, 1),
    "toboolean": (_to_boolean, 1, 1),
    "tostringornull": (_or_null(_to_string), 1, 1),
    "tointegerornull": (_or_null(_to_integer), 1, 1),
    "tofloatornull": (_or_null(_to_float), 1, 1),
    "tobooleanornull": (_or_null(lambda v: None if type(v) is float else _to_boolean(v)), 1, 1),
    "tostringlist": (_list_of(_or_null(_to_string), "toStringList"), 1, 1),
    "tointegerlist": (_list_of(_or_null(_to_integer), "toIntegerList"), 1, 1),
    "tofloatlist": (_list_of(_or_null(_to_float), "toFloatList"), 1, 1),
    "tobooleanlist": (_list_of(_or_null(_to_boolean), "toBooleanList"), 1, 1),
    "tolower": (_string("toLower", str.lower), 1, 1),
    "lower": (_string("lower", str.lower), 1, 1),
    "toupper": (_string("toUpper", str.upper), 1, 1),
    "upper": (_string("upper", str.upper), 1, 1),
    "trim": (_string("trim", _trimmed("b")), 1, 1),
    "btrim": (_string("btrim", _trimmed("b")), 1, 2),
    "ltrim": (_string("ltrim", _trimmed("l")), 1, 2),
    "rtrim": (_string("rtrim", _trimmed("r")), 1, 2),
    "replace": (_string("replace", _replace), 3, 3),
    "substring": (_string("substring", _substring), 2, 3),
    "left": (_string("left", _left), 2, 2),
    "right": (_string("right", _right), 2, 2),
    "split": (_string("split", _split), 2, 2),
    "abs": (_abs, 1, 1),
    "sign": (_sign, 1, 1),
    "round": (_round, 1, 3),
    **{
        name: (_math(name, of), 1, 1)
        for name, of in (
            ("ceil", math.ceil), ("floor", math.floor), ("sqrt", math.sqrt), ("exp", math.exp), ("log", math.log), ("log10", math.log10),
            ("sin", math.sin), ("cos", math.cos), ("tan", math.tan), ("asin", math.asin), ("acos", math.acos), ("atan", math.atan),
            ("degrees", math.degrees), ("radians", math.radians),
        )
    },
    "atan2": (lambda y, x: math.atan2(y, x), 2, 2),
    "pi": (lambda: math.pi, 0, 0),
    "e": (lambda: math.e, 0, 0),
    "isempty": (_is_empty, 1, 1),
    "isnan": (_is_nan, 1, 1),
    "id": (_id, 1, 1),
    "elementid": (_element, 1, 1),
    "properties": (properties, 1, 1),
    "keys": (lambda value: [*properties(value)], 1, 1),
    "type": (_type, 1, 1),
    "startnode": (_ends("startNode", "start"), 1, 1),
    "endnode": (_ends("endNode", "end"), 1, 1),
    "nodes": (_parts("nodes", "nodes"), 1, 1),
    "relationships": (_parts("relationships", "rels"), 1, 1),
}  # fmt: skip

#: Functions that Neo4j has and we do not, by the beginning of their names, and what to do.
ABSENT = {
    "rand": "its answer would be another each time; sort by a property",
    "date": "the graph has no dates; p.year is a whole number",
    "time": "the graph has no dates; p.year is a whole number",
    "local": "the graph has no dates; p.year is a whole number",
    "duration": "the graph has no dates; p.year is a whole number",
    "point": "the graph has no places",
    "apoc.": "APOC is a plug-in of the server",
    "gds.": "it is a plug-in of the server; `kg analyze` has PageRank, communities and similarity",
    "vector": "the graph has no vectors; `kg analyze` finds related concepts and similar papers",
    "valuetype": "test the value itself",
    "normalize": "texts are in NFC already",
    "nullif": "write CASE WHEN a = b THEN null ELSE a END",
    "exists": "write n.property IS NOT NULL, or EXISTS { (a)-[:USES]->(b) }",
    "file": "nothing is read from files",
    "linenumber": "nothing is read from files",
}


# --- regular expressions ----------------------------------------------------------------------------------------------

_RE_PART = re.compile(
    r"\\(?P<escape>.)|(?P<look>\(\?(?:<[=!]|[:=!>]|<[A-Za-z]\w*>|[a-zA-Z-]+[:)]))|(?P<class>\[\^?\]?)|(?P<dot>\.)|.", re.DOTALL
)
_DOT = r"[^\n\r\x85\u2028\u2029]"
#: What a backslash before a letter or digit means in Java and in Python alike.
_ALIKE = frozenset("dDwWsSbBtnrfaAux123456789")


@functools.lru_cache(256)
def regular_expression(pattern: str) -> re.Pattern[str]:
    """A regular expression of Java's as Python has it, for a match of the whole string.

    Raises:
        UsageError: it is none, or it uses what Python has not or means otherwise.
    """
    made, in_class, flags, at = [], False, re.ASCII, 0
    while at < len(pattern):
        match = _RE_PART.match(pattern, at)
        assert match is not None
        part, at = match[0], match.end()
        escape = match["escape"]
        if escape is not None:
            if escape.isalnum() and escape not in _ALIKE:
                raise _no_regex(pattern, part)
            made.append(part)
        elif in_class:
            if part[0] == "[" or pattern.startswith("&&", match.start()):
                raise _no_regex(pattern, "a class within a class")
            in_class = part != "]"
            made.append(part)
        elif match["class"]:
            in_class = True
            made.append(part.replace("]", "\\]"))
        elif match["dot"]:
            made.append(_DOT if not flags & re.DOTALL else "(?s:.)")
        elif match["look"]:
            letters = part[2:-1]
            if part[-1] in ":)" and letters and part[2] not in "<=!>:":
                if set(letters) - {*"isu"} or part[-1] == ":" or match.start() != 0:
                    raise _no_regex(pattern, part)
                flags |= re.IGNORECASE if "i" in letters else 0
                flags |= re.DOTALL if "s" in letters else 0
                flags &= ~re.ASCII if "u" in letters else ~0
                continue
            made.append("(?P<" + part[3:] if part[2] == "<" and part[3] not in "=!" else part)
        else:
            made.append(part)
    try:
        return re.compile("".join(made), flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise fail(f"{pattern!r} is no regular expression: {error}") from None


def _no_regex(pattern: str, part: str) -> Exception:
    return fail(
        f"{part} in the regular expression {pattern!r} is not here; use plain classes such as [a-z], or (?i) and (?s) at the beginning"
    )
