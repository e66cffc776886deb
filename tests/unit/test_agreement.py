"""Agreement of two annotators: coefficients against values computed by hand and published, counts, disagreements."""

import json
import random

import pytest
import quotelens as ql
from quotelens.quality.agreement import alpha, kappa
from quotelens.quality.intervals import measured_sum

TEXT = "“The well is dry,” Ann Lee said. Bo Kim denied that the pump was gone. It rained, the mayor told Reuters."
DRY, PUMP, RAIN = "“The well is dry,”", "the pump was gone", "It rained"


def place(words):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def quote(words, kind="indirect", source=None, act="speech", **more):
    spans = [[place(words)["start"], place(words)["end"]]]
    return {"spans": spans, "type": kind, "act": act, "source": place(source) if source else None, **more}


def document(*quotes, doc_id="a"):
    return {"doc_id": doc_id, "text": TEXT, "quotes": list(quotes)}


def matrix(one, other):
    labels = sorted({*one, *other})
    return [sum(pair == (a, b) for pair in zip(one, other, strict=True)) for a in labels for b in labels]


# ------------------------------------------------------------------------------------------------ coefficients


def test_kappa_of_worked_examples():
    assert kappa([20, 5, 10, 15]) == pytest.approx(0.4)  # observed .7, by chance .5
    # Cohen 1960, table 1: shares of 200 cases in three categories; observed .70, by chance .41
    assert kappa([88, 10, 2, 14, 40, 6, 18, 10, 12]) == pytest.approx((0.70 - 0.41) / 0.59)
    assert kappa([5, 0, 0, 5]) == 1
    assert kappa([0, 5, 5, 0]) == -1
    assert kappa([7, 0, 0, 0]) is None and kappa([0, 0, 0, 0]) is None


def test_alpha_of_published_examples():
    # Krippendorff, Computing Krippendorff's alpha-reliability (2011), examples A and B: .095 and .692
    assert alpha(matrix("0100000010", "1110010000")) == pytest.approx(0.095, abs=5e-4)
    assert alpha(matrix("aabbdcccedda", "babbbccceddd")) == pytest.approx(0.692, abs=5e-4)
    assert alpha([4, 0, 0, 6]) == 1
    assert alpha([4, 0, 0, 0]) is None and alpha([0]) is None


def alpha_pair_by_pair(one, other):
    """By its definition: disagreement within units over that of any two values, without a table."""
    values = [*one, *other]
    n = len(values)
    observed = sum(2 * (a != b) for a, b in zip(one, other, strict=True)) / n
    expected = sum(values[i] != values[j] for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    return 1 - observed / expected


def test_alpha_is_that_of_its_definition():
    chance = random.Random(3)
    for _ in range(50):
        one, other = (chance.choices("abcd", k=chance.randint(5, 30)) for _ in range(2))
        other = (other * 6)[: len(one)]
        assert alpha(matrix(one, other)) == pytest.approx(alpha_pair_by_pair(one, other))


def test_intervals_of_sums_are_drawn_by_document():
    rows = [[k % 3, 1] for k in range(30)]
    done = measured_sum(rows, lambda n: n[0] / n[1], level=0.9, resamples=500, seed=1)
    assert done.value == 1.0 and done.low is None  # 1 is taken for a figure without an error
    done = measured_sum(rows, lambda n: n[0] / n[1] / 2, level=0.9, resamples=500, seed=1)
    assert done.low < done.value == 0.5 < done.high
    assert done == measured_sum(rows, lambda n: n[0] / n[1] / 2, level=0.9, resamples=500, seed=1)
    assert measured_sum(rows[:9], lambda n: 0.5, level=0.9, resamples=9, seed=1).low is None
    assert measured_sum([], lambda n: 0.5, level=0.9, resamples=9, seed=1).value is None


# ---------------------------------------------------------------------------------------------------- figures


def one():
    return document(
        quote(DRY, "direct", "Ann Lee", speaker="Ann Lee"),
        quote(PUMP, "mixed", "Bo Kim", speaker="Bo Kim"),
        quote(RAIN, source="the mayor", speaker=None),
    )


def other():
    return document(
        quote(DRY, "direct", "Ann Lee", speaker="ann lee"),
        quote("pump was gone", "indirect", "Ann Lee", act="thought", speaker="Ann Lee"),  # 11 of 14 letters
        quote("told Reuters", source="the mayor", speaker=None),
    )


def values(done):
    return {(f.figure, f.match): (f.n_a, f.n_b, f.n_both, f.measured.value) for f in done.figures}


def test_figures_counted_by_hand():
    got = values(ql.agreement([one()], [other()]))
    letters = sum(c.isalnum() for c in TEXT)
    # In statements: 12 + 14 + 8 letters of the first, 12 + 11 + 11 of the second, 12 + 11 of both
    table = [23, 11, 11, letters - 45]
    assert got == {
        ("content", "exact"): (3, 3, 1, pytest.approx(1 / 3)),
        ("content", "half"): (3, 3, 2, pytest.approx(2 / 3)),
        ("source", "overlap"): (2, 2, 1, 0.5),
        ("speaker", "exact"): (2, 2, 1, 0.5),
        ("speaker", "name"): (2, 2, 1, 0.5),
        ("kind", "label"): (2, 2, 1, pytest.approx(1 / 3)),  # observed .5, by chance .25
        ("act", "label"): (2, 2, 1, 0),  # observed .5, by chance .5
        ("letters", "inside"): (34, 34, 23, pytest.approx(alpha(table))),
        ("letters", "kind"): (34, 34, 12, pytest.approx(alpha(by_kind(letters)))),
    }


def by_kind(letters):
    labels = ["", "direct", "mixed", "indirect"]
    pairs = {("direct", "direct"): 12, ("mixed", "indirect"): 11, ("mixed", ""): 3, ("indirect", ""): 8}
    pairs |= {("", "indirect"): 11, ("", ""): letters - 45}
    return [pairs.get((a, b), 0) for a in labels for b in labels]


def test_disagreements_with_their_context():
    rows = ql.agreement([one()], [other()]).disagreements()
    assert [(r["disagreement"], r["a"], r["b"]) for r in rows] == [
        *((name, PUMP, "pump was gone") for name in ("other source", "other edges")),
        *((name, PUMP, "pump was gone") for name in ("other kind", "other act", "other speaker")),
        ("only a", RAIN, None),
        ("only b", None, "told Reuters"),
    ]
    first = rows[0]
    assert (first["a_source"], first["b_source"], first["a_kind"], first["b_act"]) == (
        *("Bo Kim", "Ann Lee", "mixed", "thought"),
    )
    assert TEXT[first["b_start"] : first["b_end"]] == "pump was gone" and PUMP in first["context"]
    assert rows[-1]["a_start"] == -1


def test_the_innermost_statement_gives_a_letter_its_kind():
    outer = quote(TEXT[:31])
    done = ql.agreement([document(outer, quote(DRY, "direct"))], [document(outer)])
    figures = values(done)
    assert figures["letters", "inside"][:3] == (22, 22, 22) and figures["letters", "inside"][3] == 1
    assert figures["letters", "kind"][:3] == (22, 22, 10)
    assert values(ql.agreement([document(outer)], [document(outer)], nested=False))["letters", "kind"][3] == 1


def test_what_is_not_annotated_is_not_compared():
    bare = {**document(), "quotes": [{"start": 0, "end": 18}]}
    assert set(values(ql.agreement([bare], [one()]))) == {
        *(("content", "exact"), ("content", "half"), ("letters", "inside"), ("letters", "kind")),
    }
    only = values(ql.agreement([one()], [other()], kinds="direct"))
    assert only["content", "exact"] == (1, 1, 1, 1)
    without = [{**one(), "text": None}], [{**other(), "text": None}]
    assert ("letters", "inside") not in values(ql.agreement(*without))


def test_intervals_and_documents_of_one_alone():
    ids = [f"d{k}" for k in range(12)]
    a = [{**one(), "doc_id": name} for name in ids]
    b = [{**(one() if k % 2 else other()), "doc_id": name} for k, name in enumerate(ids)]
    done = ql.agreement(a, [*b, document(doc_id="z")], resamples=200)
    assert (done.n_documents, done.n_alone) == (12, 1)
    kind = done.figure("kind", "label").measured
    assert kind.low < kind.value < kind.high
    inside = done.figure("letters", "inside").measured
    assert inside.low < inside.value < inside.high
    assert "documents of both: 12 (1 more of one alone); 42 disagreements" in repr(done)
    assert done._repr_html_().count("<tr>") == 1 + len(done.figures)
    assert done.table()["measure"].count("kappa") == 2


def test_files_and_errors(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(one()), encoding="utf-8")
    assert ql.agreement(path, [one()]).figure("content", "exact").measured.value == 1
    with pytest.raises(ValueError, match="no document in common"):
        ql.agreement([one()], [document(doc_id="b")])
    with pytest.raises(ValueError, match="text_sha1"):
        ql.agreement([one()], [{**one(), "text": TEXT + " More."}])
    with pytest.raises(ValueError, match="level"):
        ql.agreement([one()], [one()], level=2)
    with pytest.raises(KeyError, match="There are: content exact"):
        ql.agreement([one()], [one()]).figure("cue", "overlap")
