"""How a job may start without losing or doubling a record: the decision, apart from what carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sluice.terminal import Fault


class Way(StrEnum):
    """The three ways to start."""

    FRESH = "fresh"  # nothing came out yet: from the beginning of the raw topics
    SAVEPOINT = "savepoint"  # stop with a savepoint, resume from it
    OUTPUTS = "outputs"  # without state, from the raw coordinates that the outputs carry


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is there when the driver comes.

    ``running`` are the parameters of the living job of that name, None where there is none; ``healthy`` says that all
    its tasks run; ``used`` that something came out under this name before; ``filled`` are the raw topics whose
    outputs hold records already.
    """

    running: Mapping[str, str] | None
    healthy: bool
    used: bool
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller wants: the parameters of the new job, and by which flags."""

    parameters: Mapping[str, str]
    upgrade: bool
    from_outputs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The way, and the reason in words for the log."""

    way: Way
    why: str


def decide(found: Found, asked: Asked) -> Decision:
    """Choose the way; Fault where a job runs already and nobody asked to replace it.

    A savepoint is safe only where a healthy job is stopped for it and the new plan can take its state. In all other
    cases the group's own offsets are wrong (a stop does not commit the last ones) and old state may point at a
    transaction that the broker has aborted since, which would lose its records in silence.
    """
    running = found.running
    if running is None:
        if not found.used:
            return Decision(way=Way.FRESH, why="nothing came out under this name yet")
        return Decision(way=Way.OUTPUTS, why="no job of this name runs: it was stopped, killed or lost before")
    if not asked.upgrade:
        name = running.get("sluice.group", "this name")
        raise Fault(f"a job of the name {name} runs already; pass --upgrade to replace it, or --name for another one")
    for reason in _against_savepoint(running, found, asked):
        return Decision(way=Way.OUTPUTS, why=reason)
    return Decision(way=Way.SAVEPOINT, why="a healthy job runs, and its state fits the new plan")


def _against_savepoint(running: Mapping[str, str], found: Found, asked: Asked) -> tuple[str, ...]:
    gone = _topics(running) - _topics(asked.parameters)
    back = (_topics(asked.parameters) - _topics(running)) & found.filled
    reasons = {
        "it was asked for": asked.from_outputs,
        "the running job is not healthy": not found.healthy,
        "the topology has changed": running.get("sluice.topology") != asked.parameters["sluice.topology"],
        "the running job fills gaps, and its state would skip what its plan leaves out": running.get("sluice.filling")
        != "false",
        f"restored state would go on reading {', '.join(sorted(gone))}": bool(gone),
        f"restored state knows nothing of {', '.join(sorted(back))}, which was judged before": bool(back),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _topics(parameters: Mapping[str, str]) -> set[str]:
    return {topic for topic in parameters.get("sluice.raw", "").split(";") if topic}
