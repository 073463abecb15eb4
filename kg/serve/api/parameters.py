"""The parameters of the API: what is validated, and what its OpenAPI document and docs/reference/api.md say of them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

#: As many of a list are given at once, at most; and as far can be paged.
MOST, FARTHEST = 200, 1_000_000
#: Characters of an id, and of what is searched for.
LONGEST_ID, LONGEST_SEARCH = 1024, 300
_INTEGER = re.compile(r"-?[0-9]{1,15}")


def _integer(value: Any) -> Any:
    # pydantic would take "1_0", " 1" and "1.0", too
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise ValueError("no whole number")
    return int(value) if isinstance(value, str) else value


Integer = Annotated[int, BeforeValidator(_integer)]
# the bounds first: of a type that may be missing they are lost behind a function
Year = Annotated[int, Field(ge=0, le=9999), BeforeValidator(_integer)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
Type = Literal["Task", "Dataset", "Architecture", "Method", "Metric"]
TypeOrPaper = Literal["Task", "Dataset", "Architecture", "Method", "Metric", "Paper"]
LinkRelation = Literal["proposes", "comparesWith", "evaluatesOn", "addresses", "measures", "uses", "mentions"]
Kind = Literal["text", "catalog", "together"]
Units = Annotated[
    Literal["codepoint", "utf16"],
    Field(description="what places in texts count: Unicode code points, as Python does, or UTF-16 units, as JavaScript and Java do"),
]


class Parameters(BaseModel):
    """Parameters of a request; those that there are not are an error, and so is one that comes twice and is no list."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Parameters):
    """A part of a list."""

    limit: Integer = Field(20, ge=1, le=MOST, description="how many are given at most")
    offset: Integer = Field(0, ge=0, le=FARTHEST, description="how many are passed over before")


class Nothing(Parameters):
    """No parameters."""


class Search(Paged):
    """Of `/api/search`."""

    q: str = Field(
        min_length=1, max_length=LONGEST_SEARCH, description="what is typed; case, hyphens, spacing, plural and accents do not matter"
    )
    type: list[TypeOrPaper] = Field([], description="only concepts of these types, or papers; all where none is given", max_length=6)


class OneConcept(Parameters):
    """Of `/api/concept`."""

    id: Id = Field(description="id of a concept; also one that it has in a graph of fewer papers")


class ConceptPapers(OneConcept, Paged):
    """Of `/api/concept/papers`."""

    relation: list[LinkRelation] = Field([], description="only papers that stand to it in these relations", max_length=7)
    year: Year | None = Field(None, description="only papers of this year")
    sort: Literal["relation", "year"] = Field("relation", description="strongest relation and surest first, or newest first")
    units: Units = "codepoint"


class ConceptRelations(OneConcept, Paged):
    """Of `/api/concept/relations`."""


class OnePaper(Paged):
    """Of `/api/paper`; a page of its links."""

    id: Id = Field(description="id of a paper")
    limit: Integer = Field(100, ge=1, le=MOST, description="how many links are given at most")
    units: Units = "codepoint"


class Neighbours(OneConcept):
    """Of `/api/neighbours`."""

    kind: list[Kind] = Field(
        ["text", "catalog", "together"],
        description="relations read in texts, those of the catalog's hierarchy, concepts named in the same papers",
        max_length=3,
    )
    limit: Integer = Field(40, ge=1, le=MOST, description="how many neighbours are given at most")
    offset: Integer = Field(0, ge=0, le=FARTHEST, description="how many are passed over before")


class Edge(Paged):
    """Of `/api/edge`."""

    head: Id = Field(description="id of a concept")
    tail: Id = Field(description="id of another concept; what leads from tail to head is given too")
    kind: list[Kind] = Field(
        ["catalog", "text", "together"],
        description="the catalog's hierarchy, sentences that state a relation, papers that name both",
        max_length=3,
    )
    units: Units = "codepoint"


class Path(Parameters):
    """Of `/api/path`."""

    head: Id = Field(description="id of the concept where the path begins")
    tail: Id = Field(description="id of the concept where it ends")
    k: Integer = Field(3, ge=1, le=20, description="how many paths are given at most")
    depth: Integer = Field(4, ge=1, le=6, description="steps of a path at most")
    kind: list[Kind] = Field(["text", "catalog"], description="over which edges paths may lead", max_length=3)
    units: Units = "codepoint"


class PagePaper(Parameters):
    """Of `/api/page/paper`."""

    id: Id = Field(description="id of a paper")


class PageNeighbours(OneConcept):
    """Of `/api/page/neighbours`."""

    limit: Integer = Field(30, ge=1, le=MOST, description="how many neighbours are given at most")
    offset: Integer = Field(0, ge=0, le=FARTHEST, description="how many are passed over before")


class PageEdge(Parameters):
    """Of `/api/page/edge`."""

    kind: Literal["text", "catalog", "together", "link"] = Field(description="of the edge; `link` leads from a paper to a concept")
    head: Id = Field(description="id of a concept, or of a paper")
    tail: Id = Field(description="id of a concept")


class PagePath(Parameters):
    """Of `/api/page/path`."""

    head: Id = Field(description="id of the concept where the path begins")
    tail: Id = Field(description="id of the concept where it ends")
    k: Integer = Field(5, ge=1, le=20, description="how many paths are given at most")
    depth: Integer = Field(4, ge=1, le=6, description="steps of a path at most")


class Filled(Parameters):
    """Of `/api/question`."""

    name: str = Field(min_length=1, max_length=100, description="name or number of a question")
    param: list[Annotated[str, Field(max_length=LONGEST_ID + 100)]] = Field(
        [], description="values as NAME=VALUE; the rest takes its default", max_length=20
    )


class Query(Parameters):
    """The body of `/api/sparql` and `/api/cypher`."""

    query: str = Field(min_length=1, description="one query that reads")
    params: dict[str, Any] = Field({}, description="values for `$name` in Cypher")
    limit: int = Field(1000, ge=1, le=100_000, strict=True, description="rows that are given at most; `cut` says that there are more")
    format: Literal["json", "csv"] = Field("json", description="a table as JSON, or its rows as CSV")
