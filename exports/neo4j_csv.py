"""CSV files for Neo4j's bulk importer, with the command that imports them; the quickest way into an empty database.

The files keep to what the importer reads by default (RFC 4180 quoting, UTF-8, a header in each file), with two exceptions that
the command names: lists are separated by a control character that none of the graph's texts holds, and quoted fields may have
several lines. Format: "Import", chapter of the Neo4j 5 operations manual.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from exports import Written
from exports.files import replacing_folder
from exports.iris import Iris
from exports.neo4j_style import grass
from exports.property_graph import (
    CONCEPT,
    CONSTRAINTS,
    INDEXES,
    LINK,
    PAPER,
    RELATION,
    Property,
    Value,
    concepts,
    links,
    papers,
    relations,
    separators,
    with_totals,
)
from kg.errors import DataError
from kg.properties import Given, read
from ontology.terms import BASE

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.properties import Properties, Values

__all__ = ["FILES", "arguments", "write"]

#: The files of the folder.
FILES = ("papers.csv", "concepts.csv", "links.csv", "relations.csv", "constraints.cypher", "style.grass", "README.md")


def arguments(separator: str, database: str = "neo4j") -> list[str]:
    """The arguments of `neo4j-admin` that import the files of the folder it runs in."""
    return [
        "database", "import", "full", database,
        "--overwrite-destination",
        "--nodes=Paper:Resource=papers.csv",
        "--nodes=Concept:Resource=concepts.csv",
        "--relationships=links.csv",
        "--relationships=relations.csv",
        "--id-type=string",
        f"--array-delimiter=U+{ord(separator):04X}",
        "--multiline-fields=true",
    ]  # fmt: skip


def write(
    graph: Graph, path: Path | str, *, overwrite: bool = False, base: str = BASE, database: str = "neo4j", properties: Given = ""
) -> Written:
    """Writes a folder with `papers.csv`, `concepts.csv`, `links.csv`, `relations.csv`, `constraints.cypher`, `style.grass` and
    `README.md`.

    The exact command is in `README.md` and, with the folder's place, in the notes of what is returned. Memory does not grow with
    the papers.

    Args:
        base: what IRIs begin with, as in the RDF exports.
        database: the database that the command names.
        properties: what analyses found (`kg.properties.Given`): nodes get each property (`community_name` as `communityName`).
            They are no part of `contentHash`, and a later `kg push` leaves them as they are.

    Raises:
        UsageError: the folder exists and `overwrite` is false, or the base is no web address.
        DataError: the properties are those of another graph, or called as others are; the texts leave no character to separate lists
            with; or a list holds one empty text and nothing else, which the importer takes for no list.
        EnvironmentError_: it cannot be written.
    """
    iris = Iris(base)
    more = read(properties, graph)
    of_papers, of_concepts = _more(more, "papers", PAPER), _more(more, "concepts", CONCEPT)
    [separator] = separators(graph, 1)
    command = shlex.join(["neo4j-admin", *arguments(separator, database)])
    with replacing_folder(path, overwrite) as folder:

        def fill(name: str, header: Iterable[str], rows: Iterable[tuple[Value, ...]]) -> int:
            count = 0
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                file.write(",".join(header) + "\n")
                for row in rows:
                    file.write(",".join([_field(value, separator) for value in row]) + "\n")
                    count += 1
            return count

        counts = {
            "papers": fill(
                "papers.csv",
                _header((*PAPER, *of_papers.values()), "Paper"),
                ((*n.values, *_values(more.papers, n.id, of_papers)) for n in papers(graph, iris)),
            ),
            "concepts": fill(
                "concepts.csv",
                (*_header((*CONCEPT, *of_concepts.values()), "Concept"), ":LABEL"),
                ((*n.values, *_values(more.concepts, n.id, of_concepts), n.labels[1]) for n in concepts(graph, iris)),
            ),
            "links": fill(
                "links.csv",
                (":START_ID(Paper)", ":TYPE", ":END_ID(Concept)", *_header(LINK)),
                ((e.start, e.type, e.end, *e.values) for e in links(graph, iris)),
            ),
            "relations": fill(
                "relations.csv",
                (":START_ID(Concept)", ":TYPE", ":END_ID(Concept)", *_header(RELATION)),
                ((e.start, e.type, e.end, *e.values) for e in relations(graph, iris)),
            ),
        }
        counts = with_totals(counts)
        (folder / "constraints.cypher").write_text("".join(f"{line};\n" for line in (*CONSTRAINTS, *INDEXES)), "utf-8", newline="\n")
        (folder / "style.grass").write_text(grass(), "utf-8", newline="\n")
        (folder / "README.md").write_text(_readme(command, counts, separator, database), "utf-8", newline="\n")
    where = Path(path)
    return Written(
        "neo4j-csv",
        tuple(where / name for name in FILES),
        counts,
        (
            "import, with the server stopped; it replaces the database:",
            f"cd {shlex.quote(str(where.resolve()))} && {command}",
            "then start the server and run constraints.cypher: cypher-shell -f constraints.cypher",
        ),
    )


def _more(properties: Properties, of: str, taken: tuple[Property, ...]) -> dict[str, Property]:
    """The properties that an analysis found, by their name there, as Neo4j has them."""
    kinds = {bool: "boolean", int: "long", float: "double", str: "string"}
    found = {}
    for name, kind in properties.names(of).items():
        first, *others = name.split("_")
        found[name] = Property(first + "".join(map(str.capitalize, others)), kinds[kind], "from an analysis")
    names = [p.name for p in (*taken, *found.values())]
    for one in names:
        if names.count(one) > 1:
            raise DataError(f"the property {one!r} of {of} is called as something that the format has already; give it another name")
    return found


def _values(values: Values, id_: str, names: Iterable[str]) -> Iterator[Value]:
    own = values.get(id_, {})
    return (own.get(name) for name in names)


def _header(properties: tuple[Property, ...], space: str = "") -> Iterator[str]:
    for place, known in enumerate(properties):
        if space and place == 0:
            yield f"{known.name}:ID({space})"
        else:
            yield known.name if known.kind == "string" else f"{known.name}:{known.kind}"


def _field(value: Value, separator: str) -> str:
    # nothing between two commas is "no property"; strings are always quoted, so that an empty one stays an empty one
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        text = value
    elif value == [""]:
        raise DataError("a list (of authors, addresses or names) holds one empty text and nothing else; clean the papers and build again")
    else:
        text = separator.join(map(str, value))
    return '"' + text.replace('"', '""') + '"'


def _readme(command: str, counts: dict[str, int], separator: str, database: str) -> str:
    shown = command.replace(" --", " \\\n  --")
    numbers = ", ".join(f"{counts[what]} {what}" for what in ("papers", "concepts", "links", "relations"))
    return f"""# Files for Neo4j's bulk importer

Written by paperkg: {numbers} between concepts.

1. Stop the server. The import replaces everything in the database `{database}`.
2. In this folder:

   ```sh
{_indented(shown)}
   ```

   It should say `{counts["nodes"]} nodes` and `{counts["relationships"]} relationships`.
3. Start the server, and make ids unique and names quick to find:

   ```sh
   cypher-shell -d {shlex.quote(database)} -f constraints.cypher
   ```

Drop `style.grass` onto Neo4j Browser, and it draws papers and the five types of concepts in colours of their own.

Seen working with Neo4j 5.26 (the LTS). Run `neo4j-admin` as the user that the server runs as, or the server cannot open the result.

Fields with text are quoted; a field without anything is a property that is not there. Lists are separated by the character
U+{ord(separator):04X}, which no text of this graph holds.
"""


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.split("\n"))
