"""All endpoints of the API: where, what they take, what they answer with. Routes, the OpenAPI document and docs/reference/api.md are
made from this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kg.serve.api import answers as a
from kg.serve.api import explorer
from kg.serve.api import parameters as p
from kg.serve.api.concepts import concept, papers, relations
from kg.serve.api.edges import edge, neighbours
from kg.serve.api.papers import paper
from kg.serve.api.paths import path
from kg.serve.api.questions import question, questions
from kg.serve.api.search import search
from kg.serve.index import Index


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that is answered from the index alone. `slow` ones are answered one at a time, beside the others."""

    path: str
    parameters: type[p.Parameters]
    answer: Any
    make: Callable[[Index, Any], Any]
    summary: str
    slow: bool = False

    @property
    def name(self) -> str:
        """The last part of the path, as one word."""
        return self.path.removeprefix("/api/").replace("/", "_")

    @property
    def finds(self) -> bool:
        """Whether it asks for something that may not be there."""
        return any(name in self.parameters.model_fields for name in ("id", "head", "name"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/api/search", p.Search, a.SearchAnswer, search, "Concepts and papers by what somebody types"),
    Endpoint("/api/concept", p.OneConcept, a.ConceptAnswer, concept, "All that is known of a concept"),
    Endpoint("/api/concept/papers", p.ConceptPapers, a.PapersAnswer, papers, "What papers say of a concept, with the sentences"),
    Endpoint("/api/concept/relations", p.ConceptRelations, a.RelationsAnswer, relations, "What is stated of a concept and others"),
    Endpoint("/api/paper", p.OnePaper, a.PaperAnswer, paper, "A paper, its text, and what it names where"),
    Endpoint("/api/neighbours", p.Neighbours, a.NeighboursAnswer, neighbours, "A concept and those around it, with the edges among them"),
    Endpoint("/api/edge", p.Edge, a.EdgeAnswer, edge, "All that joins two concepts, with the sentences"),
    Endpoint("/api/path", p.Path, a.PathAnswer, path, "The shortest paths between two concepts, with the evidence of each step", slow=True),
    Endpoint(
        "/api/page", p.Nothing, a.PageData, explorer.start, "What the explorer opens with: the most important concepts, without sentences"
    ),
    Endpoint("/api/page/concept", p.OneConcept, a.PageData, explorer.concept, "A concept with its surest papers, for the explorer"),
    Endpoint("/api/page/paper", p.PagePaper, a.PageData, explorer.paper, "A paper with all that it says, for the explorer"),
    Endpoint("/api/page/neighbours", p.PageNeighbours, a.PageData, explorer.neighbours, "A concept and those around it, for the explorer"),
    Endpoint("/api/page/edge", p.PageEdge, a.PageData, explorer.edge, "An edge with its sentences, for the explorer"),
    Endpoint(
        "/api/page/path", p.PagePath, a.PageData, explorer.path, "What paths between two concepts lead over, for the explorer", slow=True
    ),
    Endpoint("/api/questions", p.Nothing, a.QuestionsAnswer, questions, "The questions of the cookbook, in both languages"),
    Endpoint("/api/question", p.Filled, a.QuestionAnswer, question, "A question of the cookbook with its values filled in"),
)
