"""The spaCy component `quotelens`: quotes with their cues and sources in a `Doc` (the extra `spacy`).

It needs no tagger, parser or model, so a blank pipeline is enough.  Once quotelens is installed, spaCy finds the
component by its name.  The rules are for English, whatever the pipeline's language.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> component = nlp.add_pipe("quotelens", config={"min_confidence": 0.3})
>>> doc = nlp("“The well,” Ann Lee said, “is dry.”")
>>> [(span.text, span.label_, span._.quote["speaker"]) for span in doc.spans["quotes"]]
[('“The well,”', 'direct', 'Ann Lee'), ('“is dry.”', 'direct', 'Ann Lee')]
>>> doc._.quotes[0]["spans"], doc._.quotes[0]["content"]
([[0, 11], [26, 35]], '“The well,” … “is dry.”')

doc._.quotes         a list of dicts, one per quote: the columns of `Corpus.quotes` except doc_id, then `spans` (lists
                     of start and end) and `chain` (dicts with role, name, start and end, as in `Corpus.chains`).
                     Offsets are exact code points of `doc.text`.  None if the component has not seen the Doc
doc.spans["quotes"]  the content, labelled with its kind.  A quote interrupted by "he said" has a span for each part;
                     they share the same `span._.quote`
doc.spans["sources"], doc.spans["cues"]
                     the source of each quote that has one, labelled with its kind (name, pronoun, …), and its cue,
                     labelled with its class (neutral, stance, …; empty for none).  Each quote has its own span, even
                     if two share a source
span._.quote         the dict in `doc._.quotes` that a span of these groups belongs to; None for other spans

spaCy's spans are whole tokens: if the tokens of spaCy and ours differ, a span includes every token that it touches.
Everything is plain data.  `Doc.to_bytes` keeps it, and so does `DocBin(store_user_data=True)`, which turns lists into
tuples; a DocBin without that option keeps only the spans.  To read stored Docs without making a pipeline first,
`import quotelens.integrations.spacy`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import engine_for
from quotelens.analysis.filter import QuoteFilter
from quotelens.table.extras import optional

_language = optional("spacy.language", "quotelens.integrations.spacy")
_tokens = optional("spacy.tokens", "quotelens.integrations.spacy")

GROUPS = ("quotes", "sources", "cues")
_TABLES = ("quotes", "spans", "chains")
_STEP = ("role", "name", "start", "end")


class QuoteFinder:
    """The component that `nlp.add_pipe("quotelens", config={…})` creates; all options are optional.

    kind, acts, zones, min_confidence
             which quotes to return, as `Corpus.quotes` takes them: a name, or a list of names
    options  your own cues, sources and weights, as `Config.to_toml` writes them

    A pipeline keeps the options in its config, so `nlp.to_disk` and `nlp.to_bytes` save them.  Raises ValueError for
    an unknown name or invalid TOML.
    """

    def __init__(
        self,
        *,
        kind: str | Sequence[str] | None = None,
        acts: str | Sequence[str] | None = None,
        zones: str | Sequence[str] | None = None,
        min_confidence: float | None = None,
        options: str | None = None,
    ) -> None:
        self._choose = QuoteFilter(kind, acts, zones, min_confidence)
        self._engine = engine_for(Config.from_toml(options) if options else None)

    def __call__(self, doc: Any) -> Any:
        """The same Doc, with its quotes."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Any], *, batch_size: int = 128) -> Iterator[Any]:
        """The Docs of a stream, with their quotes: the core sees `batch_size` of them at a time."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            for doc, quotes in zip(batch, self._found([doc.text for doc in batch]), strict=True):
                _annotate(doc, quotes)
                yield doc

    def _found(self, texts: list[str]) -> list[list[dict[str, Any]]]:
        """The quotes of each text, as `doc._.quotes` has them."""
        found = self._engine.core.analyse(texts, [str(k) for k in range(len(texts))], _TABLES)
        spans, chains = _by_quote(found["spans"], "start", "end"), _by_quote(found["chains"], *_STEP)
        quotes: list[list[dict[str, Any]]] = [[] for _ in texts]
        chosen = self._choose(found["quotes"])
        for values in zip(*map(chosen.column, chosen.names), strict=True):
            row = dict(zip(chosen.names, values, strict=True))
            key = row.pop("doc_id"), row["quote_id"]
            steps = [dict(zip(_STEP, step, strict=True)) for step in chains[key]]
            quotes[int(key[0])].append(row | {"spans": [list(span) for span in spans[key]], "chain": steps})
        return quotes


def _by_quote(batch: _core.Batch, *names: str) -> defaultdict[tuple[str, int], list[tuple[Any, ...]]]:
    """Rows of a table by document and quote."""
    rows = defaultdict(list)
    keys = zip(batch.column("doc_id"), batch.column("quote_id"), strict=True)
    for key, *row in zip(keys, *map(batch.column, names), strict=True):
        rows[key].append(tuple(row))
    return rows


def _annotate(doc: Any, quotes: list[dict[str, Any]]) -> None:
    groups: dict[str, list[Any]] = {name: [] for name in GROUPS}
    for quote in quotes:
        groups["quotes"] += [_span(doc, start, end, quote["kind"], quote) for start, end in quote["spans"]]
        for name, label in (("source", "source_kind"), ("cue", "cue_class")):
            if quote[name] is not None:
                start, end = quote[f"{name}_start"], quote[f"{name}_end"]
                groups[f"{name}s"].append(_span(doc, start, end, quote[label] or "", quote))
    doc._.quotes = quotes
    for name, spans in groups.items():
        doc.spans[name] = spans


def _span(doc: Any, start: int, end: int, label: str, quote: dict[str, Any]) -> Any:
    return doc.char_span(start, end, label=label, span_id=str(quote["quote_id"]), alignment_mode="expand")


def _quote_of(span: Any) -> dict[str, Any] | None:
    """The quote that one of our spans belongs to, by its id."""
    quotes = span.doc._.quotes or ()
    return next((quote for quote in quotes if str(quote["quote_id"]) == span.id_), None)


_tokens.Doc.set_extension("quotes", default=None, force=True)
_tokens.Span.set_extension("quote", getter=_quote_of, force=True)


# spaCy checks a config by these annotations at run time, so `from __future__ import annotations` is not possible.
def _make(
    nlp: Any,
    name: str,
    kind: str | list[str] | None,
    acts: str | list[str] | None,
    zones: str | list[str] | None,
    min_confidence: float | None,
    options: str | None,
) -> QuoteFinder:
    return QuoteFinder(kind=kind, acts=acts, zones=zones, min_confidence=min_confidence, options=options)


component: Any = _language.Language.factory(
    "quotelens",
    assigns=["doc.spans", "doc._.quotes"],
    default_config=dict.fromkeys(("kind", "acts", "zones", "min_confidence", "options")),
    func=_make,
)
