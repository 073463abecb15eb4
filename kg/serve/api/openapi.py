"""The OpenAPI 3.1 document of the API, made from the list of endpoints and the types that validate and check them."""

from __future__ import annotations

from functools import cache
from typing import Any, get_origin

from pydantic import BaseModel, TypeAdapter

from kg.manifest import package_version
from kg.serve.api import answers as a
from kg.serve.api.endpoints import ENDPOINTS
from kg.serve.api.parameters import Query
from kg.serve.api.problems import MEDIA_TYPE

#: Requests that are answered by the processes of queries, and those of which the answer is one thing: path, summary, answer.
FIXED: tuple[tuple[str, str, Any], ...] = (
    ("/api/about", "What is served, in numbers", a.AboutAnswer),
    ("/api/openapi.json", "This document", dict[str, Any]),
)
_REF = "#/components/schemas/{model}"
_STATUSES = {
    "400": "the request cannot be read: an unknown parameter, one that comes twice, bytes that are no UTF-8",
    "404": "the graph has nothing of this id; `near` has ids like it",
    "405": "another method",
    "413": "the body is too large",
    "415": "the body is of another type, or compressed",
    "422": "a parameter is missing or out of its range; of a query, the answer has more than there may be, or takes more memory",
    "503": "the query took longer than it may, too many wait, or its store is being made or cannot be made",
}


@cache
def document() -> dict[str, Any]:
    """The document; do not change it."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    problem = _schema(a.ProblemAnswer, schemas)
    for endpoint in ENDPOINTS:
        codes = ("400", "404", "405", "422") if endpoint.finds else ("400", "405", "422")
        paths[endpoint.path] = {
            "get": {
                "operationId": endpoint.name,
                "summary": endpoint.summary,
                "parameters": parameters(endpoint.parameters),
                "responses": _responses(_schema(endpoint.answer, schemas), codes, problem),
            }
        }
    for path, summary, answer in FIXED:
        name = path.removeprefix("/api/").replace(".", "_")
        responses = _responses(_schema(answer, schemas), ("400", "405"), problem)
        paths[path] = {"get": {"operationId": name, "summary": summary, "parameters": [], "responses": responses}}
    for engine, language in (("sparql", "SPARQL"), ("cypher", "Cypher")):
        responses = _responses(_schema(a.TableAnswer, schemas), ("400", "405", "413", "415", "422", "503"), problem)
        del responses["304"], responses["200"]["headers"]
        responses["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
        taken = {"application/json": {"schema": _schema(Query, schemas)}}
        paths[f"/api/{engine}"] = {
            "post": {
                "operationId": engine,
                "summary": f"A query in {language} that reads, within the bounds of the server",
                "requestBody": {"required": True, "content": taken},
                "responses": responses,
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "paperkg",
            "version": package_version(),
            "summary": "A knowledge graph of papers: concepts, papers, and the sentences behind every link",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """The parameters of a query as OpenAPI has them."""
    schema = model.model_json_schema(mode="validation")
    found = []
    for name, field in model.model_fields.items():
        about = {key: value for key, value in schema["properties"][name].items() if key not in ("title", "description")}
        if "anyOf" in about:
            # what may be left out is not written as null
            about = next(one for one in about["anyOf"] if one.get("type") != "null")
        one: dict[str, Any] = {
            "name": name,
            "in": "query",
            "required": field.is_required(),
            "description": schema["properties"][name].get("description", ""),
            "schema": about,
        }
        if get_origin(field.annotation) is list:
            one |= {"style": "form", "explode": True}
        found.append(one)
    return found


def _responses(schema: dict[str, Any], codes: tuple[str, ...], problem: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "200": {
            "description": "the answer",
            "headers": {"ETag": {"description": "changes with the graph alone", "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": schema}},
        },
        "304": {"description": "it is as it was (If-None-Match)"},
    }
    return found | {code: {"description": _STATUSES[code], "content": {MEDIA_TYPE: {"schema": problem}}} for code in codes}


def _schema(type_: Any, into: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; those that have names go into a dict."""
    made = TypeAdapter(type_).json_schema(ref_template=_REF, mode="serialization")
    for name, one in made.pop("$defs", {}).items():
        into[name] = one
    name = made.get("title")
    if not name or "$ref" in made:
        return made
    into[name] = made
    return {"$ref": _REF.format(model=name)}
