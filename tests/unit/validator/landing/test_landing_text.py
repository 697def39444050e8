"""The landing job as text: which topics it matches, what it asks of Flink, and what it tells about itself."""

import re
from dataclasses import replace

import pytest
from pydantic import SecretStr
from structlog import get_logger
from structlog.testing import capture_logs

from connections.settings import Kafka, Lake
from tests.unit.validator.fakes import Shelf
from tests.unit.validator.streams import frozen
from validator.landing.configuration import LandingDeployment, configuration_of, parameters_of, s3_of
from validator.landing.job import plan_of
from validator.landing.plan import LandingPlan, insert, sink_ddl, source_ddl
from validator.landing.settings import ENDINGS, Landing, LandingSettings
from validator.landing.topics import of_pattern, pattern_of, topics_of_contracts
from validator.plan import Span
from validator.running import LOCAL

PLAN = LandingPlan(pattern=".+\\.validated", group="sluice.land", root="s3://lake", kafka={"bootstrap.servers": "b:1"})
SECRET = "open-sesame"  # noqa: S105 - the secret that must not leak


def deployment(target: str = "remote", **told: object) -> LandingDeployment:
    settings = LandingSettings(
        kafka=Kafka(bootstrap="b:1"),
        lake=Lake(root="s3://lake", access_key=SecretStr("mine"), secret_key=SecretStr(SECRET)),
        landing=Landing.model_validate(told),
    )
    return LandingDeployment(settings=settings, pattern=".+\\.validated", target=target)


def test_topics_are_matched_by_ending_or_by_their_whole_name() -> None:
    pattern = pattern_of(ENDINGS, ["clicks-ok", "flights.validated", "a+b"])
    topics = ["flights.validated", "flights.dead-letter", "clicks-ok", "new.validated"]
    others = ["flights.raw", "xclicks-ok", "clicks-ok.raw", "flightsxvalidated", ".validated", "x.validated.raw", "aab"]
    assert of_pattern(pattern, [*topics, *others]) == tuple(sorted(topics))


def test_a_contract_more_with_the_usual_names_leaves_the_pattern_as_it_is() -> None:
    assert pattern_of(ENDINGS, ["a.validated", "a.dead-letter"]) == pattern_of(reversed(ENDINGS), [])
    assert pattern_of(ENDINGS, ["b", "a", "b"]) == pattern_of(ENDINGS, ["a", "b"])


def test_no_ending_matches_names_alone() -> None:
    assert of_pattern(pattern_of((), ["a"]), ["a", "ab", "b"]) == ("a",)


def test_the_pattern_is_one_that_java_reads_the_same_way() -> None:
    assert pattern_of([".validated"], ["a-b_c.d"]) == r".+\.validated|a\-b_c\.d"


def test_outputs_of_contracts_are_landed_whatever_their_names_and_what_is_no_contract_is_told() -> None:
    shelf = Shelf(frozen("a"), frozen("b", validated="b-good", deadLetter="b-bad"))
    shelf.put("clicks-contract", '{"type": "object"}')
    shelf.put("clicks-value", '{"type": "object"}')
    with capture_logs() as lines:
        topics = topics_of_contracts(shelf, get_logger())
    assert topics == ("a.validated", "a.dead-letter", "b-good", "b-bad")
    assert [(line["event"], line["subject"]) for line in lines] == [("no contract", "clicks-contract")]


def test_the_source_reads_committed_records_of_the_pattern_from_the_groups_offsets() -> None:
    ddl = source_ddl(PLAN)
    for option in (
        "'topic-pattern' = '.+\\.validated'",
        "'scan.startup.mode' = 'group-offsets'",
        "'scan.topic-partition-discovery.interval' = '60000 ms'",
        "'properties.group.id' = 'sluice.land'",
        "'properties.auto.offset.reset' = 'earliest'",
        "'properties.isolation.level' = 'read_committed'",
    ):
        assert option in ddl


def test_what_the_settings_of_kafka_say_does_not_touch_the_promises() -> None:
    ddl = source_ddl(replace(PLAN, kafka={"isolation.level": "read_uncommitted", "group.id": "other"}))
    assert ddl.count("isolation.level") == ddl.count("group.id") == 1
    assert "read_uncommitted" not in ddl


def test_the_files_are_of_the_agreed_columns_in_the_agreed_folders() -> None:
    ddl = sink_ddl(PLAN)
    assert re.findall(r"^  `?(\w+)`? [A-Z]", ddl, re.MULTILINE) == [
        "key", "value", "headers", "partition", "offset", "appended_at", "landed_at", "tp", "dt", "hr", "kp",
    ]  # fmt: skip
    assert "PARTITIONED BY (tp, dt, hr, kp)" in ddl
    assert "'path' = 's3://lake/bronze'" in ddl
    assert "'parquet.compression' = 'ZSTD'" in ddl
    assert "compaction" not in ddl


def test_the_clock_is_read_once_for_a_record() -> None:
    assert insert(PLAN).count("CURRENT_TIMESTAMP") == 1


def test_what_has_landed_is_left_out_and_no_name_breaks_out() -> None:
    assert insert(PLAN).endswith("WHERE TRUE")
    landed = (Span(topic="a'b", partition=1, first=5, last=9), Span(topic="c", partition=0, first=1, last=1))
    text = insert(replace(PLAN, landed=landed))
    assert "NOT (topic = 'a''b' AND `partition` = 1 AND `offset` BETWEEN 5 AND 9)" in text
    assert "AND NOT (topic = 'c' AND `partition` = 0 AND `offset` BETWEEN 1 AND 1)" in text


def test_no_key_of_the_lake_is_in_what_travels_to_flink() -> None:
    made = deployment()
    plan = plan_of(made)
    texts = [source_ddl(plan), sink_ddl(plan), insert(plan), str(configuration_of(made))]
    texts.append(str(parameters_of(made, "t", filling=False)))
    assert SECRET not in "".join(texts)
    assert SECRET not in repr(made)


def test_a_local_flink_is_told_the_way_into_the_storage_and_a_folder_needs_none() -> None:
    lake = Lake(root="s3://lake", endpoint="http://s:1", access_key=SecretStr("a"), secret_key=SecretStr(SECRET))
    assert s3_of(lake) == {
        "s3.endpoint": "http://s:1",
        "s3.endpoint.region": "us-east-1",
        "s3.path.style.access": "true",
        "s3.access-key": "a",
        "s3.secret-key": SECRET,
    }
    assert s3_of(Lake(root="file:///lake")) == {}
    assert "s3.access-key" not in s3_of(Lake(root="s3://lake"))


def test_the_job_is_told_by_its_configuration_where_it_runs_and_how_often_it_commits() -> None:
    remote = configuration_of(deployment(checkpoint_seconds=2.5, parallelism=3))
    assert remote["pipeline.name"] == "sluice.land"
    assert remote["execution.target"] == "remote"
    assert remote["execution.checkpointing.interval"] == "2500 ms"
    assert remote["parallelism.default"] == "3"
    assert not any("python" in name for name in remote)
    local = configuration_of(deployment(LOCAL))
    assert (local["execution.target"], "rest.address" in local) == ("local", False)


def test_the_job_tells_the_next_driver_what_it_is() -> None:
    assert parameters_of(deployment(name="eu"), "Sink Calc", filling=True) == {
        "sluice.group": "sluice.eu",
        "sluice.topics": ".+\\.validated",
        "sluice.lake": "s3://lake",
        "sluice.topology": "Sink Calc",
        "sluice.filling": "true",
    }


@pytest.mark.parametrize("name", ["a b", ".+", "a/b", "", "x" * 250])
def test_what_can_be_no_topic_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can be no topic's name"):
        Landing(topics=(name,))
