"""What S3 storage makes of answers that are none of S3's: a proxy's, a web page's."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
from pydantic import SecretStr

from connections.settings import Lake
from connections.storage import Storage, storage_of
from sluice.terminal import Fault

pytestmark = pytest.mark.thorough

CALLS: Final[dict[str, Callable[[Storage], Any]]] = {
    "get": lambda storage: storage.get("state/one"),
    "list": lambda storage: list(storage.list("state/")),
    "put": lambda storage: storage.put_new("state/one", b"one"),
}


@pytest.fixture
def storage(request: pytest.FixtureRequest) -> Iterator[Storage]:
    """Whatever it is asked, the server answers with one status and no word."""

    class Answer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(request.param)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *told: object) -> None:
            del told

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    key = SecretStr("not-a-key")
    yield storage_of(
        Lake(root="s3://lake", endpoint=f"http://127.0.0.1:{server.server_port}", access_key=key, secret_key=key)
    )
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("storage", [404, 403], indirect=True)
def test_a_bare_refusal_is_a_fault_and_no_missing_object(call: str, storage: Storage) -> None:
    with pytest.raises(Fault, match=r"answers 40[34]"):
        CALLS[call](storage)


@pytest.mark.parametrize("storage", [200], indirect=True)
def test_what_answers_without_a_version_is_no_storage(storage: Storage) -> None:
    with pytest.raises(Fault, match="is no S3 storage"):
        storage.get("state/one")
