"""`/sparql`: the query half of the SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/.

Status codes: 400 for what is no query, 406 for a format that there is not, 413 and 415 for bodies that are not taken, 500 for what is
refused or fails, 503 for want of time or of a turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kg.errors import DataError, PaperkgError, UsageError
from kg.query.child import OutOfTime, read_table
from kg.query.guard import Refused
from kg.query.limits import NoFormat, TooLong, TooMuch
from kg.query.results import GRAPHS, ROWS, Format
from kg.serve import page
from kg.serve.describe import describe
from kg.serve.messages import Failed
from kg.serve.negotiate import best
from kg.serve.pool import Busy
from kg.serve.requests import body, too_large, unless_gone
from kg.serve.service import Service

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
#: Rows that the page for browsers shows at most, and says so.
SHOWN = 1000
_HTML = Format("html", "text/html", ("application/xhtml+xml",))
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for; the graphs are None where the query itself says which."""

    query: str
    default: list[str] | None
    named: list[str] | None
    format: str


def routes(service: Service) -> list[Route]:
    """The endpoint."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(METHODS), "Accept-Post": f"{QUERY}, {FORM}"})
        asked: Asked | None = None
        try:
            asked = await _read(request, service.settings.query, service.settings.timeout)
            if asked is None:
                return _about(request)
            return await _answer(request, service, asked)
        except Failed as error:
            if request.method != "HEAD" and _wanted(request, "", (*ROWS, _HTML)) == _HTML.name:
                return _page(page.render(asked.query if asked else "", error=str(error)), error.status, error.headers)
            raise

    return [Route("/sparql", endpoint, methods=METHODS)]


# --- what is asked ----------------------------------------------------------------------------------------------------


async def _read(request: Request, most: int, timeout: float) -> Asked | None:
    in_url = _pairs(request.scope["query_string"], "the URL")
    if request.method != "POST":
        if not any(name in ("query", *_UPDATES) for name, _ in in_url):
            return None
        return _asked(in_url, most)
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == UPDATE:
        raise _read_only()
    if kind not in (FORM, QUERY):
        told = f"the body's type is {kind[:100]!r}" if kind else "the body has no Content-Type"
        raise Failed(415, f"{told}; send a query as {QUERY}, or as {FORM} with query=…", Accept_Post=f"{QUERY}, {FORM}")
    charset = dict(_parameters(parameters)).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Failed(415, f"the body's charset is {charset[:40]!r}; send UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Failed(415, "the body is compressed; send it as it is", Accept_Encoding="identity")
    # of three bytes for each, as %XX
    data = await body(request, most if kind == QUERY else 3 * most + 4096, timeout)
    if kind == FORM:
        if any(name == "query" for name, _ in in_url):
            raise Failed(400, "the query is in the URL of a POST; send it in the body, or as GET")
        return _asked(_pairs(data, "the body") + [p for p in in_url if p[0] == "format"], most)
    if any(name in ("query", *_UPDATES) for name, _ in in_url):
        raise Failed(400, "there is a query in the URL beside that in the body; send one")
    return _asked([("query", _text(data, "the body")), *in_url], most)


def _asked(pairs: list[tuple[str, str]], most: int) -> Asked:
    if any(name in _UPDATES for name, _ in pairs):
        raise _read_only()
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise Failed(400, f"there are {len(queries)} parameters query; send one")
    if len(queries[0].encode("utf-8", "surrogatepass")) > most:
        raise too_large(most)
    default = [value for name, value in pairs if name == "default-graph-uri"]
    named = [value for name, value in pairs if name == "named-graph-uri"]
    # who names graphs asks these and no others
    both = bool(default or named)
    format_ = next((value for name, value in pairs if name == "format"), "")
    return Asked(queries[0], default if both else None, named if both else None, format_)


def _pairs(data: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_text(data, where), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError:
        raise Failed(400, f"{where} holds bytes that are no UTF-8 as %XX; encode it as UTF-8") from None
    except ValueError:
        raise Failed(400, f"{where} has more than 1,000 parameters") from None


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Failed(400, f"{where} is not UTF-8 (byte {error.start})") from None


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            yield name.strip().lower(), value.strip().strip('"')


def _read_only() -> Failed:
    return Failed(500, "updates are refused: the graph is read-only; change the papers or the catalog and build it again")


def _wanted(request: Request, named: str, formats: tuple[Format, ...]) -> str | None:
    """The format that a request likes best: by name in the parameter `format`, or by its header Accept."""
    by_name = {f.name: f.name for f in formats}
    if named in by_name:
        return named
    accept = request.headers.getlist("accept")
    place = best(",".join(accept) if accept else None, [(f.media_type, *f.aliases) for f in formats])
    return None if place is None else formats[place].name


# --- what is answered -------------------------------------------------------------------------------------------------


async def _answer(request: Request, service: Service, asked: Asked) -> Response:
    rows, graph = _wanted(request, asked.format, (*ROWS, _HTML)), _wanted(request, asked.format, (*GRAPHS, _HTML))
    # a name of a format of rows says nothing on graphs
    query = service.sparql(asked.query, rows=rows, graph=graph, dataset=[asked.default, asked.named], shown=SHOWN)
    try:
        reply, file = await unless_gone(request, query)
    except Busy as error:
        raise Failed(503, str(error), Retry_After="1") from None
    except OutOfTime as error:
        raise Failed(503, str(error).partition(", or give")[0]) from None
    except (Refused, TooMuch, TooLong) as error:
        raise Failed(500, str(error)) from None
    except (NoFormat, DataError) as error:
        raise Failed(406, str(error)) from None
    except UsageError as error:
        raise Failed(400, str(error)) from None
    except PaperkgError as error:
        raise Failed(500, str(error)) from None
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    formats = GRAPHS if reply["kind"] == "graph" else ROWS
    if reply["format"] == _HTML.name:
        try:
            return _page(page.render(asked.query, read_table(file), formats), 200, headers)
        finally:
            file.unlink(missing_ok=True)
    format_ = next(f for f in formats if f.name == reply["format"])
    size = file.stat().st_size
    headers |= {"Content-Type": _content_type(format_), "Content-Length": str(size)}
    return StreamingResponse(_sent(file), 200, headers)


def _content_type(format_: Format) -> str:
    return format_.media_type + ("; charset=utf-8" if format_.media_type.startswith("text/") else "")


async def _sent(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as handle:
        with suppress(OSError):  # a system that does not take an open file away
            file.unlink()
        while chunk := handle.read(_CHUNK):
            yield chunk
    file.unlink(missing_ok=True)


def _about(request: Request) -> Response:
    """What the endpoint is: RDF for programs (SPARQL 1.1 Service Description), a page for people."""
    wanted = _wanted(request, request.query_params.get("format", ""), (*GRAPHS, _HTML))
    if wanted is None:
        known = ", ".join(f.media_type for f in (*GRAPHS, _HTML))
        raise Failed(406, f"the description of this endpoint comes as {known}")
    if wanted == _HTML.name:
        return _page(page.render(), 200, {"Vary": "Accept"})
    format_ = next(f for f in GRAPHS if f.name == wanted)
    address = str(request.url.replace(query="", fragment=""))
    try:
        described = describe(address, wanted)
    except ValueError:
        raise Failed(400, "the request names a host that is none") from None
    return Response(described, 200, {"Vary": "Accept", "Content-Type": _content_type(format_)})


def _page(html: str, status: int, headers: dict[str, str]) -> Response:
    return Response(html, status, {**headers, "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": page.CSP})
