"""What of a stack trace may be told: class names, places in our own code, our own sentences; messages hold records."""

import builtins
import re
from collections.abc import Iterator
from typing import Final

CLASSES_MAX: Final = 4
PLACES_MAX: Final = 2
TRACE_MAX: Final = 200_000
_JAVA: Final = re.compile(
    r"^(?:Caused by: )?(?P<name>(?:java|javax|jdk|sun|scala|org\.apache|org\.rocksdb|software\.amazon|com\.amazonaws)"
    r"(?:\.[a-z_0-9$]+)*(?:\.[A-Z]\w*)(?:\$[A-Z]\w*)*(?:Exception|Error|Failure))(?=[:\s]|$)",
    re.MULTILINE,
)
_BUILT_IN: Final = "|".join(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
_PYTHON: Final = re.compile(rf"^(?P<name>{_BUILT_IN})(?=:|$)", re.MULTILINE)
_OURS: Final = re.compile(r'File "[^"\n]*?\b(?P<file>(?:validator|sluice|connections)/[\w/]+\.py)", line (?P<line>\d+)')
_SENTENCES: Final = {
    "OutOfMemoryError": "a TaskManager or the JobManager ran out of memory",
    "NoResourceAvailableException": "there are not enough free slots",
    "TaskManagerLostException": "a TaskManager went away",
    "RemoteTransportException": "a TaskManager went away",
    "HeartbeatTimeoutException": "a TaskManager stopped answering",
    "ProducerFencedException": "another producer uses this job's transactions",
    "InvalidPidMappingException": "the broker forgot a transaction: the job was away for longer than it may be",
    "InvalidTxnStateException": "the broker ended a transaction: the job was away for longer than it may be",
    "UnknownTopicOrPartitionException": "a topic is not there",
    "TopicAuthorizationException": "the job may not use a topic",
    "SaslAuthenticationException": "the broker refused the job's login",
    "RecordTooLargeException": "a record is larger than its topic takes",
    "CheckpointException": "checkpoints fail",
    "TimeoutException": "something did not answer in time",
    "ConnectException": "nobody answers at an address",
    "FileNotFoundException": "a file is not there",
    "ModuleNotFoundError": "a Python package is missing on a TaskManager",
}


def classes(trace: str) -> tuple[str, ...]:
    """Names of the exceptions, the root cause first."""
    text = trace[:TRACE_MAX]
    found = sorted((*_JAVA.finditer(text), *_PYTHON.finditer(text)), key=lambda match: -match.start())
    return tuple(dict.fromkeys(match["name"] for match in found))[:CLASSES_MAX]


def places(trace: str) -> tuple[str, ...]:
    """Where in our own code it happened, the innermost first: ``validator/judge.py:51``."""
    found = [f"{match['file']}:{match['line']}" for match in _OURS.finditer(trace[:TRACE_MAX])]
    return tuple(dict.fromkeys(reversed(found)))[:PLACES_MAX]


def sentence(trace: str) -> str:
    """What it means, where we know; else the name of the root cause."""
    names = classes(trace)
    known = (_SENTENCES[short] for short in _short(names) if short in _SENTENCES)
    return next(known, f"it failed with {names[0].rpartition('.')[2]}" if names else "it failed, and did not say why")


def _short(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield name.rpartition(".")[2].rpartition("$")[2]
