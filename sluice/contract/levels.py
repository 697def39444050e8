"""The service levels of a contract from their nodes."""

from typing import Final

from sluice.contract.draft import vendor_map, vendor_text
from sluice.contract.model import ServiceLevel
from sluice.contract.quality import Calendar
from sluice.contract.tree import MapNode, scalar
from sluice.finding.model import OnBreach, Severity

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545


def build_level(node: MapNode) -> ServiceLevel:
    """One entry of slaProperties."""
    value, extension = scalar(node.get("value")), scalar(node.get("valueExt"))
    severity, on_breach = vendor_text(node, "severity"), vendor_text(node, "onBreach")
    return ServiceLevel(
        property=node.text("property"),
        value="" if value is None else value,
        place=node.place_of_value("property"),
        value_ext=extension,
        unit=node.text("unit"),
        elements=tuple(filter(None, (part.strip() for part in node.text("element").split(",")))),
        driver=node.text("driver"),
        id=node.text("id"),
        description=node.text("description"),
        window=vendor_text(node, "window") or None,
        from_clock=vendor_text(node, "from") or None,
        to_clock=vendor_text(node, "to") or None,
        timezone=vendor_text(node, "timezone") or None,
        calendar=_calendar(vendor_map(node, "calendar")),
        severity=Severity(severity) if severity in set(Severity) else Severity.ERROR,
        on_breach=OnBreach(on_breach) if on_breach in set(OnBreach) else OnBreach.WARN,
    )


def _calendar(node: MapNode | None) -> Calendar:
    if node is None:
        return Calendar()
    days = [text for text, _ in node.texts("days")]
    return Calendar(
        weekdays=tuple(WEEKDAYS.index(day) for day in days if day in WEEKDAYS) or Calendar().weekdays,
        but=tuple(text for text, _ in node.texts("except")),
    )
