"""A server on 127.0.0.1 that plays an OpenAI-compatible endpoint: what it answers is a list of strings of the text, or a failure."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kg.model import Paper
from kg.recognizers import Recognition
from kg.recognizers.llm import LanguageModel

KEY = "sk-test-only"
#: What the fixture `make` is: options → the recogniser that asks the server.
Make = Callable[..., LanguageModel]


@dataclass
class Reply:
    """An answer: `content` of the message, or a whole `body`; `wait` seconds before it, `drip` between its bytes."""

    content: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    finish: str = "stop"
    refusal: str | None = None
    usage: Mapping[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20})
    wait: threading.Event | None = None

    def data(self) -> bytes:
        if self.body is not None:
            return self.body
        message = {"role": "assistant", "content": self.content, **({"refusal": self.refusal} if self.refusal else {})}
        found: dict[str, Any] = {"choices": [{"index": 0, "message": message, "finish_reason": self.finish}]}
        return json.dumps(found | ({"usage": dict(self.usage)} if self.usage else {})).encode()


def error(status: int, message: str, **headers: str) -> Reply:
    """An error as such servers give it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, body=json.dumps({"error": {"message": message}}).encode())


def entries(*mentions: str | dict[str, str]) -> Reply:
    """An answer with these mentions, as methods that are used where nothing else is said."""
    rows = [m if isinstance(m, dict) else {"mention": m, "type": "Method", "relation": "uses"} for m in mentions]
    return Reply(json.dumps({"concepts": rows}))


@dataclass
class Server:
    """What runs: its address, the requests so far, and what it answers to one (a function of the request's body)."""

    url: str
    answer: Callable[[dict[str, Any]], Reply]
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def play(self, *replies: Reply) -> None:
        """Answers with these replies, one after the other, and then with the last."""
        left = list(replies)

        def answer(_: dict[str, Any]) -> Reply:
            return left.pop(0) if len(left) > 1 else left[0]

        self.answer = answer


def asked(request: Mapping[str, Any]) -> dict[str, str]:
    """Title and text that a request is about."""
    found: dict[str, str] = json.loads(request["messages"][-1]["content"])
    return found


def names(*known: str) -> Callable[[dict[str, Any]], Reply]:
    """A model that finds the strings it knows."""

    def answer(request: dict[str, Any]) -> Reply:
        paper = asked(request)
        return entries(*(name for name in known if name in paper["title"] or name in paper["text"]))

    return answer


def numbered(number: int) -> list[Paper]:
    """So many papers, each with a text of its own."""
    return [Paper(f"p{n}", f"Paper {n}", f"PrismNet is used for the {n}th time.") for n in range(number)]


def texts(found: Recognition) -> set[str]:
    """The strings that are mentioned."""
    return {m.mention.text for m in found.mentions}


@contextmanager
def serving() -> Iterator[Server]:
    """A server in threads of its own, on a free port of this machine alone."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                server.requests.append(json.loads(data))
                server.headers.append(dict(self.headers))
                server.paths.append(self.path)
                server.at_once += 1
                server.most_at_once = max(server.most_at_once, server.at_once)
                reply = server.answer(server.requests[-1])
            try:
                if reply.wait is not None:
                    reply.wait.wait(20)
                body = reply.data()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True
            finally:
                with lock:
                    server.at_once -= 1

        def log_message(self, *given: object) -> None:
            """Nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://127.0.0.1:{httpd.server_port}/v1", names())
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(5)
