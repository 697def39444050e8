"""How much a plan may take away before a person must say that it is meant."""

from collections.abc import Iterator

from registry_sync.change import Change, DeleteSubject, Restart
from registry_sync.remark import Refusal
from registry_sync.state import Desired, Observed


def too_much_gone(
    desired: Desired, observed: Observed, changes: tuple[Change, ...], limit_percent: int
) -> Iterator[Refusal]:
    """A refusal where more than ``limit_percent`` of what the estate owns would go; of a history begun anew as well."""
    ours = [record for record in observed.records if record.estate == desired.estate]
    subjects = {name for record in ours for name in (*record.subjects, record.subject)} & observed.living
    gone = sum(isinstance(change, DeleteSubject | Restart) for change in changes)
    share = 100 * gone / len(subjects) if subjects else 0
    if share > limit_percent:
        yield Refusal(
            code="deletes-too-much",
            name=desired.estate,
            sentence=f"would delete or start over {gone} of {len(subjects)} subjects "
            f"({share:.0f} %, limit {limit_percent} %)",
            ways_out=("pass --force if you mean it",),
            forceable=True,
        )
