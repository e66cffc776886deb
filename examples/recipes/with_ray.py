"""The statements of many articles, found by the workers of Ray.

    python with_ray.py articles/ quotes.parquet [DOCUMENTS AT A TIME]

The rows are those of one process, in the same order.
"""

import sys

import pyarrow
import pyarrow.parquet
import quotelens as ql
import ray


@ray.remote
def found(part):
    """The statements in some documents; one thread, as the processes are many."""
    return ql.Corpus(part, threads=1, progress=False).quotes()


def main(articles, out, size=1000):
    # Without outlets: lines that recur on an outlet's pages can be counted only where all of them are.
    documents = [{"doc_id": document.id, "text": document.text} for document in ql.read(articles)]
    parts = [documents[k : k + size] for k in range(0, len(documents), size)]
    ray.init()  # or with the address of a cluster, whose workers have quotelens too
    tables = ray.get([found.remote(part) for part in parts])
    pyarrow.parquet.write_table(pyarrow.concat_tables(table.to_arrow() for table in tables), out)


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
