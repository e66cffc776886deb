"""Comparing with annotations: figures counted by hand, their intervals, each error, and gold that cannot be used."""

import hashlib
import json
import random
import subprocess
import sys

import pytest
import quotelens as ql
from hypothesis import given
from hypothesis import strategies as st
from quotelens.command.cli import main
from quotelens.quality.evaluate import evaluate
from quotelens.quality.intervals import Counts, measured, precision_recall_f1, wilson

TEXT = "“The well is dry,” Ann Lee said. Bo Kim denied that the pump was gone. It rained, the mayor told Reuters."
DRY, PUMP, RAIN = "“The well is dry,”", "that the pump was gone", "It rained"


def part(words, **more):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words, **more}


def quote(words, kind, source=None, cue=None, **more):
    place = part(words)
    return {
        "spans": [[place["start"], place["end"]]],
        "type": kind,
        "source": part(source) if source else None,
        "cue": part(cue) if cue else None,
        **more,
    }


def document(*quotes, doc_id="a", **more):
    return {"doc_id": doc_id, "text": TEXT, "quotes": list(quotes), **more}


def gold():
    return [
        quote(DRY, "direct", "Ann Lee", "said", act="speech"),
        quote(PUMP, "indirect", "Bo Kim", "denied", act="speech"),
        quote(RAIN, "indirect", "the mayor", "told", act="evidence"),
    ]


def found():
    return [
        quote(DRY, "direct", "Ann Lee", "said", act="speech"),
        quote("the pump", "mixed", "Ann Lee", "denied", act="speech"),  # 7 of 14 letters: by half
        quote("told Reuters", "indirect", None, None, act="thought"),
    ]


def of(done, *which):
    f = done.figure(*which)
    return f.counts, (f.precision.value, f.recall.value, f.f1.value)


# ---------------------------------------------------------------------------------------------------- figures


def test_figures_counted_by_hand():
    wanted = gold()
    wanted[1] = quote("the pump was", "indirect", "Bo Kim", "denied", act="speech")  # 10 letters, of them 7 found
    done = evaluate([document(*found())], [document(*wanted)])
    assert of(done, "content", "exact") == ((3, 1, 3, 1), (1 / 3, 1 / 3, pytest.approx(1 / 3)))
    assert of(done, "content", "half") == ((3, 2, 3, 2), (2 / 3, 2 / 3, pytest.approx(2 / 3)))
    assert of(done, "content", "half", "direct") == ((1, 1, 1, 1), (1, 1, 1))
    assert of(done, "content", "half", "indirect") == ((2, 1, 1, 0), (0, 0.5, 0))
    assert of(done, "content", "half", "mixed") == ((0, 0, 1, 1), (1, None, None))
    assert of(done, "content", "half", "speech") == ((2, 2, 2, 2), (1, 1, 1))
    assert of(done, "content", "half", "evidence") == ((1, 0, 0, 0), (None, 0, 0))
    assert of(done, "content", "half", "thought") == ((0, 0, 1, 0), (0, None, 0))
    assert of(done, "source", "overlap") == ((2, 1, 2, 1), (0.5, 0.5, 0.5))
    assert of(done, "cue", "overlap") == ((2, 2, 2, 2), (1, 1, 1))
    assert of(done, "joint", "half") == ((3, 1, 2, 1), (0.5, 1 / 3, pytest.approx(0.4)))


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("The well is dry", True),  # marks do not count
        ("the pump was gone", True),  # nor a that before
        ("that the pump", False),  # 7 of 14 letters: exactly half
        ("the pump wa", False),
        ("ump was gone", False),
    ],
)
def test_half_of_the_letters(words, same):
    done = evaluate([document(quote(words, "direct"))], [document(*gold())])
    assert done.figure("content", "half").counts.found_right == 1
    assert done.figure("content", "exact").counts.found_right == same


def test_less_than_half_is_missed_and_spurious():
    done = evaluate([document(quote("that the pum", "indirect"))], [document(quote(PUMP, "indirect"))])
    assert of(done, "content", "half") == ((1, 0, 1, 0), (0, 0, 0))
    assert done.errors()["error"] == ["missed", "spurious"]


def test_pairs_are_one_to_one_and_the_best_first():
    halves = [quote("the pump was", "indirect"), quote("the pump was gone", "indirect")]
    done = evaluate([document(*halves)], [document(quote(PUMP, "indirect"))])
    assert done.figure("content", "exact").counts == (1, 1, 2, 1)


def test_speakers():
    names = [("Ann Lee", "ann  lee"), ("Bo Kim", "Mr Bo Kim"), ("the mayor", None)]
    wanted = [dict(q, speaker=name) for q, (name, _) in zip(gold(), names, strict=True)]
    answers = [dict(q, speaker=name) for q, (_, name) in zip(gold(), names, strict=True)]
    done = evaluate([document(*answers)], [document(*wanted)])
    assert of(done, "speaker", "exact") == ((3, 1, 2, 1), (0.5, 1 / 3, pytest.approx(0.4)))
    assert of(done, "speaker", "name") == ((3, 2, 2, 2), (1, 2 / 3, pytest.approx(0.8)))


def test_a_name_needs_the_same_last_word():
    wanted, answer = (quote(DRY, "direct", speaker=name) for name in ("Ann Lee", "Ann"))
    done = evaluate([document(answer)], [document(wanted)])
    assert done.figure("speaker", "name").recall.value == 0


def test_chains():
    def step(words, role):
        return {"role": role, "name": words, "start": TEXT.index(words), "end": TEXT.index(words) + len(words)}

    wanted = quote(RAIN, "indirect", chain=[step("the mayor", "speaker"), step("Reuters", "agency")])
    answer = quote(RAIN, "indirect", chain=[step("mayor", "speaker"), step("Reuters", "outlet")])
    done = evaluate([document(answer)], [document(wanted)])
    assert done.figure("chain", "step").counts == (2, 1, 2, 1)
    placeless = quote(
        RAIN, "indirect", chain=[{"role": "agency", "name": "reuters"}, {"role": "speaker", "name": "I"}]
    )
    done = evaluate([document(answer)], [document(placeless)])
    assert of(done, "chain", "step") == ((2, 0, 2, 0), (0, 0, 0))
    done = evaluate([document(dict(answer, chain=wanted["chain"]))], [document(placeless)])
    assert done.figure("chain", "step").counts == (2, 1, 2, 1)


def test_a_step_counts_once():
    mayor = {"role": "speaker", "name": "the mayor"}
    wanted, answer = (quote(RAIN, "indirect", chain=[mayor] * n) for n in (2, 1))
    done = evaluate([document(answer)], [document(wanted)])
    assert of(done, "chain", "step") == ((2, 1, 1, 1), (1, 0.5, pytest.approx(2 / 3)))


def test_what_is_not_annotated_is_left_out_not_nought():
    bare = [{"start": q["spans"][0][0], "end": q["spans"][0][1]} for q in gold()]
    done = evaluate([document(*found())], [document(*bare)])
    assert {(f.row.figure, f.row.by) for f in done.figures} == {("content", "all")}
    with pytest.raises(KeyError, match=r"no figure source overlap all\. There are: content"):
        done.figure("source", "overlap")
    some = [dict(q) for q in gold()]
    del some[1]["source"]
    done = evaluate([document(*found())], [document(*some)])
    assert done.figure("joint", "half").counts == (2, 1, 1, 1)  # the pump's source is not judged
    assert "speaker" not in {f.row.figure for f in done.figures}
    assert "wrong source" not in done.errors()["error"]


def test_what_was_not_annotated_can_be_named():
    wanted = document(gold()[0])
    done = evaluate([document(*found())], [wanted], kinds="direct")
    assert done.figure("content", "exact").counts == (1, 1, 1, 1)
    done = evaluate([document(*gold())], [document(*gold())], acts=["evidence"])
    assert done.figure("content", "exact").counts == (1, 1, 1, 1)
    free = evaluate([document(*gold())], [document(gold()[0], dict(gold()[1], optional=True))])
    assert free.figure("content", "exact").counts == (1, 1, 2, 1)
    odd = quote(PUMP, "indirect", "Ann Lee", optional=True)  # nor does its source count
    free = evaluate([document(*gold()[:2])], [document(gold()[0], odd)])
    assert free.figure("source", "overlap").counts == (1, 1, 1, 1) and not len(free.errors())
    inner = [dict(q, parent_id=k - 1) for k, q in enumerate(gold())]
    assert evaluate([document(*inner)], [wanted]).figure("content", "exact").counts.n_found == 3
    assert evaluate([document(*inner)], [wanted], nested=False).figure("content", "exact").counts.n_found == 1


def test_scare_quotes_and_boilerplate_do_not_count():
    more = [quote("Reuters", "scare"), quote("Reuters", "direct", zone="boilerplate"), quote(".", "direct")]
    done = evaluate([document(*gold(), *more)], [document(*gold())])
    assert done.figure("content", "exact").counts == (3, 3, 3, 3)
    done = evaluate([document(*gold())], [document(*gold(), *more)])
    assert done.figure("content", "exact").counts == (3, 3, 3, 3)


# --------------------------------------------------------------------------------------------------- intervals


def test_wilson_as_published():
    """Newcombe, Statistics in Medicine 17, 1998, table I."""
    for right, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        assert wilson(right / n, n) == pytest.approx((low, high), abs=5e-5)


def test_few_documents_have_wilson_intervals():
    done = evaluate([document(*found())], [document(*gold())])
    f = done.figure("content", "exact")
    assert (f.recall.low, f.recall.high) == wilson(1 / 3, 3)
    low, high = wilson(1 / 5, 5)  # of 5 quotes that either has, one is the same
    assert (f.f1.low, f.f1.high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))


def rows(n, right):
    return [[Counts(4, 4 * (k < right), 4, 4 * (k < right))] for k in range(n)]


def test_documents_are_what_is_drawn():
    """Twenty documents, each all right or all wrong, tell as much as twenty quotes, not as eighty."""
    ((_, recall, _),) = measured(rows(20, 10), level=0.95, resamples=2000, seed=0)
    assert recall.value == 0.5
    assert (recall.low, recall.high) == pytest.approx((0.5 - 1.96 * 0.112, 0.5 + 1.96 * 0.112), abs=0.05)
    low, high = wilson(0.5, 80)
    assert recall.low < low < high < recall.high


def test_all_right_is_not_sure():
    ((precision, _, f1),) = measured(rows(20, 20), level=0.95, resamples=100, seed=0)
    assert precision.value == precision.high == 1 and precision.low == wilson(1, 80)[0]
    assert 0.9 < f1.low < f1.high == 1


def test_the_seed_decides():
    documents = rows(30, 11)

    def bounds(level=0.95, seed=3):
        ((_, recall, _),) = measured(documents, level=level, resamples=300, seed=seed)
        return recall.low, recall.high

    assert bounds() == bounds() != bounds(seed=4)
    narrow, wide = bounds(level=0.5), bounds()
    assert wide[0] < narrow[0] < 11 / 30 < narrow[1] < wide[1]


def test_sums_of_many_counts_do_not_run_into_each_other():
    documents = [[Counts(2**40, k, 3, 1), Counts(1, 0, 2**40, 2**40)] for k in range(12)]
    (_, recall, _), (precision, other, _) = measured(documents, level=0.9, resamples=50, seed=0)
    assert recall.value == pytest.approx(5.5 / 2**40) and recall.low <= recall.value <= recall.high
    assert precision.value == 1 and other.value == 0


def test_nothing_to_divide_by():
    assert precision_recall_f1(Counts()) == (None, None, None)
    assert precision_recall_f1(Counts(n_gold=2)) == (None, 0, 0)
    assert measured([], level=0.95, resamples=10, seed=0) == []


def test_the_order_of_documents_does_not_matter():
    pairs = [
        (document(*found()[: k % 4], doc_id=str(k)), document(*gold()[: 1 + k % 3], doc_id=str(k))) for k in range(14)
    ]
    first = evaluate([p for p, _ in pairs], [g for _, g in pairs])
    random.Random(1).shuffle(pairs)
    second = evaluate([p for p, _ in pairs], [g for _, g in pairs])
    assert first.to_dict() == second.to_dict() and list(first.errors()) == list(second.errors())


# -------------------------------------------------------------------------------------------------- properties


PLACES = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(sorted)
PARTS = st.none() | PLACES.map(lambda place: {"start": place[0], "end": place[1]})
QUOTES = st.fixed_dictionaries(
    {
        "spans": st.lists(PLACES, min_size=1, max_size=2),
        "type": st.sampled_from(["direct", "mixed", "indirect"]),
        "act": st.sampled_from(["speech", "thought"]),
        "source": PARTS,
        "cue": PARTS,
        "speaker": st.sampled_from([None, "Ann Lee", "Lee", "Bo Kim"]),
    }
)
SIDES = st.lists(QUOTES, max_size=5)


def sides_of(files):
    return [[document(*quotes, doc_id=str(k)) for k, quotes in enumerate(side)] for side in files]


@given(st.lists(SIDES, min_size=1, max_size=3))
def test_compared_with_itself_a_file_is_perfect(quotes):
    (side,) = sides_of([quotes])
    done = evaluate(side, side, resamples=0)
    for f in done.figures:
        if f.row.figure in ("content", "chain"):
            assert f.counts.n_gold == f.counts.gold_right == f.counts.n_found == f.counts.found_right
    assert not {"missed", "spurious", "wrong edges"} & set(done.errors()["error"])


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=3))
def test_precision_and_recall_swap_when_the_files_do(quotes):
    one, other = sides_of(zip(*quotes, strict=True))
    there, back = evaluate(one, other, resamples=0), evaluate(other, one, resamples=0)
    swapped = {f.row: (f.precision, f.recall, f.f1) for f in back.figures}
    for f in there.figures:
        if f.row in swapped:
            assert (f.recall, f.precision, f.f1) == swapped[f.row]
    kinds = {"missed": "spurious", "spurious": "missed"}
    assert sorted(kinds.get(e, e) for e in there.errors()["error"]) == sorted(back.errors()["error"])


# ------------------------------------------------------------------------------------------------------ errors


def test_errors_have_a_place_and_a_context():
    table = evaluate([document(*found())], [document(*gold())]).errors()
    assert [(row["error"], row["gold"], row["found"]) for row in table] == [
        ("wrong source", PUMP, "the pump"),
        ("wrong edges", PUMP, "the pump"),
        ("missed", RAIN, None),
        ("spurious", None, "told Reuters"),
    ]
    wrong, edges, missed, spurious = table
    assert (wrong["gold_source"], wrong["found_source"], wrong["kind"]) == ("Bo Kim", "Ann Lee", "indirect")
    assert edges["jaccard"] == 0.5
    assert TEXT[missed["start"] : missed["end"]] == RAIN and missed["found_start"] == -1
    assert TEXT[spurious["found_start"] : spurious["found_end"]] == "told Reuters" and spurious["start"] == -1
    assert spurious["act"] == "thought"
    assert all((row["gold"] or row["found"]) in row["context"] and row["context"] in TEXT for row in table)


def test_a_perfect_answer_has_no_errors():
    done = evaluate([document(*gold())], [document(*gold())])
    assert len(done.errors()) == 0 and "context" in done.errors().columns
    assert {(f.precision.value, f.recall.value, f.f1.value) for f in done.figures} == {(1, 1, 1)}


# ------------------------------------------------------------------------------------------------ what goes in


def annotated(tmp_path, texts):
    lines = [json.dumps({"doc_id": doc_id, "text": text}) for doc_id, text in texts.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["annotate", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl")]) == 0
    return [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_way_in_gives_the_same(tmp_path):
    split = "“It rained,” Ann Lee said, “and then it poured.” Bo Kim denied that it was wet."
    texts = {"a": TEXT, "b": split, "c": "Nothing was said here."}
    wanted = [dict(d, text=texts[d["doc_id"]]) for d in annotated(tmp_path, texts)]
    assert sum(len(d["quotes"]) for d in wanted) > 3 and any(len(q["spans"]) > 1 for d in wanted for q in d["quotes"])
    wanted[0]["quotes"].pop()
    corpus = ql.read(tmp_path / "in.jsonl")
    first = ql.evaluate(corpus, wanted)
    assert first.figure("content", "exact").recall.value == 1 > first.figure("content", "exact").precision.value
    assert first.figure("chain", "step").recall.value == first.figure("speaker", "exact").recall.value == 1
    for other in (None, tmp_path / "out.jsonl"):
        assert ql.evaluate(other, wanted).to_dict() == first.to_dict()
    table = ql.evaluate(corpus.quotes(acts="all"), wanted)
    assert [f for f in table.figures if f.row.figure != "chain"] == [
        f for f in first.figures if f.row.figure != "chain"
    ]
    assert len(table.errors()) == len(first.errors()) == 1


@pytest.mark.parametrize("where", [{"outlet": "Post"}, {"meta": {"outlet": "Post"}}])
def test_what_pages_of_an_outlet_share_is_no_news(where):
    shared = "“Read it all in the app,” said the Post."
    texts = [f"{TEXT}\n\n{shared}\n\nNumber {k} came.\n" for k in range(12)]
    corpus = ql.Corpus([{"text": text, "outlet": "Post"} for text in texts])
    wanted = [{"doc_id": str(k), "text": text, "quotes": [], **where} for k, text in enumerate(texts)]
    first = evaluate(corpus, wanted)
    assert evaluate(None, wanted).to_dict() == first.to_dict()
    bare = [{"doc_id": str(k), "text": text, "quotes": []} for k, text in enumerate(texts)]
    assert evaluate(None, bare).to_dict() != first.to_dict()


def test_without_any_text_offsets_are_compared():
    wanted, answers = ({**document(*quotes), "text": None} for quotes in (gold(), found()))
    done = evaluate([answers], [wanted])
    assert done.figure("content", "exact").counts == (3, 1, 3, 1)
    assert set(done.errors()["context"]) == {None} and "Bo Kim" in done.errors()["gold_source"]


def test_documents_that_the_gold_does_not_have_are_not_counted():
    extra = {"doc_id": "other", "error": "no text"}
    done = evaluate([document(*found()), extra], [document(*gold())])
    assert (done.n_documents, done.n_unjudged) == (1, 1)
    assert "documents: 1 (1 more not in the gold)" in repr(done)
    corpus = ql.Corpus([{"doc_id": "a", "text": TEXT}, {"doc_id": "b", "text": "“No,” he said."}])
    assert evaluate(corpus, [document(*gold())]).n_unjudged == 1


def test_other_keys_may_be_anything():
    answer = document(quote(DRY, "direct", confidence="high", rule=3), meta=["x"])
    done = evaluate([answer], [document(meta=3)])
    assert [(row["error"], row["confidence"], row["rule"]) for row in done.errors()] == [("spurious", None, None)]
    assert evaluate(None, [{"text": TEXT, "quotes": [], "meta": ["x"]}]).n_documents == 1  # no doc_id is needed there


def test_a_config_of_your_own():
    wanted = [document(quote("that the pump was gone", "indirect"))]
    assert evaluate(None, wanted).figure("content", "exact").recall.value == 1
    assert evaluate(None, wanted, config=ql.Config().drop_cues("deny")).figure("content", "exact").recall.value == 0
    with pytest.raises(ValueError, match="a Corpus has its own"):
        evaluate(ql.Corpus([TEXT]), wanted, config=ql.Config())


def bare(**more):
    return {"doc_id": "a", "quotes": [], **more}


SHA = hashlib.sha1(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    ("answers", "wanted", "message"),
    [
        ([], [document()], r"gold\[0\]: document 'a' of the gold was not analysed. .* there are none"),
        ([document(doc_id="b")], [document()], "'a' of the gold was not analysed. .* there are 'b'"),
        ([document(), document()], [document()], r"found\[1\]: .* in the predictions twice, first at found\[0\]"),
        ([document()], [document(), document()], r"gold\[1\]: document 'a' is in the gold twice"),
        ([document()], [], "the gold has no documents"),
        ([document()], [{"quotes": []}], r'gold\[0\]: "doc_id" is missing'),
        ([bare(text_sha1="0")], [document()], "is not the one that was analysed"),
        ([document()], [document(text_sha1="0")], 'does not match its "text_sha1"'),
        ([bare(text_sha1="0")], [bare(text_sha1=SHA)], "offsets do not compare"),
        ([{"doc_id": "a", "error": "no text"}], [document()], r"found\[0\]: .* could not be read .*: no text"),
        ([{"doc_id": "a", "quotes": [{"spans": [[0, 999]]}]}], [document()], r"found\[0\].*quotes\[0\] has a span"),
        ([document(dict(quote(DRY, "direct"), cue=[1, 2]))], [document()], r"quotes\[0\] has a span"),
        ([document(dict(quote(DRY, "direct"), chain=["Ann"]))], [document()], '"chain" that is not a list'),
        ([document(quote(DRY, 3))], [document()], r"""quotes\[0\] has the "type" 3: a string"""),
        ([document(dict(quote(DRY, "direct"), parent_id="x"))], [document()], '"parent_id" that is not a whole'),
        (["a"], [document()], r"found\[0\]: an object with .* is expected, not str"),
        ([document()], [{"doc_id": "a", "quotes": {}}], '"quotes" should be a list'),
        (None, [{"doc_id": "a", "quotes": []}], "annotations with their text"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(answers, wanted, message):
    with pytest.raises(ValueError, match=message):
        evaluate(answers, wanted)


def test_lone_surrogates_are_letters_like_others(tmp_path):
    text = "“Yes \ud83d,” said Ann."
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"doc_id": "a", "text": text, "quotes": [{"start": 0, "end": 8}]}), encoding="utf-8")
    assert evaluate(None, path).figure("content", "exact").recall.value == 1
    missed = evaluate([{"doc_id": "a", "quotes": []}], path).errors()
    assert missed["gold"] == ["“Yes \ufffd,”"]  # a table holds no lone surrogates


def test_other_mistakes_are_said():
    wanted = [document(*gold())]
    with pytest.raises(TypeError, match="found is a int: give a Corpus"):
        evaluate(3, wanted)
    with pytest.raises(ValueError, match="without the column 'start'"):
        evaluate(ql.Corpus([TEXT]).quotes().select("doc_id"), wanted)
    with pytest.raises(ValueError, match="was not analysed"):
        evaluate(ql.Corpus([TEXT]), wanted)
    with pytest.raises(ValueError, match="was not analysed"):
        evaluate(ql.Corpus([TEXT]).quotes(), wanted)
    for options in ({"level": 1}, {"resamples": -1}, {"kinds": "scare"}, {"acts": ["said"]}):
        with pytest.raises(ValueError, match=next(iter(options))):
            evaluate(None, wanted, **options)


# ------------------------------------------------------------------------------------------------------ shown


def test_printed_and_in_a_notebook():
    done = evaluate([document(*found())], [document(*gold())])
    lines = repr(done).splitlines()
    assert "3 quotes in the gold, 3 found" in lines[0]
    assert lines[3].split() == ["figure", "group", "gold", "found", "precision", "recall", "f1"]
    assert lines[4].startswith("content exact   all          3      3  33.3 [")
    assert done._repr_html_().count("<tr>") == len(lines) - 3
    table = done.table()
    assert table.columns[:8] == ["figure", "match", "by", "group", "n_gold", "gold_right", "n_found", "found_right"]
    assert len(table) == len(done.figures) and table[0]["recall"] == pytest.approx(1 / 3)


def write(path, documents):
    path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    return str(path)


def test_on_the_command_line(tmp_path, capsys):
    wanted, answers = (
        write(tmp_path / "gold.jsonl", [document(*gold())]),
        write(tmp_path / "p.jsonl", [document(*found())]),
    )
    out = tmp_path / "errors.csv"
    assert main(["evaluate", wanted, answers, "-o", str(out)]) == 0
    shown = capsys.readouterr()
    assert shown.out == repr(evaluate([document(*found())], [document(*gold())])) + "\n"
    assert "4 errors written" in shown.err and len(out.read_text(encoding="utf-8").splitlines()) == 5
    assert main(["evaluate", wanted, answers, "--json", "--kind", "direct", "--resamples", "0"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["figures"][0]["n_gold"] == 1 and told["errors"]["missed"] == 0 and told["resamples"] == 0
    assert main(["evaluate", wanted, "--no-nested", "--acts", "speech"]) == 0
    assert "2 quotes in the gold" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "gold.jsonl:2: this is not JSON"),
        (b"\xff{}", "gold.jsonl:2: this is not UTF-8"),
        (b"[" * 100_000, "gold.jsonl:2: this is not JSON"),
        (b"3", "gold.jsonl:2: an object with"),
        (b'{"doc_id": "b", "text": "x"}', 'gold.jsonl:2: "quotes" should be a list'),
    ],
)
def test_bad_lines_on_the_command_line(tmp_path, capsys, line, message):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(json.dumps(document(*gold())).encode() + b"\n" + line + b"\n")
    assert main(["evaluate", str(path)]) == 2
    assert message in capsys.readouterr().err


def test_wrong_command_lines(tmp_path, capsys):
    wanted = write(tmp_path / "gold.jsonl", [document(*gold())])
    assert main(["evaluate", wanted, "-o", str(tmp_path / "errors.txt")]) == 2
    assert "use .parquet, .xlsx, .csv or .jsonl" in capsys.readouterr().err
    assert main(["evaluate", wanted, wanted, "--config", "options.toml"]) == 2
    assert "--config applies to an analysis of the gold" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path / "nowhere.jsonl")]) == 2
    assert "nowhere.jsonl: No such file" in capsys.readouterr().err


def test_the_same_in_another_process(tmp_path):
    """Hashes of strings differ from process to process; figures do not."""
    answers = [document(*found()[: k % 4], doc_id=str(k)) for k in range(15)]
    paths = [write(tmp_path / "g.jsonl", [document(*gold(), doc_id=str(k)) for k in range(15)])]
    paths += [write(tmp_path / "p.jsonl", answers)]
    command = [sys.executable, "-m", "quotelens", "evaluate", *paths, "--json"]
    runs = {subprocess.run(command, capture_output=True, check=True, timeout=60).stdout for _ in range(2)}
    assert len(runs) == 1
