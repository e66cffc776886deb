"""The commands of the command line, their options, and their help with examples."""

from __future__ import annotations

import argparse
import os
from typing import Any, NoReturn

from quotelens import _core
from quotelens.analysis.filter import ACTS, KINDS, ZONES
from quotelens.analysis.readers import READER_VARIABLE, READERS

SHELLS = ("bash", "zsh", "fish")
FORMATS = ("jsonl", "csv")
EXPORTS = ("brat", "conllu", "doccano", "jsonld", "labelstudio", "quotebank", "tei")
ONE_FILE = ("doccano", "jsonld", "labelstudio", "quotebank")  # the others write a folder, or either
IMPORTS = ("brat", "doccano", "jsonld", "labelstudio", "tei")

_STATUS = """exit status:
  0    success
  1    done, but some documents or lines could not be read: the messages name them
  2    the command was not understood, or failed
  130  interrupted with Ctrl-C
  141  the output was closed early, as head does

messages:
  Results go to files or to standard output, and messages to standard error.  With --json each message is a JSON
  object on a line of its own, with the keys level (info, warning, error), event and message, and those of the event:
    problem      doc_id, source, problem, done, detail      written      output, and counts of what is in it
    problems     count, counts                              kept         output
    unread       count                                      warning      category
    progress     count, total, unit                         columns      columns
    end          status, seconds
    usage, error, crash, interrupted                        error, and of a crash its traceback
  "end" is always the last line, unless standard output was closed."""


class UsageError(Exception):
    """A command line that was not understood."""

    def __init__(self, usage: str, message: str) -> None:
        super().__init__(message)
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    _is_at_it = False

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        """Like argparse, but options may stand between paths, and errors show the usage of the command."""
        if self._is_at_it or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self._is_at_it = True
        try:
            options, unknown = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_at_it = False
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return options, unknown

    def error(self, message: str) -> NoReturn:
        raise UsageError(self.format_usage(), message)


_Commands = argparse._SubParsersAction


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; `command` is the name of the command.  Raises `UsageError`."""
    whole = _Parser(
        prog="quotelens",
        description="Who said what, in whose words, according to whom, in news text.",
        epilog=f"""examples:
  quotelens demo                                  a few sample articles: who said what
  quotelens quotes articles/ -o quotes.csv        everything that was said or shown, as a table
  quotelens quotes --help                         what a command does, its options, and examples

{_STATUS}""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"quotelens {_core.__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        *(_add_quotes, _add_annotate, _add_report, _add_families, _add_train, _add_evaluate),
        *(_add_sample, _add_export, _add_import, _add_corrections),
        *(_add_demo, _add_info, _add_completion),
    ):
        add(commands)
    return whole


def flags_of(parser: argparse.ArgumentParser, command: str) -> dict[str, str]:
    """The options of a command, long as `--min-confidence`, by their names in Python."""
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    options = (action for action in commands.choices[command]._actions if action.option_strings)
    return {action.dest: action.option_strings[-1] for action in options}


def _command(
    commands: _Commands[_Parser], name: str, short: str, long: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=short,
        description=long,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_csv(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--escape-formulas",
        action="store_true",
        help="in CSV, put an apostrophe before texts that a spreadsheet would run as formulas",
    )
    command.add_argument(
        "--byte-order-mark",
        action="store_true",
        help="make spreadsheets read the CSV as UTF-8, so that they show curly marks and accents",
    )


def _add_quotes(commands: _Commands[_Parser]) -> None:
    quotes = _command(
        commands,
        "quotes",
        "lists quotations as a table",
        "Lists what was said or shown, by whom and in which words, as a table with one row per quote.",
        """  quotelens quotes articles/ -o quotes.csv                   a file: .csv, .xlsx, .jsonl or .parquet
  quotelens quotes articles/*.txt --kind direct              only direct quotations
  cat in.jsonl | quotelens quotes - --format csv > all.csv   JSON lines in, rows out, one at a time
  quotelens quotes in.jsonl --corrections corrections.jsonl  with corrections applied
""",
    )
    _add_paths(quotes)
    quotes.add_argument(
        *("-o", "--output"),
        metavar="FILE",
        help="a .parquet, .xlsx, .csv or .jsonl file, or - for rows on standard output (default: print a table)",
    )
    quotes.add_argument(
        "--format", choices=FORMATS, help="print rows in this format on standard output (default with -o -: jsonl)"
    )
    _add_csv(quotes)
    quotes.add_argument(
        "--kind",
        action="append",
        choices=(*KINDS, "all"),
        help="only this kind; may be repeated (default: all but scare)",
    )
    quotes.add_argument(
        "--acts", action="append", choices=(*ACTS, "all"), help="which acts (default: speech and evidence)"
    )
    quotes.add_argument(
        "--zones", action="append", choices=(*ZONES, "all"), help="which zones (default: all but boilerplate)"
    )
    quotes.add_argument(
        "--min-confidence", type=float, metavar="P", help="only quotes with at least this confidence, 0 to 1"
    )
    quotes.add_argument("--resume", action="store_true", help="continue an interrupted run to the same file")
    _add_reading(quotes)


def _add_annotate(commands: _Commands[_Parser]) -> None:
    annotate = _command(
        commands,
        "annotate",
        "writes everything about each document, one JSON object per line",
        "Writes a JSON object for each document, in order: zones, sentences, tokens, quotes and mentions.  Each\n"
        "JSON line (with the key text) gets one output line, with the key error if it could not be read.",
        """  quotelens annotate in.jsonl -o out.jsonl
  quotelens annotate articles/ -o out.jsonl                  files, folders and patterns
  quotelens annotate in.jsonl --parse -o parsed.jsonl        with tag, lemma, head and relation of each token
  cat in.jsonl | quotelens annotate - | head -n 1
""",
    )
    _add_paths(annotate)
    annotate.add_argument("-o", "--output", metavar="FILE", help="a .jsonl file (default, or -: standard output)")
    annotate.add_argument(
        "--parse", action="store_true", help='adds "tags": [tag, lemma, head, relation] of each token'
    )
    _add_reading(annotate)


def _add_report(commands: _Commands[_Parser]) -> None:
    report = _command(
        commands,
        "report",
        "writes one HTML page: who is quoted, where, how openly, through whom",
        "Writes one HTML page about a corpus, to read, filter and print: sources, outlets, anonymity, chains,\n"
        "families of the same words, and the articles.",
        """  quotelens report articles/ -o report.html
  quotelens report stories.csv --text body --id story -o report.html --title "The cliff railway"
  quotelens report articles/*.txt -o report.html --full-text    whole articles, not only what is quoted
  quotelens report articles/ -o page.html --articles            who said what, then the marked articles
""",
    )
    _add_paths(report)
    report.add_argument("-o", "--output", metavar="FILE", required=True, help="the .html file; - is standard output")
    report.add_argument("--title", help="the heading (default: Who is quoted, or Who said what)")
    report.add_argument(
        "--full-text",
        action=argparse.BooleanOptionalAction,
        help="whole articles, or only their paragraphs with quotes (default: whole up to 400,000 characters)",
    )
    report.add_argument(
        "--articles",
        action="store_true",
        help="write the other page: who said what, then the whole articles with their quotations marked; no scripts",
    )
    _add_reading(report)


def _add_families(commands: _Commands[_Parser]) -> None:
    families = _command(
        commands,
        "families",
        "finds the same quotation in several articles",
        "Groups quotations that share all or some of their words; says who was first, and whether that is certain.",
        """  quotelens families articles/ -o families.csv
  quotelens families in.jsonl -o families.jsonl --variants members.csv
  quotelens families --quotes ready.jsonl -o grouped.jsonl   your own quotations: a line out for each line in
""",
    )
    _add_paths(families, nargs="*")
    families.add_argument(
        "--quotes",
        metavar="IN.jsonl",
        help='your own quotations instead of articles, one JSON object per line: "id", "text", and "published" if'
        " known; - is standard input.  The output has a line for each, in order",
    )
    families.add_argument(
        *("-o", "--output"),
        metavar="FILE",
        help="a .parquet, .xlsx, .csv or .jsonl file, or - for standard output (default: print a table; with"
        " --quotes, JSON lines)",
    )
    families.add_argument(
        "--format", choices=FORMATS, help="print rows in this format on standard output (default with -o -: jsonl)"
    )
    _add_csv(families)
    families.add_argument("--variants", metavar="FILE", help="also write the members of all families to this file")
    _add_reading(families)


def _add_train(commands: _Commands[_Parser]) -> None:
    train = _command(
        commands,
        "train",
        "fits the confidences to your own annotations",
        "Fits the weights behind confidence and source_confidence to annotations, and reports how well they fit.",
        """  quotelens train gold.jsonl
  quotelens train gold.jsonl -o own.toml --acts speech       options for --config
""",
    )
    train.add_argument(
        "gold",
        metavar="GOLD.jsonl",
        help="documents as annotate writes them, with their text and corrected quotes",
    )
    train.add_argument(
        "-o", "--output", metavar="FILE", help="a .toml file for --config, or a .tsv file with only the weights"
    )
    train.add_argument(
        "--kind", action="append", choices=KINDS, help="what was annotated, if not everything; may be repeated"
    )
    train.add_argument("--acts", action="append", choices=ACTS, help="the same for acts")
    _add_common(train)


def _add_evaluate(commands: _Commands[_Parser]) -> None:
    evaluate = _command(
        commands,
        "evaluate",
        "measures accuracy on your own annotations, and lists every error",
        "Compares what is found with annotations: precision, recall and F1 of content, source, cue, speaker and\n"
        "chain.  With --between, compares two annotators: F1 of quotes, sources and cues, kappa of kinds and acts,\n"
        "alpha of letters.",
        """  quotelens evaluate gold.jsonl -o errors.csv
  quotelens evaluate gold.jsonl out.jsonl --kind direct      what annotate wrote earlier
  quotelens evaluate gold.jsonl --json > figures.json
  quotelens evaluate --between ada.jsonl bo.jsonl -o disagreements.csv      how far two annotators agree
""",
    )
    evaluate.add_argument(
        "gold", metavar="GOLD.jsonl", help="documents as annotate writes them, corrected by a person"
    )
    evaluate.add_argument(
        "found",
        metavar="PRED.jsonl",
        nargs="?",
        help="what annotate wrote (default: the texts of the gold are analysed)",
    )
    evaluate.add_argument("--between", action="store_true", help="compare two annotators: how far do they agree?")
    evaluate.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="each error, or disagreement, with its context: a .csv, .xlsx, .jsonl or .parquet file",
    )
    _add_csv(evaluate)
    _add_comparing(evaluate)
    _add_common(evaluate, result="the figures, as shares, and messages")


def _add_sample(commands: _Commands[_Parser]) -> None:
    sample = _command(
        commands,
        "sample",
        "draws articles at random, for people to check",
        "Draws whole articles at random, or a fixed number per stratum, and writes each as a JSON object: as\n"
        "annotate does, with its text, its stratum, and how many articles it stands for.",
        """  quotelens sample articles/ -n 5 -o to_check.jsonl
  quotelens sample in.jsonl -n 2 --by outlet -o to_check.jsonl     two of each outlet
  quotelens sample articles/ -n 3 --by confidence --seed 7
""",
    )
    _add_paths(sample)
    sample.add_argument("-n", type=int, required=True, metavar="N", help="how many; with --by, how many per stratum")
    sample.add_argument(
        "--by",
        action="append",
        metavar="COLUMN",
        help="strata: kind, confidence, or a column of the documents; may be repeated",
    )
    sample.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random draw (default: 0)")
    sample.add_argument("-o", "--output", metavar="FILE", help="a .jsonl file (default, or -: standard output)")
    _add_reading(sample)


def _add_export(commands: _Commands[_Parser]) -> None:
    export = _command(
        commands,
        "export",
        "writes articles and quotes in the format of another tool",
        f"Writes articles and their quotes for another tool: {', '.join(EXPORTS)}.",
        """  quotelens export brat articles/ -o to_annotate             a folder
  quotelens export labelstudio articles/ -o tasks.json       and the configuration beside it
  quotelens export tei in.jsonl -o corpus.xml
""",
    )
    export.add_argument("format", choices=EXPORTS, metavar="FORMAT", help=", ".join(EXPORTS))
    _add_paths(export)
    export.add_argument(
        *("-o", "--output"),
        metavar="FILE",
        required=True,
        help="the file; for brat the folder; for conllu and tei either",
    )
    _add_reading(export)


def _add_import(commands: _Commands[_Parser]) -> None:
    imported = _command(
        commands,
        "import",
        "reads annotations made in another tool, as gold",
        f"Reads what people annotated in another tool, and writes it for evaluate, train and\n"
        f"corrections.  Formats: {', '.join(IMPORTS)}.",
        """  quotelens import brat annotated/ -o gold.jsonl
  quotelens import labelstudio tasks.json -o gold.jsonl
""",
    )
    imported.add_argument("format", choices=IMPORTS, metavar="FORMAT", help=", ".join(IMPORTS))
    imported.add_argument("input", metavar="PATH", help="the file or folder that the tool exported")
    imported.add_argument("-o", "--output", metavar="FILE", help="a .jsonl file (default, or -: standard output)")
    _add_json(imported)


def _add_corrections(commands: _Commands[_Parser]) -> None:
    corrections = _command(
        commands,
        "corrections",
        "lists what people changed, added, removed and kept",
        "Compares documents as they were shown to a person with what came back, and writes the differences.  Pass\n"
        "them as --corrections to any command that reads articles.",
        """  quotelens corrections found.jsonl back.jsonl --by Ada -o corrections.jsonl
  quotelens corrections found.jsonl back.jsonl --by Bo --json -o bo_corrections.jsonl
""",
    )
    corrections.add_argument("found", metavar="FOUND.jsonl", help="documents as they were shown")
    corrections.add_argument("back", metavar="BACK.jsonl", help="the same, or some of them, corrected")
    corrections.add_argument("--by", metavar="NAME", help="who made the corrections")
    corrections.add_argument("-o", "--output", metavar="FILE", required=True, help="a .jsonl file")
    _add_json(corrections)


def _add_demo(commands: _Commands[_Parser]) -> None:
    demo = _command(
        commands,
        "demo",
        "shows who said what in a few sample articles, as a table and a page",
        "Prints the quotes of a few articles invented for this package, and writes the articles as a page.",
        """  quotelens demo
  quotelens demo -o sample.html
""",
    )
    demo.add_argument(
        "-o", "--output", metavar="FILE", default="quotelens-demo.html", help="the page (default: %(default)s)"
    )
    _add_json(demo)


def _add_info(commands: _Commands[_Parser]) -> None:
    about = _command(
        commands,
        "info",
        "prints versions, and hashes of lexicon and weights",
        "Prints what results depend on: the versions of the package, Unicode and libraries, and hashes of the\n"
        "lexicon and the weights.",
        """  quotelens info
  quotelens info --json
  quotelens info --config options.toml                       hashes with your own options
""",
    )
    _add_common(about, result="the facts, and messages")


def _add_completion(commands: _Commands[_Parser]) -> None:
    completion = _command(
        commands,
        "completion",
        "prints a script that completes commands and options in your shell",
        "Prints a script that lets your shell complete commands, options, their values and file names.",
        """  source <(quotelens completion bash)                        bash, in ~/.bashrc
  source <(quotelens completion zsh)                         zsh, in ~/.zshrc after compinit
  quotelens completion fish | source                         fish, in ~/.config/fish/config.fish
""",
    )
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    _add_json(completion)


# ------------------------------------------------------------------------------------- what commands share


def _add_paths(parser: argparse.ArgumentParser, nargs: str = "+") -> None:
    parser.add_argument(
        "paths",
        nargs=nargs,
        metavar="PATH",
        help="files, folders or patterns; - is standard input: JSON lines or a text",
    )


def _add_comparing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind",
        action="append",
        choices=[kind for kind in KINDS if kind != "scare"],
        help="what was annotated, if not everything; may be repeated",
    )
    parser.add_argument("--acts", action="append", choices=ACTS, help="the same for acts")
    parser.add_argument("--no-nested", action="store_true", help="leave out quotes inside quotes")
    parser.add_argument(
        "--level",
        type=float,
        default=0.95,
        metavar="P",
        help="confidence level of the intervals (default: %(default)s)",
    )
    parser.add_argument(
        "--resamples",
        type=int,
        default=1000,
        metavar="N",
        help="how often documents are resampled for the intervals (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random draw (default: 0)")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="KEY", help="key or column of the text (default: text)")
    parser.add_argument("--id", metavar="KEY", help="key or column of the identifier (default: doc_id or id)")
    parser.add_argument("--outlet", metavar="KEY", help="key or column of the outlet (default: outlet, or url)")
    parser.add_argument("--published", metavar="KEY", help="key or column of the date (default: published)")
    parser.add_argument(
        "--corrections",
        metavar="FILE.jsonl",
        help="corrections to apply, as Corrections.save or the command corrections wrote them",
    )
    parser.add_argument("--threads", type=int, metavar="N", help="number of threads (default: one per processor)")
    parser.add_argument(
        "--speaker-confidence",
        type=float,
        metavar="P",
        help="withhold speakers with a lower confidence, 0 to 1; 0 withholds none (default: as in --config)",
    )
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser, result: str = "messages") -> None:
    parser.add_argument("--config", metavar="FILE.toml", help="your own options, as Config.save writes them")
    parser.add_argument(
        "--reader",
        choices=READERS,
        default=os.environ.get(READER_VARIABLE) or None,
        help="which reader to use; thorough finds more, but needs another package (default: "
        f"${READER_VARIABLE}, else as in --config)",
    )
    _add_json(parser, result)


def _add_json(parser: argparse.ArgumentParser, result: str = "messages") -> None:
    parser.add_argument(
        "--json",
        action="store_true",
        help=f"{result} as JSON objects, one per line; quotelens --help lists their keys",
    )
