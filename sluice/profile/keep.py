"""Which slices are kept where there are too many: those whose values have the smallest hashes.

Not the largest: which those are differs from file to file, and a segment kept here and cut there would be counted by
half. A segment among the smallest hashes of all is among the smallest wherever it occurs, so what is kept is exact.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from sluice.profile.model import SliceKey

Family = tuple[tuple[str, ...], bool]


def family_of(key: SliceKey) -> Family:
    """The slice set that a slice is of: the fields it is parted by, and whether by producer."""
    return tuple(name for name, _ in key.segment), key.producer is not None


@lru_cache(maxsize=16_384)
def rank_of(key: SliceKey) -> bytes:
    """Eight bytes that put the slices of a set in an order that no data decides."""
    return blake2b(repr((key.segment, key.producer)).encode(), digest_size=8).digest()


def kept(keys: Iterable[SliceKey], at_most: int) -> frozenset[SliceKey]:
    """The slices to keep, at most so many of each set."""
    families: dict[Family, list[SliceKey]] = {}
    for key in dict.fromkeys(keys):  # a key that was met twice takes one place
        families.setdefault(family_of(key), []).append(key)
    return frozenset(
        key
        for members in families.values()
        for key in (members if len(members) <= at_most else sorted(members, key=rank_of)[:at_most])
    )
