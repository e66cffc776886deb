"""Corrections: what comes of them, what is set aside and why, conflicts, gold, and files of other kinds."""

import json
from datetime import datetime

import pytest
import quotelens as ql
from quotelens.analysis.annotation import annotate_record
from quotelens.analysis.engine import engine_for
from quotelens.reading.records import Record

TEXT = "“The well is dry,” Ann Lee said. Bo Kim denied that the pump was gone. It rained, the mayor told Reuters."
DRY, PUMP, RAIN = "“The well is dry,”", "that the pump was gone", "It rained"


def place(words):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def quote(words, kind="indirect", source=None, **more):
    spans = [[place(words)["start"], place(words)["end"]]]
    return {"spans": spans, "type": kind, "act": "speech", "source": place(source) if source else None, **more}


def document(*quotes, doc_id="a", text=TEXT):
    return {"doc_id": doc_id, "text": text, "quotes": list(quotes)}


def found():
    record = Record("a", TEXT)
    return json.loads(json.dumps({**annotate_record(engine_for(None), record), "text": TEXT}))


@pytest.fixture
def corpus():
    return ql.Corpus([{"id": "a", "text": TEXT}, {"id": "b", "text": "“Go,” said Ann."}])


def back(**edits):
    """What came back of `found`: edits by the words of a quote; None removes it."""
    given = found()
    kept = []
    for q in given["quotes"]:
        words = TEXT[q["spans"][0][0] : q["spans"][0][1]]
        edit = next((edit for start, edit in edits.items() if words.startswith(start)), {})
        if edit is not None:
            kept.append({**q, **edit})
    return {**given, "quotes": kept}


def test_what_the_sample_text_has():
    assert [TEXT[slice(*q["spans"][0])] for q in found()["quotes"]] == [DRY, PUMP, RAIN]


# ------------------------------------------------------------------------------------------------- laying over


def test_quotes_of_a_corrected_corpus(corpus):
    given = back(that={"type": "mixed", "spans": [[52, 60]]}, It=None)
    given["quotes"].append(quote("told Reuters", source="the mayor", speaker="Ida Holm"))
    done = corpus.corrected(ql.Corrections.between([found()], [given], by="Cy"))
    table = done.quotes(acts="all")
    assert [(r["doc_id"], r["text"], r["kind"], r["correction"]) for r in table] == [
        ("a", DRY, "direct", "kept"),
        ("a", "the pump", "mixed", "changed"),
        ("a", "told Reuters", "indirect", "added"),
        ("b", "“Go,”", "direct", None),
    ]
    kept, changed, added, _ = table
    assert kept == corpus.quotes()[0] | {"correction": "kept"}
    assert (changed["n_words"], changed["content"], changed["confidence"]) == (2, "the pump", None)
    assert changed["source"] == "Bo Kim" and changed["source_confidence"] is not None
    assert (added["source"], added["speaker"], added["n_words"]) == ("the mayor", "Ida Holm", 2)
    assert (added["sentence_id"], added["zone"], added["rule"]) == (2, "body", None)
    assert done.entities().filter(doc_id="a", entity_id=added["entity_id"])["name"] == ["Ida Holm"]
    assert added["quote_id"] == 3 and added["cue_start"] == -1 and added["cue"] is None
    assert done.corrections.table().filter(what="removed")["text"] == [RAIN]
    assert len(done.problems()) == 0
    assert table.columns == [*corpus.quotes().columns, "correction"]
    assert table.info["corrections"].items() >= {"documents": 1, "changed": 1, "added": 1, "removed": 1}.items()
    assert repr(done).endswith("; 3 corrections>")


def test_choosing_goes_by_what_was_corrected(corpus):
    done = ql.Corrections.between([found()], [back(that={"act": "thought", "type": "mixed"})])
    done = corpus.corrected(done)
    assert [row["text"] for row in done.quotes().filter(doc_id="a")] == [DRY, RAIN]
    assert [row["text"] for row in done.quotes(acts="thought")] == [PUMP]
    assert done.quotes(kind="mixed", acts="all")["text"] == [PUMP]
    assert PUMP in done.quotes(acts="all", min_confidence=1.0)["text"]  # what a person says has no confidence


def test_families_of_corrected_quotes(corpus):
    done = corpus.corrected(ql.Corrections.between([found()], [back(It=None)]))
    assert len(done.quotes().families(least=1)) == len(done.quotes()) == 3


def test_another_source_takes_with_it_what_was_known_of_the_old_one(corpus):
    given = back(that={"source": place("Ann Lee")})
    for q in given["quotes"]:
        for key in ("speaker", "chain", "anonymity"):
            q.pop(key)
    first, row = corpus.corrected(ql.Corrections.between([found()], [given])).quotes()[:2]
    told = (row["source"], row["speaker"], row["anonymity"], row["source_kind"])
    assert told == ("Ann Lee", "Ann Lee", "named", "name")
    assert (row["entity_id"], row["source_confidence"], row["resolved_by"]) == (first["entity_id"], None, None)
    assert row["confidence"] == pytest.approx(corpus.quotes()[1]["confidence"])
    assert row["cue"] == "denied" and row["cue_class"] is not None


def test_results_stay_as_they_were(corpus):
    before, given = found(), found()
    corrections = ql.Corrections.between([before], [back(It=None, that={"speaker": "X"})])
    corrections.apply([given])
    corpus.corrected(corrections).quotes()
    assert before == given == found()
    assert "correction" not in corpus.quotes().columns


def test_better_rules_find_a_statement_with_other_edges():
    corrections = ql.Corrections.between([document(quote(PUMP))], [document(quote(PUMP, "mixed", "Bo Kim"))])
    later = document(quote("the pump was gone", speaker="Bo Kim"), quote(DRY))
    [applied] = corrections.apply([later])
    assert [(q["type"], q["correction"]) for q in applied["quotes"]] == [("indirect", None), ("mixed", "changed")]
    assert applied["quotes"][1]["spans"] == later["quotes"][0]["spans"]
    assert applied["quotes"][1]["source"] == place("Bo Kim") | {"text": "Bo Kim"}


def test_what_was_added_and_is_found_by_now_is_there_once():
    corrections = ql.Corrections.between([document()], [document(quote(PUMP, "mixed"))])
    [applied] = corrections.apply([document(quote(PUMP, "indirect", cue=place("denied")))])
    [only] = applied["quotes"]
    assert (only["type"], only["correction"], only["cue"]["text"]) == ("mixed", "changed", "denied")


def test_unmatched_are_named_and_not_lost(corpus):
    corrections = ql.Corrections.between(
        [document(quote(DRY, "direct"), quote(PUMP), quote(RAIN)), document(quote(DRY), doc_id="c")],
        [document(quote(DRY, "direct"), quote(PUMP, "mixed")), document(doc_id="c")],
        by="Cy",
        time=datetime(2026, 11, 25),
    )
    rows = corrections.unmatched([document()])
    assert [(r["what"], r["text"], r["reason"]) for r in rows] == [
        ("kept", DRY, "not found"),
        ("changed", PUMP, "not found"),
        ("removed", RAIN, "not found"),
        ("removed", DRY, "no such document"),
    ]
    assert set(rows["by"]) == {"Cy"} and rows["time"][0] == "2026-11-25T00:00:00"
    other = ql.Corpus([{"id": "a", "text": "A new text. “Yes,” said Ann."}]).corrected(corrections)
    assert [(r["doc_id"], r["problem"], r["detail"]) for r in other.problems()] == [
        ("a", "unmatched", f"3 corrections: they were made on another text: kept {DRY}"),
        (None, "unmatched", "1 correction: there is no document 'c'"),
    ]
    assert other.quotes()["correction"] == [None]
    fewer = ql.Corpus([{"id": "a", "text": TEXT}], config=ql.Config().drop_cues("deny")).corrected(corrections)
    assert fewer.problems().filter(doc_id="a")["detail"] == [
        f"1 correction: no such quote is found any more: changed {PUMP}"
    ]
    assert len(corrections) == 3


def test_a_statement_inside_one_that_was_removed_goes_to_the_one_around_that():
    outer, middle = quote(TEXT, quote_id=0, parent_id=-1), quote(TEXT[:60], quote_id=1, parent_id=0)
    inner = quote(DRY, quote_id=2, parent_id=1)
    given = document(outer, inner, quote("dry", quote_id=9))
    [applied] = ql.Corrections.between([document(outer, middle, inner)], [given]).apply(
        [document(outer, middle, inner)]
    )
    assert [(q["quote_id"], q["parent_id"]) for q in applied["quotes"]] == [(0, -1), (2, 0), (3, 2)]


# ------------------------------------------------------------------------------------------------ several people


def test_those_of_two_people_come_together():
    start = [document(quote(DRY), quote(PUMP), quote(RAIN))]
    cy = ql.Corrections.between(start, [document(quote(DRY, "direct"), quote(PUMP), quote(RAIN))], by="Cy")
    di = ql.Corrections.between(start, [document(quote(DRY, source="Ann Lee"), quote(PUMP))], by="Di")
    both = cy + di
    assert len(both.conflicts()) == 0 and len(both) == 3
    [applied] = both.apply(start)
    assert [(q["type"], q["correction"]) for q in applied["quotes"]] == [("direct", "changed"), ("indirect", "kept")]
    assert applied["quotes"][0]["source"]["text"] == "Ann Lee"
    assert both + cy == both and both.counts()["documents"] == 2
    assert "by Cy, Di" in repr(both)


def test_conflicts_are_named_and_the_later_one_holds():
    start = [document(quote(DRY), quote(PUMP))]
    cy = ql.Corrections.between(start, [document(quote(DRY, "direct"), quote(RAIN, "mixed"))], by="Cy")
    di = ql.Corrections.between(
        start, [document(quote(DRY, "mixed"), quote(PUMP, "mixed"), quote(RAIN, "direct"))], by="Di"
    )
    rows = (cy + di).conflicts()
    assert [(r["text"], r["field"], r["by"], r["value"], r["other_by"], r["other"]) for r in rows] == [
        (DRY, "type", "Cy", "direct", "Di", "mixed"),
        (PUMP, "quote", "Cy", "removed", "Di", "changed"),
        (RAIN, "type", "Cy", "mixed", "Di", "direct"),
    ]
    [applied] = (cy + di).apply(start)
    assert [q["type"] for q in applied["quotes"]] == ["mixed", "direct"]
    assert [r["reason"] for r in (cy + di).unmatched(start)] == ["removed"]
    assert [(r["value"], r["other"]) for r in (di + cy).conflicts() if r["field"] == "quote"] == [
        ("changed", "removed")
    ]


# ------------------------------------------------------------------------------------------------- ways out


def test_gold_is_what_the_person_said():
    samples = ql.sample()
    record = Record("goats-quai", samples["goats-quai"].text)
    before = {**annotate_record(engine_for(None), record), "text": record.text}
    after = json.loads(json.dumps(before))
    del after["quotes"][0]
    corrections = ql.Corrections.between([before], [after])
    [gold] = corrections.to_gold(samples)
    assert gold["text"] == record.text and len(gold["quotes"]) == len(after["quotes"])
    done = ql.evaluate([after], [gold])
    assert done.figure("content", "exact").f1.value == done.figure("source", "overlap").f1.value == 1
    assert len(done.errors()) == 0
    assert "text" not in corrections.to_gold()[0]


def test_gold_does_not_take_what_the_person_was_not_asked():
    start = document(quote(DRY, speaker="Ann Lee", cue=place("said")))
    given = document({"spans": [[0, 18]], "type": "direct"})
    [gold] = ql.Corrections.between([start], [given]).to_gold([start])
    assert gold["quotes"] == [{"type": "direct", "spans": [[0, 18]], "quote_id": 0, "parent_id": -1}]


def test_gold_needs_the_text_that_was_corrected():
    corrections = ql.Corrections.between([document(quote(DRY))], [document()])
    with pytest.raises(ValueError, match="another one than was corrected"):
        corrections.to_gold([document(text=TEXT + "!")])
    with pytest.raises(ValueError, match="not there"):
        corrections.to_gold(ql.Corpus(["x"]))


def test_table_has_a_row_for_each_field():
    start = [document(quote(DRY, source="Ann Lee", hedged=False), quote(PUMP), quote(RAIN))]
    given = [document(quote(DRY, "direct", "Bo Kim", hedged=True), quote(PUMP), quote("told Reuters"))]
    rows = ql.Corrections.between(start, given, by="Cy", time="Monday").table()
    assert [(r["what"], r["field"], r["old"], r["new"]) for r in rows] == [
        ("changed", "type", "indirect", "direct"),
        ("changed", "source", "19:26", "33:39"),
        ("changed", "hedged", "false", "true"),
        ("removed", None, None, None),
        ("added", None, None, None),
    ]
    assert rows["text"][3:] == [RAIN, "told Reuters"] and set(rows["time"]) == {"Monday"}


def test_a_document_without_a_correction_was_looked_at_all_the_same(tmp_path):
    corrections = ql.Corrections.between([document(quote(DRY)), document(doc_id="c")], [document(quote(DRY))])
    corrections.save(tmp_path / "c.jsonl")
    again = ql.Corrections.load(tmp_path / "c.jsonl")
    assert again == corrections and len(again) == 0
    assert again.counts() == {"documents": 1, "kept": 1, "changed": 0, "added": 0, "removed": 0}
    assert again.apply([document(quote(DRY))])[0]["quotes"][0]["correction"] == "kept"
    with pytest.raises(TypeError):
        corrections + 1


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="is not in `found`"):
        ql.Corrections.between([document()], [document(doc_id="z")])
    with pytest.raises(ValueError, match="text_sha1"):
        ql.Corrections.between([document()], [document(text=TEXT + " More.")])
    bare = {"doc_id": "a", "quotes": []}
    with pytest.raises(ValueError, match="neither side identifies the text"):
        ql.Corrections.between([bare], [bare])
    with pytest.raises(ValueError, match="twice"):
        ql.Corrections.between([document()], [document(), document()])


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{}",
        '{"doc_id": "a", "text_sha1": "0", "quotes": [{"old": null, "new": null}]}',
        '{"doc_id": "a", "text_sha1": "0", "quotes": [{"old": {"type": "direct"}}]}',
        '{"doc_id": "a", "text_sha1": "0", "quotes": [{"old": {"spans": [["x"]]}}]}',
        '{"doc_id": "a", "text_sha1": "0", "quotes": [1]}',
        '{"doc_id": 1, "text_sha1": "0", "quotes": []}',
    ],
)
def test_a_file_that_is_none_is_named_with_its_line(tmp_path, line):
    path = tmp_path / "c.jsonl"
    path.write_text('{"doc_id": "a", "text_sha1": "0", "quotes": []}\n' + line)
    with pytest.raises(ValueError, match=r"c\.jsonl:2: this is not a line of corrections"):
        ql.Corrections.load(path)
