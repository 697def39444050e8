"""From the tree to the text of a Python expression."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sluice.cel.access import Access
from sluice.cel.code import BUDGET, Code, Variable
from sluice.cel.decode import UnsupportedError
from sluice.cel.fields import scanned, select, value
from sluice.cel.functions import FUNCTIONS
from sluice.cel.macros import macro
from sluice.cel.operators import OPERATORS
from sluice.cel.runtime.numbers import INT_MAX, INT_MIN
from sluice.cel.runtime.values import TypeValue, Uint
from sluice.cel.shape import Shape
from sluice.cel.tree import Call, Const, Ident, ListLiteral, Macro, MapLiteral, Node, Select, Type, parts

THIS: Final = "this"
ROW: Final = "o"
# What may be done with an object besides reading its fields and going over a list or map of them.
_OF_OBJECTS: Final = frozenset({"_==_", "_!=_", "_[_]", "_?_:_", "size", "@in", "_+_"})
_KEYS: Final = frozenset({"string", "int", "uint", "bool"})


class Emitter:
    """Writes one form of one rule.

    The fast form lets an error out, upon which the careful form runs; only that one absorbs errors. So the fast form
    may put faith in the schema (a required field is there), and the careful form puts none.
    """

    def __init__(
        self, messages: dict[str, Shape], access: Access, root: Node, constants: dict[str, Any], *, careful: bool
    ) -> None:
        self.careful = careful
        self.access = access
        self.loops: list[str] = []
        self.budgeted = False
        self._messages = messages
        self._constants = constants
        self._typed = not _untyped(root)
        self._variables: dict[str, list[Variable]] = {}
        self._names = 0
        self._iterated = 0

    def emit(self, node: Node, *, loose: bool = False) -> Code:
        """The code of a node; ``loose``: an integer may still be written 1.0, since it is only compared."""
        match node:
            case Const():
                return self._const(node)
            case Ident():
                return self._ident(node, loose=loose)
            case Select():
                return select(self, node, loose=loose)
            case Call():
                return self._call(node)
            case ListLiteral():
                return self._list(node)
            case MapLiteral():
                return self._map(node)
            case Macro():
                return macro(self, node)
            case _:
                raise UnsupportedError("the rule holds an expression of an unknown kind", node.offset)

    def condition(self, node: Node) -> Code:
        """The code of a node that must be a boolean."""
        code = self.emit(node)
        if code.present and self.kind(node) == "bool":
            return code
        return Code(f"_bool({code.text})")

    def kind(self, node: Node) -> str:
        """The node's type; ``dyn`` all over a rule that uses dyn, where the checker takes anything for anything."""
        return node.type.kind if self._typed else "dyn"

    def message(self, node: Node) -> Shape:
        """The shape of an object-valued node."""
        return self._messages[node.type.name]

    def variable(self, name: str) -> Variable | None:
        """The variable of that name that is in scope here."""
        bound = self._variables.get(name)
        return bound[-1] if bound else None

    def bind(self, name: str, variable: Variable) -> None:
        """Enter a macro's loop."""
        self._variables.setdefault(name, []).append(variable)
        self.loops.append(name)

    def unbind(self, name: str) -> None:
        """Leave a macro's loop."""
        self._variables[name].pop()
        self.loops.pop()

    def fresh(self, prefix: str) -> str:
        """A Python name that stands nowhere else."""
        self._names += 1
        return f"{prefix}{self._names}"

    @contextmanager
    def iterating(self) -> Iterator[None]:
        """Inside of what a comprehension goes over, where Python takes no ``:=``."""
        self._iterated += 1
        try:
            yield
        finally:
            self._iterated -= 1

    def checked_int(self, text: str) -> str:
        """The text, refused where 64 bits do not hold it."""
        if self.careful or self._iterated:
            return f"_as_int({text})"
        name = self.fresh("t")
        return f"({name} if {INT_MIN} <= ({name} := {text}) <= {INT_MAX} else _overflow())"

    def constant(self, value: Any) -> str:
        """The name under which generated code finds the value."""
        name = f"_c{len(self._constants)}"
        self._constants[name] = value
        return name

    def budget(self) -> str:
        """The name of the evaluation's budget of steps; asking for it makes the rule have one."""
        self.budgeted = True
        return BUDGET

    def _const(self, node: Const) -> Code:
        if node.value is None:
            return Code("None", safe=True, present=False)
        if node.type.kind == "uint" and isinstance(node.value, int):
            return Code(self.constant(Uint(node.value)), safe=True)
        if isinstance(node.value, float) and not abs(node.value) < float("inf"):
            return Code(self.constant(node.value), safe=True)
        text = repr(node.value)
        return Code(f"({text})" if text.startswith("-") else text, safe=True)

    def _ident(self, node: Ident, *, loose: bool) -> Code:
        variable = self.variable(node.name)
        if variable is not None:
            code = Code(variable.text, safe=True, present=variable.present)
            read = code if variable.raw is None else value(self, code, variable.raw, loose=loose)
            return scanned(self, node, read)
        if node.name == THIS:
            return Code(ROW, safe=True)
        if node.type.kind == "type" and node.type.params and node.type.params[0].kind != "message":
            return Code(self.constant(TypeValue(_type_name(node.type.params[0]))), safe=True)
        raise UnsupportedError(f"'{node.name}' cannot be used as a value", node.offset)

    def _call(self, node: Call) -> Code:
        if node.function not in _OF_OBJECTS and any(arg.type.contains("message") for arg in node.args):
            raise UnsupportedError("an object cannot be used as a value here", node.offset, "use its fields")
        write = OPERATORS.get(node.function) or FUNCTIONS.get(node.function)
        if write is None:
            raise UnsupportedError(f"the function '{node.function}' is not supported", node.offset)
        return write(self, node)

    def _list(self, node: ListLiteral) -> Code:
        if node.type.contains("message"):
            raise UnsupportedError("a list cannot be made of objects", node.offset, "use their fields")
        items = [self.emit(item) for item in node.items]
        return Code(f"[{', '.join(item.text for item in items)}]", safe=all(item.safe for item in items))

    def _map(self, node: MapLiteral) -> Code:
        if node.type.contains("message"):
            raise UnsupportedError("a map cannot be made of objects", node.offset, "use their fields")
        for key, _ in node.entries:
            if key.type.kind not in _KEYS or key.type.kind != node.entries[0][0].type.kind:
                raise UnsupportedError("the keys of a map must be of one type: string, int, uint or bool", key.offset)
        literal = [key.value for key, _ in node.entries if isinstance(key, Const)]
        if len(set(literal)) < len(literal):
            raise UnsupportedError("a map holds a key twice", node.offset)
        keys = [self.emit(key).text for key, _ in node.entries]
        values = [self.emit(value) for _, value in node.entries]
        texts = [value.text for value in values]
        if len(literal) == len(keys):
            pairs = (f"{key}: {text}" for key, text in zip(keys, texts, strict=True))
            return Code(f"{{{', '.join(pairs)}}}", safe=all(value.safe for value in values))
        return Code(f"_map([{', '.join(keys)}], [{', '.join(texts)}])")


def _type_name(kind: Type) -> str:
    return "null_type" if kind.kind == "null" else kind.kind


def _untyped(node: Node) -> bool:
    """Whether a rule uses dyn anywhere; an empty list or map literal, whose parts have no type, does not."""
    empty = isinstance(node, ListLiteral | MapLiteral) and not parts(node)
    if node.type.contains("dyn") and not empty:
        return True
    return any(_untyped(part) for part in parts(node))
