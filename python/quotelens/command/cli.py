"""The command line: its commands do the work, `arguments` has their options, `messages` what they say."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from quotelens import _core
from quotelens.analysis.annotation import annotate_record
from quotelens.analysis.engine import Core
from quotelens.analysis.parallel import BATCH_DOCUMENTS
from quotelens.analysis.stream import ENDINGS, Stream
from quotelens.analysis.text import info
from quotelens.command import annotate
from quotelens.command.arguments import ONE_FILE, UsageError, flags_of, parser
from quotelens.command.files import (
    STDOUT,
    check_lines,
    check_output,
    check_place,
    config_of,
    lines_out,
    opened,
    stdout,
)
from quotelens.command.messages import Messages, Status
from quotelens.corpus import Corpus
from quotelens.files import read, sample
from quotelens.reading.records import Record
from quotelens.table.files import json_line, replacing
from quotelens.table.table import BYTE_ORDER_MARK, TELLING, Table, write_rows
from quotelens.table.wording import counted

_PAGES = (".html", ".htm")
_ERRORS = (OSError, ValueError, TypeError, ImportError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, given without the program's name, and return the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    messages, started = Messages(as_json="--json" in words), time.monotonic()
    with messages.taking_over():
        status = _run(words, messages)
        if messages.as_json and status != Status.NO_READER:
            seconds = round(time.monotonic() - started, 3)
            messages.say("end", f"ended with status {status}", status=int(status), seconds=seconds)
    return int(status)


def _run(words: list[str], messages: Messages) -> Status:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a letter still gets the rest
    try:
        understands = parser()
        options = understands.parse_args(words)
        messages.flags = flags_of(understands, options.command)
        status = _COMMANDS[options.command](options, messages)
        sys.stdout.flush()
        return status
    except UsageError as error:
        if not messages.as_json:
            print(error.usage, end="", file=sys.stderr)
        messages.say("usage", str(error), level="error", error="UsageError")
    except BrokenPipeError:
        # The reader has gone, as `head` does; Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.NO_READER
    except KeyboardInterrupt:
        messages.say("interrupted", "interrupted", level="error", error="KeyboardInterrupt")
        return Status.INTERRUPTED
    except _ERRORS as error:
        messages.fail(error)
    except Exception as error:
        messages.crash(error)
    return Status.FAILED


def _stdout_format(options: Namespace) -> str | None:
    """How to write rows to standard output; None where they go to a file or are shown as a table."""
    if options.format and options.output not in (None, STDOUT):
        raise ValueError("--format is only for standard output: the ending of a file sets its format.")
    return options.format or ("jsonl" if options.output == STDOUT else None)


def _as_csv(options: Namespace) -> dict[str, bool]:
    return {"escape_formulas": options.escape_formulas, "byte_order_mark": options.byte_order_mark}


def _mark(options: Namespace, kind: str) -> str:
    """The first line of rows on standard output."""
    return BYTE_ORDER_MARK if options.byte_order_mark and kind == "csv" else ""


def _write_page(page: str, output: str) -> None:
    if output == STDOUT:
        stdout().write(page)
        return
    with replacing(Path(output)) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="replace")


# -------------------------------------------------------------------------------------------------- commands


def _run_quotes(options: Namespace, messages: Messages) -> Status:
    choice: dict[str, Any] = {
        "kind": _all_or(options.kind),
        "acts": _all_or(options.acts),
        "zones": _all_or(options.zones),
        "min_confidence": options.min_confidence,
    }
    kind = _stdout_format(options)
    if options.resume and (kind or not options.output):
        raise ValueError("--resume continues a file: name it with -o.")
    if kind:
        return _stream_quotes(
            _corpus(options, lazy=True).stream(batch=BATCH_DOCUMENTS, **choice), kind, options, messages
        )
    if options.output:
        check_output(options.output, ENDINGS)
        return _write_quotes(_corpus(options, lazy=True).stream(**choice), options, messages)
    corpus = _corpus(options)
    print(_listing(corpus.quotes(**choice)))
    return _end(corpus, messages)


def _stream_quotes(quotes: Stream, kind: str, options: Namespace, messages: Messages) -> Status:
    out = stdout()
    out.write(_mark(options, kind))
    write_rows(quotes.no_rows, out, kind)
    for table in quotes.tables():
        write_rows(table, out, kind, head=False, escape_formulas=options.escape_formulas)
        out.flush()
    return _end(quotes, messages)


def _write_quotes(quotes: Stream, options: Namespace, messages: Messages) -> Status:
    parts = Path(options.output + ".parts")
    try:
        done = quotes.write(options.output, resume=options.resume, **_as_csv(options))
    except BaseException:
        if parts.is_dir():
            hint = "run the same command with --resume to continue"
            messages.say("kept", f"what is done is kept in {parts}; {hint}", output=str(parts))
        raise
    size = f"{counted(done.quotes, 'quote')} of {counted(done.documents, 'document')}"
    messages.say(
        "written",
        f"{size} written to {options.output}; {done}",
        output=options.output,
        quotes=done.quotes,
        documents=done.documents,
    )
    return _end(quotes, messages)


def _all_or(names: list[str] | None) -> list[str] | str | None:
    return "all" if names and "all" in names else names


def _listing(table: Table) -> str:
    names = [*TELLING, "correction"] if "correction" in table.columns else TELLING
    return table.select(*names).to_text(rows=None)


def _run_report(options: Namespace, messages: Messages) -> Status:
    if options.articles and options.full_text is not None:
        raise ValueError("--articles always shows whole articles: leave out --full-text.")
    if options.output != STDOUT:
        check_output(options.output, _PAGES)
    corpus = _corpus(options)
    _write_page(_page(corpus, options), options.output)
    if options.output != STDOUT:
        message = f"{counted(len(corpus), 'article')} written to {options.output}"
        messages.say("written", message, output=options.output, documents=len(corpus))
    return _end(corpus, messages)


def _page(corpus: Corpus, options: Namespace) -> str:
    from quotelens.show import page, report

    if options.articles:
        return page.page(corpus, title=options.title)
    return report.page(corpus, title=options.title, full_text=options.full_text)


def _run_demo(options: Namespace, messages: Messages) -> Status:
    from quotelens.show.page import page

    check_output(options.output, _PAGES)
    corpus = sample()
    print(_listing(corpus.quotes()))
    _write_page(page(corpus), options.output)
    message = f"The articles with their quotations marked: {Path(options.output).resolve()}"
    if messages.as_json:
        messages.say("written", message, output=options.output, documents=len(corpus))
    else:
        print(f"\n{message}")
    return Status.DONE


def _run_train(options: Namespace, messages: Messages) -> Status:
    from quotelens.quality.train import train

    check_output(options.output, (".toml", ".tsv"))
    done = train(
        options.gold, output=options.output, kinds=options.kind, acts=options.acts, config=config_of(options)
    )
    print(done.to_text())
    if options.output:
        messages.say("written", f"weights written to {options.output}", output=options.output)
    return Status.DONE


def _run_evaluate(options: Namespace, messages: Messages) -> Status:
    from quotelens.quality.evaluate import evaluate

    check_output(options.output, ENDINGS)
    if options.between:
        return _compare_annotators(options, messages)
    if options.found and options.config:
        raise ValueError("--config applies to an analysis of the gold's texts: give either --config or PRED.jsonl.")
    done = evaluate(options.found, options.gold, config=config_of(options), **_comparing(options))
    print(json.dumps(done.to_dict()) if options.json else done.to_text())
    if options.output:
        _write_differences(done.errors(), "error", options, messages)
    return Status.DONE


def _compare_annotators(options: Namespace, messages: Messages) -> Status:
    from quotelens.quality.agreement import agreement

    if not options.found or options.config:
        raise ValueError("--between needs two files of annotations, and no --config.")
    done = agreement(options.gold, options.found, **_comparing(options))
    print(json.dumps(done.to_dict()) if options.json else done.to_text())
    if options.output:
        _write_differences(done.disagreements(), "disagreement", options, messages)
    return Status.DONE


def _comparing(options: Namespace) -> dict[str, Any]:
    names = {"kinds": options.kind, "acts": options.acts, "nested": not options.no_nested}
    return {**names, "level": options.level, "resamples": options.resamples, "seed": options.seed}


def _write_differences(table: Table, noun: str, options: Namespace, messages: Messages) -> None:
    table.write(options.output, **_as_csv(options))
    message = f"{counted(len(table), noun)} written to {options.output}"
    counts: dict[str, Any] = {f"{noun}s": len(table)}
    messages.say("written", message, output=options.output, **counts)


def _run_sample(options: Namespace, messages: Messages) -> Status:
    check_lines(options.output)
    corpus = _corpus(options)
    try:
        drawn = corpus.sample_articles(options.n, by=options.by, seed=options.seed)
    except KeyError as error:  # a column that is not there
        raise ValueError(error.args[0]) from None
    engine = drawn._engine

    def line(record: Record, _: Core, counts: _core.LineCounts | None) -> str:
        weighted = {name: record.meta[name] for name in ("stratum", "weight")}
        return json_line({"text": record.text, **weighted, **annotate_record(engine, record, counts)})

    _write_lines(drawn._each(line), options.output, messages)
    return _end(corpus, messages)


def _run_export(options: Namespace, messages: Messages) -> Status:
    from quotelens import exchange

    if options.output == STDOUT:
        raise ValueError("export cannot write to standard output: name a file or a folder with -o.")
    if options.format in ONE_FILE:
        check_place(Path(options.output))
    corpus = _corpus(options)
    n = getattr(exchange, f"to_{options.format}")(corpus, options.output)
    noun = "quotation" if options.format == "quotebank" else "document"
    messages.say(
        "written", f"{counted(n, noun)} written to {options.output}", output=options.output, **{f"{noun}s": n}
    )
    return _end(corpus, messages)


def _run_import(options: Namespace, messages: Messages) -> Status:
    from quotelens import exchange

    check_lines(options.output)
    documents = getattr(exchange, f"from_{options.format}")(options.input)
    _write_lines(map(json_line, documents), options.output, messages)
    return Status.DONE


def _write_lines(lines: Iterable[str], output: str | None, messages: Messages) -> None:
    """Write documents, a line each."""
    n = 0
    with ExitStack() as stack:
        out = lines_out(output, stack)
        for n, line in enumerate(lines, start=1):  # noqa: B007 - n is used below
            out.write(line)
    if output not in (None, STDOUT):
        messages.say("written", f"{counted(n, 'document')} written to {output}", output=output, documents=n)


def _run_corrections(options: Namespace, messages: Messages) -> Status:
    from quotelens.annotations.corrections import Corrections

    if options.output == STDOUT:
        raise ValueError("corrections cannot write to standard output: name a file with -o.")
    check_lines(options.output)
    made = Corrections.between(options.found, options.back, by=options.by)
    made.save(options.output)
    said = repr(made).removeprefix("<Corrections: ").removesuffix(">")
    counts: dict[str, Any] = dict(made.counts())
    messages.say("written", f"{said}; written to {options.output}", output=options.output, **counts)
    return Status.DONE


def _run_info(options: Namespace, messages: Messages) -> Status:
    facts = info(config_of(options))
    if options.json:
        print(json.dumps(facts))
    else:
        print("\n".join(f"{name:<10} {value}" for name, value in facts.items()))
    return Status.DONE


def _run_completion(options: Namespace, messages: Messages) -> Status:
    from quotelens.command.completion import script

    print(script(parser(), options.shell), end="")
    return Status.DONE


def _run_families(options: Namespace, messages: Messages) -> Status:
    if options.quotes is not None:
        if options.paths or options.variants or options.corrections:
            raise ValueError("--quotes takes quotations: leave out articles, --variants and --corrections.")
        return _group_ready(options, messages)
    if not options.paths:
        raise ValueError("Name the articles to search for quotations, or give quotations with --quotes.")
    kind = _stdout_format(options)
    check_output(None if kind else options.output, ENDINGS)
    check_output(options.variants, ENDINGS)
    corpus = _corpus(options)
    families = corpus.quotes().families()
    if kind:
        stdout().write(_mark(options, kind))
        write_rows(families, stdout(), kind, escape_formulas=options.escape_formulas)
    elif options.output:
        families.write(options.output, **_as_csv(options))
        n = sum(families["n_members"])
        grouped = f"{counted(n, 'quote')} in {counted(len(families), 'family', 'families')}"
        message = f"{grouped} written to {options.output}"
        messages.say("written", message, output=options.output, families=len(families), quotes=n)
    else:
        print(families.to_text())
    if options.variants:
        families.variants().write(options.variants, **_as_csv(options))
    return _end(corpus, messages)


def _group_ready(options: Namespace, messages: Messages) -> Status:
    """Group the quotations in a file of JSON lines; the output has one line for each line of the input."""
    from quotelens.families.families import ready_rows

    if options.format == "csv":
        raise ValueError("--quotes always writes JSON lines: leave out --format csv.")
    check_lines(options.output)
    heads: list[dict[str, Any]] = []

    def quotations(source: io.BufferedReader) -> Iterator[dict[str, Any] | None]:
        for number, line in enumerate(source, start=1):
            quote, head = _ready_quote(line, number)
            heads.append(head)
            yield quote

    with ExitStack() as stack:
        rows = ready_rows(quotations(opened(options.quotes, stack)))
        out = lines_out(options.output, stack)
        for k, row in enumerate(rows):
            out.write(json_line(heads[k] | row))
    return messages.unread(sum("error" in head for head in heads))


def _ready_quote(line: bytes, number: int) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """A quotation (None if the line has none), and the start of its output line."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, {"id": None, "error": f"line {number} is not JSON: {error}"}
    if not isinstance(row, dict):
        return None, {"id": None, "error": f"line {number} is not a JSON object"}
    if not isinstance(row.get("text"), str):
        return None, {"id": row.get("id"), "error": f"line {number} has no text"}
    return row, {"id": row.get("id", number - 1)}


def _end(read: Corpus | Stream, messages: Messages) -> Status:
    """Say which columns were used for ours, and what was wrong with the documents."""
    messages.taken(str(read.taken))
    return messages.problems(read.problems())


def _corpus(options: Namespace, *, lazy: bool | None = None) -> Corpus:
    keys = {name: getattr(options, name) for name in ("text", "id", "outlet", "published")}
    corpus = read(options.paths, **keys, threads=options.threads, config=config_of(options), lazy=lazy)
    return corpus.corrected(options.corrections) if options.corrections else corpus


_COMMANDS: dict[str, Callable[[Namespace, Messages], Status]] = {
    "quotes": _run_quotes,
    "annotate": annotate.run,
    "report": _run_report,
    "families": _run_families,
    "train": _run_train,
    "evaluate": _run_evaluate,
    "sample": _run_sample,
    "export": _run_export,
    "import": _run_import,
    "corrections": _run_corrections,
    "demo": _run_demo,
    "info": _run_info,
    "completion": _run_completion,
}
