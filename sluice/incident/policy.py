"""How many of the last windows open and close an incident: k of n and m of n, so that one that wavers stays one."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

WINDOWS_MAX: Final = 20
_FORM: Final = re.compile(r"(\d{1,2})of(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Share:
    """``many`` of the last ``of`` windows; written ``2of3``."""

    many: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.many <= self.of <= WINDOWS_MAX:
            raise ValueError(
                f"{self} makes no sense; write 2of3: two of the last three windows (at most {WINDOWS_MAX})"
            )

    def __str__(self) -> str:
        return f"{self.many}of{self.of}"

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Read ``2of3``; raise ValueError with a sentence for anything else.

        >>> Share.parse("2of3")
        Share(many=2, of=3)
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is no share of windows; write 2of3: two of the last three")
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A breach that holds a period opens at once, whatever ``opens`` says.

    One that opens ``flaps`` times within ``flap_span`` is told as flapping; one that goes on is told again after
    ``reminds``; what was told already is brought up to date no more often than ``refreshes``.
    """

    opens: Share = Share(1, 1)
    closes: Share = Share(2, 2)
    flaps: int = 3
    flap_span: timedelta = timedelta(days=14)
    reminds: timedelta = timedelta(days=1)
    refreshes: timedelta = timedelta(hours=1)


PLATFORM: Final = Policy(opens=Share(2, 3), closes=Share(2, 2), flap_span=timedelta(days=1))
