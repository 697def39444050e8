"""What had to be counted on the typed rows again, and what those no longer tell of the records."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from connections.storage import Storage
from sla.estate import Subject
from sla.remembered import profile_at
from sla.staging.recount import lacking
from sla.staging.staged import Staging
from sluice.profile.contracted import spec_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """``rules`` were counted again. ``unfit`` are values by field that did not fit its type: they count as missing.

    ``young`` are fields that no row has yet, with how many rows lack them.
    """

    rules: tuple[str, ...] = ()
    unfit: tuple[tuple[str, int], ...] = ()
    young: tuple[tuple[str, int], ...] = ()


def lost(subject: Subject, storage: Storage, staging: Staging, labels: Iterable[str]) -> Lost:
    """Look at the profiles of all files of the periods."""
    spec = spec_of(subject.described)
    rules: dict[str, None] = {}
    unfit: Counter[str] = Counter()
    young: Counter[str] = Counter()
    asked = {name for rule in subject.described.quality for name in rule.fields}
    for file in (each for label in labels for each in staging.of(label)):
        profile = profile_at(storage, file.profile)
        lack = lacking(spec, profile, file)
        rules.update(dict.fromkeys((*lack.counted, *(f"the order of {name}" for name in sorted(lack.ordered)))))
        rules.update(dict.fromkeys(f"segments by {', '.join(each.by)}" for each in lack.slices))
        for name in {name for measure in lack.counted.values() for name in measure.fields}:
            column = profile.total.columns.get(name)
            unfit[name] += column.unfit if column else 0
        for name in asked - profile.total.columns.keys():
            young[name] += profile.total.rows
    return Lost(
        rules=tuple(rules),
        unfit=tuple((name, count) for name, count in sorted(unfit.items()) if count),
        young=tuple((name, count) for name, count in sorted(young.items()) if count),
    )
