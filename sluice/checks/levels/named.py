"""The names of service levels: which are about an object, and by what id the findings on each are known."""

from sluice.contract.model import Contract, ServiceLevel


def levels_about(contract: Contract, name: str) -> tuple[ServiceLevel, ...]:
    """The service levels that are about an object: those that name it, and those that name nothing."""
    return tuple(level for level in contract.service_levels if _about(level, name))


def check_id(level: ServiceLevel, contract: Contract, name: str) -> str:
    """The stable id of a level of an object: ``sla.<property>``, and what tells it from others of the same property."""
    if level.id:
        return f"sla.{level.id}"
    alike = [other for other in levels_about(contract, name) if other.property == level.property and not other.id]
    if len(alike) == 1:
        return f"sla.{level.property}"
    for told in (_driver, _elements, _clocks):
        if len({told(other) for other in alike}) == len(alike):
            return f"sla.{level.property}.{told(level) or 'all'}"
    return f"sla.{level.property}.{alike.index(level) + 1}"


def _about(level: ServiceLevel, name: str) -> bool:
    return not level.elements or any(element == name or element.startswith(f"{name}.") for element in level.elements)


def _driver(level: ServiceLevel) -> str:
    return level.driver


def _elements(level: ServiceLevel) -> str:
    return "+".join(level.elements)


def _clocks(level: ServiceLevel) -> str:
    return f"{level.from_clock or ''}-{level.to_clock or ''}"
