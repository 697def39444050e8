"""State that cannot be read is told in a sentence, by every command that reads it; nothing is taken for it."""

from pathlib import Path
from typing import Final

import pytest

from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.thorough

KEPT: Final = {
    "erased.json": ("run", "status", "backtest"),
    "grid.json": ("run", "status", "backtest"),
    "last-run.json": ("status",),
    "activation": ("run", "backtest"),
    "batches/00000001.json": ("run", "status", "backtest"),
    "batches/00000001.done": ("run", "status", "backtest"),
    f"periods/{label(0)}.json": ("run", "status", "backtest"),
    "kept/00000064.json": ("run", "status", "backtest"),
    "versions/0.9.0.json": ("run",),
}
SPOILT: Final = {
    "cut short": b'{"lab',
    "empty": b"",
    "of another release": b'{"periods":[],"through":[]}',
    "no text": b"\xff\xfe",
}
COMMANDS: Final = {
    "run": ("run", "--as-of", label(5), "--no-alerts"),
    "status": ("status",),
    "backtest": ("backtest", "orders"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    found = Shop(folder=tmp_path).contract()
    for day in range(2):
        found.sell(day, {}, {})
    found.run(4)
    found.sell(0, {}, version="0.9.0")
    return found


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT.keys())
@pytest.mark.parametrize("name", KEPT)
def test_state_that_cannot_be_read_is_named_in_a_sentence(name: str, spoilt: bytes, shop: Shop) -> None:
    path = f"{shop.subject.folders.state}{name}"
    file = shop.folder / "lake" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(spoilt)
    for command in KEPT[name]:
        told = shop.sla(*COMMANDS[command])
        assert told.exit_code == 2, told.output
        assert "Traceback" not in told.stderr
        assert path in told.stderr


def test_a_profile_of_a_staged_file_that_cannot_be_read_is_named_in_a_sentence(shop: Shop) -> None:
    for each in (shop.folder / "lake").rglob("*.profile"):
        each.write_bytes(b"no profile")
    told = shop.sla("backtest", "orders")
    assert told.exit_code == 2, told.output
    assert "Traceback" not in told.stderr
    assert "this is no profile" in told.stderr


def test_a_profile_of_a_period_that_cannot_be_read_is_made_anew(shop: Shop) -> None:
    kept = sorted((shop.folder / "lake" / shop.subject.folders.state / "profiles").iterdir())
    before = shop.sla("backtest", "orders", "--json").stdout
    for each in kept:
        each.write_bytes(b"no profile")
    assert shop.sla("backtest", "orders", "--json").stdout == before
