"""A small contract with its lake, and the commands of the scheduled job on them, as at a prompt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from click.testing import CliRunner, Result

from connections.settings import Lake
from connections.storage import Storage, storage_of
from sla.estate import Subject, subjects
from sla.publishing.catalogue import published
from sla.publishing.warehouse import Published
from sla.settings import Sla
from sluice.cli import main
from tests.unit.sla.lake import Record, land

CONTRACT: Final = """
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: order
    physicalName: orders.validated
    logicalType: object
    properties:
      - {name: at, logicalType: timestamp, required: true}
      - {name: amount, logicalType: integer}
      - {name: kind, logicalType: string}
    customProperties:
      - {vendor: sluice, property: stream, value: {eventTime: at}}
    quality:
      - {name: amounts, metric: nullValues, arguments: {properties: [amount]}, mustBeLessThan: 50, unit: percent, customProperties: [{vendor: sluice, property: onBreach, value: hold}]}
MORE_RULES
slaProperties:
  - {property: errorRate, value: 10, unit: percent, element: order}
  - {property: retention, value: 30, unit: d, element: order.at}
customProperties:
  - {vendor: sluice, property: productionUse, value: true}
"""  # noqa: E501 - a rule a line reads best
FIRST: Final = datetime(2026, 3, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)


def label(day: int) -> str:
    """The period of a day, counted from 0."""
    return (FIRST + day * DAY).strftime("%Y-%m-%d")


@dataclass(kw_only=True)
class Shop:
    """Orders by day. ``rules`` are more quality rules, a line each."""

    folder: Path
    _offset: int = 0

    @property
    def lake(self) -> Lake:
        return Lake(root=f"file://{self.folder}/lake")

    @property
    def storage(self) -> Storage:
        return storage_of(self.lake)

    @property
    def subject(self) -> Subject:
        return subjects(self.folder / "contracts")[0]

    @property
    def table(self) -> Published:
        return published(self.lake, Sla(catalog_file=self.folder / "catalog.db"), "orders", "order")

    def contract(self, *rules: str, changed: Mapping[str, str] | None = None) -> "Shop":
        """Write the contract, with more rules and some texts changed."""
        text = CONTRACT.replace("MORE_RULES\n", "".join(f"      - {rule}\n" for rule in rules))
        for before, after in (changed or {}).items():
            assert before in text
            text = text.replace(before, after)
        (self.folder / "contracts").mkdir(parents=True, exist_ok=True)
        (self.folder / "contracts" / "orders.odcs.yaml").write_text(text)
        return self

    def sell(
        self, day: int, *orders: Mapping[str, Any], late: timedelta = timedelta(0), bad: int = 0, version: str = "1.0.0"
    ) -> list[str]:
        """Land the orders of a day; ``late`` after it, with so many dead letters beside them. The bronze paths."""
        appended = FIRST + day * DAY + timedelta(hours=12) + late
        paths = [self._land("orders.validated", orders, day, appended, contract=f"orders/{version}")]
        if bad:
            paths.append(self._land("orders.dead-letter", [{}] * bad, day, appended, verdict="invalid"))
        return paths

    def _land(self, topic: str, orders: Sequence[Mapping[str, Any]], day: int, appended: datetime, **more: Any) -> str:
        at = (FIRST + day * DAY + timedelta(hours=10)).isoformat()
        records = []
        for each in orders:
            value = orjson.dumps({"at": at, "amount": 1, "kind": "a", **each})
            records.append(
                Record(
                    value=value,
                    appended=appended,
                    offset=self._offset,
                    raw_offset=self._offset,
                    **{"contract": "orders/1.0.0", **more},
                )
            )
            self._offset += 1
        return land(self.storage, topic, records, name=f"part-{self._offset}")

    def sla(self, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """`sluice sla ...` on this lake, with a wide screen."""
        place = ("--lake", self.lake.root, "--contracts", str(self.folder / "contracts"))
        catalog = {
            "SLUICE_SLA_CATALOG_FILE": str(self.folder / "catalog.db"),
            "SLUICE_SLA_LEDGER": "false",  # no Kafka here; test_run_asks_the_ledger.py has one
            "SLUICE_ALERTING_DATABASE": f"sqlite:///{self.folder}/alerting.sqlite",
            "COLUMNS": "200",
        }
        return CliRunner().invoke(main, ["sla", *arguments, *place], env={**catalog, **(env or {})})

    def run(self, as_of_day: int, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """A run as of the start of a day; what it answered."""
        return self.json("run", "--as-of", label(as_of_day), "--no-alerts", env=env)

    def json(self, *arguments: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The document that a command prints."""
        result = self.sla(*arguments, "--json", env=env)
        assert result.exit_code in {0, 1}, result.output
        told: dict[str, Any] = orjson.loads(result.stdout)
        return told
