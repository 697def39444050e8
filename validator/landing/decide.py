"""How a landing job may start without losing or doubling a record: the decision, apart from what carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sluice.terminal import Fault
from validator.landing.configuration import FILLING, PATTERN, ROOT, TOPOLOGY


class Way(StrEnum):
    """The three ways to start."""

    FRESH = "fresh"  # no file yet: from the beginning of the topics
    SAVEPOINT = "savepoint"  # stop with a savepoint, resume from it
    FILES = "files"  # without state, from the offsets that the files hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is there when the driver comes.

    ``running`` are the parameters of the living job of that name, None where there is none; ``healthy`` says that all
    its tasks run; ``files`` that the lake holds landed files.
    """

    running: Mapping[str, str] | None
    healthy: bool
    files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller wants: the parameters of the new job, and by which flags."""

    parameters: Mapping[str, str]
    upgrade: bool
    from_files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The way, and the reason in words for the log."""

    way: Way
    why: str


def decide(found: Found, asked: Asked) -> Decision:
    """Choose the way; Fault where a job runs already and nobody asked to replace it.

    A savepoint is taken where a healthy job is stopped for it and the new plan can take its state. In all other cases
    the files tell: the group's own offsets are behind them after a kill, and would land records twice.
    """
    running = found.running
    if running is None:
        if not found.files:
            return Decision(way=Way.FRESH, why="the lake holds no landed file yet")
        why = "it was asked for" if asked.from_files else "no job of this name runs: it was stopped, killed or lost"
        return Decision(way=Way.FILES, why=why)
    if not asked.upgrade:
        name = running.get("sluice.group", "this name")
        raise Fault(f"a job of the name {name} runs already; pass --upgrade to replace it, or --name for another one")
    against = _against_savepoint(running, found, asked)
    if against:
        return Decision(way=Way.FILES, why=against[0])
    return Decision(way=Way.SAVEPOINT, why="a healthy job runs, and its state fits the new plan")


def _against_savepoint(running: Mapping[str, str], found: Found, asked: Asked) -> tuple[str, ...]:
    wanted = asked.parameters
    reasons = {
        "it was asked for": asked.from_files,
        "the running job is not healthy": not found.healthy,
        "the topology has changed": running.get(TOPOLOGY) != wanted[TOPOLOGY],
        "another lake is named": running.get(ROOT) != wanted[ROOT],
        "restored state would go on with the topics of before, and the pattern is another": running.get(PATTERN)
        != wanted[PATTERN],
        "the running job fills gaps, and its state would skip what its plan leaves out": running.get(FILLING)
        != "false",
    }
    return tuple(reason for reason, holds in reasons.items() if holds)
