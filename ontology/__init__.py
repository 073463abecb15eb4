"""What is known before any paper is read: the schema of the graph and the catalog of concepts, as files."""

from __future__ import annotations

from pathlib import Path

from ontology.terms import BASE

__all__ = ["folder", "text"]


def folder() -> Path:
    """The folder that holds `schema.ttl`, `shapes.ttl`, `description.ttl`, `context.jsonld` and `catalog/`."""
    return Path(__file__).resolve().parent


def text(name: str, base: str = BASE) -> str:
    """A file of this folder with our terms under another base: `schema.ttl`, `shapes.ttl`, `description.ttl` or `context.jsonld`.

    >>> "https://kg.example/ontology#" in text("schema.ttl", "https://kg.example/")
    True
    """
    base = base if base.endswith("/") else base + "/"
    return (folder() / name).read_text(encoding="utf-8").replace(BASE, base)
