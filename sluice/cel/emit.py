"""From the tree to the text of a Python expression."""

from typing import Any, Final

from sluice.cel.access import Access, converted
from sluice.cel.code import CONSTANT_PREFIX, Code
from sluice.cel.decode import UnsupportedError
from sluice.cel.functions import FUNCTIONS
from sluice.cel.operators import OPERATORS
from sluice.cel.runtime.numbers import INT_MAX, INT_MIN
from sluice.cel.runtime.values import TypeValue, Uint
from sluice.cel.shape import Shape
from sluice.cel.tree import Call, Const, Ident, ListLiteral, Macro, MapLiteral, Node, Select, Type

THIS: Final = "this"
ROW: Final = "o"
BUDGET: Final = "_budget"
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
        self.constants = constants
        self.nested = False
        self._messages = messages
        self._access = access
        self._typed = not _untyped(root)
        self._variables: dict[str, list[Code]] = {}
        self._loops = 0
        self._depth = 0
        self._names = 0
        self._source_depth = 0

    @property
    def in_loop(self) -> bool:
        """Whether the code stands inside of a macro."""
        return self._depth > 0 or self._source_depth > 0

    def emit(self, node: Node, *, loose: bool = False) -> Code:
        """The code of a node; ``loose``: an integer may still be written 1.0, since it is only compared."""
        match node:
            case Const():
                return self._const(node)
            case Ident():
                return self._ident(node)
            case Select():
                return self._select(node, loose=loose)
            case Call():
                return self._call(node)
            case ListLiteral():
                return self._list(node)
            case MapLiteral():
                return self._map(node)
            case Macro():
                return self._macro(node)
            case _:
                raise UnsupportedError("the rule holds an expression of an unknown kind", node.offset)

    def condition(self, node: Node) -> Code:
        """The code of a node that must be a boolean."""
        code = self.emit(node)
        if code.present and self.kind(node) == "bool":
            return code
        return Code(f"_bool({code.text})")

    def null_test(self, node: Node) -> Code:
        """Code that is None exactly where the node is null; a field's value is not read for it."""
        if isinstance(node, Select) and not node.test and node.operand.type.kind == "message":
            shape = self._field(node)
            if shape.kind not in {"list", "map"}:
                return self._raw(node, shape)
        return self.emit(node)

    def kind(self, node: Node) -> str:
        """The node's type; ``dyn`` all over a rule that uses dyn, where the checker takes anything for anything."""
        return node.type.kind if self._typed else "dyn"

    def checked_int(self, text: str) -> str:
        """The text, refused where 64 bits do not hold it; Python takes no ``:=`` in what a comprehension goes over."""
        if self.careful or self._source_depth:
            return f"_as_int({text})"
        name = self._name("t")
        return f"({name} if {INT_MIN} <= ({name} := {text}) <= {INT_MAX} else _overflow())"

    def constant(self, value: Any) -> str:
        """The name under which generated code finds the value."""
        name = f"{CONSTANT_PREFIX}{len(self.constants)}"
        self.constants[name] = value
        return name

    def message(self, node: Node) -> Shape:
        """The shape of an object-valued node."""
        return self._messages[node.type.name]

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _const(self, node: Const) -> Code:
        if node.value is None:
            return Code("None", safe=True, present=False)
        if node.type.kind == "uint" and isinstance(node.value, int):
            return Code(self.constant(Uint(node.value)), safe=True)
        if isinstance(node.value, float) and not abs(node.value) < float("inf"):
            return Code(self.constant(node.value), safe=True)
        text = repr(node.value)
        return Code(f"({text})" if text.startswith("-") else text, safe=True)

    def _ident(self, node: Ident) -> Code:
        bound = self._variables.get(node.name)
        if bound:
            return bound[-1]
        if node.name == THIS:
            return Code(ROW, safe=True)
        if node.type.kind == "type" and node.type.params and node.type.params[0].kind != "message":
            return Code(self.constant(TypeValue(_type_name(node.type.params[0]))), safe=True)
        raise UnsupportedError(f"'{node.name}' cannot be used as a value", node.offset)

    def _field(self, node: Select) -> Shape:
        for field in self.message(node.operand).fields:
            if field.alias == node.field and field.shape is not None:
                return field.shape
        raise UnsupportedError(f"there is no field '{node.field}'", node.offset)

    def _raw(self, node: Select, shape: Shape) -> Code:
        if not isinstance(node.operand, Select | Ident | Call):
            raise UnsupportedError("a field of this expression cannot be read", node.offset)
        self._source_depth += 1  # a list's raw value is what a comprehension goes over
        parent = self.emit(node.operand)
        self._source_depth -= 1
        required = not shape.nullable and not self.careful
        text = self._access.read(parent, shape.path, required=required)
        return Code(text, safe=parent.safe, present=required and parent.present)

    def _select(self, node: Select, *, loose: bool) -> Code:
        if node.operand.type.kind != "message":
            return self._member(node)
        shape = self._field(node)
        raw = self._raw(node, shape)
        if node.test:
            filled = f"(not not {raw.text})" if shape.kind in {"list", "map"} else f"({raw.text} is not None)"
            return Code(filled, safe=raw.safe)
        if loose and shape.kind == "int":
            return raw
        text = converted(raw.text, shape, exact=self._access.exact)
        if shape.kind in {"list", "map"}:
            return Code(text, safe=raw.safe and shape.item is not None and shape.item.kind != "timestamp")
        return Code(text, safe=raw.safe and shape.kind != "timestamp", present=raw.present)

    def _member(self, node: Select) -> Code:
        operand = self.emit(node.operand)
        if self.kind(node.operand) == "map" and operand.present:
            if node.test:
                return Code(f"({node.field!r} in {operand.text})", safe=operand.safe)
            return Code(f"{operand.text}[{node.field!r}]", present=False)
        helper = "_has_member" if node.test else "_member"
        return Code(f"{helper}({operand.text}, {node.field!r})", present=node.test)

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
                raise UnsupportedError(
                    "the keys of a map must be of one type: string, int, uint or bool",
                    key.offset,
                    "use one type of key",
                )
        literal = [key.value for key, _ in node.entries if isinstance(key, Const)]
        keys = ", ".join(self.emit(key).text for key, _ in node.entries)
        values = [self.emit(value) for _, value in node.entries]
        if len(literal) == len(node.entries) and len(set(literal)) == len(literal):
            pairs = (f"{self.emit(key).text}: {self.emit(value).text}" for key, value in node.entries)
            return Code(f"{{{', '.join(pairs)}}}", safe=all(value.safe for value in values))
        return Code(f"_map([{keys}], [{', '.join(value.text for value in values)}])")

    def _macro(self, node: Macro) -> Code:
        if node.result is not None and node.result.type.contains("message"):
            raise UnsupportedError("map() cannot answer objects", node.offset, "let it answer one of their fields")
        source = self._source(node)
        variable = self._name("v")
        self._variables.setdefault(node.variable, []).append(
            Code(variable, safe=True, present=self._elements_present(node.source))
        )
        self._depth += 1
        try:
            return self._loop(node, source, variable)
        finally:
            self._depth -= 1
            self._variables[node.variable].pop()

    def _source(self, node: Macro) -> Code:
        self._source_depth += 1
        source = self.emit(node.source)
        self._source_depth -= 1
        text = source.text
        if self.kind(node.source) not in {"list", "map"} or not source.present:
            source = Code(f"_elements({text})")
        if self._depth:
            self.nested = True
            return Code(f"_spend({BUDGET}, {source.text})")
        return source

    def _elements_present(self, source: Node) -> bool:
        if self.careful or not isinstance(source, Select) or source.operand.type.kind != "message":
            return False
        shape = self._field(source)
        return shape.kind == "map" or (shape.item is not None and not shape.item.nullable)

    def _loop(self, node: Macro, source: Code, variable: str) -> Code:
        """The macro as a comprehension."""
        test = None if node.condition is None else self.condition(node.condition)
        over = f"for {variable} in {source.text}"
        where = "" if test is None else f" if {test.text}"
        safe = source.safe and (test is None or test.safe)
        match node.name:
            case "all" | "exists" if test is not None:
                if self.careful and not test.safe:
                    fold = "_every" if node.name == "all" else "_some"
                    return Code(f"{fold}({source.text}, lambda {variable}: {test.text})")
                fold = "_all" if node.name == "all" else "_any"
                return Code(f"{fold}({test.text} {over})", safe=safe)
            case "exists_one":
                return Code(f"(_len([1 {over}{where}]) == 1)", safe=safe)
            case "filter":
                return Code(f"[{variable} {over}{where}]", safe=safe)
            case "map" if node.result is not None:
                result = self.emit(node.result)
                return Code(f"[{result.text} {over}{where}]", safe=safe and result.safe)
            case _:
                raise UnsupportedError(f"the macro '{node.name}' is not supported", node.offset)


def _type_name(kind: Type) -> str:
    return "null_type" if kind.kind == "null" else kind.kind


def _untyped(node: Node) -> bool:
    """Whether a rule uses dyn anywhere; an empty list or map literal, whose parts have no type, does not."""
    empty = (isinstance(node, ListLiteral) and not node.items) or (isinstance(node, MapLiteral) and not node.entries)
    if node.type.contains("dyn") and not empty and not isinstance(node, Ident):
        return True
    match node:
        case Select():
            return _untyped(node.operand)
        case Call():
            return any(_untyped(arg) for arg in node.args)
        case ListLiteral():
            return any(_untyped(item) for item in node.items)
        case MapLiteral():
            return any(_untyped(part) for entry in node.entries for part in entry)
        case Macro():
            parts = (node.source, node.condition, node.result)
            return any(_untyped(part) for part in parts if part is not None)
        case _:
            return False
