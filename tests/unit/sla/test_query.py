"""A rule in SQL answers one number, and reaches nothing but its rows."""

from pathlib import Path

import pyarrow as pa
import pytest

from sla.judging.query import QueryFailed, ask

ROWS = pa.table({"a": [1, 2, None], "b c": ["x", "y", "z"]})


@pytest.mark.parametrize(
    ("query", "column", "answer"),
    [
        ("SELECT count(*) FROM ${table}", None, 3.0),
        ("SELECT count(*) FROM {table} WHERE ${column} IS NULL", "a", 1.0),
        ("SELECT count(DISTINCT ${property}) FROM ${table}", "b c", 3.0),
        ("SELECT avg(a) FROM rows", None, 1.5),
        ("WITH x AS (SELECT max(a) AS m FROM rows) SELECT m FROM x", None, 2.0),
        ("SELECT sum(a::DECIMAL(9, 2)) FROM rows", None, 3.0),
        ("SELECT sum(a::HUGEINT) * 1000000000000000000000000::HUGEINT FROM rows", None, 3e24),
        ("SELECT sum(a) = 3 FROM rows", None, 1.0),
    ],
)
def test_the_answer_is_one_number(query: str, column: str | None, answer: float) -> None:
    assert ask(query, ROWS, column) == answer


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM rows",
        "SELECT a, a FROM rows LIMIT 1",
        "SELECT 'x'",
        "SELECT nothing FROM rows",
        "SELEC",
        "",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELECT count(*) FROM given",
    ],
)
def test_anything_else_is_told_and_shows_no_value(query: str) -> None:
    with pytest.raises(QueryFailed) as told:
        ask(query, ROWS)
    assert "x" not in str(told.value).replace("Exception", "").split()


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT NULL", "the query answered NULL, which is no number"),
        ("SELECT sum(a) FROM rows WHERE a > 9", "the query answered NULL, which is no number"),
        ("SELECT 'NaN'::DOUBLE", "the query answered no finite number"),
        ("SELECT 'Infinity'::FLOAT", "the query answered no finite number"),
        ("SELECT a FROM rows", "the query answered several rows, and must answer one"),
        ("SELECT a FROM rows WHERE false", "the query answered no row, and must answer one"),
        ("SELECT 1, 2", "the query answered 2 columns, and must answer one"),
        ('SELECT "b c" FROM rows LIMIT 1', "the query answered another type, which is no number"),
        (
            'SELECT "b c"::INT FROM rows',
            "a value does not convert to the type that the query asks (ConversionException)",
        ),
        (
            "SELECT nothing FROM rows",
            "it names a field or function that is not there, or mixes types (BinderException)",
        ),
        ("SELEC", "it is no SQL (ParserException)"),
    ],
)
def test_why_there_is_no_number_is_told_in_words(query: str, why: str) -> None:
    with pytest.raises(QueryFailed) as told:
        ask(query, ROWS)
    assert str(told.value).endswith(why)


def test_a_query_reads_no_file_and_writes_none(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("1\n")
    for query in (
        f"SELECT count(*) FROM read_csv('{secret}')",  # noqa: S608 - it must not run
        f"SELECT count(*) FROM '{secret}'",  # noqa: S608 - nor this
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/other.db'",
    ):
        with pytest.raises(QueryFailed):
            ask(query, ROWS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv"]


def test_a_query_that_does_not_end_is_ended() -> None:
    with pytest.raises(QueryFailed, match=r"longer than 0\.2 s"):
        ask("SELECT count(*) FROM range(10000000) a, range(10000000) b", ROWS, seconds=0.2)
