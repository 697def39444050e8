"""The checks of ``engine: sluice``: rules on many records for which the standard has no metric."""

from typing import Any, Final

from sluice.contract.profile.keys import ON_BREACH, SEGMENTS, WINDOW

_BASELINE: Final = {
    "type": "object",
    "description": "What the window is compared with.",
    "properties": {
        "method": {
            "type": "string",
            "enum": ["seasonal", "trailing", "previous", "static"],
            "description": "The same hour or day of earlier periods, the windows just before, the one, or a number.",
        },
        "value": {"type": "number", "description": "The number, for static."},
        "period": {
            "type": "string",
            "format": "duration",
            "description": "The length of a season: P7D compares Mondays with Mondays.",
        },
        "lookback": {"type": "integer", "minimum": 1, "maximum": 366, "description": "How many periods back."},
        "minPoints": {
            "type": "integer",
            "minimum": 1,
            "description": "With fewer earlier windows the check says so and judges nothing.",
        },
    },
    "required": ["method"],
    "additionalProperties": False,
}
_BETWEEN: Final = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 2,
    "uniqueItems": True,
}
_OPERATORS: Final[dict[str, Any]] = {
    "mustBe": {"type": "number"},
    "mustNotBe": {"type": "number"},
    "mustBeGreaterThan": {"type": "number"},
    "mustBeGreaterOrEqualTo": {"type": "number"},
    "mustBeLessThan": {"type": "number"},
    "mustBeLessOrEqualTo": {"type": "number"},
    "mustBeBetween": _BETWEEN,
    "mustNotBeBetween": _BETWEEN,
}
_UNIT: Final = {"type": "string", "enum": ["rows", "percent"], "description": "Rows, or percent."}
_NUMBER_FIELD: Final = {"type": "string", "minLength": 1, "description": "A field of numbers or timestamps."}
_COMMON: Final = {"window": WINDOW, "segmentBy": SEGMENTS, "onBreach": ON_BREACH}


def _check(name: str, required: tuple[str, ...], keys: dict[str, Any], *, compares: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"check": {"const": name}, **keys, **_COMMON, **(_OPERATORS if compares else {})},
        "required": ["check", *required],
        "additionalProperties": False,
    }
    if compares:
        schema["oneOf"] = [{"required": [operator]} for operator in _OPERATORS]
    return schema


CHECKS_ON_MANY: Final[dict[str, dict[str, Any]]] = {
    "drift": _check(
        "drift",
        ("property", "metric", "window", "reference"),
        {
            "property": {"type": "string", "minLength": 1, "description": "The field whose distribution is watched."},
            "metric": {
                "type": "string",
                "enum": ["psi", "wasserstein"],
                "description": "How the distance is measured.",
            },
            "bins": {
                "type": "integer",
                "minimum": 2,
                "maximum": 100,
                "description": "How many bins the reference is cut into.",
            },
            "reference": {
                "type": "string",
                "pattern": "^(frozen:[a-z0-9-]+|previous)$",
                "errorMessage": "write frozen:NAME for a reference that stays, or previous for the window before",
                "description": "What the window is compared with.",
            },
            "falseAlarmRate": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 0.5,
                "description": "The share of windows that may alarm though nothing changed.",
            },
            "minEffect": {"type": "number", "minimum": 0, "description": "A smaller distance never alarms."},
            "minRows": {"type": "integer", "minimum": 1, "description": "With fewer rows the check judges nothing."},
        },
        compares=False,
    ),
    "changeRate": _check(
        "changeRate",
        ("of", "window", "baseline"),
        {
            "of": {
                "type": "string",
                "enum": ["rowCount", "nullValues", "missingValues", "invalidValues", "duplicateValues", "mean"],
                "description": "The metric whose change is judged.",
            },
            "ofUnit": {**_UNIT, "description": "Whether the metric is a number of rows, or their share in percent."},
            "property": {"type": "string", "minLength": 1, "description": "The field, for metrics of a field."},
            "baseline": _BASELINE,
            "unit": _UNIT,
        },
        compares=True,
    ),
    "referential": _check(
        "referential",
        ("property", "references", "window"),
        {
            "property": {"type": "string", "minLength": 1, "description": "The field that refers."},
            "references": {
                "type": "string",
                "pattern": "^[^.]+[.][^.]+[.].+$",
                "errorMessage": "write contract.object.field",
                "description": "What it refers to: contract.object.field.",
            },
            "unit": _UNIT,
        },
        compares=True,
    ),
    "mean": _check("mean", ("property",), {"property": _NUMBER_FIELD}, compares=True),
    "standardDeviation": _check("standardDeviation", ("property",), {"property": _NUMBER_FIELD}, compares=True),
    "monotonicity": _check("monotonicity", ("property",), {"property": _NUMBER_FIELD, "unit": _UNIT}, compares=True),
    "reconciliation": _check("reconciliation", (), {}, compares=True),
}
