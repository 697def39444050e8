"""How much a plan may take away before a person must say that it is meant."""

from collections.abc import Iterator

from registry_sync.change import Change, DeleteSubject, Restart, Revoke
from registry_sync.remark import Refusal
from registry_sync.state import Desired, Observed


def too_much_gone(
    desired: Desired, observed: Observed, changes: tuple[Change, ...], limit_percent: int
) -> Iterator[Refusal]:
    """A refusal where more than ``limit_percent`` of the subjects or the access rules of the estate would go.

    A history that is begun anew counts as well: its versions are deleted.
    """
    ours = [record for record in observed.records if record.estate == desired.estate]
    subjects = {name for record in ours for name in (*record.subjects, record.subject)} & observed.living
    rules = {access for record in ours for access in record.access} & observed.access
    limits = (
        ("deletes-too-much", "delete or start over", "subjects", DeleteSubject | Restart, len(subjects)),
        ("revokes-too-much", "take back", "access rules", Revoke, len(rules)),
    )
    for code, doing, things, kinds, owned in limits:
        gone = sum(isinstance(change, kinds) for change in changes)
        percent = 100 * gone / owned if owned else 0
        if percent > limit_percent:
            yield Refusal(
                code=code,
                name=desired.estate,
                sentence=f"would {doing} {gone} of {owned} {things} ({percent:.0f} %, limit {limit_percent} %)",
                ways_out=("pass --force if you mean it",),
                forceable=True,
            )
