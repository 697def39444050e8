"""The real month of flights as the landing job would leave it, and one run of the scheduled job on it."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

from connections.settings import Lake
from connections.storage import Storage, storage_of
from demo.flights import read_flights
from demo.produce import PRODUCER
from sla.estate import Subject, subjects
from sla.publishing.catalogue import published
from sla.publishing.warehouse import Published
from sla.run import Circumstances, Outcome, run
from sla.settings import Sla
from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.finding.model import Finding
from sluice.finding.model import Outcome as Found
from sluice.verdict.load import load_gate
from tests.unit.sla.lake import Record, land

ROOT: Final = Path(__file__).parents[3]
CONTRACTS: Final = ROOT / "contracts"
PLANES: Final = ROOT / "demo" / "data" / "planes.ndjson.gz"
PARTITIONS: Final = 4
REPLAYED: Final = datetime(2026, 11, 21, tzinfo=UTC)
AS_OF: Final = datetime(2013, 3, 3, 5, tzinfo=UTC)  # midnight in New York

Month = tuple[Record, ...]
Plant = Callable[[Iterable[Record]], Iterable[Record]]


@cache
def month() -> Month:
    """Every record of the month, judged; offsets count by raw partition, as they would on a topic of four."""
    parsed = parse((CONTRACTS / "travel" / "flights.odcs.yaml").read_bytes(), "flights")
    assert isinstance(parsed, Contract)
    gate = load_gate(canonical(rules_schema(parsed, parsed.objects[0])), "flights")
    ends: dict[int, int] = {}
    found = []
    for flight in read_flights():
        partition = crc32(flight.key) % PARTITIONS
        ends[partition] = ends.get(partition, -1) + 1
        accepted = gate.accepts(flight.value)
        found.append(
            Record(
                value=flight.value,
                key=flight.key,
                appended=flight.emitted,
                offset=ends[partition],
                raw_offset=ends[partition],
                raw_partition=partition,
                verdict="valid" if accepted else "invalid",
                producer=PRODUCER,
                headers={} if accepted else {"__contract.attempt": b"1"},
                judged=REPLAYED,
                landed=REPLAYED,
            )
        )
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A lake in a folder, the demo's contracts, and the published table."""

    storage: Storage
    lake: Lake
    folder: Path
    contracts: Path = CONTRACTS

    @classmethod
    def at(cls, folder: Path, contracts: Path = CONTRACTS) -> "Platform":
        lake = Lake(root=f"file://{folder}/lake")
        return cls(storage=storage_of(lake), lake=lake, folder=folder, contracts=contracts)

    def land(self, records: Iterable[Record], *, name: str = "part-0") -> list[str]:
        """One file a topic and partition."""
        files: dict[tuple[str, int], list[Record]] = {}
        for record in records:
            topic = "flights.dead-letter" if record.verdict == "invalid" else "flights.validated"
            files.setdefault((topic, record.raw_partition), []).append(record)
        return [land(self.storage, topic, found, name=name, partition=at) for (topic, at), found in files.items()]

    def land_planes(self) -> None:
        """The reference data, emitted directly."""
        with gzip.open(PLANES) as lines:
            values = [line.rstrip(b"\n") for line in lines]
        at = datetime(2013, 1, 1, tzinfo=UTC)
        land(
            self.storage,
            "planes.validated",
            [
                Record(
                    value=value,
                    appended=at,
                    offset=n,
                    raw_offset=n,
                    contract="planes/1.0.0",
                    judged=REPLAYED,
                    landed=REPLAYED,
                )
                for n, value in enumerate(values)
            ],
        )

    def estate(self) -> tuple[Subject, ...]:
        return subjects(self.contracts)

    def table(self) -> Published:
        return published(self.lake, Sla(catalog_file=self.folder / "catalog.db"), "flights", "flight")

    def run(self, *, as_of: datetime = AS_OF, now: datetime = REPLAYED) -> Outcome:
        estate = self.estate()
        subject = next(each for each in estate if each.name == "flights.flight")
        around = Circumstances(
            storage=self.storage,
            estate=estate,
            now=now,
            as_of=as_of,
            grace=timedelta(hours=1),
            batch_bytes=256 << 20,
        )
        return run(subject, self.table(), around)


def breaches(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    """Check, period and segment of what was breached."""
    return {
        (each.check, each.period or "now", ",".join(f"{value}" for _, value in each.segment))
        for each in findings
        if each.outcome in {Found.BREACHED, Found.FAILED}
    }
