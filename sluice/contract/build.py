"""From a draft that was found right to the contract as a value."""

from sluice.contract.draft import Draft, ObjectDraft, vendor_map, vendor_maps, vendor_text, vendor_value
from sluice.contract.fields import build_fields
from sluice.contract.levels import build_level
from sluice.contract.model import Consumer, Contract, Member, RecordRule, SchemaObject, SupportChannel
from sluice.contract.rules_on_many import build_quality, build_watch
from sluice.contract.stream import Enforce
from sluice.contract.stream_profile import build_stream
from sluice.contract.tree import MapNode, scalar

CEL = "cel"


def build(draft: Draft) -> Contract:
    """The contract that a draft says.

    It is total: what is missing or of a wrong kind takes its default, so that checks can look at a file with faults.
    """
    root = draft.root
    team = root.map("team")
    owners = vendor_map(root, "owners")
    return Contract(
        id=root.text("id"),
        version=root.text("version"),
        file=draft.file,
        status=root.text("status"),
        objects=tuple(_object(found) for found in draft.objects),
        name=root.text("name") or root.text("id"),
        domain=root.text("domain"),
        description=_description(root),
        team=team.text("name") if team else "",
        members=_members(root, team),
        support=tuple(_channel(node) for node in root.maps("support")),
        service_levels=tuple(build_level(node) for node in root.maps("slaProperties")),
        consumers=tuple(_consumer(node) for node in vendor_maps(root, "consumers")),
        producers=tuple(node.text("principal") for node in vendor_maps(root, "producers") if node.text("principal")),
        owner_principal=(owners.text("principal") or None) if owners else None,
        production_use=scalar(vendor_value(root, "productionUse")) is True,
        runbook=next((n.text("url") for n in root.maps("authoritativeDefinitions") if n.text("type") == "runbook"), ""),
    )


def rule_id(node: MapNode) -> str:
    """The stable id of a rule: its ``id``, or its ``name``."""
    return node.text("id") or node.text("name")


def _object(found: ObjectDraft) -> SchemaObject:
    return SchemaObject(
        name=found.name,
        place=found.place,
        physical_name=found.validated,
        fields=build_fields(found.node),
        rules=tuple(
            _rule(node) for node in found.quality() if node.text("engine") == CEL and node.text("implementation")
        ),
        quality=build_quality(found),
        watch=build_watch(found),
        stream=build_stream(found),
        description=found.node.text("description"),
    )


def _rule(node: MapNode) -> RecordRule:
    return RecordRule(
        id=rule_id(node),
        cel=node.text("implementation").rstrip(),
        place=node.place_of_value("implementation"),
        description=node.text("description"),
        severity="error" if node.text("severity", "error") == "error" else "warning",
        enforce=Enforce.OBSERVE if vendor_text(node, "enforce") == Enforce.OBSERVE else Enforce.ON,
    )


def _description(root: MapNode) -> str:
    description = root.map("description")
    return description.text("purpose") if description else root.text("description")


def _members(root: MapNode, team: MapNode | None) -> tuple[Member, ...]:
    nodes = team.maps("members") if team else root.maps("team")  # a list in v3.0, an object since
    return tuple(Member(username=node.text("username"), role=node.text("role")) for node in nodes)


def _channel(node: MapNode) -> SupportChannel:
    return SupportChannel(
        channel=node.text("channel"), tool=node.text("tool"), scope=node.text("scope"), url=node.text("url")
    )


def _consumer(node: MapNode) -> Consumer:
    return Consumer(
        name=node.text("name"),
        place=node.place_of_value("name"),
        contact=node.text("contact"),
        uses=tuple(text for text, _ in node.texts("uses")),
        criticality=node.text("criticality", "medium"),
        principal=node.text("principal") or None,
    )
