"""`sluice alerts list`: what is open, who has it, and how long it took."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import rich_click as click
from rich.table import Table

from alerting.commands.options import Common, open_database, shared
from alerting.measured import promises
from alerting.store import incidents, mutes, outbox
from sluice.incident.compose import segment_text
from sluice.incident.mute import Mute, muted
from sluice.incident.order import root_first
from sluice.incident.times import Promise
from sluice.incident.told import Told
from sluice.terminal import CLEAN, FINDINGS, emit_json, faults_as_sentences, out

_KEPT: Final = {True: ": kept", False: ": broken", None: ""}


@click.command("list")
@click.option("--contract", help="Only this contract's.")
@click.option("--all", "everything", is_flag=True, help="Those that are over too, while they are remembered.")
@shared
def list_(*, contract: str | None, everything: bool, common: Common) -> None:
    """Show the incidents, the root cause of each contract first.

    Exit 0: nothing is open. 1: something is. 2: the world's fault or a bad call.
    """
    with faults_as_sentences():
        settings, now = common.settings(), datetime.now(UTC)
        with open_database(settings) as database, database.transaction() as connection:
            told = incidents.load(connection, None if contract is None else [contract])
            silenced = mutes.current(connection, now)
            measured = promises(connection, common.contracts(), now)
            letters = outbox.stock(connection)
    shown = [one for one in root_first(told) if one.last and (one.is_open or (everything and one.openings))]
    shown.sort(key=lambda one: one.key.contract)
    measured = tuple(one for one in measured if contract in (None, one.contract))
    if common.as_json:
        emit_json(
            {
                "incidents": [_as_json(one, silenced, now) for one in shown],
                "times": [asdict(one) for one in measured],
                "mutes": [asdict(one) for one in silenced],
                "letters": {name: asdict(stock) for name, stock in letters.items()},
            }
        )
    else:
        _print(shown, measured, silenced, now)
    sys.exit(FINDINGS if any(one.is_open for one in shown) else CLEAN)


def _as_json(told: Told, silenced: tuple[Mute, ...], now: datetime) -> dict[str, Any]:
    last = told.last
    mute = muted(told.key, silenced, now)
    return {
        "id": told.key.id,
        "contract": told.key.contract,
        "major": told.key.major,
        "object": told.key.object,
        "check": told.key.check,
        "aspect": told.key.aspect.value,
        "segment": segment_text(told.key.segment),
        "state": told.state.value,
        "severity": last.severity.value if last else None,
        "kind": last.kind if last else None,
        "expected": last.expected if last else None,
        "observed": last.observed if last else None,
        "unit": last.unit if last else None,
        "since": told.since,
        "opened_at": told.opened_at,
        "acknowledged_by": told.acknowledged_by,
        "resolved_at": told.resolved_at,
        "ended_why": told.ended_why,
        "windows": told.breaches,
        "held": list(told.held),
        "muted_until": mute.until if mute else None,
    }


def _print(shown: list[Told], measured: tuple[Promise, ...], silenced: tuple[Mute, ...], now: datetime) -> None:
    if shown:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in ("id", "contract", "check", "state", "since", "observed", "held"):
            table.add_column(name, overflow="fold", no_wrap=name == "id")
        for one in shown:
            table.add_row(*_row(one, silenced, now))
        out.print(table)
    else:
        out.print("nothing is open")
    for promise in measured:
        if promise.n or promise.still:
            out.print(_sentence(promise), markup=False)


def _row(told: Told, silenced: tuple[Mute, ...], now: datetime) -> tuple[str, ...]:
    last = told.last
    segment = f" [{segment_text(told.key.segment)}]" if told.key.segment else ""
    name = ".".join(part for part in (told.key.object, told.key.check) if part)
    mute = muted(told.key, silenced, now)
    has_it = f" by {told.acknowledged_by}" if told.acknowledged_by and told.is_open else ""
    state = told.state.value + has_it + (f" ({told.ended_why})" if told.ended_why else "")
    observed = "" if last is None or last.observed is None else f"{last.observed:.4g} {last.unit}"
    return tuple(
        text.replace("[", "\\[")
        for text in (
            told.key.id,
            told.key.contract,
            name + segment,
            state + (f", muted until {mute.until:%Y-%m-%d %H:%M}" if mute else ""),
            f"{told.since:%Y-%m-%d %H:%M}" if told.since else "",
            f"{observed} (expected {last.expected})" if last else "",
            ", ".join(told.held[:3]) + (f" and {len(told.held) - 3} more" if len(told.held) > 3 else ""),  # noqa: PLR2004 - as many as a row has room for
        )
    )


def _sentence(promise: Promise) -> str:
    limit = "" if promise.limit is None else f", promised {promise.limit:g} s{_KEPT[promise.met]}"
    longest = "" if promise.longest is None else f"longest {promise.longest:g} s of {promise.n}"
    still = (
        ""
        if promise.still_longest is None
        else f"{promise.still} not yet, the oldest after {promise.still_longest:.0f} s"
    )
    return f"{promise.contract} {promise.property}: {', '.join(filter(None, (longest, still)))}{limit}"
