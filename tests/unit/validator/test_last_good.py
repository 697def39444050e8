"""The last good copy serves the call that made it, or says in one sentence why it does not."""

from itertools import permutations
from pathlib import Path

import pytest

from connections.registry_faults import RegistryDown
from sluice.terminal import Fault
from tests.unit.validator.fakes import Shelf
from tests.unit.validator.streams import as_it_is, frozen, frozen_set
from validator.frozen import AsItIs
from validator.last_good import LAST_GOOD, keep, last_good
from validator.resolve import Wanted, resolve

URL = "http://registry"
DOWN = RegistryDown(URL, "connection refused")


def test_the_last_good_copy_is_what_was_kept(tmp_path: Path) -> None:
    kept = resolve(Wanted(), Shelf(frozen("a")))
    keep(kept, tmp_path / "job")
    assert last_good(tmp_path / "job", Wanted(), DOWN, "http://registry/") == kept


def test_without_a_last_good_copy_a_registry_that_is_down_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"does not answer.*no last good copy"):
        last_good(tmp_path, Wanted(), DOWN, URL)


def test_a_last_good_copy_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = keep(frozen_set(frozen("a")), tmp_path)
    path.write_bytes(path.read_bytes().replace(b"minimum", b"maximum"))
    with pytest.raises(Fault, match="checksum"):
        last_good(tmp_path, Wanted(), DOWN, URL)


GIVEN = AsItIs(id="clicks", raw="clicks", validated="ok", dead_letter="bad")
CALLS = {
    "all": Wanted(),
    "one topic": Wanted(raws=("a.raw",)),
    "another topic": Wanted(raws=("b.raw",)),
    "both topics": Wanted(raws=("a.raw", "b.raw")),
    "a pin": Wanted(pins={"a": 1}),
    "another pin": Wanted(pins={"a": 2}),
    "a subject as it is": Wanted(as_it_is=(("clicks-value", GIVEN),)),
    "the subject with other topics": Wanted(
        as_it_is=(("clicks-value", AsItIs(id="clicks", raw="clicks", validated="ok2", dead_letter="bad")),)
    ),
}


@pytest.mark.parametrize(("kept", "asked"), list(permutations(CALLS, 2)))
def test_a_last_good_copy_serves_the_call_that_made_it_and_no_other(tmp_path: Path, kept: str, asked: str) -> None:
    shelf = Shelf(frozen("a", number=1), frozen("a", number=2), frozen("b"))
    shelf.put("clicks-value", as_it_is().text)
    contracts = resolve(CALLS[kept], shelf)
    keep(contracts, tmp_path)
    assert last_good(tmp_path, CALLS[kept], DOWN, URL) == contracts
    with pytest.raises(Fault, match=r"was made for .*, not for"):
        last_good(tmp_path, CALLS[asked], DOWN, URL)


def test_the_order_of_flags_makes_no_other_call() -> None:
    assert Wanted(raws=("a", "b")).flags == Wanted(raws=("b", "a")).flags == "--only a --only b"


def test_a_last_good_copy_of_another_registry_is_refused(tmp_path: Path) -> None:
    keep(frozen_set(frozen("a")), tmp_path)
    with pytest.raises(Fault, match="came from http://registry, not from this registry"):
        last_good(tmp_path, Wanted(), DOWN, "http://production")


def test_a_folder_that_takes_no_copy_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match=r"cannot be written to .*file.*--state"):
        keep(frozen_set(), tmp_path / "file" / "job")


def test_a_copy_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / LAST_GOOD).mkdir()
    with pytest.raises(Fault, match="cannot be read: Is a directory"):
        last_good(tmp_path, Wanted(), DOWN, URL)
