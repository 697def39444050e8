"""`sluice alerts ack`: somebody has it."""

import sys
from datetime import UTC, datetime

import rich_click as click

from alerting.by_hand import Asked, acknowledge
from alerting.commands.options import Common, open_database, shared
from alerting.deliver import logger, post
from connections.options import me
from sluice.terminal import CLEAN, emit_json, faults_as_sentences, out


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--by", help="Who has it [default: you].")
@shared
def ack(*, ids: tuple[str, ...], by: str | None, common: Common) -> None:
    """Take incidents over: what goes on interrupts nobody until it is resolved.

    An id is what `sluice alerts list` shows, or its beginning. Exit 0: taken. 2: no such incident, or it is over.
    """
    with faults_as_sentences():
        settings = common.settings()
        asked = Asked(ids=ids, by=by or me())
        with open_database(settings) as database:
            with database.alone() as connection:
                taken = acknowledge(connection, asked, common.contracts(), settings.alerting, datetime.now(UTC))
            post(settings, database, logger())
    if common.as_json:
        emit_json({"acknowledged": [told.key.id for told in taken]})
    else:
        for told in taken:
            out.print(
                f"{told.key.id} {told.key.contract} {told.key.check}: {told.acknowledged_by} has it", markup=False
            )
    sys.exit(CLEAN)
