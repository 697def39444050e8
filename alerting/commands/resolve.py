"""`sluice alerts resolve`: somebody says that it is over."""

import sys
from datetime import UTC, datetime

import rich_click as click

from alerting.by_hand import Asked, resolve
from alerting.commands.options import Common, open_database, shared
from alerting.deliver import logger, post
from connections.options import me
from sluice.terminal import CLEAN, emit_json, err, faults_as_sentences, out


@click.command("resolve")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--why", required=True, help="The reason, which is told and kept: a false alarm, repaired elsewhere, ...")
@click.option("--by", help="Who says so [default: you].")
@shared
def resolve_(*, ids: tuple[str, ...], why: str, by: str | None, common: Common) -> None:
    """End incidents by hand; one whose check is breached again in another window opens anew.

    An id is what `sluice alerts list` shows, or its beginning. A period that is held stays so: `sluice sla promote`
    publishes it. Exit 0: ended. 2: no such incident, or it is over.
    """
    with faults_as_sentences():
        settings = common.settings()
        asked = Asked(ids=ids, by=by or me(), why=why)
        with open_database(settings) as database:
            with database.alone() as connection:
                ended = resolve(connection, asked, common.contracts(), settings.alerting, datetime.now(UTC))
            post(settings, database, logger())
    for told in ended:
        if told.held:
            err.print(f"warning: {told.key.id} holds {', '.join(told.held[:5])}, and they are held still", markup=False)
    if common.as_json:
        emit_json({"resolved": [{"id": told.key.id, "why": told.ended_why, "held": list(told.held)} for told in ended]})
    else:
        for told in ended:
            out.print(f"{told.key.id} {told.key.contract} {told.key.check}: {told.ended_why}", markup=False)
    sys.exit(CLEAN)
