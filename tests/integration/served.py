"""A server of a test's own: started in the foreground, waited for, and stopped by its pid."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from local_stack import processes
from local_stack.processes import Command, Running

READY_SECONDS = 60
STOP_SECONDS = 20
POLL_SECONDS = 0.1


@contextmanager
def served(name: str, command: Command, ready: Callable[[], bool]) -> Iterator[Running]:
    """The running server once it is ready; AssertionError with its last words where it ends or takes too long."""
    running, child = processes.start(name, command, command.folder / f"{name}.log")
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            assert child.poll() is None, f"{name} ended while it started; {processes.last_words(running)}"
            assert time.monotonic() < deadline, f"{name} did not answer; {processes.last_words(running)}"
            time.sleep(POLL_SECONDS)
        yield running
    finally:
        processes.stop(running, STOP_SECONDS)
        child.wait()


def says_ok(url: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        return httpx.get(url, timeout=3, trust_env=False).is_success
    except httpx.HTTPError:
        return False
