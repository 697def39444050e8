"""From a rule's tree to a Python function: the source text is written, compiled once, and run with our names only."""

from collections.abc import Callable
from typing import Any, Final

from sluice.cel.access import Access
from sluice.cel.code import BUDGET
from sluice.cel.emit import ROW, Emitter
from sluice.cel.runtime.names import NAMES
from sluice.cel.shape import Shape
from sluice.cel.tree import Node

Rule = Callable[[Any], bool]

_FAST: Final = "rule"
_CAREFUL: Final = "careful"
_FILE: Final = "<cel rule>"


def compile_rule(root: Node, messages: dict[str, Shape], access: Access) -> Rule:
    """The rule as a function of one record: true or false, or it raises CelEvaluationError."""
    text, constants = source_of(root, messages, access)
    scope = {**NAMES, **constants}
    # The text is our own: names are generated, and what the author wrote stands in it as literals by repr() only.
    exec(compile(text, _FILE, "exec"), scope)  # noqa: S102 - see above
    rule: Rule = scope[_FAST]
    return rule


def source_of(root: Node, messages: dict[str, Shape], access: Access) -> tuple[str, dict[str, Any]]:
    """The Python source of the rule, and the constants that it names."""
    constants: dict[str, Any] = {}
    fast = Emitter(messages, access, root, constants, careful=False)
    careful = Emitter(messages, access, root, constants, careful=True)
    body, fallback = fast.condition(root), careful.condition(root)
    budget = f"    {BUDGET} = [_steps]\n" if fast.budgeted or careful.budgeted else ""
    text = (
        f"def {_FAST}({ROW}):\n{budget}    try:\n        return {body.text}\n"
        f"    except _ERRORS:\n        return {_CAREFUL}({ROW})\n"
        f"def {_CAREFUL}({ROW}):\n{budget}    try:\n        return {fallback.text}\n"
        f"    except _ERRORS as error:\n        raise _explain(error) from None\n"
    )
    return text, constants
