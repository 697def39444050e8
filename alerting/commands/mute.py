"""`sluice alerts mute`: nobody is told of it for a while."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import rich_click as click

from alerting.commands.options import Common, Moment, open_database, shared
from alerting.store import mutes
from connections.options import me
from sluice.incident.mute import Mute
from sluice.terminal import CLEAN, Fault, emit_json, faults_as_sentences, out


@click.command()
@click.argument("contract", required=False)
@click.argument("check", required=False)
@click.option("--until", type=Moment(), help="When it ends: 4h, 2d, or a moment in ISO 8601.")
@click.option("--why", help="The reason, for those who wonder.")
@click.option("--by", help="Who mutes [default: you].")
@click.option("--lift", type=int, metavar="NUMBER", help="End this mute now.")
@shared
def mute(*, contract: str | None, check: str | None, lift: int | None, common: Common, **wish: Any) -> None:
    """Mute a contract, or one check of it, until a moment; without arguments, show the mutes.

    Incidents go on being written down and the platform's own are a contract too: `platform`. Exit 0; 2: a bad call.
    """
    with faults_as_sentences():
        wanted = _wanted(contract, check, **wish)
        settings, now = common.settings(), datetime.now(UTC)
        with open_database(settings) as database, database.alone() as connection:
            if lift is not None and not mutes.lift(connection, lift, now):
                raise Fault(f"there is no mute {lift}; `sluice alerts mute` shows them")
            if wanted is not None:
                mutes.add(connection, wanted, now)
            current = mutes.current(connection, now)
    if common.as_json:
        emit_json([asdict(one) for one in current])
    elif not current:
        out.print("nothing is muted")
    else:
        for one in current:
            what = f"{one.contract} {one.check or '(all checks)'}"
            out.print(f"{one.id}: {what} until {one.until:%Y-%m-%d %H:%M} UTC, by {one.by}: {one.why}", markup=False)
    sys.exit(CLEAN)


def _wanted(
    contract: str | None, check: str | None, until: datetime | None, why: str | None, by: str | None
) -> Mute | None:
    if contract is None:
        return None
    if until is None or not why:
        raise Fault("a mute needs its end and its reason: --until 4h --why '...'")
    if until <= datetime.now(UTC):
        raise Fault(f"--until {until.isoformat()} is over")
    return Mute(contract=contract, check=check, until=until, why=why[:500], by=(by or me())[:255])
