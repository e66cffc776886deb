"""Rows that travel in blocks: Spark moves one row per block, and workers see the columns of a block as arrays.

A step sorts its rows into buckets by a key, and writes those of a bucket as one block.  `gathered` brings the blocks
of a bucket together.  Which rows meet depends on their keys alone, so neither the number of buckets nor that of
partitions changes an outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

BLOCK = "bucket int, block binary"
ROWS_HELD = 50_000  # that a worker reads before it works on them
_PER_BUCKET = 20_000  # quotations: a task holds the seeds of about so many, and the pairs that these find
_MOST_BUCKETS = 4096
_MIXER = np.uint64(0x9E3779B97F4A7C15)

Works = Callable[[pa.RecordBatch], pa.RecordBatch | None]  # what a step makes of rows that met


def buckets_for(n: int) -> int:
    """How many buckets so many quotations need."""
    return min(max(n // _PER_BUCKET, 1), _MOST_BUCKETS)


def numbers(table: pa.RecordBatch, name: str) -> Any:
    """A column of numbers without nulls as an array."""
    return table.column(name).to_numpy(zero_copy_only=False)


def send(df: DataFrame, works: Works, by: str, n_buckets: int) -> DataFrame:
    """Blocks of what a step makes of some rows at a time; `by` is the column of keys that have to meet."""
    return df.mapInArrow(partial(_sent, works, by, n_buckets), BLOCK)


def send_on(blocks: DataFrame, works: Works, columns: pa.Schema, by: str, n_buckets: int) -> DataFrame:
    """Blocks of what a step makes of the rows of each bucket; `columns` are those that were sent."""
    return _met(blocks).mapInArrow(partial(_sent_on, works, columns, by, n_buckets), BLOCK)


def gather(blocks: DataFrame, works: Works, columns: pa.Schema, made: str) -> DataFrame:
    """What a step makes of the rows of each bucket: rows with the columns `made`."""
    return _met(blocks).mapInArrow(partial(_gathered, works, columns), made)


def _met(blocks: DataFrame) -> DataFrame:
    """The blocks of a bucket after each other in one partition."""
    return blocks.repartition("bucket").sortWithinPartitions("bucket")


def held(batches: Iterable[pa.RecordBatch], n: int | None = ROWS_HELD) -> Iterator[pa.RecordBatch]:
    """Rows in batches of some size (None: all in one)."""
    part: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in batches:
        part.append(batch)
        n_rows += batch.num_rows
        if n is not None and n_rows >= n:
            yield _joined(batch.schema, part)
            part, n_rows = [], 0
    if n_rows:
        yield _joined(part[0].schema, part)


# --------------------------------------------------------------------------------------------------- on the workers


def _sent(works: Works, by: str, n_buckets: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in held(batches):
        made = works(batch)
        if made is not None:
            yield _in_blocks(made, by, n_buckets)


def _sent_on(
    works: Works, columns: pa.Schema, by: str, n_buckets: int, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for made in _gathered(works, columns, batches):
        yield _in_blocks(made, by, n_buckets)


def _gathered(works: Works, columns: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    rows = (row for batch in batches for row in zip(numbers(batch, "bucket"), batch.column("block"), strict=True))
    for _, own in groupby(rows, key=itemgetter(0)):
        made = works(_joined(columns, [pa.ipc.read_record_batch(block.as_buffer(), columns) for _, block in own]))
        if made is not None:
            yield made


def _joined(schema: pa.Schema, parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(parts) == 1:
        return parts[0]
    arrays = [
        pa.concat_arrays([part.column(k) for part in parts]) if parts else pa.array([], field.type)
        for k, field in enumerate(schema)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _in_blocks(table: pa.RecordBatch, by: str, n_buckets: int) -> pa.RecordBatch:
    keys = numbers(table, by).view(np.uint64) * _MIXER >> np.uint64(33)
    buckets = keys % np.uint64(n_buckets)
    order = np.argsort(buckets, kind="stable")
    taken = table.take(pa.array(order)) if n_buckets > 1 else table
    bounds = np.searchsorted(buckets[order], np.arange(n_buckets + 1, dtype=np.uint64))
    full = np.flatnonzero(np.diff(bounds))
    blocks = [taken.slice(bounds[k], bounds[k + 1] - bounds[k]).serialize() for k in full]
    columns = [
        pa.array(full.astype(np.int32)),
        pa.array([block.to_pybytes() for block in blocks], pa.binary()),
    ]
    return pa.RecordBatch.from_arrays(columns, names=["bucket", "block"])
