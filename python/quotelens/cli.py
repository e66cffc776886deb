"""The command line.  Exit status: 0 all well, 1 something could not be done, 2 the command was not understood."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from quotelens import _core
from quotelens.annotation import annotate_record
from quotelens.api import ACTS, KINDS, ZONES, info
from quotelens.config import Config
from quotelens.corpus import Corpus
from quotelens.engine import Engine, engine_for
from quotelens.io import read, sample, stream
from quotelens.parallel import check_threads, cut, in_order
from quotelens.progress import Progress
from quotelens.readers import Options, line_record
from quotelens.readers.base import text_lines
from quotelens.records import outlet_of
from quotelens.recurrence import Recurrence
from quotelens.streaming import ENDINGS, Stream
from quotelens.table import Table, json_line, replacing

_EXAMPLES = """examples:
  quotelens demo                                   a few sample articles: who said what
  quotelens quotes articles/ -o quotes.parquet     everything that was said or shown, as a table
  quotelens quotes articles/*.txt --kind direct    only verbatim quotations, printed
  cat in.jsonl | quotelens quotes - -o quotes.csv  one JSON object a line, with the keys text and doc_id
  quotelens annotate in.jsonl -o out.jsonl         everything about each document, one JSON object a line
  quotelens page articles/ -o page.html            the articles with their quotations marked
  quotelens report articles/ -o report.html        who is quoted, where, how openly and through whom, as one page
  quotelens families articles/ -o families.csv     the same quotation in several articles, one row each
  quotelens train gold.jsonl -o options.toml       confidences fitted to annotations of your own
  quotelens evaluate gold.jsonl -o errors.csv      how good it is on annotations of your own, and each error
"""
_REPORT_EXAMPLES = """examples:
  quotelens report articles/ -o report.html
  quotelens report stories.csv --text body --id story -o report.html --title "The cliff railway"
  quotelens report articles/*.html -o report.html --full-text    all of the articles, not only what is quoted
"""
_SHOWN = ("doc_id", "speaker", "source", "cue", "kind", "text")
_ERRORS = (OSError, ValueError, TypeError, ImportError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, given without the name of the program, and return its exit status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a letter still gets the rest
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader has gone, as `head` does; Python would complain of it once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        _say("interrupted")
        return 1
    except _ERRORS as error:
        _say(_message(error))
        return 1


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


def _say(message: str) -> None:
    print(f"quotelens: {message}", file=sys.stderr)


# ---------------------------------------------------------------------------------------------------- parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quotelens",
        description="Who said what, in whose words, according to whom, in news text.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"quotelens {_core.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_quotes(commands)
    _add_annotate(commands)
    _add_page(commands)
    _add_report(commands)
    _add_families(commands)
    _add_train(commands)
    _add_evaluate(commands)
    demo = commands.add_parser("demo", help="who said what in a few sample articles, and the page of them")
    demo.add_argument(
        "-o", "--output", metavar="FILE", default="quotelens-demo.html", help="the page (default: %(default)s)"
    )
    demo.set_defaults(run=_run_demo)
    about = commands.add_parser("info", help="versions, Unicode versions, hashes of lexicon and weights")
    about.add_argument("--json", action="store_true", help="as one JSON object")
    _add_config(about)
    about.set_defaults(run=_run_info)
    return parser


def _add_quotes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    quotes = commands.add_parser("quotes", help="a table of quotations")
    quotes.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders or patterns; - is JSON lines on standard input"
    )
    quotes.add_argument(
        "-o", "--output", metavar="FILE", help="a .parquet, .csv or .jsonl file (default: print a table)"
    )
    quotes.add_argument("--kind", action="append", choices=KINDS, help="only this kind; may be repeated")
    quotes.add_argument(
        "--acts", action="append", choices=(*ACTS, "all"), help="which acts (default: speech and evidence)"
    )
    quotes.add_argument(
        "--zones", action="append", choices=(*ZONES, "all"), help="which zones (default: all but boilerplate)"
    )
    quotes.add_argument(
        "--min-confidence", type=float, metavar="P", help="only statements that are right with this chance, 0 to 1"
    )
    quotes.add_argument(
        "--resume", action="store_true", help="go on with a run to the same file that was stopped before its end"
    )
    _add_reading(quotes)
    quotes.set_defaults(run=_run_quotes)


def _add_annotate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    annotate = commands.add_parser("annotate", help="everything about each document, one JSON object a line")
    annotate.add_argument("input", metavar="IN.jsonl", help="one JSON object a line; - is standard input")
    annotate.add_argument("-o", "--output", metavar="FILE", help="a .jsonl file (default: standard output)")
    annotate.add_argument(
        "--parse", action="store_true", help='adds "tags": [tag, lemma, head, relation] of each token'
    )
    _add_reading(annotate)
    annotate.set_defaults(run=_run_annotate)


def _add_page(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    page = commands.add_parser("page", help="the articles with their quotations marked, as one HTML page")
    page.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders or patterns; - is JSON lines on standard input"
    )
    page.add_argument("-o", "--output", metavar="FILE", required=True, help="the .html file")
    _add_reading(page)
    page.set_defaults(run=_run_page)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser(
        "report",
        help="who is quoted, where, how openly and through whom, as one HTML page",
        epilog=_REPORT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders or patterns; - is JSON lines on standard input"
    )
    report.add_argument("-o", "--output", metavar="FILE", required=True, help="the .html file")
    report.add_argument("--title", help="the heading (default: Who is quoted)")
    report.add_argument(
        "--full-text",
        action=argparse.BooleanOptionalAction,
        help="the articles whole, or only their paragraphs with statements (default: whole up to 400,000 characters)",
    )
    _add_reading(report)
    report.set_defaults(run=_run_report)


def _add_families(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    families = commands.add_parser("families", help="the same quotation in several articles")
    families.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders or patterns; - is JSON lines on standard input"
    )
    families.add_argument(
        "--quotes",
        metavar="IN.jsonl",
        help='ready quotations instead, one JSON object a line: "id", "text", and "published" if known; - is standard'
        " input.  The output has a line for each, in order",
    )
    families.add_argument(
        "-o", "--output", metavar="FILE", help="a .parquet, .csv or .jsonl file (default: print it; --quotes: .jsonl)"
    )
    families.add_argument("--variants", metavar="FILE", help="the members of all families as well, likewise")
    _add_reading(families)
    families.set_defaults(run=_run_families)


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser("train", help="fits the confidences to annotations of your own")
    train.add_argument(
        "gold",
        metavar="GOLD.jsonl",
        help="documents as annotate writes them, with their text and their quotes put right",
    )
    train.add_argument(
        "-o", "--output", metavar="FILE", help="a .toml file for --config, or a .tsv file of the weights alone"
    )
    train.add_argument(
        "--kind", action="append", choices=KINDS, help="what was annotated, where not all was; may be repeated"
    )
    train.add_argument("--acts", action="append", choices=ACTS, help="the same for acts")
    _add_config(train)
    train.set_defaults(run=_run_train)


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    evaluate = commands.add_parser("evaluate", help="precision and recall on annotations of your own, and each error")
    evaluate.add_argument(
        "gold", metavar="GOLD.jsonl", help="documents as annotate writes them, put right by a person"
    )
    evaluate.add_argument(
        "found",
        metavar="PRED.jsonl",
        nargs="?",
        help="what annotate wrote (default: the texts of the gold are analysed)",
    )
    evaluate.add_argument(
        "-o", "--output", metavar="FILE", help="each error with its context: a .csv, .jsonl or .parquet file"
    )
    evaluate.add_argument("--json", action="store_true", help="all figures, as shares, as one JSON object")
    evaluate.add_argument(
        "--kind",
        action="append",
        choices=[kind for kind in KINDS if kind != "scare"],
        help="what was annotated, where not all was; may be repeated",
    )
    evaluate.add_argument("--acts", action="append", choices=ACTS, help="the same for acts")
    evaluate.add_argument("--no-nested", action="store_true", help="leave out statements inside statements")
    evaluate.add_argument(
        "--level", type=float, default=0.95, metavar="P", help="of the intervals (default: %(default)s)"
    )
    evaluate.add_argument(
        "--resamples", type=int, default=1000, metavar="N", help="of documents, for them (default: %(default)s)"
    )
    evaluate.add_argument("--seed", type=int, default=0, metavar="N", help="where drawing starts (default: 0)")
    _add_config(evaluate)
    evaluate.set_defaults(run=_run_evaluate)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="KEY", help="key or column of the text (default: text)")
    parser.add_argument("--id", metavar="KEY", help="key or column of the identifier (default: doc_id or id)")
    parser.add_argument("--threads", type=int, metavar="N", help="number of threads (default: one a processor)")
    _add_config(parser)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE.toml", help="options of your own, as Config.save writes them")


def _config(options: argparse.Namespace) -> Config | None:
    return Config.load(options.config) if options.config else None


# -------------------------------------------------------------------------------------------------- commands


def _run_quotes(options: argparse.Namespace) -> int:
    choice: dict[str, Any] = {
        "kind": options.kind,
        "acts": _all_or(options.acts),
        "zones": _all_or(options.zones),
        "min_confidence": options.min_confidence,
    }
    if not options.output:
        if options.resume:
            raise ValueError("--resume goes on with a file: say which with -o.")
        corpus = _corpus(options)
        print(_listing(corpus.quotes(**choice)))
        return _report(corpus.problems())
    if Path(options.output).suffix.lower() not in ENDINGS:
        raise ValueError(f"Cannot tell from {options.output!r} how to write it: use .parquet, .csv or .jsonl.")
    quotes = stream(options.paths, **_reading(options), **choice)
    return _write_quotes(quotes, options)


def _write_quotes(quotes: Stream, options: argparse.Namespace) -> int:
    parts = Path(options.output + ".parts")
    try:
        done = quotes.write(options.output, resume=options.resume)
    except BaseException:
        if parts.is_dir():
            _say(f"what is done is kept in {parts}; the same command with --resume goes on from there")
        raise
    _say(f"{done.quotes:,} quotes of {done.documents:,} documents written to {options.output}; {done}")
    return _report(quotes.problems())


def _all_or(names: list[str] | None) -> list[str] | str | None:
    return "all" if names and "all" in names else names


def _listing(table: Table) -> str:
    return table.select(*_SHOWN).to_text(rows=None)


def _run_page(options: argparse.Namespace) -> int:
    corpus = _corpus(options)
    _write_page(corpus, Path(options.output))
    _say(f"{len(corpus):,} articles written to {options.output}")
    return _report(corpus.problems())


def _run_report(options: argparse.Namespace) -> int:
    corpus = _corpus(options)
    corpus.report(options.output, title=options.title, full_text=options.full_text)
    _say(f"report on {len(corpus):,} articles written to {options.output}")
    return _report(corpus.problems())


def _write_page(corpus: Corpus, path: Path) -> None:
    from quotelens.display import page

    with replacing(path) as temporary:
        temporary.write_text(page(corpus), encoding="utf-8", errors="replace")


def _run_demo(options: argparse.Namespace) -> int:
    corpus = sample()
    print(_listing(corpus.quotes()))
    _write_page(corpus, Path(options.output))
    print(f"\nThe articles with their quotations marked: {Path(options.output).resolve()}")
    return 0


def _run_train(options: argparse.Namespace) -> int:
    from quotelens.training import train
    from quotelens.weights import check_ending

    if options.output:
        check_ending(options.output)  # before the work, not behind it
    done = train(options.gold, output=options.output, kinds=options.kind, acts=options.acts, config=_config(options))
    print(done.to_text())
    if options.output:
        _say(f"weights written to {options.output}")
    return 0


def _run_evaluate(options: argparse.Namespace) -> int:
    from quotelens.evaluation import evaluate

    if options.output and Path(options.output).suffix.lower() not in ENDINGS:
        raise ValueError(f"Cannot tell from {options.output!r} how to write it: use .csv, .jsonl or .parquet.")
    if options.found and options.config:
        raise ValueError("--config is for the texts of the gold: leave it out, or PRED.jsonl.")
    done = evaluate(
        options.found,
        options.gold,
        kinds=options.kind,
        acts=options.acts,
        nested=not options.no_nested,
        level=options.level,
        resamples=options.resamples,
        seed=options.seed,
        config=_config(options),
    )
    print(json.dumps(done.to_dict()) if options.json else done.to_text())
    if options.output:
        errors = done.errors()
        errors.write(options.output)
        _say(f"{len(errors):,} errors written to {options.output}")
    return 0


def _run_info(options: argparse.Namespace) -> int:
    facts = info(_config(options))
    if options.json:
        print(json.dumps(facts))
    else:
        print("\n".join(f"{name:<10} {value}" for name, value in facts.items()))
    return 0


def _run_families(options: argparse.Namespace) -> int:
    if options.quotes is not None:
        if options.paths or options.variants:
            raise ValueError("--quotes takes ready quotations: articles and --variants do not go with it.")
        return _group_ready(options)
    if not options.paths:
        raise ValueError("Give articles to look for quotations in, or ready ones with --quotes.")
    for name in filter(None, (options.output, options.variants)):
        if Path(name).suffix.lower() not in ENDINGS:
            raise ValueError(f"Cannot tell from {name!r} how to write it: use .parquet, .csv or .jsonl.")
    corpus = _corpus(options)
    families = corpus.quotes().families()
    if options.output:
        families.write(options.output)
        n_quotes = sum(families["n_members"])
        _say(f"{n_quotes:,} quotes in {len(families):,} families written to {options.output}")
    else:
        print(families.to_text())
    if options.variants:
        families.variants().write(options.variants)
    return _report(corpus.problems())


def _group_ready(options: argparse.Namespace) -> int:
    """Group the quotations of a file of JSON lines; the output has one line for each of its lines."""
    from quotelens.families import ready_rows

    heads: list[dict[str, Any]] = []

    def quotations(source: io.BufferedReader) -> Iterator[dict[str, Any] | None]:
        for number, line in enumerate(source, start=1):
            quote, head = _ready_quote(line, number)
            heads.append(head)
            yield quote

    with ExitStack() as stack:
        source = _stdin() if options.quotes == "-" else stack.enter_context(open(options.quotes, "rb"))
        rows = ready_rows(quotations(source))
        if options.output:
            place = stack.enter_context(replacing(Path(options.output)))
            out: IO[str] = stack.enter_context(open(place, "w", encoding="utf-8", newline="\n"))
        else:
            out = sys.stdout
        for k, row in enumerate(rows):
            out.write(json_line(heads[k] | row))
    n_bad = sum("error" in head for head in heads)
    if n_bad:
        _say(f"{n_bad:,} line{'s' if n_bad != 1 else ''} could not be read; the output says why, line by line")
    return 1 if n_bad else 0


def _ready_quote(line: bytes, number: int) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """A quotation, None where the line holds none, and how its line of the output begins."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, {"id": None, "error": f"line {number} is not JSON: {error}"}
    if not isinstance(row, dict):
        return None, {"id": None, "error": f"line {number} is no JSON object"}
    if not isinstance(row.get("text"), str):
        return None, {"id": row.get("id"), "error": f"line {number} has no text"}
    return row, {"id": row.get("id", number - 1)}


def _corpus(options: argparse.Namespace) -> Corpus:
    return read(options.paths, **_reading(options))


def _reading(options: argparse.Namespace) -> dict[str, Any]:
    return {"text": options.text, "id": options.id, "threads": options.threads, "config": _config(options)}


def _report(problems: Table, most: int = 5) -> int:
    """Say what was wrong with the documents; the exit status that follows from it."""
    for row in problems.head(most):
        _say(f"{row['source'] or row['doc_id']}: {row['problem']}: {row['detail']}; {row['done']}")
    if len(problems) > most:
        counts = Counter(problems["problem"])
        _say(f"{len(problems):,} problems in all: " + ", ".join(f"{n:,} {name}" for name, n in counts.most_common()))
    return 1 if "unreadable" in problems["problem"] else 0


# -------------------------------------------------------------------------------------------------- annotate


class _Line:
    """A line of the input: its document, or what is wrong with it."""

    __slots__ = ("error", "record", "text")

    def __init__(self, line: str, how: str | None, place: str, options: Options) -> None:
        record, problem = line_record(line, how, place, place, options)
        unreadable = problem is not None and problem.problem == "unreadable"
        self.record = record
        self.error = problem.detail if problem is not None and unreadable else None
        self.text = record.text


def _run_annotate(options: argparse.Namespace) -> int:
    threads, engine = check_threads(options.threads), engine_for(_config(options))
    with ExitStack() as stack:
        if options.input == "-":
            source: io.BufferedReader = _stdin()
        else:
            source = stack.enter_context(open(options.input, "rb"))
        if options.output:
            place = stack.enter_context(replacing(Path(options.output)))
            out: IO[str] = stack.enter_context(open(place, "w", encoding="utf-8", newline="\n"))
        else:
            out = sys.stdout
            if isinstance(out, io.TextIOWrapper):
                out.reconfigure(encoding="utf-8", newline="\n")
        n_bad = _annotate_lines(source, out, threads, options, engine)
    if n_bad:
        _say(f"{n_bad:,} line{'s' if n_bad != 1 else ''} could not be read; the output says why, line by line")
    return 1 if n_bad else 0


def _answer(engine: Engine, line: _Line, recurrence: Recurrence, parse: bool) -> dict[str, Any]:
    if line.error is not None:
        return {"doc_id": line.record.doc_id, "error": line.error}
    return annotate_record(engine, line.record, recurrence.counts(), parse=parse)


def _lines_of(source: io.BufferedReader, options: argparse.Namespace) -> Iterator[_Line]:
    stem = Path(options.input).stem if options.input != "-" else "stdin"
    keys = Options(options.text, options.id)
    for number, (line, how) in enumerate(text_lines(source, keys), start=1):
        yield _Line(line, how, f"{stem}:{number}", keys)


def _count_lines(options: argparse.Namespace) -> Recurrence:
    """A first pass over a file that can be read twice, for the lines that its outlets' pages share."""
    if options.input == "-" or not Path(options.input).is_file():
        return Recurrence()

    def pages() -> Iterator[tuple[str | None, str]]:
        with open(options.input, "rb") as source:
            for line in _lines_of(source, options):
                yield outlet_of(line.record), line.text

    return Recurrence(pages)


def _stdin() -> io.BufferedReader:
    stream: Any = sys.stdin.buffer
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)


def _annotate_lines(
    source: io.BufferedReader, out: IO[str], threads: int, options: argparse.Namespace, engine: Engine
) -> int:
    """Annotate line by line; the number of lines that could not be read."""
    recurrence = _count_lines(options)
    recurrence.counts()  # before the threads ask for them

    def work(batch: list[_Line]) -> str:
        return "".join(json_line(_answer(engine, line, recurrence, options.parse)) for line in batch)

    n_bad = 0
    with Progress(None, unit="documents") as progress:
        for batch, written in in_order(cut(_lines_of(source, options)), work, threads):
            out.write(written)
            n_bad += sum(line.error is not None for line in batch)
            progress.update(len(batch))
    return n_bad
