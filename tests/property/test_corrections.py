"""What holds for any corrections: applied to what was found they give what came back, also from a file, and after
one another; and two annotators agree as far whichever of them is called the first."""

import copy
import functools
import json

import pytest
import quotelens as ql
from hypothesis import given, settings
from hypothesis import strategies as st
from quotelens.analysis.annotation import annotate_record
from quotelens.analysis.engine import engine_for
from quotelens.annotations.checks import FIELDS, stated
from quotelens.reading.records import Record

NAMES = ["Ann Lee", "the 61-year-old", None]
SIMPLE = {
    "type": ["direct", "mixed", "indirect", "scare"],
    "act": ["speech", "thought", "attitude"],
    "speaker": NAMES,
    "anonymity": ["named", "described", "bare", "none"],
    "hedged": [True, False],
}


@functools.cache
def _samples():
    documents = []
    for document in ql.sample():
        found = annotate_record(engine_for(None), Record(document.id, document.text))
        slim = {"doc_id": document.id, "text": document.text, "quotes": found["quotes"]}
        documents.append(json.loads(json.dumps(slim)))
    return documents


def span_in(draw, length):
    start = draw(st.integers(0, length - 1))
    return [start, draw(st.integers(start, min(length, start + 200)))]


@st.composite
def edited(draw, document):
    """A document with some of its statements changed, removed, doubled, or added."""
    document = copy.deepcopy(document)
    length, quotes = len(document["text"]), document["quotes"]
    for _ in range(draw(st.integers(0, 6))):
        edit = draw(st.sampled_from(["add", "remove", "double", "spans", "part", "forget", *SIMPLE]))
        if edit == "add" or not quotes:
            source = draw(st.none() | st.just({"start": 0, "end": min(5, length)}))
            quotes.append({"spans": [span_in(draw, length)], "type": "direct", "act": "speech", "source": source})
            continue
        k = draw(st.integers(0, len(quotes) - 1))
        if edit == "remove":
            del quotes[k]
        elif edit == "double":
            quotes.append(copy.deepcopy(quotes[k]))
        elif edit == "spans":
            quotes[k]["spans"] = sorted(span_in(draw, length) for _ in range(draw(st.integers(1, 3))))
        elif edit == "part":
            start, end = span_in(draw, length)
            quotes[k][draw(st.sampled_from(["source", "cue"]))] = draw(
                st.none() | st.just({"start": start, "end": end, "kind": "name"})
            )
        elif edit == "forget":
            quotes[k].pop(draw(st.sampled_from(["speaker", "cue", "chain", "anonymity"])), None)
        else:
            quotes[k][edit] = draw(st.sampled_from(SIMPLE[edit]))
    return document


@st.composite
def pairs(draw):
    found = draw(st.sampled_from(_samples()))
    return found, draw(edited(found))


def agrees(applied, corrected):
    """Is every value that the corrected side gives there?  What it does not say may stay as it was."""
    left = [stated(quote) for quote in applied["quotes"]]
    for quote in corrected["quotes"]:
        wanted = stated(quote)
        at = next((k for k, other in enumerate(left) if is_as(other, wanted)), None)
        if at is None:
            return False
        del left[at]
    return not left


def is_as(quote, wanted):
    for name in FIELDS:
        if name not in wanted:
            continue
        one, other = quote.get(name), wanted[name]
        if name in ("source", "cue"):
            one, other = ((part["start"], part["end"]) if part else None for part in (one, other))
        if name == "chain":
            one, other = one or [], other or []
        if one != other:
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_applied_to_what_was_found_gives_what_came_back(tmp_path_factory, pair):
    found, corrected = pair
    before = copy.deepcopy(found)
    corrections = ql.Corrections.between([found], [corrected], by="Cy")
    path = tmp_path_factory.getbasetemp() / "corrections.jsonl"
    corrections.save(path)
    assert ql.Corrections.load(path) == corrections
    [applied] = ql.Corrections.load(path).apply([found])
    assert agrees(applied, corrected)
    assert found == before
    assert len(corrections.unmatched([found])) == 0 and len(corrections.conflicts()) == 0
    counts = corrections.counts()
    assert counts["kept"] + counts["changed"] + counts["removed"] == len(found["quotes"])
    assert counts["kept"] + counts["changed"] + counts["added"] == len(corrected["quotes"])
    [gold] = corrections.to_gold([found])
    assert agrees(gold, corrected) and len(gold["quotes"]) == len(corrected["quotes"])
    ids = [quote["quote_id"] for quote in gold["quotes"]]
    assert ids == list(range(len(ids)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whoever_corrects_what_was_corrected_has_the_last_word(data):
    found = data.draw(st.sampled_from(_samples()))
    once = data.draw(edited(found))
    first = ql.Corrections.between([found], [once], by="Cy")
    [shown] = first.apply([found])
    shown["quotes"] = [{k: v for k, v in quote.items() if k != "correction"} for quote in shown["quotes"]]
    twice = data.draw(edited(shown))
    both = first + ql.Corrections.between([shown], [twice], by="Di")
    [applied] = both.apply([found])
    assert agrees(applied, twice)


@settings(max_examples=40, deadline=None)
@given(pairs())
def test_agreement_has_no_first_side(pair):
    one, other = pair
    done, swapped = ql.agreement([one], [other], resamples=0), ql.agreement([other], [one], resamples=0)
    for a in done.figures:
        b = swapped.figure(a.figure, a.match)
        assert (a.n_a, a.n_b, a.n_both) == (b.n_b, b.n_a, b.n_both)
        assert a.measured.value == (None if b.measured.value is None else pytest.approx(b.measured.value))
