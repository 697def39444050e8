"""The gate: one contract, compiled, that judges record after record and is never surprised by one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sluice.verdict import codes
from sluice.verdict.annotation import Annotation
from sluice.verdict.cdc import Change, Row, change_of, unwrapped
from sluice.verdict.decode import decode
from sluice.verdict.engine import Engine
from sluice.verdict.explain import Explainer, Finding
from sluice.verdict.model import ContractVersion, Control, Invalid, Record, Valid, Verdict, Violation
from sluice.verdict.rules import OF_RULES, CompiledRule, broken_rules
from sluice.verdict.wire import SCHEMA_ID_HEADER, unframe

VIOLATIONS_MAX: Final = 50
_PRODUCER_SEPARATOR: Final = b"/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """Where records come from and where they go."""

    raw: str
    validated: str
    dead_letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A compiled contract. Judging is pure and total: whatever the bytes, it answers, and never raises.

    ``accepts`` is the hot path and may only accept: what it refuses, ``judge`` decides.
    """

    contract: ContractVersion
    topics: Topics
    annotation: Annotation | None
    accepts: Callable[[bytes | None, bytes | None], bool]
    engine: Engine
    key_engine: Engine | None
    explainer: Explainer
    rules: tuple[CompiledRule, ...]
    encoding: str
    value_bytes_max: int | None = None

    def judge(self, record: Record) -> Verdict:
        """The verdict on one record, with all of its violations up to a cap of 50 (``Invalid.total`` counts all)."""
        verdict = self._judge(record)
        if isinstance(verdict, Invalid) and verdict.code != codes.TOO_LARGE and self._is_observed(record):
            return _observed(verdict)  # but not what the validated topic would refuse: that would stop the job
        return verdict

    def _judge(self, record: Record) -> Verdict:
        if record.value is None:
            return self._tombstone()
        if self.value_bytes_max is not None and len(record.value) > self.value_bytes_max:
            return self._rejected(codes.TOO_LARGE)
        payload = unframe(record.value, record.headers.get(SCHEMA_ID_HEADER), self.encoding)
        if isinstance(payload, str):
            return self._rejected(payload)
        document, fault = decode(payload.body)
        if fault:
            return self._rejected(fault, schema_id=payload.schema_id)
        if self.annotation is not None and self.annotation.source == "cdc":
            return self._change(document, record, payload.schema_id)
        return self._rows((Row(row=document, at=""),), schema_id=payload.schema_id)

    def _tombstone(self) -> Verdict:
        annotation = self.annotation
        if annotation is None or annotation.source == "cdc" or annotation.tombstones == "pass":
            return Valid(contract=self.contract)
        return self._rejected(codes.TOMBSTONE_NOT_ALLOWED)

    def _change(self, document: Any, record: Record, schema_id: str) -> Verdict:
        annotation = self.annotation
        change = change_of(document, before_is_full=annotation is not None and annotation.replica_identity_full)
        if change.fault:
            return self._rejected(change.fault, schema_id=schema_id, cdc_op=change.op)
        if change.tombstone:
            return Valid(contract=self.contract)
        if change.control:
            return Control(contract=self.contract, kind=change.control)
        if change.op == "d":
            return self._key(record, change, schema_id)
        return self._rows(change.rows, schema_id=schema_id, cdc_op=change.op)

    def _key(self, record: Record, change: Change, schema_id: str) -> Verdict:
        """A delete has no row: its key is what identifies the row, so its key is judged."""
        if self.key_engine is None:
            return Valid(contract=self.contract)
        payload = unframe(record.key or b"", None, "auto")  # a key's framing is its converter's, not the contract's
        key, _ = unwrapped(None if isinstance(payload, str) else decode(payload.body)[0])
        if not isinstance(key, dict):
            return self._rejected(codes.CDC_BAD_KEY, schema_id=schema_id, cdc_op=change.op)
        findings = list(self.explainer.findings(self.key_engine.iter_errors(key), key, ""))
        return self._verdict(findings, schema_id=schema_id, cdc_op=change.op)

    def _rows(self, rows: tuple[Row, ...], *, schema_id: str = "", cdc_op: str = "") -> Verdict:
        findings = [finding for row in rows for finding in self._findings(row)]
        return self._verdict(findings, schema_id=schema_id, cdc_op=cdc_op)

    def _findings(self, row: Row) -> list[Finding]:
        broken: set[tuple[str, ...]] = {(name,) for name in row.skipped}
        findings: list[Finding] = []
        for finding in self.explainer.findings(self.engine.iter_errors(row.row), row.row, row.at):
            if finding.field is not None:
                if row.skipped and finding.field[:1] and finding.field[0] in row.skipped:
                    continue  # the column was not sent, so it cannot be missing
                broken.add(finding.field)
            findings.append(finding)
        findings.extend(broken_rules(self.rules, row.row, row.at, broken))
        return findings

    def _verdict(self, findings: list[Finding], *, schema_id: str, cdc_op: str) -> Verdict:
        rejecting = [finding.violation for finding in findings if not finding.observed]
        observed = tuple(f.violation for f in findings if f.observed) if len(rejecting) < len(findings) else ()
        if not rejecting:
            return Valid(contract=self.contract, observed=observed[:VIOLATIONS_MAX])
        of_rules = rejecting[0].keyword in OF_RULES and all(one.keyword in OF_RULES for one in rejecting)
        code = codes.RULE_VIOLATION if of_rules else codes.SCHEMA_VIOLATION
        return Invalid(
            contract=self.contract,
            stage=codes.STAGES[code],
            code=code,
            violations=tuple(rejecting[:VIOLATIONS_MAX]),
            total=len(rejecting),
            observed=observed[:VIOLATIONS_MAX],
            schema_id=schema_id,
            cdc_op=cdc_op,
        )

    def _rejected(self, code: str, *, schema_id: str = "", cdc_op: str = "") -> Invalid:
        return Invalid(
            contract=self.contract,
            stage=codes.STAGES[code],
            code=code,
            schema_id=schema_id,
            cdc_op=cdc_op,
        )

    def _is_observed(self, record: Record) -> bool:
        annotation = self.annotation
        if annotation is None:
            return False
        enforce = annotation.enforce
        if enforce.producers and annotation.producer_header is not None:
            named = record.headers.get(annotation.producer_header) or b""
            producer = named.split(_PRODUCER_SEPARATOR, 1)[0].decode("utf-8", "replace")
            return enforce.producers.get(producer, enforce.default) == "observe"
        return enforce.default == "observe"


def _observed(verdict: Invalid) -> Valid:
    """What a contract under observation would have rejected: passed on, with the reasons it would have had."""
    reasons = verdict.violations or (
        Violation(
            rule=f"record.{verdict.code.lower()}",
            pointer="",
            keyword=verdict.stage.value,
            expected=codes.SENTENCES[verdict.code],
        ),
    )
    return Valid(contract=verdict.contract, observed=(reasons + verdict.observed)[:VIOLATIONS_MAX])


def limited_to(gate: Gate, value_bytes_max: int) -> Gate:
    """The same gate, refusing values that the validated topic could not hold."""
    return replace(gate, value_bytes_max=value_bytes_max, accepts=_bounded(gate.accepts, value_bytes_max))


def _bounded(
    accepts: Callable[[bytes | None, bytes | None], bool], size: int
) -> Callable[[bytes | None, bytes | None], bool]:
    return lambda value, schema_id: value is not None and len(value) <= size and accepts(value, schema_id)
