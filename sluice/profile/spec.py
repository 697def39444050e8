"""What a profile is to know of the rows: columns, classification, tokens, slices, clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sluice.contract.measures import InvalidValues, MissingValues
from sluice.profile.model import CLOCKS, Token

SEGMENTS_MAX: Final = 1_000
"""Slices kept of one slice set. Which ones is decided by a hash of their values, so that it is the same everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceSet:
    """One way to part the rows: by the values of ``by``, by producer, or by both.

    ``columns`` are those that the slices' profiles hold (None: all). ``sketches`` adds quantiles and distinct counts,
    ``lateness`` the lateness between the clocks; without them a slice costs some hundred bytes a column.
    """

    by: tuple[str, ...] = ()
    producers: bool = False
    columns: tuple[str, ...] | None = None
    sketches: bool = False
    lateness: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Technical:
    """The names of the columns that say when and whence a row came; one that the rows lack is not known of them."""

    event: str | None = None
    appended: str = "_appended_at"
    judged: str = "_judged_at"
    landed: str = "_landed_at"
    version: str = "_version"
    producer: str = "_producer"
    partition: str = "_raw_partition"
    offset: str = "_raw_offset"

    def clock(self, name: str) -> str | None:
        """The column of one of CLOCKS."""
        return dict(zip(CLOCKS, (self.event, self.appended, self.judged, self.landed), strict=True))[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSpec:
    """What to profile. Field names are dotted below the object.

    ``columns`` None is every column with the fields of objects; of those that begin with an underscore, as staging
    names its own, only where ``underscored`` says so.
    ``classified`` fields (and all below them) get no bounds, no quantiles, no lengths. ``tokens`` are the values that
    say "no value", by field. ``counted`` are the rules, by id, whose cells are counted while the rows pass by.
    ``ordered`` are the fields that must never fall. Raises ValueError where slices would show classified values.
    """

    columns: tuple[str, ...] | None = None
    underscored: bool = False
    classified: frozenset[str] = frozenset()
    tokens: Mapping[str, tuple[Token, ...]] = field(default_factory=dict)
    counted: Mapping[str, MissingValues | InvalidValues] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    slices: tuple[SliceSet, ...] = ()
    technical: Technical = field(default_factory=Technical)

    def __post_init__(self) -> None:
        shown = sorted({name for each in self.slices for name in each.by if self.hides(name)})
        if shown:
            raise ValueError(f"segments by {', '.join(shown)} would show classified values")

    def hides(self, name: str) -> bool:
        """Whether the field, or an object that it stands in, is classified."""
        steps = name.split(".")
        return any(".".join(steps[: depth + 1]) in self.classified for depth in range(len(steps)))
