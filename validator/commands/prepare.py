"""From flags to a deployment: settings, contracts frozen and kept, topics known."""

from collections.abc import Mapping
from typing import Any

import msgspec
from structlog.typing import FilteringBoundLogger

from connections.registry import Registry
from connections.registry_faults import RegistryFault
from connections.settings import masked
from validator.cluster import cluster_id, require_topics, warning_of_compression, with_limits
from validator.commands.options import settings_of, wanted_of
from validator.configuration import Deployment
from validator.frozen import ContractSet, compile_gates
from validator.last_good import keep, last_good
from validator.resolve import Wanted, resolve
from validator.running import REMOTE
from validator.settings import JobSettings


def deployment_of(asked: Mapping[str, Any], log: FilteringBoundLogger, *, target: str = REMOTE) -> Deployment:
    """Read settings, resolve and freeze the contracts, keep the last good copy; Fault where the world refuses."""
    settings = settings_of(asked)
    log.info("settings", **masked(settings))
    contracts = contracts_of(settings, wanted_of(asked), log, may_be_old=asked["last_good"])
    gates = compile_gates(contracts.contracts)
    topics = [topic for gate in gates for topic in (gate.topics.raw, gate.topics.validated, gate.topics.dead_letter)]
    require_topics(settings.kafka, topics)
    limited = with_limits(contracts.contracts, settings.kafka)
    if why := warning_of_compression(contracts.contracts, settings.kafka):
        log.warning("raw compression", why=why)
    return Deployment(
        settings=settings,
        contracts=msgspec.structs.replace(contracts, contracts=limited),
        cluster=settings.validator.cluster or cluster_id(settings.kafka),
        target=target,
    )


def contracts_of(settings: JobSettings, wanted: Wanted, log: FilteringBoundLogger, *, may_be_old: bool) -> ContractSet:
    """The contracts from the registry, kept as the last good copy; that copy where nobody answers and it was asked for.

    A registry that is down delays a deployment; a running job does not need it.
    """
    folder = settings.validator.state / settings.validator.name
    try:
        with Registry(settings.registry) as registry:
            contracts = resolve(wanted, registry)
    except RegistryFault as fault:
        if not may_be_old:
            raise
        contracts = last_good(folder, wanted, fault, settings.registry.url)
        log.warning("last good copy", why=str(fault), resolved_at_ms=contracts.resolved_at_ms, file=str(folder))
        return contracts
    log.info(
        "contracts frozen",
        versions={each.subject: each.version for each in contracts.contracts},
        checksum=contracts.checksum,
        file=str(keep(contracts, folder)),
    )
    return contracts
