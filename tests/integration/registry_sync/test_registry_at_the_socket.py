import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connections.registry import Registry
from connections.registry_faults import RegistryDown, RegistryFault, RegistryNonsense, RegistrySlow
from connections.settings import Registry as RegistrySettings

pytestmark = pytest.mark.integration

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TRICKLE = b"a byte at a time"
ANSWERS: dict[str, tuple[bytes | None, type[RegistryFault], str]] = {
    "never answers": (None, RegistrySlow, r"no answer within 0.3 s \(2 attempts\)"),
    "trickles": (TRICKLE, RegistrySlow, r"no answer within 0.3 s"),
    "hangs up": (b"", RegistryDown, "closed the connection in the middle of an answer"),
    "hangs up in the middle": (
        HEAD + b'Content-Length: 100\r\n\r\n["a"',
        RegistryDown,
        "closed the connection in the middle of an answer",
    ),
    "speaks another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", RegistryDown, "closed the connection in the middle"),
    "cuts its JSON short": (HEAD + b'Content-Length: 4\r\n\r\n["a"', RegistryNonsense, "instead of JSON"),
}


@contextmanager
def server(answer: bytes | None) -> Iterator[str]:
    """Accepts connections; answers all with the same bytes and hangs up, or holds them open and says nothing."""
    held: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            held.append(connection)
            if answer is not None:
                connection.recv(65536)
                _send(connection, answer)
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, args=(listening,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
        for connection in held:
            connection.close()


def _send(connection: socket.socket, answer: bytes) -> None:
    if answer is not TRICKLE:
        connection.sendall(answer)
        return
    with contextlib.suppress(OSError):  # the client has had enough
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.1)


@pytest.mark.parametrize("case", ANSWERS)
def test_a_registry_that_misbehaves_at_the_socket_is_one_sentence(case: str) -> None:
    answer, fault, words = ANSWERS[case]
    with (
        server(answer) as url,
        Registry(RegistrySettings(url=url, timeout_seconds=0.3, retries=1)) as registry,
        pytest.raises(fault, match=words) as told,
    ):
        registry.subjects()
    assert "\n" not in str(told.value)
