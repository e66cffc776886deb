"""What the functions for Spark share: schemas, names of columns, numbering, and stages that are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quotelens.reading.records import listed
from quotelens.table.extras import optional
from quotelens.table.table import table_of

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import Column, DataFrame

SPARK_TYPES = {
    "string": "string",
    "int32": "int",
    "int64": "bigint",
    "float64": "double",
    "bool": "boolean",
    "timestamp": "timestamp",
}
AT_ONCE = 10_000  # rows in one record batch
_ROW_BITS = 33  # of monotonically_increasing_id, which counts rows within a partition


def functions() -> Any:
    """`pyspark.sql.functions`.  Raises ImportError, with what to install, without pyspark."""
    return optional("pyspark.sql.functions", "quotelens.integrations.spark")


def schema(columns: Mapping[str, str]) -> str:
    """A schema for Spark of {column: type of a table}; types of Spark's own stay as they are."""
    return ", ".join(f"{quoted(name)} {SPARK_TYPES.get(kind, kind)}" for name, kind in columns.items())


def quoted(name: str) -> str:
    """A name of a column as Spark takes it literally, dots included."""
    return "`" + name.replace("`", "``") + "`"


def check_columns(argument: str, df: DataFrame, wanted: Iterable[str]) -> None:
    """ValueError where a DataFrame lacks a column."""
    for name in wanted:
        if name not in df.columns:
            raise ValueError(f"{argument} has no column {name!r}; its columns are: {listed(df.columns)}.")


def batch_of(columns: Mapping[str, tuple[str, Sequence[Any]]]) -> RecordBatch:
    """A record batch of {column: (type of pyarrow, values)}."""
    arrow = optional("pyarrow", "quotelens.integrations.spark")
    arrays = [arrow.array(values, getattr(arrow, kind)()) for kind, values in columns.values()]
    return arrow.RecordBatch.from_arrays(arrays, names=list(columns))


def in_batches(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> Iterator[RecordBatch]:
    """Rows as record batches of these columns."""
    part: list[Mapping[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == AT_ONCE:
            yield from table_of(part, columns).to_arrow().to_batches()
            part = []
    yield from table_of(part, columns).to_arrow().to_batches()


def rows_in(batches: Iterable[RecordBatch]) -> Iterator[dict[str, Any]]:
    """The rows of batches, one after another."""
    return (row for batch in batches for row in batch.to_pylist())


def numbered(df: DataFrame, order: Sequence[Column | str], name: str, stages: Stages) -> DataFrame:
    """The rows with their number in this order, from 0, as a first column; no task sees all of them.

    Each partition of the sorted rows counts its own; only these counts are collected.
    """
    f = functions()
    place = f.monotonically_increasing_id()
    placed = stages.keep(f"{name} sorted", df.orderBy(*order).withColumn("_place", place))
    part = f.shiftright("_place", _ROW_BITS)
    sizes = {row[0]: row[1] for row in placed.groupBy(part.alias("part")).count().collect()}
    before, total = {}, 0
    for number in sorted(sizes):
        before[number], total = total, total + sizes[number]
    starts = f.create_map(*(f.lit(item) for pair in before.items() for item in pair)) if before else f.create_map()
    start = f.element_at(starts, part) if before else f.lit(0)
    own = f.col("_place").bitwiseAND(f.lit((1 << _ROW_BITS) - 1))
    number = (start + own).cast("int").alias(name)
    return placed.select(number, *(quoted(column) for column in df.columns))


class Stages:
    """Intermediate results that are computed once: written to a folder, and read again by the next run, or kept
    by the executors."""

    def __init__(self, folder: str | None, name: str) -> None:
        self._folder = None if folder is None else f"{folder.rstrip('/')}/{name}"

    def keep(self, name: str, df: DataFrame) -> DataFrame:
        """The rows, computed now and not again.  What an earlier run wrote under this name is taken as it is."""
        if self._folder is None:
            return df.localCheckpoint(eager=True)
        name, read = name.replace(" ", "-"), df.sparkSession.read
        path, done = f"{self._folder}/{name}", f"{self._folder}/done/{name}"
        if not _is_there(df, done):
            df.write.mode("overwrite").parquet(path)
            df.sparkSession.range(1).write.mode("overwrite").parquet(done)
        return read.schema(df.schema).parquet(path)


def _is_there(df: DataFrame, path: str) -> bool:
    """Whether a row was written to a folder, which comes after the rows of a stage."""
    from pyspark.errors import AnalysisException

    try:
        return not df.sparkSession.read.schema("id bigint").parquet(path).isEmpty()
    except AnalysisException:
        return False
