"""A stream with stand-ins for the jobs: what they would write to Kafka, and the bronze files of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import orjson

from connections.storage import Storage
from sla.estate import Subject
from sla.ledger.balance import Asked, balance_of
from sla.ledger.ledger import Ledger
from sla.ledger.witness import Groups
from sla.staging.intake import bring_in
from sla.staging.staged import Staging
from sluice.checks.periods import Grid
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.ledger.balance import Partition
from tests.unit.sla.clusters import Cluster
from tests.unit.sla.lake import Record, bronze_file

CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
schema:
  - name: order
    physicalName: {name}.validated
    logicalType: object
    properties:
      - {{name: at, logicalType: timestamp, required: true}}
      - {{name: amount, logicalType: integer, required: true, primaryKey: true}}
    customProperties:
      - {{vendor: sluice, property: stream, value: {{raw: {name}.raw, eventTime: at, tombstones: pass{more}}}}}
"""
MORNING = datetime(2013, 2, 8, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def subject_of(name: str, more: str = "") -> Subject:
    contract = parse(CONTRACT.format(name=name, more=more).encode(), f"{name}.odcs.yaml")
    assert isinstance(contract, Contract), contract
    described = contract.objects[0]
    assert described.stream is not None
    grid = Grid.of(described.stream.landing_period, described.stream.landing_timezone)
    return Subject(contract=contract, described=described, stream=described.stream, grid=grid)


@dataclass
class Works:
    """``out`` are records in the outputs that have not landed, by partition."""

    cluster: Cluster
    storage: Storage
    name: str = "orders"
    out: dict[Partition, list[Record]] = field(default_factory=dict)
    names: Iterable[int] = field(default_factory=count)
    stream: str = ""
    subject: Subject = field(init=False)

    def __post_init__(self) -> None:
        self.subject = subject_of(self.name, self.stream)
        for topic in (self.raw, self.validated, self.dead_letter):
            self.cluster.make(topic, 2)

    @property
    def raw(self) -> str:
        return f"{self.name}.raw"

    @property
    def validated(self) -> str:
        return f"{self.name}.validated"

    @property
    def dead_letter(self) -> str:
        return f"{self.name}.dead-letter"

    @property
    def groups(self) -> Groups:
        return Groups(landing=f"sluice.{self.name}-land", judging=f"sluice.{self.name}-validate")

    def at(self, topic: str, number: int = 0) -> Partition:
        return Partition(topic=topic, number=number)

    def judge(
        self, offsets: Sequence[int], partition: int = 0, *, on: datetime = MORNING, bad: Iterable[int] | None = None
    ) -> None:
        """What the validation job would do within one checkpoint: every tenth is bad, unless ``bad`` names them."""
        wrong = [offset for offset in offsets if offset % 10 == 9] if bad is None else list(bad)
        good = [offset for offset in offsets if offset not in wrong]
        self.emit(self.validated, good, partition, on=on)
        self.emit(self.dead_letter, wrong, partition, on=on)
        self.judged_to(max(offsets) + 1, partition)

    def emit(self, topic: str, offsets: Sequence[int], partition: int = 0, *, on: datetime = MORNING) -> None:
        """One transaction of one output."""
        if not offsets:
            return
        places = self.cluster.transact(topic, len(offsets), partition)
        letters = topic == self.dead_letter
        for place, raw in zip(places, offsets, strict=True):
            at = on + timedelta(seconds=raw)
            source = {"topic": self.raw, "partition": str(partition), "offset": str(raw)} if letters else {}
            record = Record(
                value=orjson.dumps({"at": at.isoformat(), "amount": raw}),
                appended=at,
                offset=place,
                raw_offset=raw,
                raw_partition=partition,
                verdict="invalid" if letters else "valid",
                contract=f"{self.name}/1.0.0",
                headers={f"__contract.source.{name}": told.encode() for name, told in source.items()}
                if letters
                else {},
            )
            self.out.setdefault(self.at(topic, partition), []).append(record)

    def judged_to(self, offset: int, partition: int = 0) -> None:
        self.cluster.commit(self.groups.judging, {self.at(self.raw, partition): offset})

    def land(self, *, told: bool = True) -> list[str]:
        """One bronze file a partition, of all that is out; the landing group is told of it."""
        paths = []
        for at, records in sorted(self.out.items()):
            if records:
                paths.append(self.write(at, records))
                if told:
                    self.cluster.commit(self.groups.landing, {at: records[-1].offset + 1})
        self.out.clear()
        return paths

    def write(self, at: Partition, records: Sequence[Record]) -> str:
        landed = records[0].appended + timedelta(seconds=2)
        path = (
            f"bronze/tp={at.topic}/dt={landed:%Y-%m-%d}/hr={landed:%H}/kp={at.number}/part-{next(iter(self.names)):06d}"
        )
        assert self.storage.put_new(path, bronze_file(records, at.number))
        return path

    def stage(self) -> Staging:
        return bring_in(self.subject, self.storage, 1 << 20)

    def ledger(self, *, full: bool = False, online: bool = True) -> Ledger:
        asked = Asked(groups=self.groups, full=full)
        return balance_of(self.subject, self.storage, self.cluster.log if online else None, asked)


def told(ledger: Ledger) -> list[str]:
    """Every fault as ``balance what place@run,run``."""
    return sorted(
        f"{each.balance} {each.what} {each.place.rpartition('.')[2] if '[' in each.place else each.place}"
        + (f"@{','.join(str(run) for run in each.offsets.runs())}" if each.offsets else "")
        for each in ledger.faults
    )


def without(records: Sequence[Record], *raw_offsets: int) -> list[Record]:
    return [record for record in records if record.raw_offset not in raw_offsets]


def moved(record: Record, offset: int) -> Record:
    return replace(record, offset=offset)
