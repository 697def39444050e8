"""A rule that is new or changed is counted on the typed rows, to the very numbers of one that was always there."""

from dataclasses import replace
from pathlib import Path

import pytest

from sla.staging.recount import lacking, suited
from sla.staging.staged import recall
from sluice.profile.codec import decode
from sluice.profile.contracted import spec_of
from sluice.profile.model import PeriodProfile
from tests.unit.sla.shop import Shop

pytestmark = pytest.mark.thorough

SEGMENTS = "customProperties: [{vendor: sluice, property: segmentBy, value: [kind]}]"
OURS = "type: custom, engine: sluice, implementation"
MISSING = "metric: missingValues, arguments: {properties: [kind], missingValues"
RULES = {
    "tokens of a new rule":
        f'{{name: blank, {MISSING}: [null, "", n/a]}}, mustBe: 0}}',
    "tokens by segment":
        f'{{name: blank, {MISSING}: [""]}}, mustBe: 0, {SEGMENTS}}}',
    "valid values":
        "{name: kinds, metric: invalidValues, arguments: {properties: [kind], validValues: [a]}, mustBe: 0}",
    "new segments":
        f"{{name: by_kind, metric: nullValues, arguments: {{properties: [amount]}}, mustBe: 0, {SEGMENTS}}}",
    "an order":
        f"{{name: rising, {OURS}: {{check: monotonicity, property: amount, mustBe: 0}}}}",
    "segments of a mean":
        f"{{name: a_mean, {OURS}: {{check: mean, property: amount, mustBeLessThan: 9}}, {SEGMENTS}}}",
}  # fmt: skip
ORDERS = ({"kind": ""}, {"kind": "n/a", "amount": 5}, {"kind": "b", "amount": None}, {"kind": None}, {}, {"amount": 3})


def staged(folder: Path, *rules: str) -> Shop:
    folder.mkdir()
    shop = Shop(folder=folder).contract(*rules)
    shop.sell(0, *ORDERS)
    shop.run(2)
    return shop


def profile(shop: Shop) -> PeriodProfile:
    (file,) = recall(shop.storage, shop.subject.folders).staged
    return suited(shop.storage, shop.subject.described, file)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_is_asked_later_is_answered_as_if_it_had_always_been_asked(rule: str, tmp_path: Path) -> None:
    always = profile(staged(tmp_path / "always", rule))
    later = profile(staged(tmp_path / "later").contract(rule))
    assert later.total == always.total
    assert later.slices.keys() == always.slices.keys()
    for key, slice_ in always.slices.items():
        assert later.slices[key].columns.keys() >= slice_.columns.keys()
        asked = {name: later.slices[key].columns[name] for name in slice_.columns}
        assert replace(later.slices[key], columns=asked) == slice_


def test_a_rule_whose_tokens_changed_is_not_answered_by_its_old_counts(tmp_path: Path) -> None:
    shop = staged(tmp_path / "shop", RULES["tokens of a new rule"])
    assert profile(shop).total.counted["blank"] == 3
    assert profile(shop.contract(RULES["tokens by segment"])).total.counted["blank"] == 1


def test_a_profile_that_holds_everything_reads_no_row(tmp_path: Path) -> None:
    shop = staged(tmp_path / "shop", *(RULES[name] for name in ("valid values", "new segments", "an order")))
    (file,) = recall(shop.storage, shop.subject.folders).staged
    found = decode(shop.storage.get(file.profile)[0])
    assert lacking(spec_of(shop.subject.described), found, file).none
    shop.storage.delete(file.path)
    assert profile(shop) == found
