"""What one judge has counted, as plain numbers: counting a record costs an addition, reading them is the scraper's."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from sluice.verdict.model import Control, Invalid, Valid, Verdict

RULES_MAX: Final = 200
OTHER_RULES: Final = "other"
BUCKETS_SECONDS: Final = (1e-6, 2e-6, 3e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2, 1e-1)


@dataclass(slots=True)
class Tally:
    """The counts of one raw topic. ``accepted`` is what the hot path took, ``valid`` what the slow path passed."""

    accepted: int = 0
    valid: int = 0
    control: Counter[str] = field(default_factory=Counter)
    invalid: Counter[tuple[str, str]] = field(default_factory=Counter)
    observed: Counter[str] = field(default_factory=Counter)
    seconds: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_SECONDS) + 1))
    seconds_sum: float = 0.0

    @property
    def judged(self) -> int:
        """All records."""
        return self.accepted + self.valid + self.control.total() + self.invalid.total()

    def count(self, verdict: Verdict) -> None:
        """Count a verdict of the slow path."""
        match verdict:
            case Valid():
                self.valid += 1
                self._observe(verdict)
            case Control():
                self.control[verdict.kind] += 1
            case Invalid():
                self.invalid[verdict.stage.value, verdict.code] += 1
                self._observe(verdict)

    def took(self, seconds: float) -> None:
        """Count one sampled judging time."""
        bucket = next((at for at, bound in enumerate(BUCKETS_SECONDS) if seconds <= bound), len(BUCKETS_SECONDS))
        self.seconds[bucket] += 1
        self.seconds_sum += seconds

    def _observe(self, verdict: Valid | Invalid) -> None:
        """Rule ids come from the contract, yet are many where its fields are: past a bound they share one label."""
        for violation in verdict.observed:
            known = violation.rule in self.observed or len(self.observed) < RULES_MAX
            self.observed[violation.rule if known else OTHER_RULES] += 1
