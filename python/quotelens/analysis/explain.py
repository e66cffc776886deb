"""Why a quote was found as it was: rule and cue, candidates for source and speaker, and what was rejected."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any

from quotelens import _core
from quotelens.table.schema import ENUMS

TABLES = ("quotes", "spans", "sentences", "mentions")  # and those that explain

RULES = ENUMS["rule"]
REASONS = ENUMS["reason"]
FOUND_BY = ENUMS["found_by"]
_MOST = 3  # reasons that are shown on either side
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Reason:
    """What counted for something, or against it if the weight is negative."""

    feature: str
    meaning: str
    weight: float

    def __str__(self) -> str:
        return f"{self.meaning} ({self.weight:+.1f})"


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting word: `lemma` and the fields after it are null for a word that is not in the lexicon."""

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
    """Somebody who could be the source; `text` is null for the candidate that means nobody."""

    text: str | None
    start: int
    end: int
    kind: str
    chosen: bool
    chance: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A candidate of a choice: a name or an entity; `text` is null for "none of the others", or without a name."""

    text: str | None
    start: int
    end: int
    entity_id: int
    chosen: bool
    chance: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A learned choice on the way to the speaker: which words of the source are a name, or whom the source refers to.

    decision    name or referent
    candidates  the likeliest first; their chances sum to 1
    """

    decision: str
    candidates: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """The speaker, and how the name was found.

    found_by, found_by_in_words
              how the source came to this name
    chance    `speaker_confidence` of `quotes`
    given     False for a speaker who was withheld because the chance is below `Config.set_speaker_confidence`
    reasons   what made it more or less sure
    """

    name: str
    entity_id: int
    found_by: str | None
    chance: float
    given: bool
    reasons: tuple[Reason, ...]

    @property
    def found_by_in_words(self) -> str:
        return FOUND_BY[self.found_by] if self.found_by is not None else "nobody was found"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A reporting word near the quote that gave no quote, and why.  `quote_id` is the quote that contains it."""

    text: str
    start: int
    end: int
    lemma: str | None
    reason: str
    quote_id: int

    def __str__(self) -> str:
        told = REASONS[self.reason]
        return f"{self.text}: {told}" + (f" (quote {self.quote_id})" if self.quote_id >= 0 else "")


@dataclass(frozen=True, slots=True)
class Prospect:
    """A word that the reader took for a likely cue, and what it would report.

    chance      that it makes a statement
    content     what the reader takes for its content; null if there is none
    score       sum of the log odds of the words of that content
    rule_score  the same for the content that the rules found; null if they found none
    keeps_rule  True if the content found by the rules stays
    chosen      True if it gave a quote
    """

    text: str
    start: int
    end: int
    chance: float
    content: str | None
    score: float
    rule_score: float | None
    keeps_rule: bool
    chosen: bool

    def __str__(self) -> str:
        scored = f"{_short(self.content)} ({self.score:+.1f})" if self.content else "no content"
        if self.rule_score is not None:
            scored += f", the rules' content ({self.rule_score:+.1f}){' stays' if self.keeps_rule else ''}"
        return f"{self.chance:.2f} {self.text}: {scored}{'' if self.chosen else '; not chosen'}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One quote, and why it is what it is.

    quote   its row in `quotes()`, as a dict
    rule, rule_in_words
    cue         None if there is none
    before, content, after
                what is said, and the rest of its sentences
    reasons     what counted for it and against it
    candidates  for its source, the likeliest first; their chances sum to 1
    speaker     the name that was found, given or withheld; None if there is none
    choices     how the source was read: the name in it, or whom it refers to
    prospects   words of the same sentences that the reader took for likely cues, chosen or not
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
    speaker: Speaker | None
    choices: tuple[Choice, ...]
    prospects: tuple[Prospect, ...]
    rejected: tuple[Rejected, ...]
    scare: tuple[tuple[int, int, str], ...]

    def _rows(self) -> list[tuple[str, str]]:
        """(label, text) of each line."""
        of = self.quote
        rows = [
            ("quote", f"{of['kind']}, {of['act']}: {_short(self.content)}"),
            ("rule", f"{self.rule}: {self.rule_in_words}"),
            ("cue", str(self.cue) if self.cue else "none"),
            ("context", f"{_short(self.before, end=True)}[…]{_short(self.after)}"),
            ("confidence", f"{of['confidence']:.2f}{_sides(self.reasons)}"),
        ]
        for candidate in self.candidates:
            label = "source" if candidate.chosen else "or source"
            name = f"{_short(candidate.text)} ({candidate.kind})" if candidate.text else "none of them"
            rows.append((label, f"{candidate.chance:.2f} {name}{_sides(candidate.reasons)}"))
        rows += self._speaker_rows()
        rows += [("read" if prospect.chosen else "or read", str(prospect)) for prospect in self.prospects]
        rows += [("no cue", str(rejected)) for rejected in self.rejected]
        rows += [("not said", f"{_short(text)}: taken for nobody's words") for _, _, text in self.scare]
        return rows

    def _speaker_rows(self) -> list[tuple[str, str]]:
        rows = []
        for choice in self.choices:
            wanted = "name" if choice.decision == "name" else "means"
            for named in choice.candidates[:_MOST]:
                label = wanted if named.chosen else f"or {wanted}"
                rows.append((label, f"{named.chance:.2f} {_called(choice, named)}{_sides(named.reasons)}"))
        if self.speaker is not None:
            told = f"{self.speaker.chance:.2f} {self.speaker.name}: {self.speaker.found_by_in_words}"
            told += "" if self.speaker.given else "; not given, being less sure than asked for"
            rows.append(("speaker" if self.speaker.given else "withheld", told + _sides(self.speaker.reasons)))
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


def _called(choice: Choice, named: Named) -> str:
    if named.text is not None:
        return _short(named.text)
    return "somebody without a name" if named.entity_id >= 0 else "no name" if choice.decision == "name" else "nobody"


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
        self._prospects = rows["prospects"]
        self._candidates = _grouped(rows["candidates"], "quote_id")
        self._spans = _grouped(rows["spans"], "quote_id")
        self._speakers = {row["quote_id"]: row for row in rows["speakers"]}
        self._choices = _grouped(rows["choices"], "mention_id")
        self._mentions = {(row["start"], row["end"]): row["mention_id"] for row in rows["mentions"]}
        self._why_chosen: dict[tuple[int, str, int], list[Reason]] = defaultdict(list)
        for row in rows["choice_features"]:
            at = row["mention_id"], row["decision"], row["candidate_id"]
            self._why_chosen[at].append(Reason(row["feature"], row["meaning"], row["weight"]))
        self._why_sure: dict[int, list[Reason]] = defaultdict(list)
        for row in rows["speaker_features"]:
            self._why_sure[row["quote_id"]].append(Reason(row["feature"], row["meaning"], row["weight"]))
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
            rule_in_words=RULES[quote["rule"]],
            cue=self._cue(quote),
            before=self._text[start : quote["start"]],
            content=quote["content"],
            after=self._text[quote["end"] : end],
            reasons=tuple(self._reasons[quote_id, -1]),
            candidates=self._candidates_of(quote_id),
            speaker=self._speaker_of(quote_id),
            choices=self._choices_of(quote),
            prospects=self._prospects_in(start, end),
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
        facts = (row["lemma"], row["kind"], row["act"], row["tone"], tuple(row["frames"].split()))
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

    def _speaker_of(self, quote_id: int) -> Speaker | None:
        row = self._speakers.get(quote_id)
        if row is None:
            return None
        names = ("name", "entity_id", "found_by", "chance", "given")
        return Speaker(**{name: row[name] for name in names}, reasons=tuple(self._why_sure[quote_id]))

    def _choices_of(self, quote: dict[str, Any]) -> tuple[Choice, ...]:
        """The choices that were made for the mention that is the source."""
        known = self._speakers.get(quote["quote_id"])
        place = quote["source_start"], quote["source_end"]
        mention = known["mention_id"] if known is not None else self._mentions.get(place, -1)
        rows = sorted(self._choices.get(mention, ()), key=lambda row: (-row["chance"], row["candidate_id"]))
        names = ("text", "start", "end", "entity_id", "chosen", "chance")
        made = []
        for decision in dict.fromkeys(row["decision"] for row in sorted(rows, key=lambda row: row["decision"])):
            candidates = tuple(
                Named(
                    **{name: row[name] for name in names},
                    reasons=tuple(self._why_chosen[mention, decision, row["candidate_id"]]),
                )
                for row in rows
                if row["decision"] == decision
            )
            made.append(Choice(decision, candidates))
        return tuple(made)

    def _rejected_in(self, start: int, end: int) -> tuple[Rejected, ...]:
        names = ("text", "start", "end", "lemma", "reason", "quote_id")
        rows = (row for row in self._rejected if start <= row["start"] and row["end"] <= end)
        return tuple(Rejected(*(row[name] for name in names)) for row in rows)

    def _prospects_in(self, start: int, end: int) -> tuple[Prospect, ...]:
        names = ("text", "start", "end", "chance", "content", "score", "rule_score", "keeps_rule", "chosen")
        rows = (row for row in self._prospects if start <= row["start"] and row["end"] <= end)
        return tuple(Prospect(*(row[name] for name in names)) for row in rows)

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
