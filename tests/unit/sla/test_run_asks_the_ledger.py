"""Nothing is published before the ledger is past it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sla.ledger.balance import balance_of
from sla.ledger.ledger import Fault, Ledger
from sla.run import Circumstances, Outcome, run
from sla.verdicts import Standing
from sluice.finding.model import Outcome as Found
from sluice.ledger.offsets import Offsets
from tests.unit.sla.shop import DAY, FIRST, Shop, label

pytestmark = pytest.mark.thorough

NOW = FIRST + 10 * DAY


@dataclass
class Kept:
    """A ledger that says what it is told to."""

    faults: tuple[Fault, ...] = ()


def judged(shop: Shop, kept: Kept) -> Outcome:
    def balance(subject: object, staging: object) -> Ledger:
        del subject, staging
        found = balance_of(shop.subject, shop.storage, None)
        return replace(found, asked=True, faults=kept.faults, highest={})  # nothing is on its way

    around = Circumstances(
        storage=shop.storage,
        estate=(shop.subject,),
        now=NOW,
        as_of=NOW,
        grace=timedelta(hours=1),
        batch_bytes=1 << 20,
        balance=balance,
    )
    return run(shop.subject, shop.table, around)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(folder=tmp_path).contract()
    made.storage.put_new("state/orders/order/activation", datetime(2026, 4, 1, tzinfo=UTC).isoformat().encode())
    made.sell(0, {}, {})
    made.sell(1, {}, {})
    return made


LOST = Fault(
    balance="judged", what="missing", place="orders.raw[0]", offsets=Offsets.of([7]), periods=frozenset({label(1)})
)


def test_a_period_with_a_lost_record_waits_and_the_others_do_not(shop: Shop) -> None:
    outcome = judged(shop, Kept(faults=(LOST,)))
    standing = {each.period.label: (each.memory.standing, bool(each.waits)) for each in outcome.judged}
    assert standing == {label(0): (Standing.PROMOTED, False), label(1): (Standing.HELD, True)}
    (finding,) = [each for each in outcome.findings if each.check == "ledger"]
    assert finding.outcome is Found.BREACHED
    assert "orders.raw[0]@7" in finding.evidence[0].place


def test_it_is_published_by_the_first_run_after_the_ledger_holds(shop: Shop) -> None:
    judged(shop, Kept(faults=(LOST,)))
    outcome = judged(shop, Kept())
    assert [(each.period.label, each.memory.standing) for each in outcome.judged] == [(label(1), Standing.PROMOTED)]


def test_a_kafka_that_does_not_answer_is_a_sentence_with_the_way_out(shop: Shop) -> None:
    told = shop.sla(
        "run", "--bootstrap", "127.0.0.1:1", env={"SLUICE_SLA_LEDGER": "true", "SLUICE_KAFKA_TIMEOUT_SECONDS": "1"}
    )
    assert told.exit_code == 2, told.output
    assert "--without-ledger" in told.output
