"""The progress bar of the scheduled job's commands, on stderr and only at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sla.staging.intake import Progress as Tell
from sluice.terminal import err


@contextmanager
def bar(words: str) -> Iterator[Tell]:
    """A bar that is told how much is done, of how much."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as shown:
        task = shown.add_task(words, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
