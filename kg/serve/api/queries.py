"""`/api/sparql` and `/api/cypher`: a query in, a table out. They run in the processes of the pool, with its bounds."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import EnvironmentError_, GraphError, PaperkgError, UsageError
from kg.query.child import OutOfTime, read_table
from kg.query.limits import TooLong, TooMuch
from kg.serve.api.parameters import Query
from kg.serve.api.problems import Problem
from kg.serve.api.read import from_json
from kg.serve.pool import Busy
from kg.serve.requests import body, unless_gone
from kg.serve.service import Service
from kg.table import Table, plain

JSON = "application/json"


def endpoint(service: Service, engine: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers queries of one language."""

    async def answer(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            told = f"the body's type is {kind[:100]!r}" if kind else "the body has no Content-Type"
            raise Problem(415, f'{told}; send {JSON}, such as {{"query": "…"}}')
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Problem(415, "the body is compressed; send it as it is", {"Accept-Encoding": "identity"})
        if request.scope["query_string"]:
            raise Problem(400, "there are parameters in the URL; send all in the body")
        asked = from_json(Query, await body(request, 2 * service.settings.query, service.settings.timeout))
        if engine == "sparql" and asked.params:
            raise Problem(422, "SPARQL has no parameters; write the values into the query: VALUES ?x { … }", parameter="params")
        if len(asked.query.encode("utf-8", "surrogatepass")) > service.settings.query:
            raise Problem(413, f"the query has more than {service.settings.query:,} bytes, the most that are taken here")
        return await _answer(request, service, engine, asked)

    return answer


async def _answer(request: Request, service: Service, engine: str, asked: Query) -> Response:
    try:
        _, file = await unless_gone(request, service.table(engine, asked.query, asked.params, asked.limit))
    except Busy as error:
        raise Problem(503, str(error), {"Retry-After": "1"}) from None
    except OutOfTime as error:
        raise Problem(503, str(error).partition(", or give")[0]) from None
    except (TooMuch, TooLong) as error:
        raise Problem(422, str(error)) from None
    except UsageError as error:
        raise Problem(400, str(error), parameter="query") from None
    except (GraphError, EnvironmentError_) as error:
        # there is no store, whatever is asked
        raise Problem(503, str(error)) from None
    except PaperkgError as error:
        raise Problem(422, str(error), parameter="query") from None
    try:
        # a large one takes its time, which is not the others'
        return await run_in_threadpool(_written, read_table(file), asked)
    finally:
        file.unlink(missing_ok=True)


def _written(table: Table, asked: Query) -> Response:
    headers = {"Cache-Control": "no-store"}
    if asked.format == "csv":
        if table.cut:
            # CSV has no place to say that rows are missing
            raise Problem(
                422, f"the answer has more than {asked.limit:,} rows; give a larger limit, or narrow the query", parameter="limit"
            )
        return Response(table.to_csv(), 200, headers, media_type="text/csv")
    value: dict[str, Any] = {
        "columns": list(table.columns),
        "rows": [[plain(cell) for cell in row] for row in table.rows],
        "notes": list(table.notes),
        "cut": table.cut,
    }
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False), 200, headers, media_type=JSON)
