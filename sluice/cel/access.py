"""How generated code reads a field: from a decoded JSON row, or from an object with attributes."""

from collections.abc import Callable
from dataclasses import dataclass
from keyword import iskeyword
from typing import Final, Protocol

from sluice.cel.shape import Shape

Attribute = Callable[[tuple[str, ...]], str]


class Access(Protocol):
    """One way of reading fields; absent and null are both None."""

    @property
    def exact(self) -> bool:
        """Whether integers and numbers come as int and float already."""
        ...

    def read(self, parent: str, path: tuple[str, ...], *, required: bool, present: bool) -> str:
        """The raw value of the field at the path in ``parent``, which is an object (``present``) or may be null."""
        ...


@dataclass(frozen=True, slots=True)
class RowAccess:
    """Rows as orjson decodes them: dicts, where an integer may come as 1.0 and a number as 1."""

    exact: bool = False

    def read(self, parent: str, path: tuple[str, ...], *, required: bool, present: bool) -> str:
        """``row["x"]`` where the schema holds the field there, else ``row.get("x")``."""
        if not present:
            return f"({parent} or _EMPTY).get({path[-1]!r})"
        return f"{parent}[{path[-1]!r}]" if required else f"{parent}.get({path[-1]!r})"


@dataclass(frozen=True, slots=True)
class StructAccess:
    """Objects with attributes, typed: int, float, bool, str, list, dict or another such object."""

    attribute: Attribute
    exact: bool = True

    def read(self, parent: str, path: tuple[str, ...], *, required: bool, present: bool) -> str:
        """``row.x``, or None where the object that should hold it is None."""
        del required
        name = self.attribute(path).rpartition(".")[2]
        if not name.isidentifier() or iskeyword(name):
            raise ValueError(f"'{name}' is no attribute name (for the field {'.'.join(path)})")
        if present:
            return f"{parent}.{name}"
        if parent.replace(".", "_").isidentifier():
            return f"(None if {parent} is None else {parent}.{name})"
        return f"_attribute({parent}, {name!r})"


_CONVERTERS: Final = {"int": "_exact_int", "double": "_exact_double", "timestamp": "_timestamp"}


def converter(shape: Shape, *, exact: bool) -> str:
    """The name of the function that turns a raw scalar into CEL's value; empty where it is one already."""
    return "" if exact and shape.kind != "timestamp" else _CONVERTERS.get(shape.kind, "")


def raw_container(raw: str, shape: Shape) -> str:
    """The code of a raw value; an absent list or map is empty."""
    match shape.kind:
        case "list":
            return f"({raw} or [])"
        case "map":
            return f"({raw} or _EMPTY)"
        case _:
            return raw


def converted(raw: str, shape: Shape, *, exact: bool) -> str:
    """The code of the value of a field from the code of its raw value."""
    if shape.kind not in {"list", "map"} or shape.item is None:
        name = converter(shape, exact=exact)
        return f"{name}({raw})" if name else raw
    name = converter(shape.item, exact=exact)
    if not name:
        return raw_container(raw, shape)
    if shape.kind == "list":
        return f"[{name}(e) for e in {raw} or ()]"
    return f"{{k: {name}(e) for k, e in ({raw} or _EMPTY).items()}}"
