"""A year of articles in Spark, from Parquet to tables and a picture.

    spark-submit with_spark.py articles/ out/        # or python with_spark.py articles/ out/, on one machine

The articles have the columns doc_id, text, outlet and published.  `out` gets quotes, sources and families as Parquet,
and month.png: how much of each month's words people, bodies and documents fill.  What one step has written, the
next one and the next run read, so a job that was stopped goes on from there.
"""

import os
import sys

import matplotlib.pyplot as plt
import quotelens.integrations.spark as qs
from pyspark.sql import SparkSession


def picture(shares, path):
    """Shares by month as stacked bars, of a few rows that are collected here."""
    rows = [row.asDict() for row in shares.where("month is not null").collect()]
    months, kinds = (sorted({row[name] for row in rows}) for name in ("month", "source_kind"))
    height = dict.fromkeys(months, 0.0)
    _, ax = plt.subplots(figsize=(8, 4))
    for kind in kinds:
        part = {row["month"]: row["share_words"] for row in rows if row["source_kind"] == kind}
        ax.bar(months, [part.get(month, 0) for month in months], bottom=list(height.values()), label=kind)
        height = {month: height[month] + part.get(month, 0) for month in months}
    ax.set_ylabel("share of quoted words")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plt.savefig(path, bbox_inches="tight")


def main(articles, out):
    spark = SparkSession.builder.appName("quotelens").getOrCreate()
    year, stages = spark.read.parquet(articles), f"{out}/stages"
    qs.quotes(year, compared=True).write.mode("overwrite").parquet(f"{out}/quotes")
    quotes = spark.read.parquet(f"{out}/quotes")
    facts = qs.documents(year)
    qs.families(quotes, documents=facts, folder=stages).write.mode("overwrite").parquet(f"{out}/families")
    qs.sources(year, folder=stages).write.mode("overwrite").parquet(f"{out}/sources")
    picture(qs.share(year, ["month", "source_kind"], folder=stages), f"{out}/month.png")
    spark.stop()


if __name__ == "__main__":
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    main(*sys.argv[1:3])
