"""When a period can be read: by what was published of it, not by when it was judged."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sla.ledger.balance import balance_of
from sla.ledger.ledger import Ledger
from sla.run import Circumstances, run
from sluice.finding.model import Outcome
from tests.unit.sla.shop import DAY, FIRST, Shop

SIX = "  - {property: timeOfAvailability, value: '06:00'}\n"
MIDNIGHT = FIRST + DAY
HOUR = timedelta(hours=1)


@dataclass
class Behind:
    """A ledger of whose topics Kafka does, or does not, tell."""

    asked: bool

    def __call__(self, subject: object, staging: object) -> Ledger:
        del subject, staging
        return replace(balance_of(self.shop.subject, self.shop.storage, None), asked=self.asked, highest={})

    shop: Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(folder=tmp_path).contract(changed={"slaProperties:\n": f"slaProperties:\n{SIX}"})
    made.storage.put_new("state/orders/order/activation", FIRST.isoformat().encode())
    return made


def told(shop: Shop, at: datetime, *, ledger: bool | None = None) -> list[tuple[Outcome, str]]:
    """What a run at an instant says of the promise; ``ledger`` says whether it lets the period go, None asks none."""
    around = Circumstances(
        storage=shop.storage,
        estate=(shop.subject,),
        now=at,
        as_of=at,
        grace=HOUR,
        batch_bytes=1 << 20,
    )
    if ledger is not None:
        around = replace(around, balance=Behind(asked=ledger, shop=shop))
    outcome = run(shop.subject, shop.table, around)
    findings = (*(finding for each in outcome.judged for finding in each.revision.findings), *outcome.now)
    return [(each.outcome, each.reason) for each in findings if each.kind == "timeOfAvailability"]


def test_a_held_period_is_late_in_every_run_from_its_hour_on_until_it_is_published(shop: Shop) -> None:
    shop.sell(0, {"amount": None})
    assert told(shop, MIDNIGHT + 2 * HOUR) == [(Outcome.SKIPPED, "not yet due: 4 h are left; held by amounts")]
    assert told(shop, MIDNIGHT + 5 * HOUR) == []
    late = "not readable as of 2026-03-02 07:00 UTC, 1 h late; breached: amounts"
    assert told(shop, MIDNIGHT + 7 * HOUR) == [(Outcome.BREACHED, late)]
    shop.sell(0, {"amount": 1}, {"amount": 2}, late=8 * HOUR)
    published = "readable since 2026-03-02 09:00 UTC, 3 h late"
    assert told(shop, MIDNIGHT + 9 * HOUR) == [(Outcome.BREACHED, published)]
    assert told(shop, MIDNIGHT + 10 * HOUR) == []


def test_a_good_period_is_readable_once_the_ledger_lets_it_go(shop: Shop) -> None:
    shop.sell(0, {"amount": 1})
    (first,) = told(shop, MIDNIGHT + 2 * HOUR, ledger=False)
    assert first[0] is Outcome.SKIPPED
    assert "Kafka did not answer" in first[1]
    *_, last = told(shop, MIDNIGHT + 5 * HOUR, ledger=True)
    assert last == (Outcome.HOLDS, "readable since 2026-03-02 05:00 UTC, 1 h early")
    assert told(shop, MIDNIGHT + 7 * HOUR, ledger=True) == []


def test_a_contract_that_nobody_publishes_is_late_for_nobody(shop: Shop) -> None:
    shop.contract(changed={"slaProperties:\n": f"slaProperties:\n{SIX}", "value: true}": "value: false}"})
    shop.sell(0, {"amount": 1})
    assert [outcome for outcome, _ in told(shop, MIDNIGHT + 2 * HOUR)] == [Outcome.HOLDS]
    assert told(shop, MIDNIGHT + 7 * HOUR) == []
