"""The keys of maps, asked one by one.

The JSON Schema engine copies the whole map for each key that it refuses: a map of 5,000 bad keys took it 17 seconds.
So ``propertyNames`` is taken out of the schema that lists errors, and answered here in time linear in the keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from msgspec import Struct

from sluice.verdict.engine import Engine, engine_for

_KEYWORD: Final = "propertyNames"
_REFERENCES: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
_PARTS: Final = {  # what goes into every part of a value, unless another keyword takes some of the parts away
    "items": frozenset({"prefixItems"}),
    "additionalProperties": frozenset({"properties", "patternProperties"}),
}


class Kind(Struct, frozen=True):
    """What the explainer asks of an error's kind."""

    name: str
    value: Any = None


class RefusedKey(Struct, frozen=True, kw_only=True):
    """An error of one key, in the words of the engine's own errors; ``instance`` is the map."""

    evaluation_path: tuple[str | int, ...]
    instance_path: tuple[str | int, ...]
    kind: Kind
    instance: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MapKeys:
    """The keys of the maps at one place of the schema."""

    path: tuple[str, ...]
    engine: Engine

    def refused(self, instance: Any) -> Iterator[RefusedKey]:
        """Every error of every key, in the order of the maps and of their keys."""
        for whole, place in _maps(instance, self.path, ()):
            for key in whole:
                for error in () if self.engine.is_valid(key) else self.engine.iter_errors(key):
                    yield RefusedKey(
                        evaluation_path=(*self.path, _KEYWORD, *error.evaluation_path),
                        instance_path=place,
                        kind=Kind(_KEYWORD),
                        instance=whole,
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithMapKeys:
    """An engine of several: ``whole`` decides, ``rest`` and ``keys`` list the errors."""

    whole: Engine
    rest: Engine
    keys: tuple[MapKeys, ...]

    def is_valid(self, instance: Any) -> bool:
        """Whether the instance meets the schema."""
        return self.whole.is_valid(instance)

    def iter_errors(self, instance: Any) -> Iterator[Any]:
        """Every error of the instance; those of keys come last."""
        return chain(self.rest.iter_errors(instance), *(keys.refused(instance) for keys in self.keys))


def with_map_keys(whole: Engine, schema: Any) -> Engine:
    """The engine, made linear in the keys of maps, or as it is: no such keyword, a draft without it, or references."""
    if not isinstance(schema, Mapping) or "draft-04" in str(schema.get("$schema")) or _refers(schema):
        return whole
    found: list[tuple[tuple[str, ...], Any]] = []
    rest = _without(schema, (), found)
    if not found:
        return whole
    head = {word: schema[word] for word in ("$schema",) if word in schema}
    keys = tuple(
        MapKeys(path=path, engine=engine_for({**head, **names} if isinstance(names, Mapping) else names))
        for path, names in found
    )
    return WithMapKeys(whole=whole, rest=engine_for({**head, **rest}), keys=keys)


def _refers(schema: Any) -> bool:
    """Whether anything in it refers to something: to a part that would have changed, or with ignored neighbours."""
    if isinstance(schema, Mapping):
        return not _REFERENCES.isdisjoint(schema) or any(_refers(part) for part in schema.values())
    return isinstance(schema, list) and any(_refers(part) for part in schema)


def _without(schema: Any, path: tuple[str, ...], found: list[tuple[tuple[str, ...], Any]]) -> Any:
    """The schema without the keyword wherever a path of fields, items and map values leads; ``found`` collects it."""
    if not isinstance(schema, Mapping):
        return schema
    rest = dict(schema)
    if _KEYWORD in rest:
        found.append((path, rest.pop(_KEYWORD)))
    if "properties" in rest:
        fields = rest["properties"].items()
        rest["properties"] = {name: _without(sub, (*path, "properties", name), found) for name, sub in fields}
    for word, others in _PARTS.items():
        if word in rest and others.isdisjoint(rest):
            rest[word] = _without(rest[word], (*path, word), found)
    return rest


def _maps(
    value: Any, path: tuple[str, ...], place: tuple[str | int, ...]
) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """The objects to which a path of the schema leads, each with its place in the record."""
    match path:
        case ():
            if isinstance(value, Mapping):
                yield value, place
        case ("properties", name, *rest):
            if isinstance(value, Mapping) and name in value:
                yield from _maps(value[name], tuple(rest), (*place, name))
        case ("items", *rest):
            for index, part in enumerate(value if isinstance(value, list) else ()):
                yield from _maps(part, tuple(rest), (*place, index))
        case (_, *rest):
            for key, part in value.items() if isinstance(value, Mapping) else ():
                yield from _maps(part, tuple(rest), (*place, key))
