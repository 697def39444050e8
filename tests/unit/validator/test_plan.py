"""The statement as text: what is read, what the judge is called with, where records go, and which headers they get."""

import re
from dataclasses import replace

import pytest

from sluice.envelope.names import DEAD_LETTER_HEADERS
from sluice.verdict.model import ContractVersion
from tests.unit.validator.streams import as_it_is, frozen
from validator.frozen import compile_gate
from validator.plan import FUNCTION, Plan, Span, arguments, insert, sink_ddl, source_ddl, targets
from validator.route import Route, route_of, tangles


def route(name: str = "orders", **more: object) -> Route:
    known = {
        "raw": f"{name}.raw",
        "validated": f"{name}.validated",
        "dead_letter": f"{name}.dead-letter",
        "contract": ContractVersion(id=name, version="1.0.0"),
    }
    return Route(**(known | more))  # type: ignore[arg-type] # the keys are those of a Route


def plan(*routes: Route, **more: object) -> Plan:
    known = {
        "routes": routes or (route(),),
        "cluster": "c1",
        "group": "sluice.validate",
        "transactional_prefix": "sluice.validate",
        "kafka": {"bootstrap.servers": "b:9092"},
    }
    return Plan(**(known | more))  # type: ignore[arg-type] # the keys are those of a Plan


TWO = (route("a"), route("b"))

ARGUMENTS = {
    "one plain topic": (plan(), ("value",)),
    "two topics": (plan(*TWO), ("topic", "value")),
    "framed": (plan(route(needs_schema_id=True)), ("value",)),
    "one of two is framed": (plan(route("a"), route("b", needs_schema_id=True)), ("topic", "value")),
    "named producers": (plan(route(producer_header="p", judges_producers=True)), ("value", "producer")),
    "a producer that only the envelope names": (plan(route(producer_header="p")), ("value",)),
    "change events": (plan(route(needs_key=True)), ("value", "key")),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_judge_is_told_only_what_a_contract_needs(name: str) -> None:
    made, expected = ARGUMENTS[name]
    assert arguments(made) == expected


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_judge_is_called_once_in_the_text(name: str) -> None:
    assert insert(ARGUMENTS[name][0]).count(f"{FUNCTION}(") == 1


def test_a_schema_id_is_asked_for_inside_the_value_where_a_contract_is_framed() -> None:
    framed = insert(plan(route(needs_schema_id=True), seal="~secret"))
    assert f"{FUNCTION}(CASE WHEN headers['__value_schema_id'] IS NULL THEN v ELSE ENCODE(CONCAT('~secret', " in framed
    assert f"{FUNCTION}(v)" in insert(plan())


def test_the_filter_between_the_selects_names_every_raw_topic() -> None:
    assert insert(plan(*TWO)).endswith("WHERE topic IN ('a.raw', 'b.raw')")


def test_a_dead_letter_gets_every_name_of_the_envelope_and_a_valid_record_one() -> None:
    text = insert(plan())
    letter, _, passed = text.partition(" ELSE MAP_UNION(headers, MAP[")
    named = re.findall(r"CAST\('(__contract[^']*)' AS STRING\)", letter)
    assert named == ["__contract", *DEAD_LETTER_HEADERS]
    assert re.findall(r"CAST\('(__contract[^']*)' AS STRING\)", passed) == ["__contract"]


def test_a_pinned_version_is_a_constant_and_a_reloaded_one_is_told() -> None:
    assert "'v=1;c=orders/1.0.0;t=valid;p='" in insert(plan())
    assert "c=orders/1.0.0" not in insert(plan(reload=True))


def test_each_topic_goes_to_its_own_targets() -> None:
    text = insert(plan(*TWO))
    assert "CASE topic WHEN 'a.raw' THEN 'a.dead-letter' WHEN 'b.raw' THEN 'b.dead-letter' END" in text
    assert "CASE topic WHEN 'a.raw' THEN 'a.validated' WHEN 'b.raw' THEN 'b.validated' END" in text


def test_every_target_is_in_the_list_of_the_sink() -> None:
    made = plan(*TWO)
    assert targets(made) == ("a.validated", "a.dead-letter", "b.validated", "b.dead-letter")
    assert f"'topic' = '{';'.join(targets(made))}'" in sink_ddl(made)


def test_what_came_out_before_is_left_out() -> None:
    span = Span(topic="orders.raw", partition=1, first=10, last=19)
    assert insert(plan(judged=(span,))).endswith(
        "AND NOT (topic = 'orders.raw' AND `partition` = 1 AND `offset` BETWEEN 10 AND 19)"
    )


def test_source_and_sink_keep_the_promises_of_exactly_once() -> None:
    source, sink = source_ddl(plan()), sink_ddl(plan())
    for line in (
        "'scan.startup.mode' = 'group-offsets'",
        "'properties.auto.offset.reset' = 'earliest'",
        "'properties.isolation.level' = 'read_committed'",
        "'properties.group.id' = 'sluice.validate'",
    ):
        assert line in source
    for line in (
        "'sink.delivery-guarantee' = 'exactly-once'",
        "'sink.transactional-id-prefix' = 'sluice.validate'",
        "'sink.transaction-naming-strategy' = 'POOLING'",
        "'properties.transaction.timeout.ms' = '600000'",
    ):
        assert line in sink


def test_settings_of_kafka_cannot_overrule_the_promises() -> None:
    loose = plan(kafka={"isolation.level": "read_uncommitted", "transaction.timeout.ms": "1", "group.id": "x"})
    assert "read_uncommitted" not in source_ddl(loose)
    assert "'properties.transaction.timeout.ms' = '1'" not in sink_ddl(loose)


def test_no_name_breaks_out_of_its_quotes() -> None:
    evil = "x'; DROP TABLE raw_in; --"
    text = insert(plan(replace(route(), raw=evil), cluster=evil))
    assert evil not in text
    assert evil.replace("'", "''") in text


def test_a_route_follows_from_a_contract() -> None:
    made = route_of(compile_gate(frozen(encoding="confluent", producerHeader="app", source="cdc")))
    assert made == route(
        contract=ContractVersion(id="orders", version="1.0.1"),
        needs_schema_id=True,
        needs_key=True,
        producer_header="app",
    )


def test_a_route_follows_from_another_teams_subject() -> None:
    made = route_of(compile_gate(as_it_is()))
    assert (made.raw, made.validated, made.dead_letter) == ("clicks", "clicks.ok", "clicks.bad")
    assert str(made.contract) == "clicks/7"


def test_topics_with_two_roles_are_refused_all_at_once() -> None:
    loop = (route("a"), route("b", raw="a.validated"), route("c", dead_letter="a.dead-letter"))
    assert tangles(loop) == (
        "a.validated is the validated topic of a and the raw topic of b; a topic has one role in one contract",
        (
            "a.dead-letter is the dead-letter topic of a and the dead-letter topic of c; "
            "a topic has one role in one contract"
        ),
    )
    assert tangles(()) == ("there is no contract to enforce",)
    assert tangles(TWO) == ()
