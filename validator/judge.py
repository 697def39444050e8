"""The judge: what the Flink job calls for each record; it answers with text that SQL turns into topic and headers."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sluice.envelope.dead_letter import SEPARATOR, VIOLATIONS_BYTES_MAX, verdict_fields
from sluice.envelope.header import contract_name, header_start
from sluice.verdict import codes
from sluice.verdict.gate import limited_to
from sluice.verdict.model import Control, Invalid, Record, Valid, Verdict
from sluice.verdict.wire import SCHEMA_ID_HEADER
from validator.frozen import Frozen, compile_gate
from validator.seal import unsealed
from validator.tally import Tally

ENVELOPE_ROOM_BYTES: Final = 12 * 1024  # our other headers, and the framing of a record batch
SAMPLE_EVERY: Final = 1024


class Bench:
    """One compiled contract with all that its verdicts need: the seat from which one raw topic is judged."""

    __slots__ = ("accepts", "control", "frozen", "gate", "invalid", "tally", "turn", "valid")

    def __init__(self, frozen: Frozen, *, names_version: bool) -> None:
        gate = compile_gate(frozen)
        if frozen.value_bytes_max is not None:
            gate = limited_to(gate, frozen.value_bytes_max)
        name = contract_name(gate.contract)
        self.frozen = frozen
        self.gate = gate
        self.accepts = gate.accepts
        self.tally = Tally()
        self.turn = 0  # which record is timed: counted apart, since records of change events are never accepted at once
        self.valid = header_start(name, "valid") if names_version else None
        self.control = header_start(name, "control")
        self.invalid = header_start(name, "invalid")

    def judge(self, record: Record) -> str | None:
        """The slow path: the verdict in full, told and then counted, so that none counts twice where telling fails."""
        verdict = self.gate.judge(record)
        told = self._told(verdict, record)
        self.tally.count(verdict)
        return told

    def failed(self, value: bytes | None) -> str:
        """The answer where judging itself failed: a dead letter whose code says that the defect is ours, counted."""
        code = codes.JUDGE_FAILED
        verdict = Invalid(contract=self.gate.contract, stage=codes.STAGES[code], code=code)
        self.tally.count(verdict)
        return self.invalid + SEPARATOR + verdict_fields(verdict, value)

    def _told(self, verdict: Verdict, record: Record) -> str | None:
        match verdict:
            case Valid():
                return self.valid
            case Control():
                return self.control
            case Invalid():
                room = self._room(record)
                return self.invalid + SEPARATOR + verdict_fields(verdict, record.value, violations_bytes_max=room)

    def _room(self, record: Record) -> int:
        """What violations may take. Key and headers that the judge is not told of fit: see ``validator.limits``."""
        limit = self.frozen.letter_bytes_max
        if limit is None:
            return VIOLATIONS_BYTES_MAX
        return max(0, limit - len(record.value or b"") - len(record.key or b"") - ENVELOPE_ROOM_BYTES)


class Judge:
    """Judges records of many topics; ``swap`` replaces contracts between two records, in one assignment."""

    def __init__(
        self,
        contracts: Sequence[Frozen],
        *,
        names_version: bool = False,
        seal: bytes = b"",
        tell: Callable[[Exception], None] | None = None,
    ) -> None:
        """``tell`` is given what judging raised: a defect of ours, which the record's verdict names as one."""
        self._seal = seal
        self._tell = tell
        self._names_version = names_version
        self._benches = self._seats(contracts, {})

    @property
    def benches(self) -> Mapping[str, Bench]:
        """By raw topic."""
        return self._benches

    def swap(self, contracts: Sequence[Frozen]) -> None:
        """Judge by these from the next record on; NotAContract leaves everything as it was. Counts go on."""
        self._benches = self._seats(contracts, {raw: bench.tally for raw, bench in self._benches.items()})

    def judge(
        self,
        topic: str,
        value: bytes | None,
        schema_id: bytes | None = None,
        producer: bytes | None = None,
        key: bytes | None = None,
    ) -> str | None:
        """None for a record valid by the pinned version, else the text described in ``validator.columns``.

        Whatever goes wrong within is a verdict: an exception out of a Flink function replays the record for ever.
        """
        bench = self._benches[topic]
        try:
            bench.turn += 1
            if bench.turn % SAMPLE_EVERY == 1:
                return self._timed(bench, value, schema_id, producer, key)
            if bench.accepts(value, schema_id):
                bench.tally.accepted += 1
                return bench.valid
            return self._slowly(bench, value, schema_id, producer, key)
        except Exception as defect:  # noqa: BLE001 - see above
            return self._defective(bench, value, defect)

    def _defective(self, bench: Bench, value: bytes | None, defect: Exception) -> str:
        if self._tell is not None:
            self._tell(defect)
        return bench.failed(value)

    def _slowly(
        self,
        bench: Bench,
        value: bytes | None,
        schema_id: bytes | None,
        producer: bytes | None,
        key: bytes | None,
    ) -> str | None:
        if self._seal and value is not None and value.startswith(self._seal):
            value, schema_id = unsealed(value, self._seal)
            if bench.accepts(value, schema_id):
                bench.tally.accepted += 1
                return bench.valid
        return bench.judge(_record(bench, value, schema_id, producer, key))

    def _timed(
        self, bench: Bench, value: bytes | None, schema_id: bytes | None, producer: bytes | None, key: bytes | None
    ) -> str | None:
        begun = time.perf_counter()
        if bench.accepts(value, schema_id):
            bench.tally.accepted += 1
            told = bench.valid
        else:
            told = self._slowly(bench, value, schema_id, producer, key)
        bench.tally.took(time.perf_counter() - begun)
        return told

    def _seats(self, contracts: Sequence[Frozen], tallies: Mapping[str, Tally]) -> dict[str, Bench]:
        benches = [Bench(frozen, names_version=self._names_version) for frozen in contracts]
        for bench in benches:
            bench.tally = tallies.get(bench.gate.topics.raw, bench.tally)
        return {bench.gate.topics.raw: bench for bench in benches}


def _record(
    bench: Bench, value: bytes | None, schema_id: bytes | None, producer: bytes | None, key: bytes | None
) -> Record:
    headers = {SCHEMA_ID_HEADER: schema_id} if schema_id is not None else {}
    annotation = bench.gate.annotation
    if producer is not None and annotation is not None and annotation.producer_header is not None:
        headers[annotation.producer_header] = producer
    return Record(topic=bench.gate.topics.raw, value=value, key=key, headers=headers)
