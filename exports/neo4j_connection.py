"""The way to a running Neo4j over Bolt: addresses, name and password, and what can go wrong, said in one line.

Name and password come from the environment (NEO4J_USERNAME, NEO4J_PASSWORD) or from the caller's prompt; never from an address,
an option or a file, and they stand in no message.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.errors import EnvironmentError_, UsageError

if TYPE_CHECKING:
    import neo4j

__all__ = ["SCHEMES", "connected", "credentials"]

#: What an address begins with. `+s` asks for TLS with a certificate that is checked, `+ssc` takes one that nobody vouches for.
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
#: For how many seconds a transaction is tried again while the server is away or another transaction is in the way.
RETRY = 30.0


def credentials(ask: Callable[[str], str] | None = None) -> tuple[str, str]:
    """User name and password, from the environment or by asking.

    Raises:
        EnvironmentError_: there is no password, and nobody to ask.
    """
    user = os.environ.get("NEO4J_USERNAME") or "neo4j"
    password = os.environ.get("NEO4J_PASSWORD")
    if password is None:
        if ask is None:
            raise EnvironmentError_(f"no password for the Neo4j user {user!r}; set NEO4J_PASSWORD (and NEO4J_USERNAME for another user)")
        password = ask(f"Password of the Neo4j user {user}: ")
    return user, password


@contextmanager
def connected(address: str, database: str, ask: Callable[[str], str] | None = None) -> Iterator[neo4j.Driver]:
    """A driver that is logged in; what goes wrong inside the block becomes an error of ours.

    Raises:
        UsageError: the address does not fit.
        EnvironmentError_: no password, nobody answers, the login is refused, or the server refuses or fails.
    """
    check_address(address)
    user, password = credentials(ask)
    import neo4j
    from neo4j import exceptions as wrong

    try:
        # what the server has to remark on a query (a label that is not there yet) is nothing for a user to read
        with neo4j.GraphDatabase.driver(
            address, auth=(user, password), max_transaction_retry_time=RETRY, warn_notification_severity="OFF",
            notifications_min_severity="OFF",
        ) as driver:  # fmt: skip
            driver.verify_connectivity()
            yield driver
    except wrong.AuthError as error:
        raise EnvironmentError_(
            f"{address}: the server refuses the login of {user!r} ({_said(error, password)}); set NEO4J_USERNAME and NEO4J_PASSWORD"
        ) from None
    except wrong.ConfigurationError as error:
        raise UsageError(f"{address}: {_said(error, password)}; give an address such as bolt://localhost:7687") from None
    except (wrong.ServiceUnavailable, wrong.SessionExpired) as error:
        raise EnvironmentError_(f"{address}: {_unavailable(address, _said(error, password), _causes(error))}") from None
    except wrong.Neo4jError as error:
        raise EnvironmentError_(f"{address}: {_refused(error, database, _said(error, password))}") from None
    except wrong.DriverError as error:
        raise EnvironmentError_(f"{address}: {type(error).__name__}: {_said(error, password)}") from None


def check_address(address: str) -> None:
    """Whether something is the address of a Neo4j.

    Raises:
        UsageError: it is not, or it holds a password.
    """
    if "@" in address:
        # and not repeated in the message, which may end up in a log
        raise UsageError("the address holds a user name or password; take it out and set NEO4J_USERNAME and NEO4J_PASSWORD")
    found = re.fullmatch(r"([a-z0-9+]+)://[^\s/?#]+/?(\?\S*)?", address)
    if found is None or found[1] not in SCHEMES:
        raise UsageError(f"{address!r} is no address of a Neo4j server; give one such as bolt://localhost:7687 ({', '.join(SCHEMES)})")


def _unavailable(address: str, said: str, causes: str) -> str:
    scheme = address.partition("://")[0]
    if "CERTIFICATE_VERIFY_FAILED" in causes or "certificate verify failed" in causes:
        return (
            f"its certificate is not one that this machine trusts ({said}); for one that the server made itself, give "
            f"{scheme.removesuffix('+s')}+ssc://…"
        )
    if scheme.endswith(("+s", "+ssc")) and re.search(r"SSL|TLS|secure|encrypt|EOF", causes, re.IGNORECASE):
        return f"no TLS connection can be made ({said}); give {scheme.partition('+')[0]}://… where the server has no TLS for Bolt"
    return (
        f"no Neo4j answers there ({said}); start it, look at server.bolt.listen_address in its neo4j.conf, and take bolt:// for a "
        "single server behind a tunnel or in a container. What was written already stays, and need not be sent again"
    )


def _refused(error: neo4j.exceptions.Neo4jError, database: str, said: str) -> str:
    code = error.code or ""
    if code.endswith("DatabaseNotFound"):
        return f"it has no database {database!r} ({code}); name another one, or make it (the Community edition has `neo4j` alone)"
    if code.endswith(("TransactionLogError", "TransactionCommitFailed", "TransactionStartFailed", "DatabaseUnavailable", "OutOfDiskSpace")):
        # what a server says whose disk is full, and what it says from then on; of the cause it tells its own log alone
        return (
            f"the server cannot write ({code}: {said}); see that its disk is not full, start it again, and run this again: it goes on from "
            "there"
        )
    if code.startswith("Neo.ClientError.Security"):
        return f"the user may not do that ({code}: {said}); use one with the role editor, and admin or publisher for constraints"
    return f"the server said {code}: {said}"


def _causes(error: BaseException | None) -> str:
    told = []
    while error is not None:
        told.append(f"{type(error).__name__} {error}")
        error = error.__cause__ or error.__context__
    return " ".join(told)


def _said(error: BaseException, password: str) -> str:
    text = " ".join(str(getattr(error, "message", None) or error).split())[:300]
    # no message is known to repeat it; one that did would end up in logs
    return text.replace(password, "…") if password else text
