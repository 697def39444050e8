"""A frozen set is read back as it was written, or not at all."""

import orjson
import pytest

from tests.unit.validator.streams import as_it_is, frozen, frozen_set
from validator.frozen import BrokenSet, ContractSet, decode, encode


def test_a_set_is_read_back_as_it_was_written() -> None:
    written = frozen_set(frozen(), as_it_is())
    assert decode(encode(written)) == written


def test_the_checksum_is_of_what_is_judged_by_and_not_of_when() -> None:
    first = frozen_set()
    later = ContractSet(registry="http://other", resolved_at_ms=2, contracts=first.contracts)
    assert first.checksum == later.checksum
    assert first.checksum != frozen_set(frozen(number=2)).checksum


BROKEN = {
    "nothing": b"",
    "no JSON": b"{",
    "another JSON": b"[]",
    "a key missing": b'{"format": 2}',
    "another format": encode(frozen_set()).replace(b'"format":2,', b'"format":1,', 1),
    "changed by hand": encode(frozen_set()).replace(b"minimum", b"maximum", 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_set_is_refused(name: str) -> None:
    with pytest.raises(BrokenSet):
        decode(BROKEN[name])


def test_no_secret_is_in_a_set() -> None:
    assert set(orjson.loads(encode(frozen_set()))["set"]) == {"registry", "resolved_at_ms", "contracts", "asked"}
