"""The profiles of an object's periods, read when a check asks for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connections.storage import Storage
from sla.judging.whole import Question, whole
from sla.paths import Folders
from sla.staging.batches import Staged
from sla.staging.staged import Staging, by_period
from sluice.checks.periods import Grid
from sluice.profile.model import PeriodProfile


@dataclass(slots=True)
class History(Mapping[str, PeriodProfile]):
    """Profiles by label of the periods that have rows; each is read once."""

    storage: Storage
    folders: Folders
    grid: Grid
    question: Question
    staging: Staging
    _read: dict[str, PeriodProfile] = field(default_factory=dict)
    _staged: dict[str, tuple[Staged, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._staged = by_period(self.staging)

    def staged(self, label: str) -> tuple[Staged, ...]:
        """The typed files of a period, none where it has no rows."""
        return self._staged.get(label, ())

    def __getitem__(self, label: str) -> PeriodProfile:
        if label not in self._read:
            staged = self._staged[label]
            self._read[label] = whole(self.storage, self.folders, self.question, self.grid.period(label), staged)
        return self._read[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._staged)

    def __len__(self) -> int:
        return len(self._staged)

    def __contains__(self, label: object) -> bool:
        return label in self._staged
