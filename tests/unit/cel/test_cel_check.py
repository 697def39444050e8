"""A checked rule: what it reads, and its two compiled forms."""

from types import SimpleNamespace
from typing import Any

import pytest

from sluice.cel.check import CheckedRule, check
from sluice.cel.runtime.errors import CelEvaluationError

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["year"],
    "properties": {
        "year": {"type": "integer"},
        "a": {"type": ["integer", "null"]},
        "class": {"type": ["integer", "null"]},
        "m/n": {"type": ["integer", "null"]},
        "m~n": {"type": ["integer", "null"]},
        "day": {"type": "string", "format": "date"},
        "vector": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "color": {"type": ["string", "null"], "enum": ["red", "green", None]},
        "address": {
            "type": ["object", "null"],
            "properties": {
                "city": {"type": "string"},
                "geo": {"type": "object", "properties": {"lat": {"type": "number"}}},
            },
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "legs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"code": {"type": "string"}, "stops": {"type": "array", "items": {"type": "string"}}},
            },
        },
    },
}


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("this.a == null || this.year > 1", ("/a", "/year")),
        ("this.a == this.a", ("/a",)),
        ("this.address.geo.lat > 1.0", ("/address/geo/lat",)),
        ("has(this.address.city)", ("/address/city",)),
        ("this.address != null && this.address.city == 'Ulm'", ("/address", "/address/city")),
        ("this.legs.all(leg, leg.code != '' && leg.stops.all(stop, stop != leg.code))", ("/legs",)),
        ("this.legs[0].code == 'A'", ("/legs",)),
        ("this.labels.x == this.labels['y']", ("/labels",)),
        ("this.`m/n` == this.`m~n`", ("/m~0n", "/m~1n")),
        ("{'a': [this.a]}['a'].map(x, x + this.year) == []", ("/a", "/year")),
        ("this.a > 1 ? this.year == 1 : this.day == ''", ("/a", "/day", "/year")),
        ("1 == 1", ()),
    ],
)
def test_a_rule_tells_which_fields_it_reads(source: str, reads: tuple[str, ...]) -> None:
    assert _checked(source).reads == reads


def test_dates_enums_and_vectors_are_text_text_and_lists() -> None:
    rule = _checked("this.day < '2020-01-02' && this.color in ['red'] && this.vector[1] * 2.0 == 6.0").compile()
    assert rule({"day": "2020-01-01", "color": "red", "vector": [1, 3]}) is True
    assert rule({"day": "2020-01-03", "color": "red", "vector": [1, 3]}) is False


def test_a_struct_is_read_by_the_attributes_that_its_owner_names() -> None:
    names = {
        ("class",): "class_",
        ("address",): "f3",
        ("address", "geo"): "f3.f1",
        ("address", "geo", "lat"): "f3.f1.f0",
    }
    rule = _checked("this.`class` == 1 && this.address.geo.lat > 1.0").compile_struct(names.__getitem__)
    geo = SimpleNamespace(f0=1.5)
    assert rule(SimpleNamespace(class_=1, f3=SimpleNamespace(f1=geo))) is True
    assert rule(SimpleNamespace(class_=2, f3=SimpleNamespace(f1=geo))) is False
    with pytest.raises(CelEvaluationError):
        rule(SimpleNamespace(class_=1, f3=SimpleNamespace(f1=None)))
    assert rule(SimpleNamespace(class_=2, f3=None)) is False


@pytest.mark.parametrize("attribute", ["class", "a b", "x(1)", ""])
def test_a_struct_attribute_that_is_no_name_is_a_defect_of_the_caller(attribute: str) -> None:
    rule = _checked("this.a == 1")
    with pytest.raises(ValueError, match="no attribute name"):
        rule.compile_struct(lambda _path: attribute)


def test_elements_of_arrays_are_asked_for_with_a_star() -> None:
    asked: list[tuple[str, ...]] = []

    def attribute(path: tuple[str, ...]) -> str:
        asked.append(path)
        return ".".join(path)

    rule = _checked("this.legs.exists(leg, leg.code == 'A')").compile_struct(attribute)
    assert set(asked) == {("legs",), ("legs", "*", "code")}
    assert rule(SimpleNamespace(legs=[SimpleNamespace(code="A")])) is True
    assert rule(SimpleNamespace(legs=None)) is False


def test_a_required_field_that_is_missing_all_the_same_is_null() -> None:
    rule = _checked("this.year > 2000 || this.a == 1").compile()
    assert rule({"a": 1}) is True
    with pytest.raises(CelEvaluationError):
        rule({"a": 2})


def test_a_rule_can_be_compiled_again_and_used_by_many_threads_since_it_keeps_nothing() -> None:
    checked = _checked("this.legs.all(leg, this.legs.exists(other, other.code == leg.code))")
    one, other = checked.compile(), checked.compile()
    record = {"legs": [{"code": str(number)} for number in range(500)]}
    assert [one(record), one(record), other(record)] == [True, True, True]


def _checked(source: str) -> CheckedRule:
    rule = check(source, SCHEMA)
    assert isinstance(rule, CheckedRule), rule
    return rule


@pytest.mark.parametrize(
    ("source", "record"),
    [
        ("this.xs.all(x, x == null || x > 0)", {"xs": [None, 1]}),
        ("this.xs[0] == null && this.xs == [null, 1]", {"xs": [None, 1]}),
        ("null in this.xs && !(2 in this.xs)", {"xs": [None, 1]}),
        ("has(this.m.k) && this.m.k == null", {"m": {"k": None}}),
        ("this.parts.exists(part, part == null) && this.parts[0].n == null", {"parts": [None]}),
    ],
)
def test_null_inside_of_an_array_or_a_map_is_an_element(source: str, record: dict[str, Any]) -> None:
    number = {"type": ["integer", "null"]}
    part = {"type": ["object", "null"], "properties": {"n": number}}
    schema = {
        "type": "object",
        "properties": {
            "xs": {"type": "array", "items": number},
            "m": {"type": "object", "additionalProperties": number},
            "parts": {"type": "array", "items": part},
        },
    }
    rule = check(source, schema)
    assert isinstance(rule, CheckedRule)
    assert rule.compile()(record) is True
