"""From the bytes of a file to its tree: what YAML allows and a contract does not is told here, with its place."""

from typing import Final, NamedTuple

from sluice.contract.builder import Builder
from sluice.contract.tree import Node
from sluice.contract.yaml_faults import UnreadableError
from sluice.problem import Place, Problem, Severity

SIZE_BYTES_MAX: Final = 1 << 20
PROBLEMS_MAX: Final = 100

_BOM: Final = b"\xef\xbb\xbf"


class Source(NamedTuple):
    """A file's tree, or None where it has none, and what was wrong on the way."""

    root: Node | None
    problems: tuple[Problem, ...]


def read(text: bytes, file: str) -> Source:
    """Read one YAML document of at most 1 MiB.

    The tree is there unless the text is no YAML at all; duplicate keys, anchors and the like leave it whole enough to
    go on looking for problems. Never raises on any bytes.
    """
    start = Place(file=file)
    if len(text) > SIZE_BYTES_MAX:
        return Source(None, (_too_large(len(text), start),))
    warnings = (_byte_order_mark(start),) if text.startswith(_BOM) else ()
    try:
        decoded = _decode(text.removeprefix(_BOM), file)
        builder = Builder(file, decoded)
        root = builder.build()
    except UnreadableError as unreadable:
        return Source(None, (*warnings, unreadable.problem))
    return Source(root, (*warnings, *builder.problems[:PROBLEMS_MAX]))


def _decode(text: bytes, file: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        raise UnreadableError(
            Problem(
                place=Place(file=file, line=line, column=column),
                code="not-utf-8",
                message=f"the byte 0x{text[error.start]:02x} is not UTF-8",
                way_out="save the file in UTF-8",
            )
        ) from None


def _too_large(size: int, place: Place) -> Problem:
    return Problem(
        place=place,
        code="file-too-large",
        message=f"the file has {size:,} bytes, more than the {SIZE_BYTES_MAX:,} that a contract may have",
        way_out="split it into one contract for each entity",
    )


def _byte_order_mark(place: Place) -> Problem:
    return Problem(
        place=place,
        code="byte-order-mark",
        message="the file begins with a byte order mark",
        way_out="save it as UTF-8 without one; some tools choke on it",
        severity=Severity.WARNING,
    )
