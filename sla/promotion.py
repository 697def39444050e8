"""What becomes of a judged period: published, held, or left to a person; decided here, carried out once.

The order keeps the promise: the revision is remembered, then the table changes in one commit, then the act is
remembered. A kill in between is seen by the next run: the commit that was made adds nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from sla.verdicts import Act, Deed, Period, Periods, Revision, Verdict, with_deed
from sla.warehouse import Published

JOB: Final = "sla run"
NOT_FOR_PRODUCTION: Final = "the contract is not for production use; promote it by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be done to a period, and why."""

    act: Act
    revision: Revision
    why: str


def intent_of(period: Period, *, production: bool) -> Intent | None:
    """What the job has to do: nothing where the newest revision was acted upon, or a person has spoken last."""
    newest = period.newest
    last = period.deeds[-1] if period.deeds else None
    if newest is None:
        return None
    if last is not None and (last.revision == newest.number or _spoken(last)):
        return None
    if newest.verdict is Verdict.HELD:
        held = [finding.check for finding in newest.findings if finding.holds_period]
        return Intent(act=Act.HOLD, revision=newest, why=f"breached: {', '.join(dict.fromkeys(held))}")
    if not production:
        return Intent(act=Act.HOLD, revision=newest, why=NOT_FOR_PRODUCTION)
    return Intent(act=Act.PROMOTE, revision=newest, why="nothing that holds was breached")


def _spoken(deed: Deed) -> bool:
    """A hold or a rollback by a person stands until a person lifts it; a promotion by hand is for its revision."""
    return deed.by != JOB and deed.act is not Act.PROMOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where acts are carried out and remembered. ``uri`` makes the address of a staged file from its path."""

    periods: Periods
    table: Published
    schema: pa.Schema
    uri: Callable[[str], str]

    def carry_out(self, label: str, intent: Intent, now: datetime, by: str) -> Period:
        """Do it, and remember it; what was done by a run that did not live to remember it is not done again."""
        properties = {
            "sluice.period": label,
            "sluice.revision": str(intent.revision.number),
            "sluice.verdict": intent.revision.verdict.value,
            "sluice.act": intent.act.value,
            "sluice.by": by,
            "sluice.why": intent.why[:500],
        }
        snapshot: int | None = None
        files: tuple[str, ...] = ()
        match intent.act:
            case Act.PROMOTE:
                files = intent.revision.files
                uris = [self.uri(path) for path in files]
                snapshot = self.table.add(label, uris, self.schema, properties) if uris else None
            case Act.ROLL_BACK:
                snapshot = self.table.remove(label, properties)
            case Act.HOLD:
                pass
        deed = Deed(
            act=intent.act,
            at=now,
            by=by,
            why=intent.why,
            revision=intent.revision.number,
            files=files,
            snapshot=snapshot,
        )
        return self.periods.change(label, lambda period: _once(period, deed))


def _once(period: Period, deed: Deed) -> Period:
    """Two runs that decided the same remember it once."""
    last = period.deeds[-1] if period.deeds else None
    if last is not None and (last.act, last.revision, last.by) == (deed.act, deed.revision, deed.by):
        return period
    return with_deed(period, deed)
