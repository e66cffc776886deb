"""How families of many quotations are found in Spark, and in a file: time, memory, shuffled bytes, and a restart.

    python tests/bench/many.py spark [--sizes 100000 300000 1000000] [--kill] [--skewed] [--compare]
    python tests/bench/many.py killed --keep FOLDER [--sizes 100000]
    python tests/bench/many.py stored [--sizes 100000 300000 1000000]

Quotations are those of tests/bench/families.py.  Spark runs in local mode with two threads, in a process of its own
that writes its stages.  Memory is the most that this process, its JVM and its workers held together.  --kill ends
them in the middle and starts again from the stages that were written, and "killed" leaves these in a folder; --skewed
makes every tenth quotation one slogan and adds one rare word to another tenth; --compare tells the pairs (F1) that
are together on one machine too.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter

from families import quotations

AT_ONCE = 100_000
PARTITIONS = "64"  # which adaptive execution joins to fewer
SLOGAN = "make the harbour deep again"


def skewed(texts):
    """Every tenth quotation is one slogan, and every tenth has the same rare word."""
    for k, text in enumerate(texts):
        yield SLOGAN if k % 10 == 0 else f"{text} zymurgy" if k % 10 == 1 else text


def write(texts, folder):
    """Quotations as Parquet in parts, of documents with two each, in no order."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir()
    texts = list(texts)
    random.Random(2).shuffle(texts)
    for at in range(0, len(texts), AT_ONCE):
        part = texts[at : at + AT_ONCE]
        numbers = range(at, at + len(part))
        columns = {
            "doc_id": pa.array([f"{k // 2:09}" for k in numbers]),
            "quote_id": pa.array([k % 2 for k in numbers], pa.int32()),
            "content": pa.array(part),
        }
        parquet.write_table(pa.table(columns), folder / f"part-{at:09}.parquet")


def grouped_by_spark(quotes, target, stages, events, partitions):
    """What runs in a process of its own: variants of the quotations in a folder, without their texts."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    import quotelens.integrations.spark as qs
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": events,
        "spark.eventLog.enabled": "true",
        "spark.sql.shuffle.partitions": partitions,
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    variants = qs.variants(spark.read.parquet(quotes), folder=stages)
    variants.select("doc_id", "quote_id", "family_id", "is_exact").write.mode("overwrite").parquet(target)
    spark.stop()


# ------------------------------------------------------------------------------------------------------- measuring


def family_of_processes(pid):
    """The ids of a process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def megabytes(pid):
    """What a process and all below it hold that others do not (proportional set size)."""
    total = 0
    for one in family_of_processes(pid):
        try:
            lines = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024


def busy(pid):
    """{process: seconds on a processor} of a process and all below it."""
    found = {}
    for one in family_of_processes(pid):
        try:
            ticks = pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13]
        except OSError:
            continue
        found[one] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return found


def watched(command, stop_when=lambda: False):
    """(seconds, of them on a processor, most megabytes) of a command, which is ended with all below it when a
    condition is met."""
    start, most, spent = time.perf_counter(), 0, {}
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, megabytes(process.pid))
        spent |= busy(process.pid)
        if stop_when():
            for one in reversed(family_of_processes(process.pid)):
                os.kill(one, signal.SIGKILL)
            process.wait()
            break
        time.sleep(0.5)
    if process.returncode > 0:
        sys.exit(f"the run ended with {process.returncode}")
    return time.perf_counter() - start, sum(spent.values()), most


def shuffled(events):
    """(all bytes that were written for shuffles, the most memory of a task) by Spark's own log."""
    total, most = 0, 0
    for path in pathlib.Path(events).rglob("*"):
        if not path.is_file() or path.name.startswith((".", "appstatus")):
            continue
        for line in path.open(encoding="utf-8"):
            event = json.loads(line)
            if event.get("Event") == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                metrics = event["Task Metrics"]
                total += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                most = max(most, metrics["Peak Execution Memory"])
    return total, most


def pairs_of(labels):
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def agreement(one, other):
    both = pairs_of(zip(one, other, strict=True))
    return 200 * both / (pairs_of(one) + pairs_of(other))


def started(size, folder, is_skewed=False):
    """The command that groups so many quotations, which are written here first."""
    texts = quotations(size)
    write(skewed(texts) if is_skewed else texts, folder / "quotes")
    (folder / "events").mkdir()
    places = [str(folder / name) for name in ("quotes", "variants", "stages", "events")]
    return [sys.executable, __file__, "run", *places, PARTITIONS]


def run_killed(command, folder):
    """Seconds until a run was killed, as soon as candidates were written."""
    done = folder / "stages" / "families" / "done" / "candidates" / "_SUCCESS"
    seconds, *_ = watched(command, done.exists)
    return seconds


def run_spark(size, options, folder):
    command = started(size, folder, options.skewed)
    before = ""
    if options.kill:
        before = f"  killed after {run_killed(command, folder):.0f} s, then"
        shutil.rmtree(folder / "events")
        (folder / "events").mkdir()
    seconds, spent, most = watched(command)
    total, task = shuffled(folder / "events")
    import pyarrow.parquet as parquet

    rows = parquet.read_table(folder / "variants").sort_by([("doc_id", "ascending"), ("quote_id", "ascending")])
    families = rows["family_id"].to_pylist()
    told = f"{size:>12,} {seconds:>9.0f} {spent:>8.0f} {most:>8,.0f} {total / 1e6:>12,.0f} {task / 1e6:>9,.0f}"
    told += f" {len(set(families)):>10,}"
    if options.compare:
        from quotelens.families.families import grouped

        given = parquet.read_table(folder / "quotes").sort_by([("doc_id", "ascending"), ("quote_id", "ascending")])
        alone = [family for family, *_ in grouped(given["content"].to_pylist()).members()]
        told += f"{agreement(families, alone):>8.2f}"
    print(told + before, flush=True)


def clocked(work):
    """(seconds, of them on a processor) of some work."""
    start, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - spent


def run_stored(size, folder):
    import quotelens as ql

    path = folder / "quotes.sqlite"
    texts = list(quotations(size))
    random.Random(2).shuffle(texts)
    rows = [{"text": text, "doc_id": str(k)} for k, text in enumerate(texts)]
    with ql.FamilyIndex.open(path) as index:
        built = clocked(lambda: index.add(rows))
    with ql.FamilyIndex.open(path) as index:
        new = [{"text": text, "doc_id": f"new {k}"} for k, text in enumerate(quotations(10_000, seed=3))]
        added = clocked(lambda: index.add(new))
        asked = random.Random(4).choices(texts, k=200)
        found = clocked(lambda: [index.search(text) for text in asked])
    import resource

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    disk = path.stat().st_size / 1e6
    times = (
        f"{built[0]:>9.0f} {built[1]:>8.0f} {added[0]:>9.1f} {added[1]:>8.1f} {1000 * found[1] / len(asked):>10.1f}"
    )
    print(f"{size:>12,} {times} {disk:>9,.0f} {memory:>8,.0f}", flush=True)


def main():
    if sys.argv[1:2] == ["run"]:
        return grouped_by_spark(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["spark", "killed", "stored"])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for what a run that is killed leaves")
    for name in ("--kill", "--skewed", "--compare"):
        parser.add_argument(name, action="store_true")
    options = parser.parse_args()
    if options.what == "killed":
        run_killed(started(options.sizes[0], options.keep), options.keep)
        return None
    if options.what == "spark":
        print(f"{'quotations':>12} {'seconds':>9} {'CPU':>8} {'MB':>8} {'MB shuffled':>12} {'MB/task':>9}   families")
    else:
        print(
            f"{'quotations':>12} {'build s':>9} {'CPU':>8} {'10,000 s':>9} {'CPU':>8}  search ms   file MB {'MB':>8}"
        )
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            if options.what == "spark":
                run_spark(size, options, pathlib.Path(folder))
            else:
                run_stored(size, pathlib.Path(folder))
    return None


if __name__ == "__main__":
    main()
