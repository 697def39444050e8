"""The replay as it is watched: sent and judged records counted live, with the day in history that is being sent."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from demo.flights import Emitted
from demo.outputs import Outputs
from demo.produce import Replay, portions
from sluice.terminal import Fault, err

PORTIONS: Final = 40
SILENCE_SECONDS: Final = 90
LINE_SECONDS: Final = 3


def replay(flights: Sequence[Emitted], sending: Replay, outputs: Outputs, seconds: float) -> None:
    """Send the flights over about so many seconds and wait until each has come out; Fault where they stop coming."""
    begun = time.monotonic()
    with _display(len(flights)) as show:
        for number, portion in enumerate(portions(flights, PORTIONS), start=1):
            sending.send(portion)
            due = begun + seconds * number / PORTIONS
            outputs.look(max(0.0, due - time.monotonic()))
            show(portion[-1], sending, outputs)
        sending.finish()
        heard = time.monotonic()
        while outputs.judged < len(flights):
            if outputs.look(0.5):
                heard = time.monotonic()
            if time.monotonic() > heard + SILENCE_SECONDS:
                raise Fault(
                    f"nothing has come out for {SILENCE_SECONDS} s, after {outputs.judged} of {len(flights)} records; "
                    "the logs of the stack tell why"
                )
            show(flights[-1], sending, outputs)


@contextmanager
def _display(total: int) -> Iterator["Show"]:
    if err.is_terminal:
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:>7,}"),
            console=err,
        ) as progress:
            yield Bars(progress, total)
    else:
        yield Lines()


class Bars:
    """One bar for each count, at a terminal."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._sent, self._valid, self._dead = (progress.add_task(name, total=total) for name in ("", "", ""))

    def __call__(self, latest: Emitted, sending: Replay, outputs: Outputs) -> None:
        """Show the counts as they stand."""
        day = latest.emitted.strftime("%d %b %Y %H:%M")
        self._progress.update(self._sent, completed=sending.acknowledged, description=f"sent       [dim]{day}[/]")
        self._progress.update(self._valid, completed=outputs.validated, description="[green]validated[/]")
        self._progress.update(self._dead, completed=outputs.dead, description="[red]dead letters[/]")


class Lines:
    """One line every few seconds, where there is no terminal."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, latest: Emitted, sending: Replay, outputs: Outputs) -> None:
        """Print the counts, unless they were printed a moment ago."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LINE_SECONDS
        err.print(
            f"{latest.emitted:%d %b %Y %H:%M}  sent {sending.acknowledged:,}, validated {outputs.validated:,}, "
            f"dead letters {outputs.dead:,}"
        )


Show = Bars | Lines
