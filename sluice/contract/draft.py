"""The file as an author sees it: its objects, fields and rules as nodes, before anything is known to be right."""

from collections.abc import Iterator
from dataclasses import dataclass

from sluice.contract.model import LogicalType
from sluice.contract.tree import ListNode, MapNode, Node, ScalarNode
from sluice.problem import Place

VENDOR = "sluice"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDraft:
    """A property at any depth. ``path`` is dotted below its object; ``type`` is None where it says none or nonsense."""

    path: str
    name: str
    node: MapNode
    place: Place
    type: LogicalType | None
    nested: bool = False  # below an array or a map, where one record holds many of it

    @property
    def options(self) -> MapNode | None:
        """Its logicalTypeOptions."""
        return self.node.map("logicalTypeOptions")

    @property
    def is_null_free(self) -> bool:
        """Whether it is declared to be always there and never null."""
        presence = vendor_value(self.node, "presence")
        if isinstance(presence, ScalarNode):
            return presence.value == "value"
        return self.node.flag("required") is True


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDraft:
    """One object of ``schema`` with all its fields, outer before inner."""

    name: str
    node: MapNode
    place: Place
    fields: tuple[FieldDraft, ...]
    stream: MapNode | None

    @property
    def validated(self) -> str:
        """Its validated topic: what a consumer subscribes to."""
        return self.node.text("physicalName") or self.name

    def topic(self, key: str, suffix: str) -> str:
        """The topic under a key of ``stream``, or its default."""
        given = self.stream.text(key) if self.stream else ""
        return given or self.validated.removesuffix(".validated") + suffix

    def field(self, path: str) -> FieldDraft | None:
        """The field at a dotted path."""
        return next((field for field in self.fields if field.path == path), None)

    def quality(self) -> Iterator[MapNode]:
        """Its quality rules and those of its fields."""
        yield from self.node.maps("quality")
        for field in self.fields:
            yield from field.node.maps("quality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file."""

    file: str
    root: MapNode
    objects: tuple[ObjectDraft, ...]

    def object(self, name: str) -> ObjectDraft | None:
        """The object of a name."""
        return next((found for found in self.objects if found.name == name), None)


def draft(root: MapNode, file: str) -> Draft:
    """See the tree as objects and fields; what has no name is left out."""
    objects = tuple(
        ObjectDraft(
            name=node.text("name"),
            node=node,
            place=node.place_of_value("name"),
            fields=tuple(_fields(node, "", nested=False)),
            stream=_stream(node),
        )
        for node in root.maps("schema")
        if node.text("name")
    )
    return Draft(file=file, root=root, objects=objects)


def vendor_entries(node: MapNode) -> Iterator[MapNode]:
    """The customProperties of a node that are ours."""
    for entry in node.maps("customProperties"):
        if entry.text("vendor") == VENDOR:
            yield entry


def vendor_value(node: MapNode, name: str) -> Node | None:
    """The value of our custom property of a name."""
    for entry in vendor_entries(node):
        if entry.text("property") == name:
            return entry.get("value")
    return None


def vendor_map(node: MapNode, name: str) -> MapNode | None:
    """The value of our custom property of a name, where it is a mapping."""
    value = vendor_value(node, name)
    return value if isinstance(value, MapNode) else None


def vendor_maps(node: MapNode, name: str) -> Iterator[MapNode]:
    """The mappings in our custom property of a name, where it is a list."""
    value = vendor_value(node, name)
    if isinstance(value, ListNode):
        yield from (item for item in value.items if isinstance(item, MapNode))


def vendor_text(node: MapNode, name: str) -> str:
    """The text of our custom property of a name, or none."""
    value = vendor_value(node, name)
    return value.value if isinstance(value, ScalarNode) and isinstance(value.value, str) else ""


def logical_type(node: MapNode) -> LogicalType | None:
    """The logical type that a property declares, or None."""
    try:
        return LogicalType(node.text("logicalType"))
    except ValueError:
        return None


def _stream(node: MapNode) -> MapNode | None:
    return vendor_map(node, "stream")


def _fields(node: MapNode, prefix: str, *, nested: bool) -> Iterator[FieldDraft]:
    for child in node.maps("properties"):
        name = child.text("name")
        if name:
            yield from _field(child, prefix + name, name, child.place_of_value("name"), nested=nested)


def _field(node: MapNode, path: str, name: str, place: Place, *, nested: bool) -> Iterator[FieldDraft]:
    yield FieldDraft(path=path, name=name, node=node, place=place, type=logical_type(node), nested=nested)
    yield from _fields(node, f"{path}.", nested=nested)
    items = node.map("items")
    if items is not None:
        yield from _field(items, f"{path}.items", "items", items.place, nested=True)
    mapping = node.map("map")
    for side in ("key", "value"):
        part = mapping.map(side) if mapping else None
        if part is not None:
            yield from _field(part, f"{path}.{side}", side, part.place, nested=True)
