"""The profiles of an object's periods, read when a check asks for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connections.storage import Storage
from sla.paths import Folders
from sla.staging import Staging
from sla.whole import Question, whole
from sluice.checks.periods import Grid
from sluice.profile.model import PeriodProfile


@dataclass(slots=True)
class History(Mapping[str, PeriodProfile]):
    """Profiles by label of the periods that have rows; each is read once. ``failed`` are queries, by label and rule."""

    storage: Storage
    folders: Folders
    grid: Grid
    question: Question
    staging: Staging
    failed: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _read: dict[str, PeriodProfile] = field(default_factory=dict)
    _labels: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._labels = frozenset(self.staging.periods)

    def __getitem__(self, label: str) -> PeriodProfile:
        if label not in self._labels:
            raise KeyError(label)
        if label not in self._read:
            period, staged = self.grid.period(label), self.staging.of(label)
            answer = whole(self.storage, self.folders, self.question, period, staged)
            self._read[label] = answer.profile
            self.failed[label] = answer.failed
        return self._read[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self.staging.periods)

    def __len__(self) -> int:
        return len(self._labels)

    def __contains__(self, label: object) -> bool:
        return label in self._labels
