"""From bytes to a JSON document, or the code of why there is none."""

from typing import Any, Final

import orjson

from sluice.verdict import codes

DEPTH_MAX: Final = 255  # what the JSON Schema engine can explain; the parser itself takes 1,024


def decode(body: bytes) -> tuple[Any, str]:
    """The document and an empty code, or None and the code. The last of duplicate keys wins."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        return None, _why(body, wrong.msg)
    if may_be_too_deep(body) and _is_too_deep(document):
        return None, codes.NESTED_TOO_DEEP
    return document, ""


def may_be_too_deep(body: bytes) -> bool:
    """Whether there are brackets enough for a document that nests too deep; a cheap no for nearly all."""
    return body.count(b"[") + body.count(b"{") > DEPTH_MAX


def _why(body: bytes, reason: str) -> str:
    try:
        body.decode()
    except UnicodeDecodeError:
        return codes.NOT_UTF8
    return codes.NESTED_TOO_DEEP if "depth limit" in reason else codes.MALFORMED_JSON


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(DEPTH_MAX):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return False
    return any(isinstance(whole, (dict, list)) for whole in level)


def _parts(whole: Any) -> Any:
    if isinstance(whole, dict):
        return whole.values()
    return whole if isinstance(whole, list) else ()
