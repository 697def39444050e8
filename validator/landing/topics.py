"""Which topics are landed: one pattern, so that a new topic needs no new job."""

import re
from collections.abc import Iterable

from confluent_kafka import KafkaException
from structlog.typing import FilteringBoundLogger

from connections.admin import admin
from connections.kafka import kafka_fault
from connections.settings import Kafka
from sluice.verdict.annotation import NotAContract
from sluice.verdict.load import load_gate
from validator.resolve import SUFFIX, Subjects


def pattern_of(endings: Iterable[str], topics: Iterable[str]) -> str:
    r"""A regular expression, the same for Java and Python, of whole names: by ending, or by name.

    A topic that an ending matches is not named again, so a contract more leaves the pattern as it is.

    >>> pattern_of([".validated", ".dead-letter"], ["a.validated", "clicks-ok"])
    '.+\\.dead\\-letter|.+\\.validated|clicks\\-ok'
    """
    ending = [f".+{re.escape(each)}" for each in sorted(set(endings))]
    matched = re.compile("|".join(ending) or "(?!)")
    return "|".join((*ending, *(re.escape(each) for each in sorted(set(topics)) if not matched.fullmatch(each))))


def of_pattern(pattern: str, topics: Iterable[str]) -> tuple[str, ...]:
    """Those of the topics that the pattern matches, in order."""
    compiled = re.compile(pattern)
    return tuple(sorted(topic for topic in topics if compiled.fullmatch(topic)))


def topics_of(kafka: Kafka, pattern: str) -> tuple[str, ...]:
    """Those that Kafka has at present."""
    try:
        return of_pattern(pattern, admin(kafka).list_topics(timeout=kafka.timeout_seconds).topics)
    except KafkaException as error:
        raise kafka_fault(error, kafka, "listing topics") from None


def topics_of_contracts(registry: Subjects, log: FilteringBoundLogger) -> tuple[str, ...]:
    """The outputs that the registry's contracts name; a text that is no contract is told, and left out."""
    found: list[str] = []
    for subject in registry.subjects():
        read = registry.version(subject, "latest") if subject.endswith(SUFFIX) else None
        if read is None:
            continue
        try:
            topics = load_gate(read.schema.text, subject).topics
        except NotAContract as why:
            log.warning("no contract", subject=subject, why=str(why))
            continue
        found += (topics.validated, topics.dead_letter)
    return tuple(found)
