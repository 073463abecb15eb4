"""The terms of the graph as Python constants: our own, and those of others that we write.

A test holds `CLASSES`, `PROPERTIES` and `PATTERNS` equal to `ontology/schema.ttl`, which defines each of them.
"""

from __future__ import annotations

#: The base under which everything of ours lives unless an export says otherwise. Data are in `BASE` itself, terms in `BASE + ONTOLOGY`.
BASE = "https://example.org/kg/"
ONTOLOGY = "ontology#"
