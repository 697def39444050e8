"""Metrics are named by outcome, bounded in their labels, and never stop the judge."""

import socket
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.unit.validator.streams import frozen
from validator.judge import Judge
from validator.metrics import PORT_VARIABLE, Counts, Reloads, ports_of, serve
from validator.showing import judging


def judged_by() -> Judge:
    judge = Judge([frozen(source="cdc"), frozen("b")])
    for value in (b'{"op":"c","after":{"id":1}}', b'{"op":"t"}', b'{"op":"c","after":{"id":-1}}', b"{"):
        judge.judge("orders.raw", value)
    judge.judge("b.raw", b'{"id": 1}')
    return judge


def scraped(port: int) -> dict[str, float]:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_scrape_tells_every_outcome() -> None:
    judge = judged_by()
    server = serve(Counts(lambda: judging(judge), Reloads(swapped=2, refused=1)), "0")
    assert server is not None
    try:
        found = scraped(server.port)
    finally:
        server.close()
    orders = "[('contract', 'orders'), ('topic', 'orders.raw')]"
    assert found[f"sluice_records_judged_total{orders}"] == 4
    assert found[f"sluice_records_valid_total{orders}"] == 1
    assert (
        found["sluice_records_control_total[('contract', 'orders'), ('kind', 'truncate'), ('topic', 'orders.raw')]"]
        == 1
    )
    at = "('contract', 'orders'), ('stage', '{}'), ('topic', 'orders.raw')"
    assert found[f"sluice_records_invalid_total[('code', 'SCHEMA_VIOLATION'), {at.format('schema')}]"] == 1
    assert found[f"sluice_records_invalid_total[('code', 'MALFORMED_JSON'), {at.format('decode')}]"] == 1
    assert found["sluice_records_valid_total[('contract', 'b'), ('topic', 'b.raw')]"] == 1
    assert found["sluice_reloads_total[('outcome', 'swapped')]"] == 2
    info = "('contract', 'orders'), ('registry_version', '1'), ('topic', 'orders.raw'), ('version', '1.0.1')"
    assert found[f"sluice_contract_info[{info}]"] == 1
    assert found[f"sluice_judging_seconds_count{orders}"] >= 1


def test_a_port_that_is_taken_leaves_the_next_of_the_range() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        if taken == 65535:
            pytest.fail("the highest port has no next one; run again")
        server = serve(Counts(dict, Reloads()), f"{taken}-{taken + 20}")
        assert server is not None
        server.close()
        assert taken < server.port <= taken + 20
        assert serve(Counts(dict, Reloads()), str(taken)) is None


def test_a_closed_server_frees_its_port() -> None:
    first = serve(Counts(dict, Reloads()), "0")
    assert first is not None
    first.close()
    again = serve(Counts(dict, Reloads()), str(first.port))
    assert again is not None
    again.close()


def test_the_taskmanagers_environment_names_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PORT_VARIABLE, raising=False)
    assert serve(Counts(dict, Reloads()), "") is None
    monkeypatch.setenv(PORT_VARIABLE, "0")
    server = serve(Counts(dict, Reloads()), "")
    assert server is not None
    server.close()


@pytest.mark.parametrize("ports", ["a", "1-b", "-"])
def test_what_is_no_port_is_no_port(ports: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        ports_of(ports)
