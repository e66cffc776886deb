"""brat's standoff format: a text, and a file of annotations."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Any
from urllib.parse import unquote

from quotelens.analysis.filter import ACTS, KINDS
from quotelens.corpus import Corpus
from quotelens.exchange.shared import (
    CONTINUED,
    FLAGS,
    WITHIN,
    Annotated,
    Assembly,
    Breaks,
    Region,
    Relation,
    Span,
    annotated,
    check_corpus,
    file_name,
    graph,
    read_document,
    read_json,
    without_blank,
)
from quotelens.table.files import open_text
from quotelens.table.schema import ENUMS

_NAMES_FILE = "doc_ids.json"  # ids that cannot be file names
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # where brat also ends a line of its files
_BREAKS = Breaks(r"\s", _LINE_ENDS)
_UNWRITTEN = re.compile(f"[{_LINE_ENDS}\\t\x00-\x1f]")
_TYPES = {"Quote": "quote", "Source": "source", "Cue": "cue"}
_RELATIONS = {"SaidBy": "source", "CuedBy": "cue", "Within": WITHIN, "Continued": CONTINUED}
_TYPE_OF = {role: name for name, role in _TYPES.items()}
_RELATION_OF = {role: name for name, role in _RELATIONS.items()}
_FIELDS = {"Kind": "type", "Act": "act", "SourceKind": "kind"}
_SOURCE_KINDS = sorted(ENUMS["mention_kind"], key="none".__eq__)  # none at the end
_SPEAKER = "speaker:"

_ANNOTATION_CONF = f"""\
[entities]
Quote
Source
Cue

[relations]
SaidBy\tArg1:Quote, Arg2:Source
CuedBy\tArg1:Quote, Arg2:Cue
Within\tArg1:Quote, Arg2:Quote
Continued\tArg1:Quote, Arg2:Quote
<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>

[events]

[attributes]
Kind\tArg:Quote, Value:{"|".join(KINDS)}
Act\tArg:Quote, Value:{"|".join(ACTS)}
SourceKind\tArg:Source, Value:{"|".join(_SOURCE_KINDS)}
Hedged\tArg:Quote
Negated\tArg:Quote
Boilerplate\tArg:Quote
"""
_VISUAL_CONF = """\
[labels]
SaidBy | said by | by
CuedBy | cue
Within | within | in
Continued | continued | …

[drawing]
SPAN_DEFAULT\tfgColor:black, bgColor:lightgray, borderColor:darken
ARC_DEFAULT\tcolor:black, arrowHead:triangle-5
Quote\tbgColor:#fff0b3
Source\tbgColor:#c5e3ff
Cue\tbgColor:#d9f2d0
Hedged\tglyph:(~)
Negated\tglyph:(-)
Boilerplate\tbox:crossed
"""


# --------------------------------------------------------------------------------------------------------- writing


def to_brat(corpus: Corpus, folder: str | os.PathLike[str]) -> int:
    """Write a collection for the annotation tool brat: a .txt and an .ann for each document, and two .conf files.

    The format is described at <https://brat.nlplab.org/standoff.html>.  Offsets are code points.  A quote is a
    `Quote` with attributes (Kind, Act, Hedged, Negated, Boilerplate), and relations link it to its `Source` (SaidBy),
    its `Cue` (CuedBy) and the quote around it (Within).  Several spans, or a span over several lines, are one
    discontinuous annotation; white space is ignored.  The speaker is a note, `speaker: Ann Lee`.  Confidences are not
    written.

    `folder` must be empty or not exist yet, so that nobody's annotations are overwritten; it appears only once it is
    complete.  Files are named by doc_id; `doc_ids.json` lists the ids that cannot be file names.  Lone surrogates
    become U+FFFD. Returns the number of documents.

    Raises TypeError for anything but a corpus, and FileExistsError if the folder is not empty.

    >>> import quotelens as ql, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_brat(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/new")
    ...     print(pathlib.Path(folder, "new", "0.ann").read_text().strip().replace("\\t", " | "))
    T1 | Quote 0 12 | “It rained,”
    A1 | Kind T1 direct
    A2 | Act T1 speech
    #1 | AnnotatorNotes T1 | speaker: Ann Lee
    T2 | Source 13 20 | Ann Lee
    A3 | SourceKind T2 name
    T3 | Cue 21 25 | said
    R1 | SaidBy Arg1:T1 Arg2:T2
    R2 | CuedBy Arg1:T1 Arg2:T3
    """
    check_corpus(corpus, "to_brat")
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{str(target)!r} already exists and may hold annotations: give a new or empty folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{token_hex(4)}")
    temporary.mkdir()
    try:
        n = _write(corpus, temporary)
        temporary.replace(target)
    finally:
        rmtree(temporary, ignore_errors=True)
    return n


def _write(corpus: Corpus, folder: Path) -> int:
    n, taken, ids = 0, set[str](), dict[str, str]()
    for doc_id, text, marks in corpus._each(lambda *given: _standoff(without_blank(annotated(*given)))):
        name = file_name(doc_id, taken, "")
        if unquote(name, errors="surrogatepass") != doc_id:
            ids[name] = doc_id
        for ending, content in ((".txt", text), (".ann", marks)):
            with open_text(folder / (name + ending)) as file:
                file.write(content)
        n += 1
    (folder / "annotation.conf").write_text(_ANNOTATION_CONF, encoding="utf-8")
    (folder / "visual.conf").write_text(_VISUAL_CONF, encoding="utf-8")
    if ids:
        (folder / _NAMES_FILE).write_text(json.dumps(ids, indent=1), encoding="utf-8")
    return n


def _standoff(document: Annotated) -> tuple[str, str, str]:
    """doc_id, text and marks of a document."""
    regions, relations = graph(document.quotes, whole=True)
    lines: list[str] = []
    names: dict[str, str] = {}
    counts = dict.fromkeys("TAR#", 0)

    def add(letter: str, *fields: str) -> str:
        counts[letter] += 1
        lines.append("\t".join((f"{letter}{counts[letter]}", *fields)))
        return f"{letter}{counts[letter]}"

    for region in regions:
        spans = _BREAKS.fragments(document.text, region.spans)
        places = ";".join(f"{start} {end}" for start, end in spans)
        words = " ".join(_UNWRITTEN.sub(" ", document.text[start:end]) for start, end in spans)
        name = names[region.key] = add("T", f"{_TYPE_OF[region.role]} {places}", words)
        for attribute, key in _FIELDS.items():
            if region.fields.get(key) is not None:
                add("A", f"{attribute} {name} {region.fields[key]}")
        for flag in FLAGS:
            if flag in region.fields:
                add("A", f"{flag.capitalize()} {name}")
        if "speaker" in region.fields:
            add("#", f"AnnotatorNotes {name}", f"{_SPEAKER} {_UNWRITTEN.sub(' ', region.fields['speaker'])}")
    for origin, goal, role in relations:
        add("R", f"{_RELATION_OF[role]} Arg1:{names[origin]} Arg2:{names[goal]}")
    return document.doc_id, document.text, "".join(line + "\n" for line in lines)


# --------------------------------------------------------------------------------------------------------- reading


def from_brat(folder: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read a collection that `to_brat` wrote and people annotated, as gold for `evaluate` and `train`.

    Documents are as `quotelens annotate` writes them, with "text".  A quote has quote_id (in order of place), type
    and act (if given), spans, source, cue, speaker, parent_id, hedged, negated, and "zone" if it is boilerplate.  A
    line break between two spans belongs to the quote.  Annotations of types that `to_brat` does not write are left
    out, as are sources and cues without a relation.

    Raises ValueError, naming file and line, for malformed input, and FileNotFoundError if a text is missing.

    >>> import quotelens as ql, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_brat(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/new")
    ...     quote = from_brat(f"{folder}/new")[0]["quotes"][0]
    >>> quote["spans"], quote["source"]["text"], quote["speaker"]
    ([(0, 12)], 'Ann Lee', 'Ann Lee')
    """
    source = Path(folder)
    if not source.is_dir():
        raise FileNotFoundError(f"{str(source)!r} is not a folder: give the one with the .txt and .ann files.")
    ids = read_json(source / _NAMES_FILE) if (source / _NAMES_FILE).exists() else {}
    documents = []
    for path in sorted(source.glob("*.ann")):
        text = _read_text(path.with_suffix("").with_name(path.name.removesuffix(".ann") + ".txt"))
        name = path.name.removesuffix(".ann")
        doc_id = ids.get(name) or unquote(name, errors="surrogatepass")
        documents.append(_Standoff(path, text).document(doc_id))
    return documents


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}:{line}: this is not UTF-8: {error.reason}.") from None


class _Standoff:
    """The annotations of one file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text, self._line = path, text, 0
        self._regions: dict[str, Region] = {}
        self._ids: set[str] = set()  # also of those of other types
        self._relations: list[Relation] = []
        readers: dict[str, Callable[[str, str, str], None]] = {
            "T": self._mark,
            "R": self._relation,
            "A": self._attribute,
            "M": self._attribute,
            "#": self._note,
        }
        # Attributes may stand before what they belong to.
        lines = [(number, line) for number, line in enumerate(_read_text(path).split("\n"), 1) if line.strip()]
        for self._line, line in sorted(lines, key=lambda item: not item[1].startswith("T")):
            name, _, rest = line.rstrip("\r").partition("\t")
            head, _, tail = rest.partition("\t")
            if name[:1] not in "TRAM#EN*" or not head:
                raise self._wrong(
                    f"{line!r} is not an annotation: expected an id such as T1, a tab, and its content."
                )
            if name[0] in readers:
                readers[name[0]](name, head, tail)

    def document(self, doc_id: str) -> dict[str, Any]:
        quotes = Assembly(self._regions.values(), self._relations, str(self._path)).quotes(self._text)
        return read_document(doc_id, self._text, quotes, str(self._path))

    def _wrong(self, what: str) -> ValueError:
        return ValueError(f"{self._path}:{self._line}: {what}")

    def _mark(self, name: str, head: str, _: str) -> None:
        kind, _, places = head.partition(" ")
        spans = [self._span(place) for place in places.split(";")]
        if name in self._ids:
            raise self._wrong(f"the id {name} occurs twice.")
        self._ids.add(name)
        if kind in _TYPES:
            self._regions[name] = Region(name, _TYPES[kind], _BREAKS.joined(self._text, spans))

    def _span(self, place: str) -> Span:
        match = re.fullmatch("([0-9]+) ([0-9]+)", place)
        start, end = map(int, match.groups()) if match else (0, 0)
        if not start < end <= len(self._text):
            raise self._wrong(
                f"{place!r} is not a span of the text of {len(self._text):,} characters; expected one such "
                "as 'Quote 0 12'."
            )
        return start, end

    def _relation(self, _: str, head: str, __: str) -> None:
        match = re.fullmatch(r"(\S+) Arg1:(\S+) Arg2:(\S+)", head.strip())
        if match is None:
            raise self._wrong(f"{head!r} is not a relation: expected one such as 'SaidBy Arg1:T1 Arg2:T2'.")
        kind, *ends = match.groups()
        for end in ends:
            self._check_id(end)
        if kind in _RELATIONS:
            if not all(end in self._regions for end in ends):
                raise self._wrong(
                    f"{kind} joins {' and '.join(ends)}, but one of them is not a Quote, Source or Cue."
                )
            self._relations.append(Relation(ends[0], ends[1], _RELATIONS[kind]))

    def _attribute(self, _: str, head: str, __: str) -> None:
        kind, _, rest = head.partition(" ")
        of, _, value = rest.partition(" ")
        self._check_id(of)
        if of not in self._regions:
            return
        if kind in _FIELDS:
            allowed = {"Kind": KINDS, "Act": ACTS}.get(kind)
            if not value or (allowed is not None and value not in allowed):
                raise self._wrong(f"{kind} is {value!r}; expected one of {', '.join(allowed or _SOURCE_KINDS)}.")
            self._regions[of].fields[_FIELDS[kind]] = value
        elif kind.lower() in FLAGS:
            self._regions[of].fields[kind.lower()] = True

    def _note(self, _: str, head: str, tail: str) -> None:
        of = head.partition(" ")[2]
        if of in self._regions and tail.lower().startswith(_SPEAKER):
            self._regions[of].fields["speaker"] = tail[len(_SPEAKER) :].strip() or None

    def _check_id(self, name: str) -> None:
        if name[:1] == "T" and name not in self._ids:
            raise self._wrong(f"there is no {name} in this file.")
