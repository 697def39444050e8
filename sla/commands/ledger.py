"""`sluice ledger`: whether what went in is what came out, landed and was staged, by coordinates."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rich_click as click

from connections.options import me
from connections.proof import KafkaLog
from connections.sources import load
from connections.storage import Storage
from sla.commands.bar import bar
from sla.commands.ledger_view import as_json as ledger_as_json
from sla.commands.ledger_view import show
from sla.commands.options import office, shared
from sla.estate import Subject, chosen
from sla.ledger.accepted import remember, wanted
from sla.ledger.balance import Asked, balance_of
from sla.ledger.ledger import Ledger, Span
from sla.ledger.log import Log, Unanswered
from sla.ledger.settings import LedgerSettings
from sla.ledger.witness import Groups
from sluice.terminal import CLEAN, FINDINGS, Fault, emit_json, fail, faults_as_sentences, out


@click.command()
@click.argument("names", metavar="[CONTRACT]...", nargs=-1)
@shared
@click.option("--bootstrap", metavar="HOST:PORT,...", help="The brokers.")
@click.option("--period", metavar="LABEL", help="Tell only what concerns this period, and whether it may be published.")
@click.option("--since", metavar="LABEL", help="Tell only what concerns this period and later ones.")
@click.option(
    "--accept",
    "places",
    metavar="PLACE",
    multiple=True,
    help="Accept what is lost for good: a file, topic[0], or topic[0]@17..19,30. It holds no period back any more.",
)
@click.option("--why", default="", help="With --accept: the reason; it is remembered, and seen by others.")
@click.option("--by", default=me, help="With --accept: who decides [default: the user of this machine].")
@click.option("--full", is_flag=True, help="Read every file again, whatever earlier runs remember.")
def ledger(  # noqa: PLR0913 - one parameter for each option
    names: tuple[str, ...],
    *,
    bootstrap: str | None,
    period: str | None,
    since: str | None,
    places: tuple[str, ...],
    why: str,
    by: str,
    full: bool,
    as_json: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """Balance each CONTRACT (its id, or contract.object; all without any): landed, judged and staged, each record once.

    What is missing, twice, or cannot be told any more is named by its coordinates. Only files that came since the last
    run are read. Without Kafka it tells what the files alone can tell.

    Exit 0: all balances hold; records may wait. 1: one does not. 2: the world's fault, or a bad call.
    """
    with faults_as_sentences():
        place = office(config=config, **asked)
        flags = {**place.sources.flags, "kafka.bootstrap": bootstrap}
        settings = load(LedgerSettings, replace(place.sources, flags=flags))
        span = Span(period=period, since=since)
        balancing = _Balancing(place.storage, KafkaLog(settings.kafka), settings.groups, full=full)
        subjects = tuple(_with_labels(chosen(place.estate, names), span))
        if places:
            balancing.accept(subjects, places, by=by, why=why.strip())
        found = tuple(balancing.ledger(each) for each in subjects)
    told = tuple((each, each.about(span)) for each in found)
    if as_json:
        emit_json(ledger_as_json(told, span))
    else:
        show(told, span, out)
    if balancing.silent is not None:
        fail(f"{balancing.silent}; without Kafka nobody can tell what is missing, only what the files hold")
    sys.exit(CLEAN if all(answer.holds for _, answer in told) else FINDINGS)


class _Balancing:
    """One object after another; Kafka is not asked again once it did not answer, and ``silent`` is what it said."""

    def __init__(self, storage: Storage, log: Log, groups: Groups, *, full: bool) -> None:
        self._storage, self._log, self._groups, self._full = storage, log, groups, full
        self.silent: Fault | None = None

    def accept(self, subjects: tuple[Subject, ...], places: tuple[str, ...], *, by: str, why: str) -> None:
        """Remember that what is lost at the places will not come back; Fault where nobody can tell that it is lost."""
        if len(subjects) != 1:
            raise Fault("--accept is about one object; name it")
        if not why:
            raise Fault("--why is empty: whoever looks at these losses next wants to know")
        lost = wanted(self.ledger(subjects[0]), places, at=datetime.now(UTC), by=by, why=why)
        remember(self._storage, subjects[0].folders, lost)

    def ledger(self, subject: Subject) -> Ledger:
        with bar(f"{subject.name}: balancing") as tell:
            asked = Asked(groups=self._groups, full=self._full, tell=tell)
            if self.silent is None:
                try:
                    return balance_of(subject, self._storage, self._log, asked)
                except Unanswered as unanswered:
                    self.silent = unanswered
            return balance_of(subject, self._storage, None, asked)


def _with_labels(subjects: Iterable[Subject], span: Span) -> Iterator[Subject]:
    """The objects; Fault where a label names no period of one of them."""
    for subject in subjects:
        for label in (span.period, span.since):
            if label is not None:
                try:
                    subject.grid.period(label)
                except ValueError as wrong:
                    raise Fault(f"{subject.name}: {wrong}") from None
        yield subject
