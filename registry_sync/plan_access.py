"""What has to be done to access rules: recorded ones that nobody wants go, wanted ones that are missing come."""

from collections.abc import Iterator

from registry_sync.change import Grant, Revoke
from registry_sync.claims import in_scope
from registry_sync.remark import Refusal
from registry_sync.state import Access, Desired, Observed, Record


def granted(desired: Desired, observed: Observed) -> Iterator[Grant]:
    """Every wanted rule that the broker does not have, each once."""
    wanted = sorted({access for _, access in desired.access or ()})
    for access in wanted:
        if access not in observed.access:
            yield Grant(access=access, reason="named in the contract")


def revoked(
    desired: Desired, observed: Observed, gone: tuple[tuple[Record, tuple[str, ...]], ...]
) -> Iterator[Revoke | Refusal]:
    """Every rule that an earlier apply granted and that neither this run nor a contract out of scope wants."""
    if desired.access is None:
        yield from _forgotten(gone)
        return
    wanted = {access for _, access in desired.access}
    kept = {access for record in observed.records if not in_scope(record, desired) for access in record.access}
    noted = {access for record in observed.records if in_scope(record, desired) for access in record.access}
    for access in sorted((noted - wanted - kept) & observed.access):
        yield Revoke(access=access, reason="no contract names it any more")


def recorded_access(subject: str, desired: Desired, observed: Observed, noted: tuple[Access, ...]) -> set[Access]:
    """What ``subject`` records from now on: rules that an apply made; one that somebody else made is never ours.

    What another estate's apply made is recorded here too when it is wanted here: so it outlives that estate.
    """
    if desired.access is None:
        return set(noted)
    made = {access for record in observed.records for access in record.access}
    return {
        access
        for name, access in desired.access
        if name == subject and (access in made or access not in observed.access)
    }


def _forgotten(gone: tuple[tuple[Record, tuple[str, ...]], ...]) -> Iterator[Refusal]:
    for record, names in gone:
        if record.subject in names and record.access:
            yield Refusal(
                code="access-left-behind",
                name=record.subject,
                sentence=f"records {len(record.access)} access rules, which would stay when it goes",
                ways_out=("pass --acls, so that they are taken back",),
                forceable=True,
            )
