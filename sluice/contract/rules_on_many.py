"""The quality rules of an object from their nodes: those on many records, each as the value that says what it asks."""

from collections.abc import Iterator
from typing import Final

from sluice.contract.draft import FieldDraft, ObjectDraft, vendor_text, vendor_value
from sluice.contract.measures import (
    Baseline,
    ChangeRate,
    Compared,
    Drift,
    DuplicateValues,
    Elsewhere,
    InvalidValues,
    Mean,
    Measure,
    MissingValues,
    Monotonicity,
    NullValues,
    Reconciliation,
    Referential,
    RowCount,
    Sql,
    StandardDeviation,
)
from sluice.contract.quality import QualityRule, Watch
from sluice.contract.threshold import Number, Operator, Threshold, Unit
from sluice.contract.tree import ListNode, MapNode, Node, Plain, ScalarNode, scalar
from sluice.finding.model import OnBreach, Severity

CEL: Final = "cel"
OURS: Final = "sluice"
DAY: Final = "P1D"


def build_quality(found: ObjectDraft) -> tuple[QualityRule, ...]:
    """Every rule on many records: of the object first, then of its fields in their order."""
    period = found.stream.text("landingPeriod", DAY) if found.stream else DAY
    return tuple(_rule(node, field, period) for node, field in _nodes(found) if node.text("engine") != CEL)


def build_watch(found: ObjectDraft) -> Watch | None:
    """The watch that the object asks for, or None."""
    node = vendor_value(found.node, "watch")
    if isinstance(node, ScalarNode):
        return Watch(place=node.place)
    if not isinstance(node, MapNode):
        return None
    plain = Watch(place=node.place)
    return Watch(
        place=node.place,
        fields=_texts(node.get("fields")),
        false_alarm_rate=_number(node.get("falseAlarmRate")) or plain.false_alarm_rate,
        lookback=node.integer("lookback") or plain.lookback,
        min_points=node.integer("minPoints") or plain.min_points,
        on_breach=_on_breach(node.text("onBreach")),
    )


def _nodes(found: ObjectDraft) -> Iterator[tuple[MapNode, FieldDraft | None]]:
    for node in found.node.maps("quality"):
        yield node, None
    for field in found.fields:
        for node in field.node.maps("quality"):
            yield node, field


def _rule(node: MapNode, field: FieldDraft | None, period: str) -> QualityRule:
    implementation = node.map("implementation")
    holder = implementation if node.text("engine") == OURS and implementation is not None else node
    kind = holder.text("check") or _kind(node)
    return QualityRule(
        id=node.text("id") or node.text("name") or ".".join(filter(None, (kind, field.path if field else ""))),
        kind=kind,
        measure=_measure(kind, node, holder, field),
        window=holder.text("window") or vendor_text(node, "window") or period,
        place=node.place,
        threshold=_threshold(holder),
        unit=_unit(holder.text("unit"), kind),
        segment_by=_texts(holder.get("segmentBy")) or _texts(vendor_value(node, "segmentBy")),
        severity=_severity(node.text("severity", "error")),
        on_breach=_on_breach(holder.text("onBreach") or vendor_text(node, "onBreach")),
        enforce=vendor_text(node, "enforce") != "observe",
        dimension=node.text("dimension"),
        description=node.text("description"),
    )


def _kind(node: MapNode) -> str:
    if node.text("query"):
        return "sql"
    return node.text("metric") or node.text("rule") or node.text("engine") or node.text("type", "text")


def _measure(kind: str, node: MapNode, holder: MapNode, field: FieldDraft | None) -> Measure:
    if holder is node:
        if kind == "sql":
            return Sql(query=node.text("query"), field=field.path if field else None)
        counted = _counted(kind, node.map("arguments"), field)
        return counted or Elsewhere(engine=node.text("engine") or node.text("type", "text"))
    return _ours(kind, holder) or Elsewhere(engine=kind)


def _counted(kind: str, arguments: MapNode | None, field: FieldDraft | None) -> Compared | None:
    """One of the five metrics of the standard."""
    named = _texts(arguments.get("properties")) if arguments else ()
    fields = named or ((field.path,) if field else ())
    match kind:
        case "rowCount":
            return RowCount()
        case "nullValues":
            return NullValues(fields=fields)
        case "missingValues":
            tokens = _plain(arguments.get("missingValues")) if arguments else ()
            return MissingValues(fields=fields, tokens=tokens) if tokens else MissingValues(fields=fields)
        case "invalidValues":
            valid = _plain(arguments.get("validValues")) if arguments else ()
            return InvalidValues(
                fields=fields,
                valid=tuple(value for value in valid if value is not None),
                pattern=(arguments.text("pattern") or None) if arguments else None,
            )
        case "duplicateValues":
            return DuplicateValues(fields=fields)
        case _:
            return None


def _ours(kind: str, holder: MapNode) -> Measure | None:
    field = holder.text("property")
    match kind:
        case "changeRate":
            return _change_rate(holder, field)
        case "drift":
            return _drift(holder, field)
        case "referential":
            contract, _, rest = holder.text("references").partition(".")
            found, _, target = rest.partition(".")
            return Referential(field=field, contract=contract, object=found, target=target)
        case "mean":
            return Mean(field=field)
        case "standardDeviation":
            return StandardDeviation(field=field)
        case "monotonicity":
            return Monotonicity(field=field)
        case "reconciliation":
            return Reconciliation()
        case _:
            return None


def _change_rate(holder: MapNode, field: str) -> ChangeRate:
    fields = (field,) if field else ()
    metrics: dict[str, Compared] = {
        "nullValues": NullValues(fields=fields),
        "missingValues": MissingValues(fields=fields),
        "invalidValues": InvalidValues(fields=fields),
        "duplicateValues": DuplicateValues(fields=fields),
        "mean": Mean(field=field),
    }
    of = metrics.get(holder.text("of"), RowCount())
    baseline = holder.map("baseline")
    return ChangeRate(
        of=of, of_unit=_unit(holder.text("ofUnit"), holder.text("of")), baseline=_baseline(baseline) or Baseline()
    )


def _baseline(node: MapNode | None) -> Baseline | None:
    if node is None:
        return None
    plain = Baseline()
    return Baseline(
        method=node.text("method", plain.method),
        period=node.text("period") or None,
        lookback=node.integer("lookback") or plain.lookback,
        min_points=node.integer("minPoints") or plain.min_points,
        value=_number(node.get("value")),
    )


def _drift(holder: MapNode, field: str) -> Drift:
    plain = Drift(field=field)
    effect = _number(holder.get("minEffect"))
    return Drift(
        field=field,
        metric=holder.text("metric", plain.metric),
        bins=holder.integer("bins") or plain.bins,
        reference=holder.text("reference", plain.reference),
        false_alarm_rate=_number(holder.get("falseAlarmRate")) or plain.false_alarm_rate,
        min_effect=plain.min_effect if effect is None else effect,
        min_rows=holder.integer("minRows") or plain.min_rows,
    )


def _threshold(holder: MapNode) -> Threshold | None:
    for operator in Operator:
        node = holder.get(operator.value)
        numbers = [_number(item) for item in (node.items if isinstance(node, ListNode) else (node,))]
        bounds = tuple(number for number in numbers if number is not None)
        if bounds:
            return Threshold(operator=operator, bounds=bounds)
    return None


def _unit(text: str, kind: str) -> Unit:
    if text in set(Unit):
        return Unit(text)
    if kind in {"changeRate", "referential"}:
        return Unit.PERCENT
    return Unit.VALUE if kind in {"mean", "standardDeviation", "sql", "drift"} else Unit.ROWS


def _severity(text: str) -> Severity:
    return Severity(text) if text in set(Severity) else Severity.ERROR


def _on_breach(text: str) -> OnBreach:
    return OnBreach(text) if text in set(OnBreach) else OnBreach.WARN


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(value for value in _plain(node) if isinstance(value, str))


def _plain(node: Node | None) -> tuple[Plain, ...]:
    items = node.items if isinstance(node, ListNode) else ((node,) if isinstance(node, ScalarNode) else ())
    return tuple(scalar(item) for item in items if isinstance(item, ScalarNode))


def _number(node: Node | None) -> Number | None:
    value = scalar(node)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
