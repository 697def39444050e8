"""Hypothesis strategies: typed random expressions over one schema, and random records of that schema."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hypothesis import strategies as st

INT_MIN, INT_MAX = -(2**63), 2**63 - 1


def optional(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **more}


MOMENT: Final = {"format": "date-time"}
LEG: Final = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string"},
        "n": optional("integer"),
        "at": optional("string", **MOMENT),
        "stops": optional("array", items={"type": "string"}),
    },
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["k", "u"],
    "properties": {
        "i": optional("integer"),
        "j": optional("integer"),
        "k": {"type": "integer"},
        "d": optional("number"),
        "e": optional("number"),
        "s": optional("string"),
        "t": optional("string"),
        "u": {"type": "string"},
        "f": optional("boolean"),
        "g": optional("boolean"),
        "at": optional("string", **MOMENT),
        "until": optional("string", **MOMENT),
        "xs": optional("array", items={"type": "integer"}),
        "ds": optional("array", items={"type": "number"}),
        "ss": optional("array", items={"type": "string"}),
        "ats": optional("array", items={"type": "string", **MOMENT}),
        "m": optional("object", additionalProperties={"type": "integer"}),
        "ms": optional("object", additionalProperties={"type": "string"}),
        "o": optional(
            "object",
            properties={
                "x": optional("integer"),
                "s": optional("string"),
                "at": optional("string", **MOMENT),
                "p": optional("object", properties={"y": optional("number"), "f": optional("boolean")}),
            },
        ),
        "legs": optional("array", items=LEG),
    },
}

# Records -------------------------------------------------------------------------------------------------------------

integers = st.one_of(
    st.integers(-3, 12),
    st.sampled_from([INT_MIN, INT_MIN + 1, INT_MAX - 1, INT_MAX, 2**53, 2**53 + 1, 0]),
    st.integers(INT_MIN, INT_MAX),
    st.integers(-3, 12).map(float),
)
numbers = st.one_of(
    st.integers(-3, 12),
    st.sampled_from([0.0, -0.0, 0.1, 0.5, 1.5, -2.5, 1e6, 1234567.0, 1e-5, 1e300, 2.0**63, -(2.0**63), 2**53 + 1]),
    st.floats(allow_nan=False, allow_infinity=False),
)
texts = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "b",
            "abc",
            "ABC",
            "é",
            "😀",
            "5",
            " 7 ",
            "+3",
            "-0",
            "1.5",
            "1e3",
            "nan",
            "-inf",
            "0x10",
            "-nan",
            "0x1.8p-3",
            "nan(1)",
            "true",
            "T",
        ]
    ),
    st.sampled_from(["1h30m", "-1.5s", "0", "3ms", "2020-01-01T00:00:00Z", "2020-02-30T00:00:00Z", "k", "\n", "٣"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)
moments = st.one_of(
    st.sampled_from(
        [
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999999Z",
            "2020-02-29T13:14:15.678912345Z",
            "2020-01-01T00:00:00+01:00",
            "2019-12-31T23:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2013-11-03T05:30:00Z",
            "2013-11-03T06:30:00.5Z",
        ]
    ),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
)
flags = st.booleans()


def _object(fields: Mapping[str, st.SearchStrategy[Any]], required: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {name: fields[name] for name in required},
        optional={name: st.none() | field for name, field in fields.items() if name not in required},
    )


keys = st.sampled_from(["k", "a", "b", "", "é"])
legs = _object(
    {
        "code": texts,
        "n": integers,
        "at": moments,
        "stops": st.lists(texts, max_size=2),
    },
    ("code",),
)
RECORDS: Final = _object(
    {
        **dict.fromkeys("ijk", integers),
        **dict.fromkeys("de", numbers),
        **dict.fromkeys("stu", texts),
        **dict.fromkeys("fg", flags),
        "at": moments,
        "until": moments,
        "xs": st.lists(integers, max_size=4),
        "ds": st.lists(numbers, max_size=3),
        "ss": st.lists(texts, max_size=3),
        "ats": st.lists(moments, max_size=2),
        "m": st.dictionaries(keys, integers, max_size=3),
        "ms": st.dictionaries(keys, texts, max_size=3),
        "o": _object({"x": integers, "s": texts, "at": moments, "p": st.none() | _object({"y": numbers, "f": flags})}),
        "legs": st.lists(legs, max_size=3),
    },
    ("k", "u"),
)

# Expressions ---------------------------------------------------------------------------------------------------------

Scope = tuple[tuple[str, str], ...]  # variables of macros, with their types
Make = Callable[[Any, int, Scope], str]

FIELDS: Final = {
    "int": ("this.i", "this.j", "this.k", "this.o.x", "this.m.k", "this.m['a']", "this.xs[0]", "this.legs[0].n"),
    "double": ("this.d", "this.e", "this.o.p.y", "this.ds[1]"),
    "string": ("this.s", "this.t", "this.u", "this.o.s", "this.ss[0]", "this.legs[1].code", "this.ms.k"),
    "bool": ("this.f", "this.g", "this.o.p.f"),
    "timestamp": ("this.at", "this.until", "this.o.at", "this.legs[0].at", "this.ats[0]"),
    "list(int)": ("this.xs",),
    "list(double)": ("this.ds",),
    "list(string)": ("this.ss", "this.legs[0].stops"),
    "list(timestamp)": ("this.ats",),
    "map(int)": ("this.m",),
    "map(string)": ("this.ms",),
}
NULLABLE: Final = (
    *FIELDS["int"][:4],
    *FIELDS["double"][:3],
    *FIELDS["string"][:4],
    *FIELDS["bool"],
    *FIELDS["timestamp"][:3],
    "this.o",
    "this.o.p",
)
TESTED: Final = (*NULLABLE[1:], "this.xs", "this.ss", "this.m", "this.m.k", "this.m.zz", "this.legs", "this.ats")
LITERALS: Final = {
    "int": ("0", "1", "2", "-1", "7", "9223372036854775807", "-9223372036854775808", "9007199254740993"),
    "double": ("0.0", "1.0", "-0.5", "1.5", "1e308", "9007199254740992.0", "(0.0/0.0)", "(1.0/0.0)", "-0.0"),
    "string": ("''", "'a'", "'abc'", "'é'", "'😀'", "'5'", "'1.5'", "'1h'", "'k'", "'2020-01-01T00:00:00Z'"),
    "bool": ("true", "false"),
    "uint": ("0u", "1u", "3u", "18446744073709551615u"),
    "timestamp": (
        "timestamp('2020-01-01T00:00:00Z')",
        "timestamp('1970-01-01T00:00:00.000000001Z')",
        "timestamp('9999-12-31T23:59:59Z')",
        "timestamp(0)",
    ),
    "duration": ("duration('1h')", "duration('-1.5s')", "duration('0')", "duration('2562047h')", "duration('1ns')"),
    "list(int)": ("[]", "[1, 2]", "[1, 2, 3, 4, 5]"),
    "list(double)": ("[]", "[1.5, 0.0/0.0]", "[1.0]"),
    "list(string)": ("[]", "['a', 'abc']", "['a', 'b', '', 'k', 'é']"),
    "list(timestamp)": ("[timestamp('2020-01-01T00:00:00Z')]",),
    "map(int)": ("{'k': 1}", "{'a': 2, 'é': 3}"),
    "map(string)": ("{'k': 'a'}",),
}
SCALARS: Final = ("int", "double", "string", "bool", "timestamp", "duration", "uint")
ELEMENTS: Final = ("int", "double", "string", "timestamp")
ZONES: Final = ("", "'America/New_York'", "'+05:30'", "'-03:00'", "'UTC'", "'Asia/Kathmandu'")
PARTS: Final = (
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
)
PATTERNS: Final = ("'^a'", "'[a-z]+$'", "'^.$'", r"'\\d'", "'(?i)ABC'", "'b|é'", "''")
DEPTH: Final = 4


@st.composite
def expressions(draw: Any) -> str:
    """A rule: an expression of type bool."""
    return write(draw, "bool", draw(st.integers(1, DEPTH)), ())


def write(draw: Any, kind: str, depth: int, scope: Scope) -> str:
    """An expression of the kind; at depth 0 a variable, a field or a literal."""
    choices: list[Make] = [lambda draw, _depth, scope: _leaf(draw, kind, scope)]
    if depth > 0:
        choices += [make for make in MAKERS.get(kind, ()) for _ in range(2)]
        choices.append(lambda draw, depth, scope: _conditional(draw, kind, depth, scope))
    return draw(st.sampled_from(choices))(draw, depth - 1, scope)


def _leaf(draw: Any, kind: str, scope: Scope) -> str:
    variables = [name for name, of in scope if of == kind]
    legs_in_scope = [name for name, of in scope if of == "leg"]
    members = {"int": "n", "string": "code", "timestamp": "at", "list(string)": "stops"}
    if kind in members:
        variables += [f"{name}.{members[kind]}" for name in legs_in_scope]
    pool = [*variables, *variables, *FIELDS.get(kind, ()), *LITERALS.get(kind, ())]
    return draw(st.sampled_from(pool))


def _conditional(draw: Any, kind: str, depth: int, scope: Scope) -> str:
    condition = write(draw, "bool", depth, scope)
    return f"({condition} ? {write(draw, kind, depth, scope)} : {write(draw, kind, depth, scope)})"


def infix(kind: str, *signs: str) -> Make:
    def make(draw: Any, depth: int, scope: Scope) -> str:
        return f"({write(draw, kind, depth, scope)} {draw(st.sampled_from(signs))} {write(draw, kind, depth, scope)})"

    return make


def shaped(template: str, *kinds: str) -> Make:
    """Fill the template's braces with expressions of the kinds."""

    def make(draw: Any, depth: int, scope: Scope) -> str:
        return template.format(*(write(draw, kind, depth, scope) for kind in kinds))

    return make


def _comparison(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(SCALARS))
    return infix(kind, "==", "!=", "<", "<=", ">", ">=")(draw, depth, scope)


def _container_equality(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(["list(int)", "list(double)", "list(string)", "list(timestamp)", "map(int)"]))
    return infix(kind, "==", "!=")(draw, depth, scope)


def _dynamic(draw: Any, depth: int, scope: Scope) -> str:
    left, right = (
        f"dyn({write(draw, draw(st.sampled_from([*SCALARS, 'list(int)', 'list(double)'])), depth, scope)})"
        for _ in "ab"
    )
    return f"({left} {draw(st.sampled_from(['==', '!=', '<', '>=']))} {right})"


def _dynamic_arithmetic(draw: Any, depth: int, scope: Scope) -> str:
    left = write(draw, draw(st.sampled_from(SCALARS)), depth, scope)
    right = write(draw, draw(st.sampled_from(SCALARS)), depth, scope)
    return f"((dyn({left}) {draw(st.sampled_from('+-*/%'))} dyn({right})) == dyn({right}))"


def _membership(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(ELEMENTS))
    return f"({write(draw, kind, depth, scope)} in {write(draw, f'list({kind})', depth, scope)})"


def _null_test(draw: Any, depth: int, scope: Scope) -> str:
    del depth
    pool = [*NULLABLE, *(f"{name}.{field}" for name, of in scope if of == "leg" for field in ("n", "at", "code"))]
    return f"({draw(st.sampled_from(pool))} {draw(st.sampled_from(['==', '!=']))} null)"


def _has(draw: Any, depth: int, scope: Scope) -> str:
    del depth
    pool = [*TESTED, *(f"{name}.{field}" for name, of in scope if of == "leg" for field in ("n", "at", "stops"))]
    return f"has({draw(st.sampled_from(pool))})"


def _test_macro(draw: Any, depth: int, scope: Scope) -> str:
    name = draw(st.sampled_from(["all", "exists", "exists_one"]))
    source, variable, inner = _loop(draw, depth, scope)
    return f"{source}.{name}({variable}, {write(draw, 'bool', depth, inner)})"


def _loop(draw: Any, depth: int, scope: Scope) -> tuple[str, str, Scope]:
    variable = f"x{len(scope)}"
    kind = draw(st.sampled_from([*ELEMENTS, "leg", "key"]))
    if kind == "leg":
        return "this.legs", variable, (*scope, (variable, "leg"))
    if kind == "key":
        return write(draw, "map(int)", 0, scope), variable, (*scope, (variable, "string"))
    return write(draw, f"list({kind})", depth, scope), variable, (*scope, (variable, kind))


def _filtered(kind: str) -> Make:
    def make(draw: Any, depth: int, scope: Scope) -> str:
        variable = f"x{len(scope)}"
        source = write(draw, f"list({kind})", depth, scope)
        return f"{source}.filter({variable}, {write(draw, 'bool', depth, (*scope, (variable, kind)))})"

    return make


def _mapped(kind: str) -> Make:
    def make(draw: Any, depth: int, scope: Scope) -> str:
        source, variable, inner = _loop(draw, depth, scope)
        condition = f"{write(draw, 'bool', depth, inner)}, " if draw(st.booleans()) else ""
        return f"{source}.map({variable}, {condition}{write(draw, kind, depth, inner)})"

    return make


def _list_of(kind: str) -> Make:
    def make(draw: Any, depth: int, scope: Scope) -> str:
        size = draw(st.integers(1, 3))
        return f"[{', '.join(write(draw, kind, depth, scope) for _ in range(size))}]"

    return make


def _part(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(["timestamp", "timestamp", "duration"]))
    names, zones = (PARTS, ZONES) if kind == "timestamp" else (PARTS[-4:], ("",))
    return f"{write(draw, kind, depth, scope)}.{draw(st.sampled_from(names))}({draw(st.sampled_from(zones))})"


def _size(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(["string", "list(int)", "list(string)", "map(int)"]))
    return f"size({write(draw, kind, depth, scope)})"


def _converted(target: str, *kinds: str) -> Make:
    def make(draw: Any, depth: int, scope: Scope) -> str:
        return f"{target}({write(draw, draw(st.sampled_from(kinds)), depth, scope)})"

    return make


def _matches(draw: Any, depth: int, scope: Scope) -> str:
    return f"{write(draw, 'string', depth, scope)}.matches({draw(st.sampled_from(PATTERNS))})"


def _legs_kept(template: str) -> Make:
    """Legs that a filter keeps, and what is asked of them."""

    def make(draw: Any, depth: int, scope: Scope) -> str:
        variable = f"x{len(scope)}"
        kept = f"this.legs.filter({variable}, {write(draw, 'bool', depth, (*scope, (variable, 'leg')))})"
        return template.format(kept)

    return make


def _dynamic_text(draw: Any, depth: int, scope: Scope) -> str:
    of = write(draw, draw(st.sampled_from(["string", "string", "int", "list(string)"])), depth, scope)
    test = draw(st.sampled_from(["contains", "startsWith", "endsWith"]))
    return f"dyn({of}).{test}({write(draw, 'string', depth, scope)})"


def _dynamic_element(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(ELEMENTS))
    index = write(draw, draw(st.sampled_from(["int", "double", "uint", "string"])), depth, scope)
    element = f"dyn({write(draw, f'list({kind})', depth, scope)})[dyn({index})]"
    return f"({element} {draw(st.sampled_from(['==', '!=', '<', 'in']))} dyn({write(draw, kind, depth, scope)}))"


def _dynamic_membership(draw: Any, depth: int, scope: Scope) -> str:
    items = [
        f"dyn({write(draw, draw(st.sampled_from(SCALARS)), depth, scope)})" for _ in range(draw(st.integers(0, 3)))
    ]
    return f"(dyn({write(draw, draw(st.sampled_from(SCALARS)), depth, scope)}) in [{', '.join(items)}])"


def _type_test(draw: Any, depth: int, scope: Scope) -> str:
    kind = draw(st.sampled_from(SCALARS))
    other = draw(st.sampled_from(["int", "double", "string", "bool", "uint", "null_type", "list", "map"]))
    return f"(type({write(draw, kind, depth, scope)}) == {other})"


MAKERS: Final[dict[str, tuple[Make, ...]]] = {
    "bool": (
        infix("bool", "&&", "||", "&&", "||", "==", "<"),
        infix("bool", "&&", "||"),
        shaped("(!{})", "bool"),
        _comparison,
        _comparison,
        _container_equality,
        _dynamic,
        _dynamic_arithmetic,
        _membership,
        shaped("({} in {})", "string", "map(int)"),
        _null_test,
        _null_test,
        _has,
        _test_macro,
        _test_macro,
        _matches,
        shaped("{}.contains({})", "string", "string"),
        shaped("{}.startsWith({})", "string", "string"),
        shaped("{}.endsWith({})", "string", "string"),
        _converted("bool", "string", "bool"),
        _type_test,
        _legs_kept("({}[0].at != null)"),
        _legs_kept("{}.all(y, y.code != '' || y.n > 0)"),
        _dynamic_text,
        _dynamic_element,
        _dynamic_membership,
        shaped("dyn({}).exists(y, y == dyn({}))", "list(int)", "double"),
        shaped("(has(dyn({}).k) && dyn({}).k == {})", "map(int)", "map(int)", "int"),
        shaped("(type({}) == type(dyn({})))", "int", "double"),
    ),
    "int": (
        _legs_kept("size({})"),
        _legs_kept("{}[0].n"),
        shaped("{{{}: {}, {}: {}}}[{}]", "string", "int", "string", "int", "string"),
        infix("int", "+", "-", "*", "/", "%"),
        shaped("(-{})", "int"),
        _size,
        _part,
        _converted("int", "double", "string", "uint", "timestamp", "int"),
        shaped("{}[{}]", "list(int)", "int"),
        shaped("{}[{}]", "map(int)", "string"),
    ),
    "uint": (infix("uint", "+", "-", "*", "/", "%"), _converted("uint", "int", "double", "string")),
    "double": (
        infix("double", "+", "-", "*", "/"),
        shaped("(-{})", "double"),
        _converted("double", "int", "string", "uint", "double"),
        shaped("{}[{}]", "list(double)", "int"),
    ),
    "string": (
        infix("string", "+"),
        _converted("string", "int", "double", "bool", "timestamp", "duration", "uint", "string"),
        shaped("{}[{}]", "list(string)", "int"),
        shaped("string(bytes({}))", "string"),
    ),
    "timestamp": (
        shaped("({} + {})", "timestamp", "duration"),
        shaped("({} + {})", "duration", "timestamp"),
        shaped("({} - {})", "timestamp", "duration"),
        _converted("timestamp", "string", "int"),
    ),
    "duration": (
        infix("duration", "+", "-"),
        shaped("({} - {})", "timestamp", "timestamp"),
        _converted("duration", "string"),
    ),
    **{
        f"list({kind})": (_list_of(kind), infix(f"list({kind})", "+"), _filtered(kind), _mapped(kind))
        for kind in ELEMENTS
    },
    "map(int)": (shaped("{{'k': {}, 'b': {}}}", "int", "int"), shaped("{{{}: {}}}", "string", "int")),
}
