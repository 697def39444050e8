"""What has to be done to topics: created as wanted, grown but never shrunk, configured in the keys that we decide."""

from collections.abc import Iterator, Mapping

from registry_sync.change import ConfigureTopic, CreateTopic, GrowTopic
from registry_sync.remark import Note, Refusal
from registry_sync.state import Desired, Observed, Topic, TopicState

Step = CreateTopic | GrowTopic | ConfigureTopic | Refusal | Note


def topic_changes(desired: Desired, observed: Observed) -> Iterator[Step]:
    """The changes of all topics, raw before those that follow its partition count."""
    counts: dict[str, int] = {}
    for topic in desired.topics:
        state = observed.topics.get(topic.name)
        counts[topic.name] = _count(topic, state, counts)
        if state is None:
            yield _creation(topic, counts[topic.name])
        else:
            yield from _partitions(topic, state, counts[topic.name])
            yield from _configuration(topic, state)


def _count(topic: Topic, state: TopicState | None, counts: Mapping[str, int]) -> int:
    """As many as the topic that it is like; else as many as asked for, and never fewer than there are."""
    if topic.like is not None:
        return counts[topic.like]
    if state is None:
        return topic.partitions or topic.partitions_default
    return max(topic.partitions or 0, state.partitions)


def _creation(topic: Topic, partitions: int) -> CreateTopic:
    return CreateTopic(
        name=topic.name,
        partitions=partitions,
        replication=topic.replication,
        config=topic.config,
        reason=f"new: {topic.owner.contract} {topic.owner.version}",
    )


def _partitions(topic: Topic, state: TopicState, wanted: int) -> Iterator[Step]:
    if topic.partitions is not None and topic.partitions < state.partitions:
        yield Refusal(
            code="partitions-shrink",
            name=topic.name,
            sentence=f"has {state.partitions} partitions and should have {topic.partitions}; Kafka cannot take "
            "any away",
            ways_out=(f"write partitions: {state.partitions} in the contract", "or pass --force to leave it as it is"),
            forceable=True,
        )
    if wanted > state.partitions:
        yield GrowTopic(
            name=topic.name, before=state.partitions, after=wanted, reason=f"as many as {topic.like or 'asked for'}"
        )
        yield Note(
            name=topic.name,
            sentence="keys map to other partitions once it has grown: the order of the records of one key is not "
            "kept across that moment",
        )
    elif wanted < state.partitions and topic.partitions is None:
        yield Note(
            name=topic.name,
            sentence=f"has {state.partitions} partitions and {topic.like} has {wanted}: a key has another partition "
            "number here",
        )
    if state.replication != topic.replication:
        yield Note(
            name=topic.name,
            sentence=f"is replicated {state.replication} times and not {topic.replication}; reassigning is the "
            "operator's work",
        )


def _configuration(topic: Topic, state: TopicState) -> Iterator[Step]:
    changed = tuple(
        (key, state.config.get(key, ""), value) for key, value in topic.config if state.config.get(key) != value
    )
    if changed:
        yield ConfigureTopic(name=topic.name, settings=changed, reason="differs from the contract and the environment")
    for key, before, after in changed:
        if loss := _loss(key, before, after):
            yield Refusal(
                code="records-would-go",
                name=topic.name,
                sentence=f"{key} is {before or 'unknown'} and would be {after}: {loss}",
                ways_out=("write what is there in the contract's topics", "or pass --force if that is meant"),
                forceable=True,
            )


def _loss(key: str, before: str, after: str) -> str:
    """What an existing topic would lose by the change; empty where it loses nothing."""
    match key:
        case "retention.ms" if _shorter(after, before):
            return f"the broker would delete records older than {after} ms"
        case "cleanup.policy":
            return "the broker would delete records that it keeps now"
        case "max.message.bytes" if before.isdigit() and int(after) < int(before):
            return "producers of larger records would be stopped"
        case _:
            return ""


def _shorter(after: str, before: str) -> bool:
    return after != "-1" and (not before.isdigit() or int(after) < int(before))
