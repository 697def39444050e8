"""What becomes of a judged period: published, held, or left to a person; decided here, carried out once.

The order keeps the promise: the revision is remembered, then the table changes in one commit, then the act is
remembered. A kill in between is seen by the next run: the commit that was made adds nothing twice.

Who is at work at the same time meets in the table. The job looks at what is remembered with the table in hand, so a
commit in between makes it look again; a person's word is remembered first and then carried into the table by a commit
that is made even where it changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pyarrow as pa

from connections.storage import Storage
from sla.erased import erased
from sla.estate import Subject
from sla.paths import Folders
from sla.publishing.warehouse import Published, Untakeable, Wanted
from sla.staging.schema import stored
from sla.verdicts import Act, Deed, Period, Periods, Revision, Verdict, with_deed
from sluice.terminal import Fault

JOB: Final = "sla run"
WAY_OUT: Final = "keep the type, or give the object another name and with it another table"
NOT_FOR_PRODUCTION: Final = "the contract is not for production use; promote it by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be done to a period, and why; ``refused`` where the table could not do what was intended first."""

    act: Act
    revision: Revision
    why: str
    refused: bool = False


class _Overruled(Exception):  # noqa: N818 - an answer: somebody was first, and has the say
    """What was to be done must not be done any more."""


def intent_of(period: Period, *, production: bool) -> Intent | None:
    """What the job has to do: nothing where the newest revision was acted upon, or a person has spoken last."""
    newest = period.newest
    if newest is None or _settled(period, newest.number):
        return None
    if newest.verdict is Verdict.HELD:
        held = [finding.check for finding in newest.findings if finding.holds_period]
        return Intent(act=Act.HOLD, revision=newest, why=f"breached: {', '.join(dict.fromkeys(held))}")
    if not production:
        return Intent(act=Act.HOLD, revision=newest, why=NOT_FOR_PRODUCTION)
    return Intent(act=Act.PROMOTE, revision=newest, why="nothing that holds was breached")


def _settled(period: Period, revision: int) -> bool:
    """Whether the job has nothing to do to a revision: somebody did it, or a person's word stands."""
    return _has_word(period) or any(each.revision == revision for each in period.deeds)


def _has_word(period: Period) -> bool:
    """A hold or a rollback by a person stands until a person lifts it; a promotion by hand is for its revision."""
    last = period.deeds[-1] if period.deeds else None
    return last is not None and last.by != JOB and last.act is not Act.PROMOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where acts on one object's periods are carried out and remembered."""

    storage: Storage
    folders: Folders
    table: Published
    schema: pa.Schema

    @classmethod
    def of(cls, subject: Subject, storage: Storage, table: Published) -> "Desk":
        """That of an object, with the columns of its contract as it is now."""
        return cls(storage=storage, folders=subject.folders, table=table, schema=stored(subject.described))

    @property
    def periods(self) -> Periods:
        """What is remembered of them."""
        return Periods(self.storage, self.folders)

    def carry_out(self, label: str, intent: Intent, now: datetime, by: str) -> Period:
        """Do it, and remember it; what was done by a run that did not live to remember it is not done again.

        What the table cannot take is held, with the reason; Fault where a person asked for it. The job does nothing
        to what a person has spoken of meanwhile, and nobody does to a period that retention has taken.
        """
        try:
            return self._carried_out(label, intent, now, by)
        except Untakeable as why:
            told = f"{self.table.name} cannot take it ({why}); {WAY_OUT}"
            if by != JOB:
                raise Fault(f"period {label} is not published: {told}") from None
            return self._carried_out(label, replace(intent, act=Act.HOLD, why=told, refused=True), now, by)
        except _Overruled:
            if by != JOB:
                raise Fault(f"period {label} is gone: retention has taken it") from None
            return self.periods.get(label)

    def _carried_out(self, label: str, intent: Intent, now: datetime, by: str) -> Period:
        properties = {
            "sluice.period": label,
            "sluice.revision": str(intent.revision.number),
            "sluice.verdict": intent.revision.verdict.value,
            "sluice.act": intent.act.value,
            "sluice.by": by,
            "sluice.why": intent.why[:500],
        }

        def still_wanted() -> None:
            if self._is_gone(label) or (by == JOB and _settled(self.periods.get(label), intent.revision.number)):
                raise _Overruled

        snapshot: int | None = None
        files: tuple[str, ...] = ()
        match intent.act:
            case Act.PROMOTE:
                files = intent.revision.files
                uris = self._uris(files)
                snapshot = self.table.add(label, uris, self.schema, properties, still_wanted) if uris else None
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
            refused=intent.refused,
        )
        after = self.periods.change(label, lambda period: _with(period, deed))
        if by != JOB or _has_word(after):
            self.table.settle(label, lambda: self._remembered(label), properties)
        return after

    def _remembered(self, label: str) -> Wanted:
        """What the table is to hold of a period; more may be there while the job publishes what nobody spoke of."""
        period = self.periods.get(label)
        gone = self._is_gone(label)
        return Wanted(uris=self._uris(() if gone else period.published), alone=gone or _has_word(period))

    def _is_gone(self, label: str) -> bool:
        return label in erased(self.storage, self.folders)

    def _uris(self, files: Iterable[str]) -> frozenset[str]:
        return frozenset(self.storage.uri(path) for path in files)


def _with(period: Period, deed: Deed) -> Period:
    """The period with the deed, unless it is remembered, or the job was overruled before it could write it down.

    A person's hold or rollback is the last word. Everything else is about one revision, and stands before what was
    done to a later one meanwhile.
    """
    if period.newest is None:
        return period  # retention has taken it
    if deed.by == JOB and _settled(period, deed.revision):
        return period
    last = period.deeds[-1] if period.deeds else None
    if last is not None and (last.act, last.revision, last.by) == (deed.act, deed.revision, deed.by):
        return period
    if deed.by != JOB and deed.act is not Act.PROMOTE:
        return with_deed(period, deed)
    later = tuple(each for each in period.deeds if each.revision > deed.revision)
    return replace(period, deeds=(*(each for each in period.deeds if each not in later), deed, *later))
