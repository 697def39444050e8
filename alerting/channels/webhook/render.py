"""The notice as the body of a webhook: versioned JSON, bounded, and its signature."""

import hmac
from dataclasses import replace
from hashlib import sha256
from typing import Final

import msgspec
import orjson

from sluice.incident.notice import Notice

FORMAT: Final = 1
SIZE_MAX: Final = 128 * 1024


def event(notice: Notice) -> str:
    """One word for what happened: test, resolved, updated (nobody is called), or alert."""
    if notice.test:
        return "test"
    if notice.over:
        return "resolved"
    return "updated" if notice.quiet else "alert"


def body(notice: Notice) -> bytes:
    """JSON of at most ``SIZE_MAX`` bytes: evidence goes first, then lines from the end, counted in ``more``."""
    for lighter in _lighter(notice):
        told = {"format": FORMAT, "event": event(lighter), **msgspec.to_builtins(lighter)}
        text = orjson.dumps(told)
        if len(text) <= SIZE_MAX:
            return text
    raise ValueError("a notice without lines is larger than a body may be")


def signature(key: bytes, timestamp: int, content: bytes) -> str:
    """``t=<seconds>,v1=<hex>``: HMAC-SHA256 over ``<seconds>.<body>``, so that an old request cannot be sent again."""
    mac = hmac.new(key, f"{timestamp}.".encode() + content, sha256).hexdigest()
    return f"t={timestamp},v1={mac}"


def _lighter(notice: Notice) -> list[Notice]:
    bare = replace(notice, lines=tuple(replace(line, evidence=()) for line in notice.lines))
    fewer = [
        replace(bare, lines=bare.lines[:count], more=notice.more + len(bare.lines) - count)
        for count in range(len(bare.lines) - 1, -1, -1)
    ]
    return [notice, bare, *fewer]
