"""Check a rule against the declared fields: it can run, or its author is told what to change."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sluice.cel.access import Access, Attribute, RowAccess, StructAccess
from sluice.cel.compiled import Rule, compile_rule
from sluice.cel.decode import UnsupportedError, decode
from sluice.cel.environment import Environment, environment
from sluice.cel.explain import explain
from sluice.cel.problem import CelProblem
from sluice.cel.reads import reads
from sluice.cel.shape import Shape
from sluice.cel.source import place, prepare
from sluice.cel.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRule:
    """A rule that type-checks. ``reads`` are RFC 6901 pointers; an array or a map is read as a whole."""

    source: str
    reads: tuple[str, ...]
    root: Node
    messages: Mapping[str, Shape]

    def compile(self) -> Rule:
        """The rule over a row as orjson decodes it; raises CelEvaluationError where it cannot be evaluated."""
        return self._compile(RowAccess())

    def compile_struct(self, attribute: Attribute) -> Rule:
        """The rule over an object with attributes, as msgspec decodes one.

        ``attribute`` maps the path of a field (``("address", "city")``; ``*`` for the elements of an array or the
        values of a map) to a dotted attribute expression (``address.city``). Values are int, float, bool, str, list,
        dict or another such object; timestamps are text; what is absent or null is None.
        """
        return self._compile(StructAccess(attribute))

    def _compile(self, access: Access) -> Rule:
        return compile_rule(self.root, dict(self.messages), access)


def check(source: str, schema: Mapping[str, Any]) -> CheckedRule | CelProblem:
    """Check one rule against the record that the rules JSON Schema describes; it must answer true or false."""
    known = _environment(json.dumps(schema, default=str))
    ready = prepare(source, known.aliases)
    if isinstance(ready, CelProblem):
        return ready
    try:
        expression = known.cel.compile(ready.text)
    except RuntimeError as error:
        return explain(str(error), known.messages, ready.written)
    try:
        root = decode(expression.serialize(), ready.written)
        if root.type.kind != "bool":
            answer = str(expression.return_type().name()).lower()
            return CelProblem(message=f"a rule must answer true or false, and this one answers {answer}")
        rule = CheckedRule(source=source, reads=reads(root, known.messages), root=root, messages=known.messages)
        _try_out(rule)
    except UnsupportedError as problem:
        line, column = place(source, problem.offset)
        return CelProblem(message=problem.message, way_out=problem.way_out, line=line, column=column)
    return rule


def _try_out(rule: CheckedRule) -> None:
    """Compile both forms now: what the compiler refuses is told here, and never when records come."""
    compile_forms: tuple[Callable[[], Rule], ...] = (
        rule.compile,
        lambda: rule.compile_struct(lambda path: f"f{len(path)}"),
    )
    for compile_form in compile_forms:
        try:
            compile_form()
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise UnsupportedError("the rule is too deeply nested to be compiled", 0) from error


@lru_cache(maxsize=32)
def _environment(schema: str) -> Environment:
    """One environment a schema: the rules of one object are checked one after the other."""
    return environment(json.loads(schema))
