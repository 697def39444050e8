"""From a JSON Schema's errors to problems: each at its place, one for one mistake."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from jsonschema.exceptions import ValidationError

from sluice.contract.standard.keywords import names, validator
from sluice.contract.standard.whereabouts import whereabouts
from sluice.contract.standard.wording import Slip, word
from sluice.contract.tree import MapNode, Node, descend
from sluice.problem import Problem

Path = tuple[str | int, ...]

UNKNOWN: Final = frozenset({"unevaluatedProperties", "additionalProperties"})
ERRORS_MAX: Final = 300  # of the validator, for one node: what they follow from is looked for among all of them
KEYS: Final = UNKNOWN | {"required"}
CHOICES: Final = frozenset({"oneOf", "anyOf"})


@dataclass(frozen=True, slots=True)
class _Found:
    """An error at its path below the judged node."""

    path: Path
    keyword: str
    error: ValidationError

    def is_within(self, path: Path, depth: int | None = None) -> bool:
        """Whether it stands at the path or below it, at most ``depth`` levels."""
        return self.path[: len(path)] == path and (depth is None or len(self.path) <= len(path) + depth)


class Judge:
    """Judges trees by one schema; ``newest`` is the schema of a later version, to tell a key that only it has."""

    def __init__(self, schema: dict[str, Any], newest: dict[str, Any] | None = None) -> None:
        self._schema = schema
        self._validator = validator(schema)
        self._newer = frozenset(_all_names(newest)) - frozenset(_all_names(schema)) if newest else frozenset()

    def problems(self, node: Node, root: MapNode, base: Path = ()) -> Iterator[Problem]:
        """What is wrong with a node that stands at ``base`` below ``root``."""
        errors = islice(self._validator.iter_errors(node.plain()), ERRORS_MAX)
        found = [one for error in errors for one in _leaves(error)]
        told: set[tuple[Any, ...]] = set()
        for one in self._first_causes(found):
            problem = word(self._slip(one, node, root, base))
            if (problem.place, problem.message) not in told:
                told.add((problem.place, problem.message))
                yield problem

    def _slip(self, one: _Found, node: Node, root: MapNode, base: Path) -> Slip:
        target = descend(node, one.path)
        key = one.error.message if one.keyword in KEYS else ""
        known = names(one.error.schema, self._schema, self._validator, one.error.instance) if key else set()
        if one.keyword in UNKNOWN and isinstance(target, MapNode):
            known = {name for name in known if target.entry(name) is None}
        return Slip(
            place=target.place_of(key) if isinstance(target, MapNode) and key else target.place,
            keyword=one.keyword,
            node=target,
            where=whereabouts(root, (*base, *one.path)),
            expected=one.error.validator_value,
            key=key,
            known=frozenset(known),
            only_newer=key in self._newer,
            schema=one.error.schema,
        )

    def _first_causes(self, found: Sequence[_Found]) -> Iterator[_Found]:
        """Leave out what only follows from another error.

        A key that some branch knows (``query`` beside a misspelt ``type``) is no news where its mapping has an error
        of its own, and a choice that failed is none where something in it is told.
        """
        for one in found:
            others = [other for other in found if other is not one and other.keyword not in UNKNOWN]
            beside = any(other.is_within(one.path, depth=1) for other in others)
            below = any(other.is_within(one.path) and other.keyword not in CHOICES for other in others)
            if one.keyword in UNKNOWN and beside and one.error.message in names(one.error.schema, self._schema):
                continue
            if one.keyword in CHOICES and below and not _is_about_operators(one.error):
                continue
            yield one


def _leaves(error: ValidationError) -> Iterator[_Found]:
    """The error, or those of the branch of a choice that the author meant."""
    branch = _meant(error) if error.validator in CHOICES else None
    if branch is None:
        yield _Found(tuple(error.absolute_path), str(error.validator), error)
        return
    for inner in branch:
        yield from _leaves(inner)


def _meant(error: ValidationError) -> list[ValidationError] | None:
    """Of the branches that failed, the one whose kind fits; None where none does, or more than one."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [branch for branch in branches.values() if not any(_is_misfit(inner) for inner in branch)]
    return fitting[0] if len(fitting) == 1 else None


def _is_misfit(inner: ValidationError) -> bool:
    return not inner.path and inner.validator in {"type", "required", "const", "not"}


def _is_about_operators(error: ValidationError) -> bool:
    branches: Any = error.validator_value
    return any("mustBe" in branch.get("required", ()) for branch in branches)


def _all_names(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for part in schema.values():
            yield from _all_names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _all_names(part)
