"""The cause that Java's stack traces end in: one line, without secrets."""

from typing import Final

from connections.redact import redacted

TOLD_MAX: Final = 500
_CAUSE: Final = "Caused by: "


def root_cause(trace: str) -> str:
    """The innermost cause, else the first line; empty where the trace is."""
    lines = [line.strip() for line in redacted(trace).splitlines() if line.strip()]
    causes = [line.removeprefix(_CAUSE) for line in lines if line.startswith(_CAUSE)]
    return (causes[-1] if causes else next(iter(lines), ""))[:TOLD_MAX]
