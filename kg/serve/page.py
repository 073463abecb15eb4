"""The page that a browser gets at `/sparql`: a form, the answer below it, and questions to begin with. No scripts, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from kg.query.cookbook import questions
from kg.query.results import Format
from kg.table import Table, cell
from ontology.terms import BASE

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 1.5rem; }
textarea { box-sizing: border-box; width: 100%; font: 14px/1.4 ui-monospace, monospace; padding: .5rem; }
button { font: inherit; padding: .3rem 1.2rem; margin-top: .5rem; }
.error { border-left: .3rem solid #c62828; padding: .3rem .8rem; white-space: pre-wrap; font-family: ui-monospace, monospace; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
th { white-space: nowrap; }
th, td { border: 1px solid #8888; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
""".strip()
CSP = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; img-src data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_FIRST = "SELECT ?title ?year {\n  ?paper a kg:Paper ; dcterms:title ?title .\n  OPTIONAL { ?paper dcterms:issued ?year }\n}\nLIMIT 20\n"


def render(query: str = "", table: Table | None = None, formats: Sequence[Format] = (), error: str = "") -> str:
    """The whole page, with links to the answer in other formats; every text in it is escaped."""
    parts = [f'<p class="error" role="alert">{escape(error)}</p>'] if error else []
    if table is not None:
        parts.append(_answer(query, table, formats))
    asked = "".join(f'<li><a href="{_href(q.sparql)}">{escape(q.title)}</a></li>' for q in questions().values())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SPARQL</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>SPARQL</h1>
<form action="/sparql" method="get">
<label for="query">Query</label>
<textarea id="query" name="query" rows="12" spellcheck="false">{escape(query or _FIRST)}</textarea>
<button>Ask</button>
</form>
{"".join(parts)}
<h2>Questions to begin with</h2>
<ul>{asked}</ul>
</main>
</body>
</html>
"""


def _answer(query: str, table: Table, formats: Sequence[Format]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>" for row in table.rows)
    notes = "".join(f"<p>{escape(note)}</p>" for note in table.notes)
    whole = ", ".join(f'<a href="{_href(query, f.name)}">{escape(f.name)}</a>' for f in formats)
    count = f"{len(table):,} {'row' if len(table) == 1 else 'rows'}"
    shown = f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    return f"<h2>{count}</h2>{notes}<p>The whole answer as {whole}</p>{shown}"


def _cell(value: object) -> str:
    text = escape(cell(value))
    # things of the graph lead on to all that is known of them
    described = isinstance(value, str) and value.startswith(BASE) and not set(value) & set('<>"{}|^`\\ \n')
    return f'<a href="{_href(f"DESCRIBE <{value}>")}">{text}</a>' if described else text


def _href(query: str, format_: str = "") -> str:
    return escape("/sparql?" + urlencode({"query": query, **({"format": format_} if format_ else {})}))
