"""Who is told of a contract, and where: its support channels, owners and consumers, mapped to what is set up here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sluice.contract.model import Consumer, Contract
from sluice.incident.notice import Audience

OWNERS_SCOPES: Final = frozenset({"", "issues", "interactive"})
CONSUMERS_SCOPES: Final = frozenset({"notifications", "announcements"})

TARGET_MAX: Final = 255
"""No address is longer, and no store takes a longer one: what a contract names beyond that reaches nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A channel that is set up here: its type, and whether it hears of every contract without being named by one.

    ``places`` are those in it that hear where no contract names one; each is a destination of its own.
    """

    name: str
    type: str
    everything: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Destination:
    """A channel, and where in it: ``#channel`` for Slack, an address for e-mail, empty where there is one place."""

    channel: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One destination with what it gets: owners everything, consumers what touches the fields that they use."""

    destination: Destination
    audience: Audience
    consumers: tuple[Consumer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What is set up here. ``not_production`` hears of contracts that are not for production use; () is nobody."""

    channels: Mapping[str, ChannelRow] = field(default_factory=dict)
    not_production: tuple[str, ...] = ()


def routes(contract: Contract | None, directory: Directory) -> tuple[Route, ...]:
    """Each destination once for each audience; None is the platform's own, or a contract that nobody knows.

    A contract that is not for production use is told to nobody unless ``not_production`` names a channel.
    """
    if contract is not None and not contract.production_use:
        return _distinct(_owners(_named(directory.not_production, directory)), directory)
    everything = _owners(Destination(channel=one.name) for one in directory.channels.values() if one.everything)
    if contract is None:
        return _distinct(everything, directory)
    concerned = (*everything, *_owners(_owner_places(contract, directory)), *_consumers(contract, directory))
    return _distinct(concerned, directory)


def unrouted(contract: Contract, directory: Directory) -> tuple[str, ...]:
    """What the contract names and nothing here can reach: sentences."""
    told = [
        f"{contract.id}: support channel '{one.channel}' ({one.tool or 'no tool'}) reaches no channel that is set up"
        for one in contract.support
        if not _place(one.channel, one.tool, directory)
    ]
    told += [
        f"{contract.id}: the contact '{one.contact}' of consumer '{one.name}' reaches no channel that is set up"
        for one in contract.consumers
        if one.contact and not _place(one.contact, "", directory)
    ]
    return tuple(told)


def _owner_places(contract: Contract, directory: Directory) -> list[Destination]:
    places = [
        place
        for one in contract.support
        if one.scope in OWNERS_SCOPES and (place := _place(one.channel, one.tool, directory))
    ]
    if places:
        return places
    owners = (member.username for member in contract.members if member.role == "owner")
    return [place for owner in owners if (place := _place(owner, "", directory))]


def _consumers(contract: Contract, directory: Directory) -> list[Route]:
    """One route a place, with all the consumers who read there."""
    asked = [one for one in contract.support if one.scope in CONSUMERS_SCOPES]
    shared = [place for one in asked if (place := _place(one.channel, one.tool, directory))]
    readers: dict[Destination, list[Consumer]] = {}
    for consumer in contract.consumers:
        own = _place(consumer.contact, "", directory) if consumer.contact else None
        for place in [own] if own else shared:
            readers.setdefault(place, []).append(consumer)
    return [
        Route(destination=place, audience=Audience.CONSUMERS, consumers=tuple(there))
        for place, there in readers.items()
    ]


def _place(name: str, tool: str, directory: Directory) -> Destination | None:
    """A channel by its own name; else the first of the tool's type, with the name as the place in it."""
    if name in directory.channels:
        return Destination(channel=name)
    wanted = tool.lower() or _tool_of(name)
    row = next((one for one in directory.channels.values() if one.type == wanted), None)
    if row is None or wanted not in ("slack", "email") or len(name) > TARGET_MAX or not name.isprintable():
        return None
    return Destination(channel=row.name, target=name)


def _tool_of(name: str) -> str:
    if name.startswith("#"):
        return "slack"
    return "email" if "@" in name else ""


def _named(names: Iterable[str], directory: Directory) -> list[Destination]:
    return [Destination(channel=name) for name in names if name in directory.channels]


def _owners(places: Iterable[Destination]) -> list[Route]:
    return [Route(destination=place, audience=Audience.OWNERS) for place in places]


def _distinct(found: Iterable[Route], directory: Directory) -> tuple[Route, ...]:
    """One route a place: who hears everything as an owner hears nothing once more as a consumer."""
    kept: dict[Destination, Route] = {}
    for route in found:
        for place in _places(route.destination, directory):
            kept.setdefault(place, replace(route, destination=place))
    return tuple(kept.values())


def _places(destination: Destination, directory: Directory) -> tuple[Destination, ...]:
    if destination.target:
        return (destination,)
    return tuple(replace(destination, target=one) for one in directory.channels[destination.channel].places or ("",))
