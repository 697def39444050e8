"""Records of a file, line by line: NDJSON, plain or gzip, in bounded memory whatever the file."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from sluice.terminal import Fault

STDIN: Final = "-"
LINE_BYTES_MAX: Final = 16 << 20
_BLOCK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


def shown(source: str) -> str:
    """The name of a file for people, whatever bytes it is made of."""
    return "stdin" if source == STDIN else os.fsencode(source).decode("utf-8", "backslashreplace")


def size_of(source: str) -> int | None:
    """The bytes of a file; None for stdin and for what has no size. Raises Fault where it cannot be read."""
    if source == STDIN:
        return None
    path = Path(source)
    if not path.exists():
        raise Fault(f"there is no {shown(source)}")
    if path.is_dir():
        raise Fault(f"{shown(source)} is a folder; name the files in it")
    return path.stat().st_size if path.is_file() else None


def records(source: str, advance: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, without its end, and its number from 1.

    ``advance`` hears of the bytes read from the file. Of a line beyond LINE_BYTES_MAX one byte more than that is
    given. Raises Fault where the file cannot be read to its end; its message names the last good line.
    """
    number = 0
    try:
        with _opened(source) as raw:
            stream = _decompressed(io.BufferedReader(_Counted(raw, advance), _BLOCK))
            while line := stream.readline(LINE_BYTES_MAX + 1):
                number += 1
                if number == 1:
                    line = line.removeprefix(_BOM)
                if len(line) > LINE_BYTES_MAX and not line.endswith(b"\n"):
                    _skip_line(stream)
                    yield number, line
                elif value := line.strip(b"\r\n \t"):
                    yield number, value
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Fault(f"{shown(source)} is a broken gzip file after line {number}; the lines before are judged") from None
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise Fault(f"cannot read {shown(source)} after line {number}: {reason}") from None


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == STDIN:
        yield sys.stdin.buffer
    else:
        with Path(source).open("rb", buffering=0) as file:
            yield file


def _decompressed(stream: io.BufferedReader) -> io.BufferedIOBase:
    return gzip.GzipFile(fileobj=stream) if stream.peek(len(_GZIP))[:2] == _GZIP else stream


def _skip_line(stream: io.BufferedIOBase) -> None:
    while (rest := stream.readline(_BLOCK)) and not rest.endswith(b"\n"):
        pass


class _Counted(io.RawIOBase):
    """A file that tells how many bytes have been read from it."""

    def __init__(self, raw: BinaryIO, advance: Callable[[int], None]) -> None:
        self._raw = raw
        self._advance = advance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # the buffer is what BufferedReader passes
        block = self._raw.read(len(buffer))
        buffer[: len(block)] = block
        self._advance(len(block))
        return len(block)
