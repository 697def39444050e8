"""Bytes become a tree, or a problem with its place; never a traceback."""

import pytest

from sluice.contract import source
from sluice.contract.scalars import resolve
from sluice.contract.tree import MapNode, ScalarNode


def codes(text: bytes) -> list[tuple[int, int, str]]:
    return [(told.place.line, told.place.column, told.code) for told in source.read(text, "f.yaml").problems]


def value(written: str) -> object:
    root = source.read(f"key: {written}\n".encode(), "f.yaml").root
    assert isinstance(root, MapNode)
    node = root.get("key")
    assert isinstance(node, ScalarNode)
    return node.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1.", 1.0),
        ("06:00", "06:00"),
        ("12:30:00", "12:30:00"),
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("'12'", "12"),
        ('"a\\nb"', "a\nb"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_a_word_means_what_yaml_1_2_says(written: str, meant: object) -> None:
    assert value(written) == meant
    assert type(value(written)) is type(meant)


def test_a_number_of_many_digits_is_no_surprise() -> None:
    assert codes(b"key: " + b"9" * 5000) == [(1, 6, "number-out-of-range")]
    assert resolve("9" * 400) == int("9" * 400)


def test_bytes_that_are_no_utf_8_are_told_by_line_and_column() -> None:
    assert codes("key: ü\nother: ä".encode().replace("ä".encode(), b"\xe4")) == [(2, 8, "not-utf-8")]


def test_utf_16_is_no_utf_8() -> None:
    assert [code for _, _, code in codes("key: 1".encode("utf-16"))] == ["not-utf-8"]


def test_a_byte_order_mark_is_a_warning_and_moves_no_column() -> None:
    assert codes(b"\xef\xbb\xbfkey: &a 1") == [(1, 1, "byte-order-mark"), (1, 6, "yaml-anchor")]


def test_a_file_above_one_mebibyte_is_not_looked_into() -> None:
    assert codes(b"key: " + b"x" * (1 << 20)) == [(1, 1, "file-too-large")]


@pytest.mark.parametrize("opening", [b"[", b"{a: ", b"- ", b"? "])
def test_no_depth_exhausts_the_stack(opening: bytes) -> None:
    assert [code for _, _, code in codes(opening * 100_000)] in (["too-deep"], ["yaml-syntax"])


def test_64_levels_are_read() -> None:
    assert codes(b"[" * 64 + b"]" * 64) == []
    assert codes(b"[" * 65 + b"]" * 65) == [(1, 65, "too-deep")]


def test_aliases_cannot_grow() -> None:
    bomb = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 110))

    problems = source.read(bomb, "f.yaml").problems

    assert {problem.code for problem in problems} == {"yaml-anchor", "yaml-alias"}


def test_problems_have_a_bound() -> None:
    assert len(source.read(b"[" + b"*a, " * 5000 + b"]", "f.yaml").problems) <= source.PROBLEMS_MAX
    assert len(source.read(b"[" + b"&a x, " * 5000 + b"]", "f.yaml").problems) == source.PROBLEMS_MAX


def test_a_point_inside_a_text_is_found_in_the_file() -> None:
    root = source.read(b"a: plain text\nb: 'quoted'\nc: |\n    block\n    text\nd: >\n    folded\n", "f.yaml").root
    assert isinstance(root, MapNode)
    nodes = {key: root.get(key) for key in "abcd"}
    places = {key: node.inside(1, 3) for key, node in nodes.items() if isinstance(node, ScalarNode)}

    assert {key: (place.line, place.column) for key, place in places.items()} == {
        "a": (1, 6),
        "b": (2, 7),
        "c": (4, 7),
        "d": (6, 4),
    }
