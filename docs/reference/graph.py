"""Writes graph.md, the reference of the graph on disk, from `kg.schema`: `python docs/reference/graph.py`."""

from __future__ import annotations

from pathlib import Path

from kg.schema import COUNTS, MEANINGS, OLDEST, SCHEMA_VERSION, TABLES

TARGET = Path(__file__).with_suffix(".md")

HEAD = f"""\
<!-- written by docs/reference/graph.py; change that, not this -->

# The graph on disk

A graph is a folder: one Parquet file for each table below, and `manifest.json`. Everything else that paperkg makes (RDF, Neo4j files,
pages, query stores) is made from it and can be made again. The schema described here has version {SCHEMA_VERSION};
folders of version {OLDEST} can be read, too, and lack what is about corrections.

```
graph/
  manifest.json
  {"  ".join(f"{name}.parquet" for name in list(TABLES)[:6])}
  {"  ".join(f"{name}.parquet" for name in list(TABLES)[6:])}
```

The files are plain Parquet (zstd), so any tool can read them:

```python
import pyarrow.parquet as pq

links = pq.read_table("graph/links.parquet")
```

In Python, `kg.graph.Graph` gives records instead of rows:

```python
from kg.graph import Graph

graph = Graph.open("graph")
for link in graph.links():
    paper = graph.paper(link.paper)
    first = link.evidence[0]
    sentence = paper.text(first.mention.field)[first.sentence_start : first.sentence_end]
```

## What can be relied on

- **Whole or not at all.** A graph is written to `.graph.partial/` beside its place and put there by renaming. A build that fails, is
  interrupted or killed leaves the old graph, or none. A second process that writes to the same place is refused. Only a folder that
  is a graph is ever replaced, and only with `--overwrite`.
- **Same input, same bytes.** Nothing in the folder depends on the time, the machine, the order of the inputs, `PYTHONHASHSEED` or the
  number of processes. Rows are sorted by the columns named below, ids are made from content.
- **One by one is all at once.** `Graph.append` gives the bytes that a build of all papers gives; `Graph.remove` of what was appended
  gives the bytes that were there before. For this the folder keeps the records that papers were made of, what each paper says
  before the corpus is resolved, and the catalog.
- **Damage is noticed.** Opening compares the sizes of all files with the manifest, reading checks each page's checksum, and
  `Graph.open(path, verify=True)` compares SHA-256 sums. A folder of another schema is refused, with the version that wrote it.

Files `layout-….npy` beside the tables are places of nodes that a page computed, kept for the next one ([the page](html.md)). They are
no part of the graph: nothing of the above counts them, a changed graph is without them, and they can be deleted.

Offsets are zero-based, end-exclusive and count Unicode code points of the cleaned text in `papers`, as Python strings do.

## manifest.json

| key | meaning |
|---|---|
| `format` | `paperkg-graph` |
| `schema_version` | version of this schema; grows when a column goes or changes its meaning |
| `paperkg_version` | the paperkg that wrote the folder |
| `settings` | what the papers were read with |
| `reader` | fingerprint of the reader; papers can only be added with the same one |
| `loaded` | only in a graph that came back from another format: where from. It has no readings, so papers cannot be added or taken out |
| `inputs` | name, SHA-256 and number of records of each input |
| `counts` | see below |
| `tables` | bytes, rows and SHA-256 of each file |

## Counts

What `Graph.counts()` gives.

| count | meaning |
|---|---|
"""

TAIL = """
## In memory

`Graph.to_networkx()` gives a `networkx.MultiDiGraph` that holds all that the graph says. Its nodes are `paper:ID` and `concept:ID`.

"""

#: What nodes and edges of the networkx graph have.
ATTRIBUTES = {
    "paper node": "kind id label abstract year venue authors urls doi arxiv source line",
    "concept node": "kind id label type aliases acronyms known papers broader identifiers also flags source other_ids",
    "paper → concept": "kind relation confidence variant correction sentences evidence",
    "concept → concept": "kind relation confidence paper field start end sentence catalog",
}

END = """
`kind` is "paper" or "concept" for nodes, "link" or "relation" for edges. A link's `evidence` is a list of dicts, the decisive one
first: `field`, `start`, `end` and `text` of the mention, `sentence_start`, `sentence_end`, `cue`. Two concepts have an edge for each
place that relates them.

`kg.load.networkx.load(made, "folder")` makes a graph folder of such a networkx graph again, also of one that was changed: what does not
fit is an error that names the node or edge.
"""


def page() -> str:
    """The text of graph.md."""
    parts = [HEAD, *(f"| `{name}` | {meaning} |\n" for name, meaning in COUNTS.items()), "\n## Tables\n"]
    for name, columns in TABLES.items():
        meaning, order = MEANINGS[name]
        parts.append(f"\n### {name}\n\nA row is {meaning}. Sorted by {', '.join(f'`{column}`' for column in order)}.\n\n")
        parts.append("| column | type | meaning |\n|---|---|---|\n")
        parts.extend(f"| `{column}` | {kind} | {about} |\n" for column, kind, about in columns)
    parts.append(f"{TAIL}| of | attributes |\n|---|---|\n")
    parts.extend(f"| {of} | {', '.join(f'`{name}`' for name in names.split())} |\n" for of, names in ATTRIBUTES.items())
    return "".join([*parts, END])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8", newline="\n")
