"""Parts of the platform that are there no more, on purpose or for good: nobody will ever look at them again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from alerting.platform.finding import Look
from sluice.finding.model import Segment
from sluice.incident.order import PLATFORM
from sluice.incident.retire import Gone
from sluice.incident.told import Told

UNSEEN: Final = timedelta(days=1)
"""A job that failed is forgotten by Flink after an hour, and is down all the same."""

_JOBS: Final = frozenset({"job-runs", "job-restarts"})


def gone(looks: Collection[Look], *, flink: bool, channels: Collection[str], now: datetime) -> Gone:
    """What a whole round of looks says of the open incidents; ``flink`` is whether one is to be watched."""
    answers = any(look.check == "flink" and look.ok for look in looks)
    seen = {look.segment for look in looks if look.check in _JOBS}
    ended = {look.segment for look in looks if look.check == "job-runs" and look.ok is None}

    def of_job(segment: Segment, told: Told) -> str:
        if segment in ended:
            return "somebody ended the job"
        unseen = answers and segment not in seen and now - max(one.end for one in told.recent) > UNSEEN
        return "Flink has known no such job for a day: if it should run, submit it" if unseen else ""

    def why(told: Told) -> str:
        key = told.key
        if key.contract != PLATFORM or not told.recent:
            return ""
        if key.check in _JOBS | {"flink"} and not flink:
            return "Flink is not watched any more"
        if key.check in _JOBS:
            return of_job(key.segment, told)
        if key.check == "channel" and dict(key.segment).get("channel") not in channels:
            return "the channel is not set up any more"
        return ""

    return why
