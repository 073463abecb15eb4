"""A request's parameters, checked by their model: whatever is wrong is one sentence on what was found and what was expected."""

from __future__ import annotations

import json
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from kg.errors import did_you_mean
from kg.serve.api.problems import Problem, shown

Model = TypeVar("Model", bound=BaseModel)
#: Parameters that are looked at.
MOST_PARAMETERS = 100


def from_query(model: type[Model], query: bytes) -> Model:
    """The parameters in the query of a URL.

    Raises:
        Problem: 400 where they cannot be told (no UTF-8, one that there is not, one twice), 422 where a value does not fit.
    """
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Problem(400, "the URL holds bytes that are no UTF-8 as %XX; encode its parameters as UTF-8") from None
    except ValueError:
        raise Problem(400, f"the URL has more than {MOST_PARAMETERS} parameters") from None
    given: dict[str, Any] = {}
    for name, value in pairs:
        field = model.model_fields.get(name)
        if field is None:
            raise _unknown(model, name)
        if get_origin(field.annotation) is list:
            given.setdefault(name, []).append(value)
        elif name in given:
            raise Problem(400, f"the parameter {name} comes more than once; give it once", parameter=name)
        else:
            given[name] = value
    return _checked(model, given)


def from_json(model: type[Model], body: bytes) -> Model:
    """The parameters in a body; raises as `from_query` does."""
    try:
        given = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise Problem(400, "the body is nested too deeply") from None
    except ValueError as error:
        raise Problem(400, f"the body is not JSON ({error})") from None
    if not isinstance(given, dict):
        raise Problem(422, f'the body is {_kind(given)}; give an object such as {{"query": "…"}}')
    for name in given:
        if name not in model.model_fields:
            raise _unknown(model, name)
    return _checked(model, given)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", int: "a number", float: "a number", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "something else")


def _unknown(model: type[BaseModel], name: str) -> Problem:
    known = [*model.model_fields]
    tail = did_you_mean(name[:100], known) if known else "there are none here"
    return Problem(400, f"no parameter {shown(name)!r}; {tail}", parameter=shown(name), near=known)


def _checked(model: type[Model], given: dict[str, Any]) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _wrong(model, first) from None


def _wrong(model: type[BaseModel], error: Any) -> Problem:
    name = str(error["loc"][0])
    expected = expectation(model, name)
    if error["type"] == "missing":
        return Problem(422, f"the parameter {name} is missing; it is {expected}", parameter=name, expected=expected)
    found = shown(error["input"])
    return Problem(422, f"the parameter {name} is {expected}, found {found!r}", parameter=name, found=found, expected=expected)


def expectation(model: type[BaseModel], name: str) -> str:
    """In words what a parameter may be.

    >>> from kg.serve.api.parameters import Search
    >>> expectation(Search, "limit"), expectation(Search, "q")
    ('a whole number from 1 to 200', 'a text of 1 to 300 characters')
    """
    schema = model.model_json_schema()["properties"][name]
    return _words(schema)


def _words(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return _words(next(one for one in schema["anyOf"] if one.get("type") != "null"))
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if schema.get("type") == "integer":
        return f"a whole number from {schema['minimum']} to {schema['maximum']:,}"
    if schema.get("type") == "array":
        return f"{_words(schema['items'])}, {schema['maxItems']} times at most"
    if schema.get("type") == "string":
        low, high = schema.get("minLength", 0), schema.get("maxLength")
        return f"a text of {low} to {high:,} characters" if high else "a text that is not empty"
    return "an object" if schema.get("type") == "object" else "something else"
