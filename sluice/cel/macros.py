"""The macros all, exists, exists_one, map and filter as Python comprehensions."""

from sluice.cel.code import Code, Emitting, Variable
from sluice.cel.decode import UnsupportedError
from sluice.cel.fields import container, elements_present, value
from sluice.cel.shape import Shape
from sluice.cel.tree import Macro


def macro(to: Emitting, node: Macro) -> Code:
    """One macro. A loop inside of a loop takes its steps from the evaluation's budget."""
    if node.result is not None and node.result.type.contains("message"):
        raise UnsupportedError("map() cannot answer objects", node.offset, "let it answer one of their fields")
    source, raw = _source(to, node)
    name = to.fresh("v")
    to.bind(node.variable, Variable(name, present=elements_present(to, node.source), raw=raw))
    try:
        return _loop(to, node, source, name, raw)
    finally:
        to.unbind(node.variable)


def _source(to: Emitting, node: Macro) -> tuple[Code, Shape | None]:
    with to.iterating():
        source, raw = container(to, node.source)
    if node.source.type.kind == "map":
        raw = None  # the keys are gone over, and they are text
    if to.kind(node.source) not in {"list", "map"} or not source.present:
        source = Code(f"_elements({source.text})")
    if to.loops:
        source = Code(f"_spend({to.budget()}, {source.text})")
    return source, raw


def _loop(to: Emitting, node: Macro, source: Code, variable: str, raw: Shape | None) -> Code:
    test = None if node.condition is None else to.condition(node.condition)
    over = f"for {variable} in {source.text}"
    where = "" if test is None else f" if {test.text}"
    safe = source.safe and (test is None or test.safe)
    match node.name:
        case "all" | "exists" if test is not None:
            if to.careful and not test.safe:
                fold = "_every" if node.name == "all" else "_some"
                return Code(f"{fold}({source.text}, lambda {variable}: {test.text})")
            fold = "_all" if node.name == "all" else "_any"
            return Code(f"{fold}({test.text} {over})", safe=safe)
        case "exists_one":
            return Code(f"(_len([1 {over}{where}]) == 1)", safe=safe)
        case "filter":
            kept = Code(variable, safe=True) if raw is None else value(to, Code(variable, safe=True), raw, loose=False)
            return Code(f"[{kept.text} {over}{where}]", safe=safe and kept.safe)
        case "map" if node.result is not None:
            result = to.emit(node.result)
            return Code(f"[{result.text} {over}{where}]", safe=safe and result.safe)
        case _:
            raise UnsupportedError(f"the macro '{node.name}' is not supported", node.offset)
