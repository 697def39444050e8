"""What becomes of a judged period: published, held, or left to a person; decided here, carried out once.

The order keeps the promise: the revision is remembered, then the table changes in one commit, then the act is
remembered. A kill in between is seen by the next run: the commit that was made adds nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pyarrow as pa

from sla.verdicts import Act, Deed, Period, Periods, Revision, Standing, Verdict, with_deed
from sla.warehouse import Published, Untakeable
from sluice.terminal import Fault

JOB: Final = "sla run"
WAY_OUT: Final = "keep the type, or give the object another name and with it another table"
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
        """Do it, and remember it; what was done by a run that did not live to remember it is not done again.

        What the table cannot take is held, with the reason; Fault where a person asked for it.
        """
        try:
            return self._carried_out(label, intent, now, by)
        except Untakeable as why:
            told = f"{self.table.name} cannot take it ({why}); {WAY_OUT}"
            if by != JOB:
                raise Fault(f"period {label} is not published: {told}") from None
            return self._carried_out(label, replace(intent, act=Act.HOLD, why=told), now, by)

    def _carried_out(self, label: str, intent: Intent, now: datetime, by: str) -> Period:
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
        after = self.periods.change(label, lambda period: _once(period, deed))
        if intent.act is Act.PROMOTE and after.standing is Standing.ROLLED_BACK:
            self.table.remove(label, {**properties, "sluice.act": Act.ROLL_BACK.value})
        return after


def _once(period: Period, deed: Deed) -> Period:
    """The period with the deed, unless it is remembered.

    The job does a thing to a revision once, whatever was done since by another run. A person who spoke while the job
    was at work did not see its deed: theirs stays the last word.
    """
    last = period.deeds[-1] if period.deeds else None
    looked_at = period.deeds if deed.by == JOB else period.deeds[-1:]
    if any((each.act, each.revision, each.by) == (deed.act, deed.revision, deed.by) for each in looked_at):
        return period
    if deed.by == JOB and last is not None and _spoken(last):
        return replace(period, deeds=(*period.deeds[:-1], deed, last))
    return with_deed(period, deed)
