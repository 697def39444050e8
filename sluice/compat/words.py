"""The reasons in sentences, with the way out of each."""

from typing import Final

from sluice.compat.reason import Reason

_RELEASE: Final = "publish it as a new major version"

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "type-refused": (
        "{writer} may hold {a_type} here, and {reader} takes {taken} only",
        "keep the type and add the new one as a new field",
    ),
    "values-refused": (
        "{writer} may hold {values} here, which {reader} refuses",
        "keep these values until nobody writes or replays them",
    ),
    "not-listed": ("{writer} may hold any value here, and {reader} takes only {values}", "keep it open"),
    "below": ("{writer} may go down to {has}, and {reader} stops at {limit}", "keep the wider bound"),
    "above": ("{writer} may go up to {has}, and {reader} stops at {limit}", "keep the wider bound"),
    "not-a-multiple": ("{writer} may hold numbers that are no multiples of {step}", "keep the finer step"),
    "too-few": ("{writer} may have as few as {has} {noun}, and {reader} asks for {limit}", "keep the lower limit"),
    "too-many": ("{writer} may have as many as {has} {noun}, and {reader} takes {limit}", "keep the higher limit"),
    "pattern": (
        "{writer} may hold text that the pattern {asked} of {reader} refuses, as far as patterns can be compared",
        "keep the pattern, or hold the new one under enforce: observe",
    ),
    "format": ("{writer} may hold text that is no {asked}, which {reader} asks for", "keep the format"),
    "missing": (
        "{writer} may lack '{name}', and {reader} requires it",
        "declare it as optional; require it when all that is kept has it",
    ),
    "name-taken": (
        "{writer} may carry '{name}' with any content, as undeclared fields are allowed, and {reader} says what it is",
        "close the object first (unknownFields: reject or warn), or use the next major version",
    ),
    "property-refused": (
        "{writer} may carry '{name}', and {reader} allows no such field",
        "keep the field declared, or move the readers first",
    ),
    "unknown-refused": (
        "{writer} may carry fields that nobody declared, and {reader} allows none",
        "leave the object open (unknownFields: allow), or close it with the next major version",
    ),
    "name-refused": ("{writer} may use the name '{name}', which {reader} refuses", "keep the names as they were"),
    "companion": (
        "{writer} may carry '{name}' without {needs}, and {reader} wants them together",
        "declare them as optional and say it in a rule",
    ),
    "repeated": ("{writer} may repeat an item, and {reader} wants each once", "leave uniqueItems out"),
    "contains": ("{writer} may lack the item that {reader} looks for", "leave contains out"),
    "no-branch": (
        "{writer} may hold {a_type} here that none of the {of} branches of {reader} takes",
        "keep the branch",
    ),
    "many-branches": (
        "{writer} may hold {a_type} here that more than one branch of {reader} takes",
        "make the branches exclusive, or use anyOf",
    ),
    "forbidden": ("{writer} may hold {a_type} here that {reader} forbids", "drop the not"),
    "condition": (
        "{writer} may hold {a_type} here that fails the condition of {reader}",
        "keep the condition as it was",
    ),
    "nothing-taken": ("{writer} may hold a value here, and {reader} takes none", "keep the place open"),
    "reference-unknown": (
        "{reader} refers to {reference}, which is not within it, so nothing is proven",
        "put the definition into the schema",
    ),
    "no-proof": ("nothing proves that {reader} takes all that {writer} may hold here", "simplify the schema here"),
}
"""For each kind of reason: what happens, and the way out beside a new major version."""

_TYPES: Final = {
    "null": "null",
    "boolean": "a boolean",
    "string": "text",
    "integer": "an integer",
    "fraction": "a number with a fraction",
    "number": "a number",
    "array": "an array",
    "object": "an object",
    "value": "a value",
}


def sentence(reason: Reason, writer: str, reader: str) -> str:
    """The reason for people: who writes what, and who refuses it."""
    template, _ = SENTENCES[reason.kind]
    facts = {name: _said(name, value) for name, value in reason.facts.items()}
    if "type" in reason.facts:
        facts["a_type"] = _TYPES[reason.facts["type"]]
    text = template.format_map({"writer": writer, "reader": reader} | facts)
    return text[0].upper() + text[1:]


def way_out(reason: Reason) -> str:
    """What its author can do about it."""
    return f"{SENTENCES[reason.kind][1]}, or {_RELEASE}"


def _said(name: str, value: object) -> str:
    match name, value:
        case "has", None:
            return "any number"
        case "taken", list():
            return _listed([_TYPES[kind] for kind in value], "or")
        case (("values" | "needs"), list()):
            return _listed([_quoted(each) for each in value], "and" if name == "needs" else "or")
        case _:
            return str(value)


def _listed(words: list[str], last: str) -> str:
    return " ".join((", ".join(words[:-1]), last, words[-1])) if len(words) > 1 else "".join(words)


def _quoted(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f"'{value}'"
        case _:
            return str(value)
