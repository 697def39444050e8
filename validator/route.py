"""A route: one raw topic, where its records go, and what the judge must be told of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sluice.verdict.gate import Gate
from sluice.verdict.model import ContractVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One raw topic and where its records go. What the judge asks for beside the value costs, so each is named."""

    raw: str
    validated: str
    dead_letter: str
    contract: ContractVersion
    needs_schema_id: bool = False
    needs_key: bool = False
    judges_producers: bool = False
    producer_header: str | None = None


def route_of(gate: Gate) -> Route:
    """The route of a compiled contract; another team's subject is framed as it likes, and names no producer."""
    annotation = gate.annotation
    return Route(
        raw=gate.topics.raw,
        validated=gate.topics.validated,
        dead_letter=gate.topics.dead_letter,
        contract=gate.contract,
        needs_schema_id=gate.encoding != "plain",
        needs_key=annotation is not None and annotation.source == "cdc",
        judges_producers=annotation is not None and bool(annotation.enforce.producers),
        producer_header=annotation.producer_header if annotation else None,
    )


def tangles(routes: Sequence[Route]) -> tuple[str, ...]:
    """Why these routes cannot run as one job: sentences, empty where they can.

    Each topic has one role in one route. A validated topic fed by two raw topics would make the raw coordinates in its
    headers ambiguous, and one that is raw as well would feed the job its own output.
    """
    if not routes:
        return ("there is no contract to enforce",)
    seen: dict[str, str] = {}
    told = []
    for route in routes:
        for role, topic in (("raw", route.raw), ("validated", route.validated), ("dead-letter", route.dead_letter)):
            mine = f"the {role} topic of {route.contract.id}"
            if topic in seen:
                told.append(f"{topic} is {seen[topic]} and {mine}; a topic has one role in one contract")
            seen.setdefault(topic, mine)
    return tuple(told)
