"""What is logged of a defect of our own: once, with its place, and nothing of the record."""

import pytest

from connections.logs import configure
from validator.defects import DIFFERENT_MAX, Defects


def raised(message: str, name: str = "ValueError") -> Exception:
    """An exception as it is caught, with its traceback."""

    def judging() -> None:
        raise type(name, (Exception,), {})(message)

    with pytest.raises(Exception, match=message) as caught:
        judging()
    return caught.value


def test_a_defect_is_logged_once_with_its_place_and_without_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    defects = Defects(configure("validator"))
    for _ in range(3):
        defects.tell(raised("N12345 is not what I expected"))
    told = capsys.readouterr().err
    assert told.count('"event":"judge failed"') == 1
    assert "test_defects.py:" in told
    assert "N12345" not in told


def test_defects_that_are_always_different_do_not_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    defects = Defects(configure("validator"))
    for number in range(DIFFERENT_MAX + 30):
        defects.tell(raised("anything", f"Error{number}"))
    assert capsys.readouterr().err.count("judge failed") == DIFFERENT_MAX
