"""A webhook on this machine: what the desk on call would have received."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import orjson

BYTES_MAX: Final = 1 << 20


class Received:
    """The bodies that came, in their order, and the address to send them to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: list[dict[str, Any]] = []


@contextmanager
def webhook() -> Iterator[Received]:
    """Listen on a free port of the loopback until the end of the block."""
    received = Received("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take one notice."""
            size = min(int(self.headers.get("Content-Length") or 0), BYTES_MAX)
            received.bodies.append(orjson.loads(self.rfile.read(size)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library calls
            """Say nothing: the demo shows what came."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}/breaches"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
