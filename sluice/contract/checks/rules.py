"""Rules on one record: named, written in CEL that type-checks against the declared fields, with a severity we know."""

from collections.abc import Iterator
from typing import Final

from sluice.contract.build import CEL, rule_id
from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.draft import ObjectDraft, vendor_entries
from sluice.contract.suggest import did_you_mean, nearest, one_of
from sluice.contract.tree import MapNode
from sluice.problem import Problem

SEVERITIES: Final = ("error", "warning", "info")
WORD: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
ID_LENGTH_MAX: Final = 120
RULES_MAX: Final = 500
ENGINES: Final = (CEL, "sluice")
FOR_MANY: Final = frozenset({"window", "segmentBy", "onBreach"})


def check(subject: Subject) -> Iterator[Problem]:
    """What can be said of a rule without its type."""
    for found in subject.streams:
        rules = [rule for rule in found.quality() if rule.text("engine") == CEL]
        if len(rules) > RULES_MAX:
            yield error(
                found.place,
                "too-many-rules",
                f"object '{found.name}' has {len(rules):,} rules on one record, more than {RULES_MAX:,}",
                "each is run on each record: join those that read the same fields",
            )
        for rule in rules:
            yield from _rule(found, rule)
        for rule in found.quality():
            yield from _engine(rule)
            yield from _settings(rule)


def _engine(rule: MapNode) -> Iterator[Problem]:
    """An engine is free text: one that is nearly ours would silently run nothing."""
    engine = rule.text("engine")
    if engine and engine not in ENGINES and (near := nearest(engine, ENGINES)):
        yield warning(
            rule.place_of_value("engine"),
            "engine-unknown",
            f"the engine '{engine}' of rule '{rule_id(rule)}' is none of ours, so the rule is not run",
            f"did you mean '{near}'?",
        )


def _settings(rule: MapNode) -> Iterator[Problem]:
    """Settings of rules on many records that stand on a rule on one."""
    if rule.text("engine") != CEL:
        return
    for entry in vendor_entries(rule):
        name = entry.text("property")
        if name in FOR_MANY:
            yield error(
                entry.place_of_value("property"),
                "setting-without-effect",
                f"'{name}' says nothing of '{rule_id(rule)}', a rule on one record",
                "it is for rules on many records; a rule on one may say `enforce`",
            )


def _rule(found: ObjectDraft, rule: MapNode) -> Iterator[Problem]:
    name = rule_id(rule)
    if not name:
        yield error(
            rule.place,
            "rule-unnamed",
            f"a rule on one record of object '{found.name}' has no name",
            "dead letters tell rules by their names: add `name: what_must_hold`",
        )
    elif not set(name) <= WORD or len(name) > ID_LENGTH_MAX:
        yield error(
            rule.place_of_value("id" if rule.text("id") else "name"),
            "rule-name",
            f"'{name[:60]}' cannot name a rule on one record",
            f"use letters, digits, '_', '.' and '-', at most {ID_LENGTH_MAX}",
        )
    implementation = rule.get("implementation")
    if isinstance(implementation, MapNode) or (implementation is not None and not rule.text("implementation").strip()):
        yield error(
            implementation.place,
            "cel-not-text",
            f"the implementation of rule '{name}' is no CEL text",
            'write the condition that must hold: "this.a == null || this.b != null"',
        )
    severity = rule.text("severity", "error")
    if severity not in SEVERITIES:
        yield error(
            rule.place_of_value("severity"),
            "rule-severity",
            f"the severity of rule '{name}' is '{severity}'",
            did_you_mean(severity, SEVERITIES, one_of(SEVERITIES) + " (error rejects, the others are counted)"),
        )
