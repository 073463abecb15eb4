"""Writes api.md, the reference of the API of `kg serve`, from its OpenAPI document: `python docs/reference/api.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.serve.api.openapi import document

TARGET = Path(__file__).with_suffix(".md")

HEAD = """\
<!-- written by docs/reference/api.py; change that, or the types in kg/serve/api/, not this -->

# The API of `kg serve`

The graph as JSON, read-only; how to start the server is in [serve](../how-to/serve.md). `/api/openapi.json` is the same description for
programs (OpenAPI 3.1). Both are made from the types that check the requests.

- **Ids.** Concepts and papers go by the ids of the graph, percent-encoded as everything in a URL. `/api/search` finds them.
- **Lists** come in parts: `limit` and `offset` say which, `total` is the length of the whole.
- **Places** in texts count Unicode code points, as Python does; with `units=utf16` UTF-16 units, as JavaScript does. `marks` are places in
  `sentence`; `start` and `end` are places in the field. Ends are exclusive.
- **Lists as parameters** are repeated: `type=Task&type=Dataset`. All other parameters may come once.
- **Caching.** Answers have a strong `ETag` that changes with the graph and with paperkg alone; `If-None-Match` gets 304 without a body.
  Paths that are not `complete` have none.
  Large answers are compressed for those who take gzip.
- **Errors** are `application/problem+json` (RFC 9457): `detail` says what was found and what was expected, `parameter` where, `near` what
  there is instead.

| status | when |
|---|---|
| 400 | an unknown parameter, one that comes twice, bytes that are no UTF-8, a body that is not JSON, a query with an error |
| 404 | the graph has nothing of this id |
| 405 | another method |
| 413, 415 | a body that is too large, or of another type |
| 422 | a parameter is missing or out of its range; an answer with more than there may be |
| 503 | the query took longer than `--timeout`, or too many wait |
"""


def reference() -> str:
    """The page."""
    api = document()
    parts = [HEAD]
    for path, methods in api["paths"].items():
        for method, about in methods.items():
            parts.append(_endpoint(path, method, about))
    parts.append("## Types\n")
    parts += [_type(name, schema) for name, schema in api["components"]["schemas"].items()]
    return "\n".join(parts)


def _endpoint(path: str, method: str, about: dict[str, Any]) -> str:
    lines = [f"## {method.upper()} {path}\n", f"{about['summary']}.\n"]
    taken = about.get("parameters", [])
    if "requestBody" in about:
        schema = about["requestBody"]["content"]["application/json"]["schema"]
        lines.append(f"The body is JSON: {_kind(schema)}.\n")
    if taken:
        lines += ["| parameter | what it may be | default | meaning |", "|---|---|---|---|"]
        for one in taken:
            default = "required" if one["required"] else _default(one["schema"].get("default"))
            lines.append(f"| `{one['name']}` | {_kind(one['schema'])} | {default} | {one['description']} |")
        lines.append("")
    answers = about["responses"]["200"]["content"]
    lines.append(f"Answers with {' or '.join(_answer(type_, one) for type_, one in answers.items())}.\n")
    return "\n".join(lines)


def _answer(type_: str, one: dict[str, Any]) -> str:
    return _kind(one["schema"]) if type_ == "application/json" else f"`{type_}`"


def _default(value: Any) -> str:
    return "none" if value in (None, []) else ", ".join(f"`{v}`" for v in value) if isinstance(value, list) else f"`{value}`"


def _type(name: str, schema: dict[str, Any]) -> str:
    lines = [f"### {name}\n", " ".join(schema.get("description", "").split()) + "\n", "| member | what it is |", "|---|---|"]
    lines += [f"| `{member}` | {_member(one)} |" for member, one in schema["properties"].items()]
    return "\n".join([*lines, ""])


def _member(schema: dict[str, Any]) -> str:
    default = f", default {_default(schema['default'])}" if schema.get("default") else ""
    return _kind(schema) + default + (f": {schema['description']}" if "description" in schema else "")


def _kind(schema: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type")
    if kind == "array" and "prefixItems" in schema:
        return f"({', '.join(_kind(one) for one in schema['prefixItems'])})"
    if kind == "array":
        most = f", {schema['maxItems']} at most" if "maxItems" in schema else ""
        return f"list of {_kind(schema['items'])}{most}"
    if kind == "integer" and "maximum" in schema:
        return f"whole number, {schema['minimum']} to {schema['maximum']:,}"
    if kind == "string" and "maxLength" in schema:
        return f"text of {schema.get('minLength', 0)} to {schema['maxLength']:,} characters"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    words = {
        "integer": "whole number",
        "number": "number",
        "string": "text",
        "boolean": "`true` or `false`",
        "null": "`null`",
        "object": "object",
    }
    return words.get(str(kind), "any value")


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
