"""Settings of a stream that contradict one another."""

from collections.abc import Iterator

from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.draft import Draft, ObjectDraft, vendor_maps
from sluice.contract.suggest import did_you_mean
from sluice.contract.tree import MapNode
from sluice.problem import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """Each by itself is fine; together they do not do what they say."""
    for found in subject.streams:
        if found.stream is not None:
            yield from _producers(subject.draft, found.stream)
            yield from _change_data(found, found.stream)
            yield from _compaction(found, found.stream)


def _producers(draft: Draft, stream: MapNode) -> Iterator[Problem]:
    enforce = stream.map("enforce")
    producers = enforce.map("producers") if enforce else None
    if producers is None:
        return
    if not stream.text("producerHeader"):
        yield error(
            producers.place,
            "producer-unknowable",
            "enforcement differs by producer, but no header names the producer",
            "say `producerHeader: producer`",
        )
    declared = [node.text("name") for node in vendor_maps(draft.root, "producers")]
    for entry in producers.entries:
        if declared and entry.key not in declared:
            yield warning(
                entry.place,
                "producer-undeclared",
                f"'{entry.key}' is none of the declared producers",
                did_you_mean(entry.key, declared),
            )


def _change_data(found: ObjectDraft, stream: MapNode) -> Iterator[Problem]:
    is_cdc = stream.text("source") == "cdc"
    if stream.flag("replicaIdentityFull") and not is_cdc:
        yield error(
            stream.place_of("replicaIdentityFull"),
            "setting-without-effect",
            f"replicaIdentityFull says something of change data, but object '{found.name}' is not `source: cdc`",
            "leave it out, or say `source: cdc`",
        )
    if is_cdc and stream.text("tombstones", "reject") == "reject":
        yield warning(
            stream.place_of_value("tombstones" if stream.entry("tombstones") else "source"),
            "cdc-tombstones",
            f"object '{found.name}' comes by cdc and rejects tombstones, but a connector writes one after each delete",
            "say `tombstones: pass`",
        )


def _compaction(found: ObjectDraft, stream: MapNode) -> Iterator[Problem]:
    topics = stream.map("topics")
    if topics is None or "compact" not in topics.text("cleanupPolicy"):
        return
    if not any(field.node.flag("primaryKey") for field in found.fields):
        yield warning(
            topics.place_of_value("cleanupPolicy"),
            "compaction-without-key",
            f"the topics of object '{found.name}' are compacted, but it declares no primary key",
            "say `primaryKey: true` on what the record key is made of",
        )
    if stream.text("source") != "cdc" and stream.text("tombstones", "reject") == "reject":
        yield warning(
            topics.place_of_value("cleanupPolicy"),
            "compaction-without-tombstones",
            f"the topics of object '{found.name}' are compacted, but tombstones are rejected: nothing is ever deleted",
            "say `tombstones: pass`",
        )
