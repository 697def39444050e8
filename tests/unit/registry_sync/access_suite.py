"""What sync promises about access rules: run on the fake broker, and on a real one with its authorizer on."""

from dataclasses import replace

from registry_sync.state import Access, Operation, Resource
from tests.unit.registry_sync.by_hand import Orders, World, applied, codes, kinds, planned


def topic(principal: str, operation: Operation, name: str) -> Access:
    return Access(principal=f"User:{principal}", operation=operation, resource=Resource.TOPIC, name=name)


def group(principal: str, name: str, *, prefixed: bool) -> Access:
    return Access(
        principal=f"User:{principal}", operation=Operation.READ, resource=Resource.GROUP, name=name, prefixed=prefixed
    )


def sharing(name: str) -> Orders:
    return Orders(name=name, producers=("User:shop",), consumers=(("report", "User:report"),), owner="User:owner")


class AccessSuite:
    def test_everybody_gets_what_the_contract_says_and_no_more(self, world: World) -> None:
        name = world.name
        applied(world, planned(world, sharing(name), acls=True))
        granted = {access for access in world.broker.access() if not access.principal.startswith("User:sluice-")}
        assert {access for access in granted if name in access.name or access.name.startswith("report")} == {
            topic("shop", Operation.WRITE, f"{name}.raw"),
            topic("report", Operation.READ, f"{name}.validated"),
            group("report", "report", prefixed=False),
            group("report", "report.", prefixed=True),
            topic("owner", Operation.READ, f"{name}.dead-letter"),
            topic("owner", Operation.READ, f"{name}.parking"),
            group("owner", f"{name}-owners", prefixed=False),
            group("owner", f"{name}-owners.", prefixed=True),
        }
        assert planned(world, sharing(name), acls=True).changes == ()

    def test_the_validator_reads_raw_and_writes_its_two_outputs(self, world: World) -> None:
        name = world.name
        applied(world, planned(world, sharing(name), acls=True))
        mine = {access for access in world.broker.access() if access.principal == "User:sluice-validator"}
        assert {access for access in mine if access.name.startswith(name)} == {
            topic("sluice-validator", Operation.READ, f"{name}.raw"),
            topic("sluice-validator", Operation.READ, f"{name}.validated"),
            topic("sluice-validator", Operation.READ, f"{name}.dead-letter"),
            topic("sluice-validator", Operation.WRITE, f"{name}.validated"),
            topic("sluice-validator", Operation.WRITE, f"{name}.dead-letter"),
            topic("sluice-validator", Operation.DESCRIBE_CONFIGS, f"{name}.raw"),
            topic("sluice-validator", Operation.DESCRIBE_CONFIGS, f"{name}.validated"),
            topic("sluice-validator", Operation.DESCRIBE_CONFIGS, f"{name}.dead-letter"),
        }
        assert {access for access in mine if access.resource is not Resource.TOPIC} == {
            group("sluice-validator", "sluice.", prefixed=True),
            Access(
                principal="User:sluice-validator",
                operation=Operation.WRITE,
                resource=Resource.TRANSACTIONAL_ID,
                name="sluice.",
                prefixed=True,
            ),
        }

    def test_the_landing_reads_the_two_outputs_by_groups_of_its_own(self, world: World) -> None:
        name = world.name
        applied(world, planned(world, sharing(name), acls=True))
        assert {access for access in world.broker.access() if access.principal == "User:sluice-landing"} == {
            topic("sluice-landing", Operation.READ, f"{name}.validated"),
            topic("sluice-landing", Operation.READ, f"{name}.dead-letter"),
            group("sluice-landing", "sluice.land", prefixed=True),
        }

    def test_the_scheduled_job_reads_for_its_ledger_and_asks_the_groups_of_the_jobs(self, world: World) -> None:
        name = world.name
        applied(world, planned(world, sharing(name), acls=True))
        assert {access for access in world.broker.access() if access.principal == "User:sluice-sla"} == {
            *(topic("sluice-sla", Operation.READ, f"{name}.{each}") for each in ("raw", "validated", "dead-letter")),
            Access(
                principal="User:sluice-sla",
                operation=Operation.DESCRIBE,
                resource=Resource.GROUP,
                name="sluice.",
                prefixed=True,
            ),
            group("sluice-sla", "sluice-ledger", prefixed=False),
        }

    def test_a_consumer_that_is_no_longer_named_loses_its_access(self, world: World) -> None:
        applied(world, planned(world, sharing(world.name), acls=True))
        without = replace(sharing(world.name), consumers=())
        assert [kind for kind, _ in kinds(planned(world, without, acls=True))] == ["revoke"] * 3 + ["register"]
        applied(world, planned(world, without, acls=True))
        assert topic("report", Operation.READ, f"{world.name}.validated") not in world.broker.access()
        assert planned(world, without, acls=True).changes == ()

    def test_a_rule_that_somebody_else_granted_is_never_taken_back(self, world: World) -> None:
        by_hand = topic("report", Operation.READ, f"{world.name}.validated")
        world.broker.grant(by_hand)
        applied(world, planned(world, sharing(world.name), acls=True))
        applied(world, planned(world, replace(sharing(world.name), consumers=()), acls=True))
        assert by_hand in world.broker.access()

    def test_a_rule_that_another_contract_still_needs_stays(self, world: World) -> None:
        first, second = sharing(f"{world.name}.a"), sharing(f"{world.name}.b")
        applied(world, planned(world, first, second, acls=True))
        applied(world, planned(world, replace(first, consumers=()), acls=True))
        assert group("report", "report", prefixed=False) in world.broker.access()
        assert topic("report", Operation.READ, f"{world.name}.a.validated") not in world.broker.access()

    def test_a_rule_that_somebody_took_back_already_is_no_change(self, world: World) -> None:
        applied(world, planned(world, sharing(world.name), acls=True))
        world.broker.revoke(topic("shop", Operation.WRITE, f"{world.name}.raw"))
        without = replace(sharing(world.name), producers=())
        assert [kind for kind, _ in kinds(planned(world, without, acls=True))] == ["register"]

    def test_without_the_switch_rules_are_neither_granted_nor_forgotten(self, world: World) -> None:
        applied(world, planned(world, sharing(world.name), acls=True))
        assert planned(world, replace(sharing(world.name), consumers=())).changes == ()
        retired = planned(world, replace(sharing(world.name), status="retired"))
        assert "access-left-behind" in codes(retired)

    def test_taking_back_more_than_the_limit_is_refused_unless_forced(self, world: World) -> None:
        named = ("report", "audit", "planning", "billing")
        orders = replace(sharing(world.name), consumers=tuple((name, f"User:{name}") for name in named))
        applied(world, planned(world, orders, acls=True))
        fewer = planned(world, replace(orders, consumers=()), acls=True)
        assert codes(fewer) == ["revokes-too-much"]
        assert "would take back 12 of 35 access rules (34 %, limit 30 %)" in fewer.refusals[0].sentence
        assert (fewer.allowed(force=False), fewer.allowed(force=True)) == (False, True)

    def test_a_rule_that_two_estates_need_outlives_the_first(self, world: World) -> None:
        first, second = sharing(f"{world.name}.a"), sharing(f"{world.name}.b")
        applied(world, planned(world, first, acls=True, estate=f"{world.name}-they"))
        applied(world, planned(world, second, acls=True))
        retired = replace(first, status="retired")
        applied(world, planned(world, retired, acls=True, estate=f"{world.name}-they"))
        assert group("report", "report", prefixed=False) in world.broker.access()
        assert group("sluice-validator", "sluice.", prefixed=True) in world.broker.access()
        applied(world, planned(world, replace(second, status="retired"), acls=True))
        assert group("report", "report", prefixed=False) not in world.broker.access()
