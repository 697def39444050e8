"""Real receivers on this machine: an HTTP server that answers as it was told to, and what it was sent."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass(frozen=True, kw_only=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"ok": true}'
    after_seconds: float = 0


@dataclass
class Receiver:
    """``answers`` are given in turn, then ``otherwise``; ``pages`` are what a GET finds, by path without the query."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    otherwise: Answer = field(default_factory=Answer)
    pages: dict[str, object] = field(default_factory=dict)


@contextmanager
def receiver(*answers: Answer, otherwise: Answer | None = None) -> Iterator[Receiver]:
    state = Receiver(answers=list(answers), otherwise=otherwise or Answer())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.requests.append(Request(path=self.path, headers=headers, body=body))
            answer = state.answers.pop(0) if state.answers else state.otherwise
            time.sleep(answer.after_seconds)
            self._give(answer)

        def do_GET(self) -> None:
            page = state.pages.get(self.path.partition("?")[0])
            self._give(Answer(status=404) if page is None else Answer(body=orjson.dumps(page)))

        def _give(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked has given up
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
