"""From the text of an ``.examples.yaml`` to its golden records, or to every problem in it."""

import json
from collections.abc import Iterator
from typing import Final, NamedTuple

from sluice.contract import source
from sluice.contract.suggest import did_you_mean, one_of
from sluice.contract.tree import ListNode, MapNode, Node, ScalarNode, scalar
from sluice.golden.example import Example, Expected, Word
from sluice.problem import Place, Problem, Severity
from sluice.verdict.codes import STAGES

KEYS: Final = ("name", "object", "record", "value", "key", "headers", "verdict", "code", "violations", "observed")
VERDICTS: Final[dict[str, Word]] = {"valid": "valid", "invalid": "invalid", "control": "control"}
_VIOLATION_KEYS: Final = ("rule", "pointer")
_FORM: Final = "write {name: ..., record: {...}, verdict: valid}"


class Reading(NamedTuple):
    """The golden records of a file; none where an error was found."""

    examples: tuple[Example, ...]
    problems: tuple[Problem, ...]


def read_examples(text: bytes, file: str) -> Reading:
    """Read the list under ``examples``. Never raises on any bytes; ``file`` is only told back."""
    root, problems = source.read(text, file)
    if root is None:
        return Reading((), problems)
    found = [*problems, *_file_problems(root)]
    if isinstance(root, MapNode):
        nodes = tuple(root.maps("examples"))
        found += [problem for node in nodes for problem in _problems(node)]
        found += _twice(nodes)
        if not any(problem.severity is Severity.ERROR for problem in found):
            return Reading(tuple(_example(node) for node in nodes), tuple(found))
    return Reading((), tuple(found))


def _file_problems(root: Node) -> Iterator[Problem]:
    if not isinstance(root, MapNode) or root.entry("examples") is None:
        yield _problem(
            root.place, "no-examples", "this file has no list of examples", f"begin with `examples:`; {_FORM}"
        )
        return
    for entry in root.entries:
        if entry.key != "examples":
            yield _unknown(entry.key, entry.place, ("examples",))
    listed = root.get("examples")
    if not isinstance(listed, ListNode) or not listed.items:
        yield _problem(root.place_of_value("examples"), "no-examples", "there are no examples in the list", _FORM)
        return
    for item in listed.items:
        if not isinstance(item, MapNode):
            yield _problem(item.place, "not-an-example", "an example is a mapping", _FORM)


def _problems(node: MapNode) -> Iterator[Problem]:
    for entry in node.entries:
        if entry.key not in KEYS:
            yield _unknown(entry.key, entry.place, KEYS)
    if not node.text("name"):
        yield _problem(node.place, "example-without-name", "an example has no name", "say in it what the record shows")
    if (node.entry("record") is None) == (node.entry("value") is None):
        yield _problem(
            node.place,
            "example-without-record",
            "an example has either a record or a value",
            "write `record:` with the fields, or `value:` with the raw text (null is a tombstone)",
        )
    if node.text("verdict") not in VERDICTS:
        said = node.text("verdict") or "nothing"
        yield _problem(node.place_of_value("verdict"), "unknown-verdict", f"the verdict is {said}", one_of(VERDICTS))
    yield from _expectations(node)
    yield from _values(node)


def _expectations(node: MapNode) -> Iterator[Problem]:
    code = node.text("code")
    if code and code not in STAGES:
        place = node.place_of_value("code")
        yield _problem(place, "unknown-code", f"there is no code '{code}'", did_you_mean(code, STAGES))
    if node.text("verdict") != "invalid":
        for key in ("code", "violations"):
            if node.entry(key) is not None:
                yield _problem(
                    node.place_of(key), "needs-invalid", f"{key} goes with the verdict invalid only", "take it out"
                )
    for key in ("violations", "observed"):
        listed = node.get(key)
        if listed is not None and not isinstance(listed, ListNode):
            yield _problem(listed.place, "not-a-list", f"{key} is a list", "write [{rule: ..., pointer: /...}]")
        for item in listed.items if isinstance(listed, ListNode) else ():
            yield from _violation(item)


def _violation(item: Node) -> Iterator[Problem]:
    if not isinstance(item, MapNode) or not item.text("rule"):
        way_out = "write {rule: dep_time.maximum, pointer: /dep_time}"
        yield _problem(item.place, "violation-without-rule", "a violation names its rule", way_out)
        return
    for entry in item.entries:
        if entry.key not in _VIOLATION_KEYS:
            yield _unknown(entry.key, entry.place, _VIOLATION_KEYS)


def _values(node: MapNode) -> Iterator[Problem]:
    value = node.get("value")
    if value is not None and not (isinstance(value, ScalarNode) and isinstance(value.value, str | None)):
        yield _problem(value.place, "value-not-text", "a value is raw text, or null", "quote it, or write a record")
    headers = node.get("headers")
    if headers is not None and not isinstance(headers, MapNode):
        yield _problem(
            headers.place, "headers-not-a-map", "headers are a mapping of names to text", "write {name: text}"
        )
    for entry in headers.entries if isinstance(headers, MapNode) else ():
        if not isinstance(scalar(entry.value), str | None):
            yield _problem(entry.place, "value-not-text", f"the header '{entry.key}' is no text", "quote it")


def _twice(nodes: tuple[MapNode, ...]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for node in nodes:
        name = node.text("name")
        first = seen.setdefault(name, node.place_of_value("name"))
        if name and first is not (place := node.place_of_value("name")):
            yield _problem(
                place, "same-name", f"'{name}' is the name of line {first.line} as well", "rename one of them"
            )


def _example(node: MapNode) -> Example:
    headers = node.map("headers")
    return Example(
        name=node.text("name"),
        place=node.place_of_value("name"),
        object=node.text("object") or None,
        value=_bytes(node.get("record") if node.entry("record") is not None else node.get("value"), node),
        key=_text_or_json(node.get("key")),
        headers={entry.key: _text_or_json(entry.value) for entry in headers.entries} if headers else {},
        verdict=VERDICTS[node.text("verdict")],
        code=node.text("code") or None,
        violations=_expected(node, "violations"),
        observed=_expected(node, "observed"),
    )


def _bytes(value: Node | None, node: MapNode) -> bytes | None:
    """The value of the record: a ``record`` as JSON, whatever it is, a ``value`` as it is written."""
    if node.entry("record") is not None:
        return _json(value)
    return _text_or_json(value)


def _text_or_json(value: Node | None) -> bytes | None:
    plain = scalar(value)
    if value is None or (plain is None and isinstance(value, ScalarNode)):
        return None
    return plain.encode() if isinstance(plain, str) else _json(value)


def _json(value: Node | None) -> bytes:
    return json.dumps(None if value is None else value.plain(), ensure_ascii=False).encode()


def _expected(node: MapNode, key: str) -> tuple[Expected, ...] | None:
    if node.entry(key) is None:
        return None
    return tuple(Expected(rule=item.text("rule"), pointer=item.text("pointer")) for item in node.maps(key))


def _unknown(key: str, place: Place, known: tuple[str, ...]) -> Problem:
    return _problem(place, "unknown-key", f"unknown key '{key}'", did_you_mean(key, known))


def _problem(place: Place, code: str, message: str, way_out: str) -> Problem:
    return Problem(place=place, code=code, message=message, way_out=way_out)
