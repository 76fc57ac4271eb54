"""The query children: what a stranger's SQL cannot do, and how they are ended and started anew."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows import Filter, Query, QueryPool, TableRef
from kencho.catalog.tables.schema import Column, Schema


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> TableRef:
    path = tmp_path_factory.mktemp("pool") / "t.parquet"
    pl.DataFrame({"名称": [f"図書館{n}" for n in range(5000)], "数": range(5000)}).write_parquet(path)
    return TableRef(path, "d" * 64, Schema((Column("名称"), Column("数", type="integer"))))


@pytest.fixture(scope="module")
def pool() -> Iterator[QueryPool]:
    with QueryPool(sql_seconds=1.5, memory=400 * 1024 * 1024) as made:
        yield made


def test_rows_counts_facets_and_statistics(pool: QueryPool, table: TableRef) -> None:
    page = pool.rows(table, Query((Filter("数", "gte", 4990),), limit=3))
    assert (page.columns, page.rows[0], page.total) == (("名称", "数"), ["図書館4990", 4990], 10)
    assert (
        pool.rows(table, Query((Filter("数", "gte", 4990),), limit=9, after=page.next_key)).rows[0][1] == 4993
    )
    assert pool.count(table, Query(search="館499")) == 11
    assert pool.facet(table, "名称", limit=2).distinct == 5000
    assert pool.stats(table, "数")["max"] == 4999
    assert pool.row(table, 5000) == {"名称": "図書館4999", "数": 4999}
    with pytest.raises(Refused, match="no_such_row"):
        pool.row(table, 5001)
    with pytest.raises(Refused, match="unknown_column"):
        pool.facet(table, "無い")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT count(*) FROM data", [[5000]]),
        ("select max(数), min(名称) from data where 名称 like '%館1%'", [[1999, "図書館1"]]),
        ("WITH t AS (SELECT 数 // 1000 AS k FROM data) SELECT k, count(*) FROM t GROUP BY k ORDER BY k LIMIT 1", [[0, 1000]]),
        ("SELECT a.数 FROM data a JOIN data b ON a.数 = b.数 + 4999", [[4999]]),
        ("SELECT date '2020-04-01' + 1", [["2020-04-02"]]),
        ("SELECT unnest([1, 2])", [[1], [2]]),
        ("SELECT row_number() OVER (ORDER BY 数 DESC) AS n, 数 FROM data LIMIT 1", [[1, 4999]]),
    ],
)  # fmt: skip
def test_a_select_is_answered(pool: QueryPool, table: TableRef, text: str, rows: list[list[object]]) -> None:
    assert pool.sql(table, text).rows == rows


def test_an_answer_is_cut_and_says_so(pool: QueryPool, table: TableRef) -> None:
    page = pool.sql(table, "SELECT * FROM data", limit=10)
    assert (len(page.rows), page.is_cut) == (10, True)
    assert not pool.sql(table, "SELECT 1").is_cut


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "FROM 'x.parquet'",
        "SELECT * FROM read_text('/proc/self/environ')", "SELECT * FROM glob('/*')", "SELECT * FROM read_blob('/etc/hosts')",
        "SELECT content FROM data, read_text('/etc/hostname')", "SELECT (SELECT content FROM read_text('/etc/hostname'))",
        "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM x", "SELECT * FROM read_parquet('t.parquet')",
        "COPY data TO '/tmp/out.csv'", "COPY (SELECT 1) TO 'out.csv'", "EXPORT DATABASE 'x'", "IMPORT DATABASE 'x'",
        "ATTACH '/tmp/x.db'", "ATTACH ':memory:' AS m", "USE memory", "DETACH memory",
        "INSTALL httpfs", "LOAD httpfs", "LOAD '/tmp/x.duckdb_extension'", "FORCE INSTALL spatial",
        "PRAGMA database_list", "PRAGMA show_tables", "CALL pragma_version()", "SELECT * FROM pragma_table_info('data')",
        "SET threads = 9", "SET enable_external_access = true", "RESET memory_limit", "SET VARIABLE x = 1",
        "SELECT getenv('HOME')", "SELECT current_setting('home_directory')", "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_secrets()", "CREATE SECRET s (TYPE s3)", "SELECT * FROM information_schema.tables",
        "SELECT * FROM sqlite_master", "SELECT * FROM pg_catalog.pg_class", "SELECT * FROM cold",
        "CREATE TABLE x AS SELECT 1", "INSERT INTO data VALUES (1)", "DELETE FROM data", "UPDATE data SET 数 = 1",
        "DROP VIEW data", "CREATE MACRO f() AS 1", "SELECT 1; SELECT 2", "SELECT 1; DROP VIEW data", "",
        "SHOW TABLES", "DESCRIBE data", "SUMMARIZE data", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "CHECKPOINT",
        "SELECT * FROM query('SELECT 1')", "SELECT * FROM query_table('data')", "BEGIN", "VACUUM",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('select 1'))", "PREPARE p AS SELECT 1",
        "SELECT * FROM (DESCRIBE data)", "SELECT * FROM (SHOW TABLES)", "SELECT * FROM https.data",
        "SELECT * FROM 'https://example.com/x.csv'", "SELECT write_log('x')", "SELECT nextval('s')",
    ],
)  # fmt: skip
def test_whatever_reaches_beyond_the_data_is_refused(pool: QueryPool, table: TableRef, text: str) -> None:
    with pytest.raises(Refused) as caught:
        pool.sql(table, text)
    assert caught.value.code in {"sql_refused", "sql_error"}, text
    assert caught.value.code == "sql_refused" or text in {"", "SELECT * FROM query_table('data')"}, (
        caught.value.params
    )


def test_the_database_itself_refuses_files_without_the_first_wall(table: TableRef) -> None:
    import duckdb

    from kencho.catalog.tables.rows.table import open_limited

    connection = open_limited(table.path)
    for text in (
        "SELECT * FROM read_csv('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/never.csv'", "ATTACH '/tmp/never.db'",
        "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true", "SET allowed_paths = ['/']",
        "SET memory_limit = '90GB'",
    ):  # fmt: skip
        with pytest.raises(duckdb.Error):
            connection.execute(text)
    connection.close()
    assert not Path("/tmp/never.csv").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT count(*) FROM r",
            "query_timed_out",
        ),
        ("SELECT count(*) FROM data a, data b, data c WHERE a.名称 || b.名称 > c.名称", "query_timed_out"),
        ("SELECT string_agg(a.名称 || b.名称, '') FROM data a, data b, data c", "query_too_large"),
    ],
)
def test_statements_without_end_are_given_up(pool: QueryPool, table: TableRef, text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        pool.sql(table, text)
    assert caught.value.code in {code, "query_timed_out"}
    assert pool.sql(table, "SELECT 1").rows == [[1]]


def test_a_killed_child_is_started_anew(pool: QueryPool, table: TableRef) -> None:
    pool.count(table, Query())
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    assert pool.rows(table, Query(limit=1)).total == 5000


def test_many_threads_share_the_children(pool: QueryPool, table: TableRef) -> None:
    def asked(number: int) -> int:
        return pool.rows(table, Query((Filter("数", "lt", number),), limit=1)).total

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(asked, range(60))) == list(range(60))


def test_a_thread_may_end_without_its_child(table: TableRef) -> None:
    with QueryPool() as pool, ThreadPoolExecutor(1) as thread:
        thread.submit(pool.rows, table, Query()).result()
        before = pool.pids
        thread.shutdown()
        assert pool.rows(table, Query(limit=2)).total == 5000
        assert pool.pids == before


def test_the_stored_file_may_vanish_once_it_is_open(tmp_path: Path, pool: QueryPool, table: TableRef) -> None:
    path = tmp_path / "gone.parquet"
    path.write_bytes(table.path.read_bytes())
    other = TableRef(path, "e" * 64, table.schema)
    assert pool.rows(other, Query()).total == 5000
    path.unlink()
    assert pool.rows(other, Query((Filter("数", "lt", 5),))).total == 5
