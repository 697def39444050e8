"""The standard and the profile as one JSON Schema, for completion in editors."""

import copy
from typing import Any, Final

from sluice.contract.draft import VENDOR
from sluice.contract.profile.checks_on_many import CHECKS_ON_MANY
from sluice.contract.profile.keys import CONTRACT, FIELD, OBJECT, PROFILE, QUALITY, SERVICE_LEVEL
from sluice.contract.standard import V32, schema

WHERE: Final = {  # place -> the definition of the standard that holds its customProperties
    OBJECT: "SchemaObject",
    FIELD: "SchemaBaseProperty",
    QUALITY: "DataQuality",
    SERVICE_LEVEL: "ServiceLevelAgreementProperty",
}


def editor_schema() -> dict[str, Any]:
    """ODCS v3.2.0 with our custom properties and checks spelt out, place by place."""
    whole = copy.deepcopy(schema(V32))
    whole["title"] = "A data contract (ODCS v3.2.0) with the sluice profile"
    definitions = whole["$defs"]
    for place, name in WHERE.items():
        definitions[name].setdefault("allOf", []).append(_overlay(place))
    whole["allOf"] = [_overlay(CONTRACT)]
    definitions["DataQualityCustom"]["allOf"] = [_checks()]
    return whole


def _overlay(place: str) -> dict[str, Any]:
    """What ``customProperties`` of a place hold where the vendor is ours."""
    ours = PROFILE[place]
    values = [
        {
            "if": {"properties": {"property": {"const": name}}, "required": ["property"]},
            "then": {"properties": {"value": value}},
        }
        for name, value in ours.items()
    ]
    item = {
        "if": {"properties": {"vendor": {"const": VENDOR}}, "required": ["vendor"]},
        "then": {"properties": {"property": {"enum": list(ours)}}, "allOf": values},
    }
    return {"properties": {"customProperties": {"items": item}}}


def _checks() -> dict[str, Any]:
    branches = [
        {
            "if": {"properties": {"check": {"const": name}}, "required": ["check"]},
            "then": check,
        }
        for name, check in CHECKS_ON_MANY.items()
    ]
    shape = {"type": "object", "properties": {"check": {"enum": list(CHECKS_ON_MANY)}}, "required": ["check"]}
    return {
        "if": {"properties": {"engine": {"const": VENDOR}}, "required": ["engine"]},
        "then": {"properties": {"implementation": {**shape, "allOf": branches}}},
    }
