"""A walk over an object's fields at every depth, each with the places where its values and its schema are."""

from collections.abc import Iterator
from dataclasses import dataclass

from sluice.contract.model import Field
from sluice.contract.stream import Enforce


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One field on the walk. ``names`` lead to it in a record, with ``*`` for any index or map key."""

    field: Field
    names: tuple[str, ...]
    schema_path: tuple[str, ...]
    parents: tuple[Field, ...] = ()

    @property
    def pointer(self) -> str:
        """Where its value is in a record: an RFC 6901 pointer, with ``*`` for any index or map key."""
        return "".join(f"/{_escaped(name)}" for name in self.names)

    @property
    def label(self) -> str:
        """Its name for people and for rule ids: ``address.zip``, ``legs[].qty``, ``prices{}``."""
        text = ""
        for parent, name in zip((None, *self.parents), self.names, strict=True):
            if name == "*" and parent is not None and parent.properties == ():
                text += "{}" if parent.map_value is not None else "[]"
            else:
                text += f".{name}" if text else name
        return text

    @property
    def schema_pointer(self) -> str:
        """Where its schema is in the rules schema: an RFC 6901 pointer."""
        return "".join(f"/{_escaped(name)}" for name in self.schema_path)

    @property
    def observed(self) -> bool:
        """Whether it, or something that it is in, is only observed."""
        return any(field.enforce is Enforce.OBSERVE for field in (*self.parents, self.field))

    @property
    def starts_observing(self) -> bool:
        """Whether it is observed and what it is in is not."""
        return self.field.enforce is Enforce.OBSERVE and not any(
            parent.enforce is Enforce.OBSERVE for parent in self.parents
        )


def visits(fields: tuple[Field, ...]) -> Iterator[Visit]:
    """Every field in declared order, a parent before its parts."""
    for field in fields:
        yield from _descend(Visit(field=field, names=(field.name,), schema_path=("properties", field.name)))


def _descend(visit: Visit) -> Iterator[Visit]:
    yield visit
    field, parents = visit.field, (*visit.parents, visit.field)
    inner: list[tuple[Field, str, tuple[str, ...]]] = [
        (child, child.name, ("properties", child.name)) for child in field.properties
    ]
    inner += [(field.items, "*", ("items",))] if field.items else []
    inner += [(field.map_value, "*", ("additionalProperties",))] if field.map_value else []
    for child, name, path in inner:
        yield from _descend(
            Visit(field=child, names=(*visit.names, name), schema_path=(*visit.schema_path, *path), parents=parents)
        )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
