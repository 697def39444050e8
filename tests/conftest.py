"""Shared fixtures: the real broker, registry and Flink on free ports, stopped by their own pids."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog

from local_stack.blueprint import Options
from local_stack.ports import Ports
from local_stack.stack import Stack

MakeStack = Callable[..., Stack]


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command sets up logging for its process; a later test must not write to the stream of an earlier one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def jars_folder(pytestconfig: pytest.Config) -> Path:
    """Where the stack's jars are: SLUICE_JARS, else the checkout's own folder."""
    return Path(os.environ.get("SLUICE_JARS") or pytestconfig.rootpath / ".sluice" / "jars")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Stack]:
    """A broker and a registry for the whole session; tests share it, so each uses topics and subjects of its own."""
    with Stack(tmp_path_factory.mktemp("stack"), Ports.free(), jars_folder=jars_folder) as shared:
        shared.up(("broker", "registry"))
        yield shared


@pytest.fixture(scope="session")
def flink_stack(stack: Stack) -> Stack:
    """The session's stack with Flink: a JobManager and one TaskManager of one slot."""
    stack.up(("broker", "registry", "flink"))
    return stack


@pytest.fixture
def make_stack(tmp_path: Path, jars_folder: Path) -> Iterator[MakeStack]:
    """Stacks of a test's own, to be broken: ``make_stack("broker", options=Options(...))`` starts those parts."""
    with ExitStack() as opened:

        def make(*parts: str, options: Options | None = None, ports: Ports | None = None) -> Stack:
            home = tmp_path / f"stack-{len(list(tmp_path.glob('stack-*')))}"
            made = opened.enter_context(Stack(home, ports or Ports.free(), options=options, jars_folder=jars_folder))
            if parts:
                made.up(parts)
            return made

        yield make
