"""Who is concerned: the consumers that use a field which a finding looks at."""

from sluice.contract.model import Consumer, Contract


def touches(consumer: Consumer, object_name: str, fields: tuple[str, ...]) -> bool:
    """Whether the consumer uses the object, and one of the fields (all where there are none), or a part of one."""
    return any(_meets(use, object_name, fields) for use in consumer.uses)


def affected(contract: Contract, object_name: str, fields: tuple[str, ...]) -> tuple[Consumer, ...]:
    """The consumers concerned, as the contract orders them."""
    return tuple(consumer for consumer in contract.consumers if touches(consumer, object_name, fields))


def _meets(use: str, object_name: str, fields: tuple[str, ...]) -> bool:
    used_object, _, used_field = use.partition(".")
    if used_object != object_name:
        return False
    return not used_field or not fields or any(_within(used_field, field) for field in fields)


def _within(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
