"""`kg link`: one text, its concepts and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import new
from kg.cli.reading import CatalogOption, CombineOption, FavourOption, ModelOption, ProfileOption, RecognizerOption, combined, tell
from kg.cli.show import show
from kg.cli.talk import out, say, text_of
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.catalog import Catalog
    from kg.explain import Linked

app = new()


@app.command()
def link(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Some sentences, @FILE, or - for standard input.")],
    title: Annotated[str, typer.Option(metavar="TITLE", help="The title of the text, if it has one.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Show mentions, candidates, scores and reasons.")] = False,
    catalog: CatalogOption = None,
    model: ModelOption = None,
    favour: FavourOption = "balanced",
    profile: ProfileOption = "fast",
    recognizer: RecognizerOption = None,
    combine: CombineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the links as a JSON array.")] = False,
) -> int:
    """Link a text to concepts, as if it were an abstract.

    \b
    Example:
      kg link "We fine-tune BERT on SQuAD and report F1." --explain
      kg link @abstract.txt --title "Attention Is All You Need" --json
    """
    from kg.explain import link as run
    from kg.reader import Reader
    from kg.table import Table

    given = text_of(text)
    if not given.strip() and not title.strip():
        raise UsageError("there is no text to link; give some sentences")
    known = None
    if catalog:
        from kg.cli.catalog import with_own

        known = with_own(catalog)
    how = combined(recognizer, combine)
    if recognizer is None:
        found = run(given, title=title, reader=Reader(known, model=model, favour=favour, profile=profile))
    else:
        found = _recognized(given, title, known, recognizer, how, model=model, favour=favour, profile=profile)
    if as_json:
        out(json.dumps(found.rows(), ensure_ascii=False, indent=2) + "\n")
    elif explain:
        out(found.explain() + "\n")
    elif not found.concepts:
        say("no concept found (--explain shows what was seen and not taken)")
    else:
        columns = ("name", "type", "relation", "confidence", "concept", "known")
        show(Table(columns, [tuple(row[c] for c in columns) for row in found.rows()]), "table")
    return 1 if any(item.fatal for item in found.reading.rejected) else 0


def _recognized(text: str, title: str, catalog: Catalog | None, recognizer: str, combine: str, **options: Any) -> Linked:
    from kg.explain import link
    from kg.recognizers.plugged import Plugged

    plugged = Plugged(recognizer, combine)
    try:
        found = link(text, title=title, reader=plugged.reader(catalog, **options))
        plugged.count(found.reading)
    finally:
        plugged.close()
    tell(plugged.report())
    return found
