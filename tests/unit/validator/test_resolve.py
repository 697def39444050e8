"""From the registry to a frozen set: which contracts, which versions, and what is refused in one sentence."""

import pytest

from sluice.terminal import Fault
from tests.unit.validator.fakes import Shelf
from tests.unit.validator.streams import as_it_is, frozen
from validator.frozen import ContractSet
from validator.resolve import Wanted, resolve


def versions(contracts: ContractSet) -> dict[str, int]:
    return {each.subject: each.version for each in contracts.contracts}


def test_every_contract_of_the_registry_is_taken_and_nothing_else() -> None:
    shelf = Shelf(frozen("a"), frozen("b"))
    shelf.put("a.raw-value", "{}")
    assert versions(resolve(Wanted(), shelf)) == {"a.raw-contract": 1, "b.raw-contract": 1}


def test_only_the_named_topics_are_taken() -> None:
    assert versions(resolve(Wanted(raws=("b.raw",)), Shelf(frozen("a"), frozen("b")))) == {"b.raw-contract": 1}


@pytest.mark.parametrize("name", ["a", "a.raw", "a.raw-contract"])
def test_a_pin_names_a_contract_its_topic_or_its_subject(name: str) -> None:
    shelf = Shelf(frozen("a", number=1), frozen("a", number=2), frozen("a", number=3))
    assert versions(resolve(Wanted(), shelf)) == {"a.raw-contract": 3}
    assert versions(resolve(Wanted(pins={name: 2}), shelf)) == {"a.raw-contract": 2}


def test_another_teams_subject_is_taken_as_it_is_and_alone() -> None:
    shelf = Shelf(frozen("a"))
    given = as_it_is()
    shelf.put("clicks-value", given.text)
    assert given.as_it_is is not None
    found = resolve(Wanted(as_it_is=(("clicks-value", given.as_it_is),)), shelf)
    assert versions(found) == {"clicks-value": 1}
    assert found.contracts[0].as_it_is == given.as_it_is


REFUSED = {
    "an empty registry": (Wanted(), Shelf(), "holds no contract"),
    "a topic without a contract": (Wanted(raws=("x.raw",)), Shelf(frozen("a")), "no such subject: x.raw-contract"),
    "a version that is not there": (Wanted(pins={"a": 9}), Shelf(frozen("a")), "no version 9 of a.raw-contract"),
    "a pin of nothing": (Wanted(pins={"b": 1}), Shelf(frozen("a")), "--pin b names nothing that is enforced here"),
    "two contracts on one topic": (
        Wanted(),
        Shelf(frozen("a"), frozen("b", validated="a.validated")),
        "a.validated is the validated topic of a and the validated topic of b",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_enforced_is_refused(name: str) -> None:
    wanted, shelf, sentence = REFUSED[name]
    with pytest.raises(Fault) as refused:
        resolve(wanted, shelf)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("text", ["{}", '"a"', "{", "[]"])
def test_a_text_without_the_annotation_is_never_taken_for_a_contract(text: str) -> None:
    shelf = Shelf(frozen("a"))
    shelf.put("a.raw-contract", text)
    with pytest.raises(Fault, match=r"subject a\.raw-contract"):
        resolve(Wanted(), shelf)


def test_other_formats_are_refused_and_not_guessed() -> None:
    shelf = Shelf()
    shelf.put("a.raw-contract", '"string"', kind="AVRO")
    with pytest.raises(Fault, match="is AVRO"):
        resolve(Wanted(), shelf)
