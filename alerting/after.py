"""What is called after a run of the scheduled job: its findings delivered by alerting's own settings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from alerting.deliver import Delivered, deliver
from alerting.settings import AlertSettings
from connections.sources import Sources, load
from sluice.contract.model import Contract
from sluice.finding.run import Run


def after_run(run: Run, contracts: Mapping[str, Contract], sources: Sources, now: datetime) -> Delivered:
    """Deliver; Fault where the database does not answer or the settings make no sense.

    ``sources`` are those of the run; its flags are about other sections.
    """
    return deliver(run, contracts, load(AlertSettings, replace(sources, flags={})), now)
