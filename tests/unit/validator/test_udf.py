"""The function as Flink holds it: pickled on one machine, opened on another, called with what the statement names."""

import pickle
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.unit.validator.streams import frozen, frozen_set
from validator.code import PACKAGES, digest, loaded
from validator.frozen import encode
from validator.udf import PARAMETERS, Shipped, SluiceJudge

GIVEN = {"topic": "b.raw", "value": b'{"id": -1}', "schema_id": None, "producer": b"new/1.0", "key": b"k"}
SHAPES = [
    tuple(name for name in PARAMETERS if name in ("topic", "value", *chosen))
    for size in range(3)
    for chosen in combinations(("producer", "key"), size)
]


def opened(arguments: tuple[str, ...]) -> SluiceJudge:
    enforce = {"default": "on", "producers": {"new": "observe"}}
    contracts = frozen_set(frozen("a"), frozen("b", producerHeader="app", enforce=enforce))
    shipped = Shipped(contracts=encode(contracts), arguments=arguments, metrics_ports="0")
    function = pickle.loads(pickle.dumps(SluiceJudge(shipped)))  # noqa: S301 - as Flink does, with what we made ourselves
    function.open(None)
    return function


@pytest.mark.parametrize("arguments", SHAPES, ids=[" ".join(shape) for shape in SHAPES])
def test_each_shape_of_arguments_reaches_the_judge_in_its_place(arguments: tuple[str, ...]) -> None:
    function = opened(arguments)
    try:
        answer = function.eval(*(GIVEN[name] for name in arguments))
    finally:
        function.close()
    assert (answer is None) == ("producer" in arguments)


def test_without_a_topic_there_is_only_one() -> None:
    function = SluiceJudge(Shipped(contracts=encode(frozen_set(frozen())), arguments=("value",)))
    function.open(None)
    assert function.eval(b'{"id": 1}') is None
    assert str(function.eval(b"{")).startswith("v=1;c=orders/1.0.1;t=invalid;p=\x1f")
    function.close()


def test_a_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
    before = digest(tmp_path)
    (tmp_path / "sluice" / "a.py").write_text("x = 1")
    one = digest(tmp_path)
    (tmp_path / "sluice" / "a.py").write_text("x = 2")
    two = digest(tmp_path)
    (tmp_path / "sluice" / "a.py").rename(tmp_path / "sluice" / "b.py")
    assert len({before, one, two, digest(tmp_path)}) == 4
    assert len(loaded()) == 12


@pytest.mark.parametrize(("submitted", "warned"), [("", False), (loaded(), False), ("another", True)])
def test_a_taskmanager_that_runs_other_code_says_so(
    submitted: str, *, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = Shipped(contracts=encode(frozen_set(frozen())), arguments=("value",), code=submitted)
    function = SluiceJudge(shipped)
    function.open(None)
    function.close()
    assert ('"event":"other code"' in capsys.readouterr().err) == warned


def test_it_is_never_called_deterministic() -> None:
    function: Any = SluiceJudge(Shipped(contracts=b"", arguments=("value",)))
    assert function.is_deterministic() is False
