"""Many tests at once with one false-alarm rate for all of them together."""

from collections.abc import Sequence


def alarms(probabilities: Sequence[float], rate: float) -> tuple[bool, ...]:
    """Which of a family of tests alarm, by their p-values (Benjamini and Hochberg, 1995).

    Where nothing has changed, at most a share ``rate`` of such families has any alarm at all, also for tests that
    depend on one another positively, as columns of one table do; where something has, at most that share of the
    alarms is expected to be false.

    >>> alarms((0.04, 0.001, 0.5), 0.05)
    (False, True, False)
    """
    number = len(probabilities)
    ranked = sorted(probabilities)
    passed = [p for rank, p in enumerate(ranked, start=1) if p <= rate * rank / number]
    limit = passed[-1] if passed else -1.0
    return tuple(p <= limit for p in probabilities)
