"""Why a quote was found as it was: its rule and cue, the candidates for its source, and what was not taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any

from quotelens import _core

TABLES = ("quotes", "spans", "sentences")  # and those that explain

RULES = {
    "AccordingToQ": "“according to” or the like and the source stand first, and the words behind a comma",
    "AsSVQ": "“as”, a subject and its verb stand first, and the words behind a comma",
    "ColonQ": "a source stands before a colon, and the words behind it",
    "Hedge": "the words stand around an adverb such as “reportedly”, and nobody is named",
    "NQ": "a noun such as “claim” has a clause that says what was claimed",
    "Q": "a quotation of whole sentences stands without a cue",
    "Q-S": "a quotation stands before a dash and a name",
    "QAccordingTo": "the words stand before “according to” or the like and the source",
    "QSV": "the words stand before a subject and its verb",
    "QVS": "the words stand before a verb and its subject",
    "QasSV": "the words stand before “as”, a subject and its verb",
    "SV:Q": "a subject and its verb end the sentence before in a colon, and the quotation follows",
    "SVQ": "the words stand behind a subject and its verb",
    "V“Q”": "a quotation stands in the sentence of a verb that the lexicon does not have, and goes to its subject",
    "mark": "a marked string stands in a sentence without a cue",
}
REASONS = {
    "marked": "it stands inside quotation marks",
    "no_source": "nobody is there who could have said it",
    "no_report": "nothing stands there that it could report",
    "overlapped": "it stands in what another quote reports",
    "no_verb": "it is no verb here",
    "infinitive": "it stands behind “to”",
}
_MOST = 3  # reasons that are shown on either side
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Reason:
    """What spoke for something, or against it where the weight is negative."""

    feature: str
    meaning: str
    weight: float

    def __str__(self) -> str:
        return f"{self.meaning} ({self.weight:+.1f})"


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting word: `lemma` and what follows are null for one that the lexicon does not have."""

    text: str
    lemma: str | None = None
    kind: str | None = None
    act: str | None = None
    tone: str | None = None
    frames: tuple[str, ...] = ()
    hedge: bool = False
    why: str | None = None

    def __str__(self) -> str:
        if self.lemma is None:
            return f"{self.text}: not in the lexicon"
        facts = f"{self.text}: {self.kind} {self.lemma}, {self.act}, {self.tone}, frames {' '.join(self.frames)}"
        return f"{facts}; {self.why}" if self.why else facts


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be the source: `text` is null for none of the others."""

    text: str | None
    start: int
    end: int
    kind: str
    chosen: bool
    chance: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A reporting word near the quote that gave none, and why.  `quote_id` is the quote that it stands in."""

    text: str
    start: int
    end: int
    lemma: str | None
    reason: str
    quote_id: int

    def __str__(self) -> str:
        told = REASONS.get(self.reason, self.reason)
        return f"{self.text}: {told}" + (f" (quote {self.quote_id})" if self.quote_id >= 0 else "")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One quote, and why it is what it is.

    quote   its row in `quotes()`, as a dict
    rule, rule_in_words
    cue         None where there is none
    before, content, after
                what is said, and what else its sentences hold
    reasons     what spoke for it and against it
    candidates  for its source, the likeliest first; their chances sum to 1
    rejected    reporting words of the same sentences that gave no quote
    scare       marked strings of the same sentences taken for nobody's words, as (start, end, text)
    """

    quote: dict[str, Any]
    rule: str
    rule_in_words: str
    cue: Cue | None
    before: str
    content: str
    after: str
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejected, ...]
    scare: tuple[tuple[int, int, str], ...]

    def _rows(self) -> list[tuple[str, str]]:
        """(label, what is told) of each line."""
        of = self.quote
        rows = [
            ("quote", f"{of['kind']}, {of['act']}: {_short(self.content)}"),
            ("rule", f"{self.rule}: {self.rule_in_words}"),
            ("cue", str(self.cue) if self.cue else "none"),
            ("stands in", f"{_short(self.before, end=True)}[…]{_short(self.after)}"),
            ("sure", f"{of['confidence']:.2f}{_sides(self.reasons)}"),
        ]
        for candidate in self.candidates:
            label = "source" if candidate.chosen else "or source"
            name = f"{_short(candidate.text)} ({candidate.kind})" if candidate.text else "none of them"
            rows.append((label, f"{candidate.chance:.2f} {name}{_sides(candidate.reasons)}"))
        rows += [("no cue", str(rejected)) for rejected in self.rejected]
        rows += [("not said", f"{_short(text)}: taken for nobody's words") for _, _, text in self.scare]
        return rows

    def __repr__(self) -> str:
        lines = [f"{label:<10} {' '.join(told.split())}" for label, told in self._rows()]
        return "\n".join([f"Explanation of quote {self.quote['quote_id']}", *lines])

    def _repr_html_(self) -> str:
        head = f"<caption>Quote {self.quote['quote_id']}</caption>"
        cells = (
            f'<tr><th style="text-align:left;vertical-align:top">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(told)}</td></tr>'
            for label, told in self._rows()
        )
        return f"<table>{head}{''.join(cells)}</table>"


def _short(text: str, *, end: bool = False) -> str:
    if len(text) <= _LONGEST:
        return text
    return "…" + text[-_LONGEST:] if end else text[:_LONGEST] + "…"


def _sides(reasons: tuple[Reason, ...]) -> str:
    ordered = sorted(reasons, key=lambda reason: -abs(reason.weight))
    sides = []
    for name, sign in (("for", 1), ("against", -1)):
        chosen = [reason for reason in ordered if round(sign * reason.weight, 1) > 0][:_MOST]
        if chosen:
            sides.append(f"{name}: {', '.join(map(str, chosen))}")
    return f"; {'; '.join(sides)}" if sides else ""


# ------------------------------------------------------------------------------------------------- making one


class Explainer:
    """All explanations of one document, from its tables."""

    def __init__(self, text: str, found: dict[str, _core.Batch]) -> None:
        self._text = text
        rows = {name: _rows(batch) for name, batch in found.items()}
        self._quotes = {row["quote_id"]: row for row in rows["quotes"]}
        self._cues = {row["quote_id"]: row for row in rows["cues"]}
        self._sentences = [(row["start"], row["end"]) for row in rows["sentences"]]
        self._rejected = rows["rejected"]
        self._candidates = _grouped(rows["candidates"], "quote_id")
        self._spans = _grouped(rows["spans"], "quote_id")
        self._reasons: dict[tuple[int, int], list[Reason]] = defaultdict(list)
        for row in rows["features"]:
            reason = Reason(row["feature"], row["meaning"], row["weight"])
            self._reasons[row["quote_id"], row["candidate_id"]].append(reason)

    def explain(self, quote_id: int) -> Explanation:
        if quote_id not in self._quotes:
            ids = ", ".join(map(str, self._quotes)) or "none"
            raise KeyError(f"There is no quote {quote_id!r} in this document. Its quotes: {ids}.")
        quote = self._quotes[quote_id]
        start, end = self._surroundings(quote)
        return Explanation(
            quote=quote,
            rule=quote["rule"],
            rule_in_words=RULES.get(quote["rule"], "a rule without a description"),
            cue=self._cue(quote),
            before=self._text[start : quote["start"]],
            content=quote["content"],
            after=self._text[quote["end"] : end],
            reasons=tuple(self._reasons[quote_id, -1]),
            candidates=self._candidates_of(quote_id),
            rejected=self._rejected_in(start, end),
            scare=self._scare_in(start, end, quote_id),
        )

    def _surroundings(self, quote: dict[str, Any]) -> tuple[int, int]:
        """From the start of the first sentence of quote, cue and source to the end of the last of these."""
        starts, ends = [quote["start"]], [quote["end"]]
        if quote["cue"] is not None:
            starts.append(quote["cue_start"])
            ends.append(quote["cue_end"])
        touched = [(s, e) for s, e in self._sentences if s < max(ends) and e > min(starts)]
        return min([*starts, *(s for s, _ in touched)]), max([*ends, *(e for _, e in touched)])

    def _cue(self, quote: dict[str, Any]) -> Cue | None:
        if quote["cue"] is None:
            return None
        row = self._cues.get(quote["quote_id"])
        if row is None:
            return Cue(quote["cue"])
        facts = (row["lemma"], row["kind"], row["act"], row["class"], tuple(row["frames"].split()))
        return Cue(quote["cue"], *facts, row["hedge"], row["why"])

    def _candidates_of(self, quote_id: int) -> tuple[Candidate, ...]:
        rows = sorted(self._candidates[quote_id], key=lambda row: (-row["chance"], row["candidate_id"]))
        names = ("text", "start", "end", "kind", "chosen", "chance")
        return tuple(
            Candidate(
                **{name: row[name] for name in names},
                reasons=tuple(self._reasons[quote_id, row["candidate_id"]]),
            )
            for row in rows
        )

    def _rejected_in(self, start: int, end: int) -> tuple[Rejected, ...]:
        names = ("text", "start", "end", "lemma", "reason", "quote_id")
        rows = (row for row in self._rejected if start <= row["start"] and row["end"] <= end)
        return tuple(Rejected(*(row[name] for name in names)) for row in rows)

    def _scare_in(self, start: int, end: int, quote_id: int) -> tuple[tuple[int, int, str], ...]:
        return tuple(
            (row["start"], row["end"], row["text"])
            for row in self._quotes.values()
            if row["kind"] == "scare" and row["quote_id"] != quote_id and start <= row["start"] and row["end"] <= end
        )


def _rows(batch: _core.Batch) -> list[dict[str, Any]]:
    columns = [batch.column(name) for name in batch.names]
    return [dict(zip(batch.names, row, strict=True)) for row in zip(*columns, strict=True)]


def _grouped(rows: list[dict[str, Any]], key: str) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
