"""`sluice alerts test`: does it arrive, and its end too."""

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import rich_click as click

from alerting.channels.outcome import Outcome, Sent
from alerting.commands.options import Common, shared
from alerting.deliver import open_channels
from alerting.sample import sample
from sluice.terminal import CLEAN, FAULT, Fault, emit_json, faults_as_sentences, out


@click.command()
@click.argument("names", nargs=-1, metavar="[CHANNEL]...")
@click.option("--to", "target", default="", help="The place in it: '#channel' of Slack, an address of e-mail.")
@shared
def test(*, names: tuple[str, ...], target: str, common: Common) -> None:
    """Send a test notice to channels (all that are set up), and its end at once.

    Exit 0: all have taken it. 2: one has not, or a bad call.
    """
    with faults_as_sentences(), ExitStack() as opened:
        settings = common.settings()
        channels = open_channels(settings, opened)
        if not channels:
            raise Fault("no channel is set up: [alerting.channels.NAME] in sluice.toml")
        if unknown := [name for name in names if name not in channels]:
            raise Fault(f"there is no channel '{unknown[0]}'; there are {', '.join(sorted(channels))}")
        told: dict[str, Any] = {}
        for name in names or sorted(channels):
            first, last = sample(datetime.now(UTC))
            outcome: Outcome = channels[name].send(first, target, None)
            if isinstance(outcome, Sent):
                outcome = channels[name].send(last, target, outcome.reference)
            told[name] = "sent" if isinstance(outcome, Sent) else outcome.why
    if common.as_json:
        emit_json(told)
    else:
        for name, what in told.items():
            out.print(f"{name}: {what}", markup=False)
    sys.exit(CLEAN if set(told.values()) == {"sent"} else FAULT)
