"""What holds for any page: zones tile the text, and what it says about itself is a slice of it."""

import re
from itertools import pairwise

import quotelens as ql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quotelens import _core

# Lines that pages are made of, in any order, with anything between them, lone surrogates included.
LINES = st.sampled_from(
    [
        "Home",
        "Latest News",
        "Rain is likely in the hills tonight",
        "By Ann Lee",
        "ByAnn Lee and Bo Ek, Reporter",
        "Ann Lee",
        "March 5, 2024",
        "March 5, 2024By Ann Lee",
        "Published 5 March 2024 7:42 pm CET Updated 6 May 2024",
        "2024-03-05T07:42:00+01:00",
        "25/13/2024",
        "OSLO, Norway (Norvik Wire) — The well ran dry in May, and nobody in the village of Orm knows the reason.",
        "The well ran dry in May, and nobody in the village of Orm knows the reason yet.",
        "The pump 😀 in the yard – a gift – was painted “blue” last week by two of the children.",
        "The pump, in the yard on Monday. (Photo: Ann Lee)",
        "The pump in the yard - Copyright AFP/File",
        "READ MORE: The pump",
        "Advertisement",
        "Related Articles",
        "3 Comments",
        "Ann says:",
        "About the Author",
        "Reuters contributed to this report.",
        "© 2024 The Orm Courier. All rights reserved.",
        "Copyright © 2019-2024",
        "4 min read",
        "",
    ]
)
ANY = st.text(st.characters(codec=None), max_size=20)
ENDS = st.sampled_from(["\n", "\n", "\n\n", "\r\n", "\f", "\n\t", " ", "\u2028", "\x00", ""])
PAGES = st.lists(st.tuples(st.one_of(LINES, LINES, LINES, ANY), ENDS), max_size=40).map(
    lambda lines: "".join(line + end for line, end in lines)
)
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = {"title", "deck", "byline", "date", "dateline", "caption", "body", "boilerplate"}
FIELDS = {"title", "published", "byline", "outlet", "agency", "place"}
PUBLISHED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?")
SURROGATE = re.compile("[\ud800-\udfff]")


@QUICK
@given(PAGES)
def test_zones_tile_the_text(text):
    zones = list(ql.annotate(text).zones())
    edges = [(zone["start"], zone["end"]) for zone in zones]
    assert [zone["zone_id"] for zone in zones] == list(range(len(zones)))
    assert {zone["zone"] for zone in zones} <= KINDS
    assert all(start < end for start, end in edges)
    assert all(one[1] == next_one[0] for one, next_one in pairwise(edges))
    assert (edges[0][0], edges[-1][1]) == (0, len(text)) if text else not edges


@QUICK
@given(PAGES)
def test_metadata_are_slices(text):
    for row in ql.annotate(text)._table("metadata"):
        assert row["field"] in FIELDS and row["zone"] in KINDS
        assert 0 <= row["start"] < row["end"] <= len(text)
        assert 0 <= row["confidence"] <= 1
        if row["field"] == "published":
            assert PUBLISHED.fullmatch(row["value"])
        else:
            assert row["value"] == SURROGATE.sub("\ufffd", text[row["start"] : row["end"]])


@settings(QUICK, max_examples=50)
@given(st.lists(PAGES, max_size=6), st.lists(st.sampled_from(["orm", "sorn", "\ud800"]), min_size=6, max_size=6))
def test_zones_tile_with_counted_lines(texts, names):
    counts, outlets = _core.LineCounts(), names[: len(texts)]
    for outlet, text in zip(outlets, texts, strict=True):
        counts.add(outlet, [text])
    ids = [str(k) for k in range(len(texts))]
    found = _core.Engine().analyse(texts, ids, ["zones"], outlets=outlets, lines=counts)["zones"]
    spans = list(zip(found.column("doc_id"), found.column("start"), found.column("end"), strict=True))
    for doc_id, text in zip(ids, texts, strict=True):
        own = [(start, end) for of, start, end in spans if of == doc_id]
        assert all(one[1] == next_one[0] for one, next_one in pairwise(own))
        assert (own[0][0], own[-1][1]) == (0, len(text)) if text else not own
