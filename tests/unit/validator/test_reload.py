"""Hot reload takes what is sound, refuses what is not, and never stops judging."""

from typing import Any

import msgspec
import pytest
import structlog

from connections.registry import Reference
from connections.registry_faults import RegistryDown
from sluice.verdict.annotation import NotAContract
from tests.unit.validator.fakes import Shelf
from tests.unit.validator.streams import frozen, frozen_set
from validator.frozen import Frozen, compile_gate
from validator.judge import Judge
from validator.metrics import Reloads
from validator.reload import Reloader, Reloading

START = "v=1;c=orders/1.0.{};t=valid;p="


class Running:
    """A judge, its reloader and a registry."""

    def __init__(self, *contracts: Frozen) -> None:
        contracts = contracts or (frozen(),)
        self.shelf = Shelf(*contracts)
        self.judge = Judge(contracts, names_version=True)
        self.reloads = Reloads()
        self.reloader = Reloader(
            Reloading(seconds=1, registry={}), frozen_set(*contracts), self.judge, self.reloads, structlog.get_logger()
        )

    def look(self) -> str | None:
        self.reloader.look(self.shelf)
        return self.judge.judge("orders.raw", b'{"id": 1}')


def test_nothing_new_changes_nothing() -> None:
    running = Running()
    assert running.look() == START.format(1)
    assert running.reloads == Reloads()


def test_a_new_version_judges_from_the_next_record_on() -> None:
    running = Running()
    running.shelf.put("orders.raw-contract", frozen(number=2).text)
    assert running.look() == START.format(2)
    assert running.look() == START.format(2)
    assert running.reloads == Reloads(swapped=1)


REFUSED: dict[str, Any] = {
    "no JSON": "{",
    "no annotation": '{"type": "object"}',
    "another raw topic": frozen(number=2, raw="other.raw").text,
    "another dead-letter topic": frozen(number=2, deadLetter="other").text,
    "another encoding, which the job does not pass on": frozen(number=2, encoding="confluent").text,
    "another contract": frozen(number=2, contract="planes").text,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unsound_or_needs_another_plan_is_refused_once_and_the_last_good_stays(name: str) -> None:
    running = Running()
    running.shelf.put("orders.raw-contract", REFUSED[name])
    assert running.look() == START.format(1)
    assert running.look() == START.format(1)
    assert running.reloads == Reloads(refused=1)


def test_a_contract_that_is_pinned_stays_at_its_pin() -> None:
    running = Running(msgspec.structs.replace(frozen(), pinned=True), frozen("planes"))
    running.shelf.put("orders.raw-contract", frozen(number=2).text)
    running.shelf.put("planes.raw-contract", frozen("planes", number=2).text)
    assert running.look() == START.format(1)
    assert str(running.judge.benches["planes.raw"].gate.contract) == "planes/1.0.2"
    assert running.reloads == Reloads(swapped=1)


UNFIT = {"another format": ("AVRO", ()), "references": ("JSON", (Reference(name="r", subject="s", version=1),))}


@pytest.mark.parametrize("name", UNFIT)
def test_what_a_start_would_refuse_a_reload_refuses_too(name: str) -> None:
    kind, references = UNFIT[name]
    running = Running()
    running.shelf.put("orders.raw-contract", frozen(number=2).text, kind, references)
    assert running.look() == START.format(1)
    assert running.reloads == Reloads(refused=1)


@pytest.mark.parametrize("failure", [RegistryDown("http://registry", "refused"), RecursionError("ours")])
def test_a_subject_that_cannot_be_read_keeps_no_other_from_being_renewed(failure: Exception) -> None:
    running = Running(frozen("a"), frozen(), frozen("z"))
    running.shelf.fails = {"a.raw-contract": failure, "z.raw-contract": failure}
    running.shelf.put("orders.raw-contract", frozen(number=2).text)
    assert running.look() == START.format(2)
    assert running.reloads == Reloads(swapped=1, failed=1)


def test_after_a_refusal_the_next_good_version_is_taken() -> None:
    running = Running()
    running.shelf.put("orders.raw-contract", "{}")
    running.look()
    running.shelf.put("orders.raw-contract", frozen(number=3).text)
    assert running.look() == START.format(3)
    assert running.reloads == Reloads(swapped=1, refused=1)


def test_the_texts_above_are_refused_for_the_reason_that_they_name() -> None:
    with pytest.raises(NotAContract):
        compile_gate(frozen_with(REFUSED["no annotation"]))
    assert compile_gate(frozen_with(REFUSED["another raw topic"])).topics.raw == "other.raw"


def frozen_with(text: str) -> Any:
    return msgspec.structs.replace(frozen(), text=text)
