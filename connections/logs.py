"""Logs of every process on stderr: one decision a line, JSON unless a person reads; never a payload, never a secret."""

import logging
import sys
from typing import Final, cast

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

SECRET_WORDS: Final = ("password", "secret", "token", "authorization", "credential", "jaas")
TEXT_MAX: Final = 2_000


def configure(process: str, level: int = logging.INFO) -> FilteringBoundLogger:
    """Set up logging for this process, named ``process`` in each line, and return its logger."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            hide_secrets,
            cut_long_text,
            _for_people() if _a_person_reads() else structlog.processors.JSONRenderer(serializer=_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    return cast("FilteringBoundLogger", structlog.get_logger(process=process))


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Mask the value of each key that sounds like a secret: the last line of defence, not the first."""
    del logger, method
    return {key: "***" if _sounds_secret(key) else value for key, value in event.items()}


def cut_long_text(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Cut texts at ``TEXT_MAX`` characters and say how much was cut."""
    del logger, method
    return {key: _cut(value) if isinstance(value, str) else value for key, value in event.items()}


def _a_person_reads() -> bool:
    """What stands for stderr within Flink's Python knows no terminal, nor the question."""
    isatty = getattr(sys.stderr, "isatty", None)
    return bool(isatty and isatty())


def _for_people() -> structlog.dev.ConsoleRenderer:
    """Colour and key=value; each value is quoted, so that none can steer the terminal."""
    return structlog.dev.ConsoleRenderer(
        timestamp_key="at", repr_native_str=True, exception_formatter=structlog.dev.plain_traceback
    )


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}… ({len(text) - TEXT_MAX} more characters)"


def _sounds_secret(key: str) -> bool:
    return any(word in key.lower() for word in SECRET_WORDS)


def _line(event: EventDict, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()
