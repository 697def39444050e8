"""Does one schema take every document that another one takes? Each doubt is a reason; none means: proven."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from sluice.compat.apart import apart
from sluice.compat.cases import Case, cases, text
from sluice.compat.documents import Documents, Schema, Unprovable
from sluice.compat.keywords import arrays, objects, scalars
from sluice.compat.reason import Reason, step

DEPTH_MAX: Final = 60
VALUES_SHOWN: Final = 5
Check = Callable[["Cover", Case, dict[str, Any], str], Iterator[Reason]]


class Cover:
    """The comparison of two schemas. What is being proven is taken for true further down: schemas may be recursive."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._open: set[tuple[str, str]] = set()
        self._known: dict[tuple[str, str, str], tuple[Reason, ...]] = {}
        self._assumed = 0

    def doubts(self, writers: tuple[Schema, ...], reader: Schema, pointer: str) -> tuple[Reason, ...]:
        """Why a document that meets all the writers may fail the reader, which stands at ``pointer``."""
        key = (text(writers), text(reader))
        if (*key, pointer) in self._known:
            return self._known[*key, pointer]
        if key in self._open:
            self._assumed += 1
            return ()
        if len(self._open) > DEPTH_MAX:
            return (Reason(pointer=pointer, kind="no-proof"),)
        self._open.add(key)
        assumed = self._assumed
        try:
            found = tuple(dict.fromkeys(self._all(writers, reader, pointer)))
        except Unprovable:
            found = (Reason(pointer=pointer, kind="no-proof"),)
        finally:
            self._open.discard(key)
        if found or assumed == self._assumed:
            self._known[*key, pointer] = found
        return found

    def _all(self, writers: tuple[Schema, ...], reader: Schema, pointer: str) -> Iterator[Reason]:
        if reader is True or reader == {}:
            return
        for case in cases(writers, self.documents):
            if not self.never(case):
                yield from self.refusals(case, reader, pointer)

    def refusals(self, case: Case, reader: Schema, pointer: str) -> Iterator[Reason]:
        """Why a document of the case may fail the reader's schema."""
        if reader is True or text(reader) in case.whole:
            return
        if reader is False:
            yield Reason(pointer=pointer, kind="nothing-taken")
            return
        assert isinstance(reader, dict)  # noqa: S101 - the metaschema knows no third kind
        if "$ref" in reader:
            target = self.documents.resolve(reader["$ref"])
            if target is None:
                yield Reason(pointer=pointer, kind="reference-unknown", facts={"reference": reader["$ref"]})
            else:
                yield from self.doubts((*case.parts, *_rest(case)), target, pointer)
        elif case.values is not None:
            yield from self._finite(case.values, reader, pointer)
        else:
            for check in (_type, _listed, *_COMBINED, *_BY_TYPE[case.type]):
                yield from check(self, case, reader, pointer)

    def never(self, case: Case) -> bool:
        """Whether the case is known to hold no document: what it must not be covers all that it may be."""
        bare = Case(type=case.type, parts=case.parts, whole=case.whole, values=case.values)
        return any(not any(self.refusals(bare, forbidden, "")) for forbidden in case.nots)

    def apart(self, case: Case, other: Schema) -> bool:
        """Whether no document of the case meets the other schema, as far as this can be proven."""
        if any(not self.doubts((other,), forbidden, "") for forbidden in case.nots):
            return True
        if case.values is not None:
            return not any(self.documents.takes(other, value) for value in case.values)
        try:
            return all(apart(self, case, each) for each in cases((other,), self.documents))
        except Unprovable:
            return False

    def _finite(self, values: tuple[Any, ...], reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
        refused = [value for value in values if not self.documents.takes(reader, value)]
        if refused:
            keyword = next((word for word in ("enum", "const", "type") if word in reader), "")
            yield Reason(
                pointer=step(pointer, keyword) if keyword else pointer,
                kind="values-refused",
                facts={"values": refused[:VALUES_SHOWN], "more": max(0, len(refused) - VALUES_SHOWN)},
            )


def _rest(case: Case) -> Iterator[Schema]:
    """What the case adds to its parts: its one type or its values, and what it is not."""
    if case.values is not None:
        yield {"enum": list(case.values)}
    else:
        yield {"type": "number" if case.type == "fraction" else case.type}
    yield from ({"not": forbidden} for forbidden in case.nots)


def _type(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    del cover
    if "type" not in reader:
        return
    taken = reader["type"] if isinstance(reader["type"], list) else [reader["type"]]
    if case.type not in taken and not (case.type in {"integer", "fraction"} and "number" in taken):
        facts = {"type": case.type, "taken": taken}
        yield Reason(pointer=step(pointer, "type"), kind="type-refused", facts=facts)


def _listed(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    del cover, case
    for word in ("enum", "const"):
        if word in reader:
            yield Reason(pointer=step(pointer, word), kind="not-listed", facts={"values": reader[word]})


def _all_of(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    for index, branch in enumerate(reader.get("allOf", ())):
        yield from cover.refusals(case, branch, step(pointer, "allOf", index))


def _any_of(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    branches = reader.get("anyOf", ())
    if branches and all(any(cover.refusals(case, branch, pointer)) for branch in branches):
        yield Reason(pointer=step(pointer, "anyOf"), kind="no-branch", facts={"type": case.type, "of": len(branches)})


def _one_of(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    branches = reader.get("oneOf", ())
    if not branches:
        return
    taking = [index for index, branch in enumerate(branches) if not any(cover.refusals(case, branch, pointer))]
    if not taking:
        facts = {"type": case.type, "of": len(branches)}
        yield Reason(pointer=step(pointer, "oneOf"), kind="no-branch", facts=facts)
    elif not any(
        all(cover.apart(case, other) for index, other in enumerate(branches) if index != chosen) for chosen in taking
    ):
        yield Reason(pointer=step(pointer, "oneOf"), kind="many-branches", facts={"type": case.type})


def _not(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    if "not" in reader and not cover.apart(case, reader["not"]):
        yield Reason(pointer=step(pointer, "not"), kind="forbidden", facts={"type": case.type})


def _if(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    if "if" not in reader:
        return
    meets = not any(cover.refusals(case, reader["if"], pointer))
    misses = cover.apart(case, reader["if"])
    for word, possible in (("then", not misses), ("else", not meets)):
        if possible and word in reader and any(cover.refusals(case, reader[word], step(pointer, word))):
            yield Reason(pointer=step(pointer, word), kind="condition", facts={"type": case.type})


_COMBINED: Final[tuple[Check, ...]] = (_all_of, _any_of, _one_of, _not, _if)
_BY_TYPE: Final[dict[str, tuple[Check, ...]]] = {
    "integer": scalars.NUMBER,
    "fraction": scalars.NUMBER,
    "string": scalars.STRING,
    "array": arrays.ARRAY,
    "object": objects.OBJECT,
}
