"""Ports: free ones, taken ones, and who holds them."""

import os
import socket
from collections.abc import Iterator

import pytest

from local_stack.ports import LOOPBACK, Ports, Taken, any_free, can_listen, taken


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_free_ports_are_all_different() -> None:
    ports = Ports.free().as_json()
    assert len(set(ports.values())) == len(ports)


def test_no_default_is_given_twice() -> None:
    ports = Ports().as_json()
    assert len(set(ports.values())) == len(ports)


def test_free_ports_leave_room_for_those_that_the_storage_counts_on_from_its_own() -> None:
    free = Ports.free()
    block = free.storage_ports
    others = {port for name, port in free.as_json().items() if name != "storage_inner"}
    assert len({*block, *others}) == len(block) + len(others)
    assert all(can_listen(port) for port in block)
    assert max(block) < 65536


def test_no_default_port_is_one_that_the_storage_counts_on() -> None:
    assert set(Ports().storage_ports) & set(Ports().as_json().values()) == {Ports().storage_inner}


def test_a_port_that_is_listened_on_is_taken_and_its_holder_is_told(listening: int) -> None:
    (clash,) = taken([("broker", listening), ("registry", any_free(listening))])
    assert (clash.part, clash.port) == ("broker", listening)
    assert str(os.getpid()) in clash.holder
    assert str(clash).startswith(f"port {listening} of the broker is taken by pid {os.getpid()} (")


def test_a_holder_that_cannot_be_seen_is_told_as_another_program() -> None:
    clash = Taken(part="registry", port=8085, holder="")
    assert str(clash) == "port 8085 of the registry is taken by another program"


def test_another_port_is_chosen_only_where_the_wanted_one_is_taken(listening: int) -> None:
    other = any_free(listening)
    assert other != listening
    assert can_listen(other)
    assert any_free(other) == other
