"""The statements of many articles, found by all processors of one machine through joblib.

    python with_joblib.py articles/ quotes.parquet [DOCUMENTS AT A TIME]

The rows are those of one process, in the same order.
"""

import sys

import pyarrow
import pyarrow.parquet
import quotelens as ql
from joblib import Parallel, delayed


def found(part):
    """The statements in some documents; one thread, as the processes are many."""
    return ql.Corpus(part, threads=1, progress=False).quotes()


def main(articles, out, size=1000):
    # Without outlets: lines that recur on an outlet's pages can be counted only where all of them are.
    documents = [{"doc_id": document.id, "text": document.text} for document in ql.read(articles)]
    parts = [documents[k : k + size] for k in range(0, len(documents), size)]
    tables = Parallel(n_jobs=-1)(delayed(found)(part) for part in parts)
    pyarrow.parquet.write_table(pyarrow.concat_tables(table.to_arrow() for table in tables), out)


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
