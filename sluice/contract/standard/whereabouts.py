"""A path in a contract, said in words."""

from collections.abc import Sequence
from typing import Final

from sluice.contract.tree import ListNode, MapNode, Node, descend

CUSTOM: Final = "custom property"
NOUNS: Final = {  # a list's key -> what its items are called, and the key that names one
    "schema": ("object", "name"),
    "properties": ("field", "name"),
    "quality": ("quality rule", "name"),
    "servers": ("server", "server"),
    "slaProperties": ("service level", "property"),
    "customProperties": (CUSTOM, "property"),
    "members": ("member", "username"),
    "support": ("support channel", "channel"),
    "roles": ("role", "role"),
    "consumers": ("consumer", "name"),
    "authoritativeDefinitions": ("authoritative definition", "type"),
}


def whereabouts(root: MapNode, path: Sequence[str | int]) -> str:
    """The path in words: ``'unit' of quality rule 'departures_known'``, ``field 'flight.year'``, ``the contract``."""
    thing = ""
    names: list[str] = []
    tail: list[str | int] = []
    for depth, step in enumerate(path):
        tail.append(step)
        node = descend(root, path[: depth + 1])
        noun = _noun(tail, node)
        if noun is not None:
            kind, name = noun
            names = [*(names if kind == "field" else []), name]
            thing = (
                f"{kind} '{'.'.join(names)}'" if name else f"{kind} {int(step) + 1}" + (f" of {thing}" if thing else "")
            )
            tail = []
        elif tail == ["value"] and thing.startswith(CUSTOM):
            tail = []  # the value of a custom property is what its name names
    if not tail:
        return thing or "the contract"
    return f"'{_written(tail)}' of {thing}" if thing else f"'{_written(tail)}'"


def _noun(tail: list[str | int], node: Node) -> tuple[str, str] | None:
    if len(tail) > 1 and isinstance(tail[-1], int) and isinstance(node, MapNode) and tail[-2] in NOUNS:
        kind, key = NOUNS[str(tail[-2])]
        return kind, node.text(key)
    return None


def _written(tail: list[str | int]) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in tail)
    return steps.removeprefix(".")


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, MapNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    value = node.value
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return f"the {'text' if isinstance(value, str) else 'number'} {short(node.written)}"


def short(text: str) -> str:
    """A text in quotes, cut where it is long."""
    limit = 40
    return f"'{text}'" if len(text) <= limit else f"'{text[:limit]}...'"
