"""Confidences and what they are good for: leaving out what is unsure, explaining, fitting weights to annotations."""

import json
import os
import re

import pytest
import quotelens as ql
from quotelens import Config, _core
from quotelens.analysis.explain import REASONS, RULES
from quotelens.analysis.weights import read_weights, write_weights
from quotelens.annotations.gold import read_gold
from quotelens.command.cli import main
from quotelens.quality.calibration import calibration_error, reliability
from quotelens.quality.train import FEWEST, fit, minimise

TEXT = (
    "“The well is dry,” Ann Lee told the council, after Bo Kim asked to see it. "
    "He denied that she said so. The “borrowed” pump was gone."
)


# --------------------------------------------------------------------------------------------- min_confidence


def test_min_confidence_leaves_out_what_is_less_sure():
    corpus = ql.Corpus([TEXT])
    every = corpus.quotes(acts="all")
    middle = sorted(every["confidence"])[len(every) // 2]
    kept = corpus.quotes(acts="all", min_confidence=middle)
    assert 0 < len(kept) < len(every)
    assert list(kept) == [row for row in every if row["confidence"] >= middle]
    assert list(corpus[0].quotes(acts="all", min_confidence=middle)) == list(kept)
    assert list(corpus.quotes(acts="all", min_confidence=0)) == list(every)


def test_streams_leave_out_as_tables_do(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    corpus = ql.Corpus([TEXT])
    wanted = len(corpus.quotes(min_confidence=0.9))
    assert 0 < wanted < len(corpus.quotes())
    assert sum(batch.num_rows for batch in corpus.stream(min_confidence=0.9)) == wanted
    assert sum(batch.num_rows for batch in ql.read(tmp_path, lazy=True).stream(min_confidence=0.9)) == wanted


@pytest.mark.parametrize("wrong", [-0.1, 1.5, float("nan")])
def test_min_confidence_is_a_chance(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        ql.Corpus([TEXT]).quotes(min_confidence=wrong)


def test_min_confidence_on_the_command_line(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["quotes", str(tmp_path), "--min-confidence", "0.9"]) == 0
    shown = capsys.readouterr().out
    assert "The well is dry" in shown and "to see it" not in shown
    assert main(["quotes", str(tmp_path), "--min-confidence", "2"]) == 2


# ---------------------------------------------------------------------------------------------------- explain


def test_explanation_tells_rule_cue_and_candidates():
    doc = ql.annotate(TEXT)
    told = doc.explain(0)
    assert told.rule == "before_subject_verb" and told.rule_in_words == RULES["before_subject_verb"]
    assert told.cue.text == "told" and told.cue.lemma == "tell" and "quote" in told.cue.frames and told.cue.why
    assert told.before == "" and told.content == "“The well is dry,”" and told.after.startswith(" Ann Lee told")
    chances = [candidate.chance for candidate in told.candidates]
    assert chances == sorted(chances, reverse=True) and sum(chances) == pytest.approx(1, abs=1e-5)
    chosen = [candidate for candidate in told.candidates if candidate.chosen]
    assert [(c.text, c.start, c.end) for c in chosen] == [("Ann Lee", 19, 26)]
    assert chosen[0].chance == told.quote["source_confidence"] and chosen[0].reasons
    assert {candidate.text for candidate in told.candidates} >= {"the council", "Bo Kim", None}
    assert told.quote == doc.quotes(acts="all")[0]
    assert any(reason.weight > 0 for reason in told.reasons) and any(reason.weight < 0 for reason in told.reasons)


def test_explanation_tells_what_was_rejected():
    doc = ql.annotate(
        "“They said so,” Ann Lee told a “good” friend, who came to say hello. Bo denied that she said it."
    )
    rows = doc.quotes(acts="all", kind="all")
    of = {row["cue"]: row["quote_id"] for row in rows}
    told = doc.explain(of["told"])
    assert {(r.text, r.reason) for r in told.rejected} == {("said", "marked"), ("say", "infinitive")}
    assert all(doc.text[r.start : r.end] == r.text and r.lemma == "say" for r in told.rejected)
    assert [text for _, _, text in told.scare] == ["“good”"]
    (rejected,) = doc.explain(of["denied"]).rejected
    assert rejected.reason == "overlapped" and rejected.quote_id == of["denied"]


def test_explanation_tells_what_the_reader_weighed():
    doc = ql.annotate(
        "“The well is dry,” Ann Lee told the council. Bo Kim said that the council would dig another one."
    )
    cues = {row["cue"]: row for row in doc.quotes(acts="all")}
    for cue, row in cues.items():
        (chosen,) = [p for p in doc.explain(row["quote_id"]).prospects if p.chosen]
        assert chosen.text == cue == doc.text[chosen.start : chosen.end] and chosen.chance > 0.5
        assert chosen.rule_score is not None and chosen.content is not None
        assert f"read       {chosen.chance:.2f} {cue}" in repr(doc.explain(row["quote_id"]))
    assert set(cues) == {"told", "said"}


def test_explanation_of_scare_quotes_and_of_none():
    doc = ql.annotate(TEXT)
    (scare,) = doc.quotes(kind="scare")
    told = doc.explain(scare["quote_id"])
    assert told.candidates == () and told.cue is None and "borrowed" in repr(told)
    ids = ", ".join(str(row["quote_id"]) for row in doc.quotes(acts="all"))
    for unknown in (99, -1, "0"):
        with pytest.raises(KeyError, match=re.escape(ids)):
            doc.explain(unknown)
    with pytest.raises(KeyError, match="none"):
        ql.annotate("No words.").explain(0)


def test_explanation_is_shown_escaped():
    doc = ql.annotate("“<script>alert(1)</script> & so on,” <b>Ann Lee</b> told me. “I saw <i>it</i>,” Bo Kim said.")
    for row in doc.quotes(acts="all"):
        html = doc.explain(row["quote_id"])._repr_html_()
        assert "<script" not in html and "<b>" not in html and "<i>" not in html
        assert html.startswith("<table>") and "&lt;" in html
    assert repr(doc.explain(0)).startswith("Explanation of quote 0\nquote ")


def test_every_statement_of_the_samples_can_be_explained():
    for doc in ql.sample():
        for row in doc.quotes(acts="all", zones="all", kind="all"):
            told = doc.explain(row["quote_id"])
            assert told.rule in RULES and told.quote == row
            assert told.before + doc.text[row["start"] : row["end"]] + told.after in doc.text
            assert all(r.reason in REASONS and doc.text[r.start : r.end] == r.text for r in told.rejected)
            assert repr(told) and told._repr_html_()


def test_offsets_of_explanations_are_code_points():
    doc = ql.annotate("😀😀 \ud800 “They said so,” Zoë told Bo. 😀")
    told = doc.explain(0)
    for part in (*told.rejected, *(c for c in told.candidates if c.text)):
        assert doc.text[part.start : part.end] == part.text
    assert told.rejected and len(told.candidates) > 1


def test_every_rule_is_described_and_used(root):
    """Every rule of rules.tsv has a sentence and a weight, and finds statements in the core."""
    lines = (root / "ext" / "data" / "rules.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert {name: sentence for name, _, sentence in (line.split("\t") for line in lines)} == RULES
    weights = _core.Engine().weights()
    assert {name.partition("=")[2] for name in weights if ":rule=" in name} == set(RULES)
    assert set(ql.sample().quotes(acts="all", zones="all")["rule"]) <= set(RULES)
    files = ("statements/content.c", "statements/unattributed.c", "statements/revise.c")
    code = "".join((root / "ext" / "core" / file).read_text(encoding="utf-8") for file in files)
    assert set(re.findall(r"\bQL_RULE_(\w+)", code)) == {rule.upper() for rule in RULES}


def test_every_reason_is_described(root):
    lines = (root / "ext" / "data" / "enums.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert {name: meaning for enum, name, meaning in rows if enum == "reason" and name != "-"} == REASONS


def test_explanations_cost_nothing_unasked():
    engine = _core.Engine()
    assert not set(_core.TABLES) & set(_core.EXPLAIN_TABLES)
    assert set(engine.analyse([TEXT], ["a"], _core.TABLES)) == set(_core.TABLES)
    found = engine.analyse([TEXT], ["a"], _core.EXPLAIN_TABLES)
    assert all(len(found[name]) > 0 for name in _core.EXPLAIN_TABLES)


# ---------------------------------------------------------------------------------------------------- weights


def test_weights_of_ones_own():
    sure = Config().set_weights({"quote:bias": 9})
    assert sure.weights() == Config().weights() | {"quote:bias": 9}
    assert min(ql.annotate(TEXT, config=sure).quotes(kind=["direct", "indirect"])["confidence"]) > 0.95
    assert ql.annotate(TEXT, config=sure).quotes()["source"] == ql.annotate(TEXT).quotes()["source"]
    again = sure.set_weights({"source:none": 1, "quote:bias": 8})
    assert again == Config().set_weights({"quote:bias": 8, "source:none": 1}) != sure


def test_the_hash_of_the_weights():
    plain, changed = Config(), Config().set_weights({"quote:bias": 9})
    assert ql.info()["scores"] == plain._weights_hash == plain.set_weights(plain.weights())._weights_hash
    assert ql.info(changed)["scores"] == changed._weights_hash != plain._weights_hash
    assert (
        changed._lexicon_hash == plain._lexicon_hash and plain.drop_cues("say")._weights_hash == plain._weights_hash
    )


def test_the_shipped_weights_are_those_of_the_table(root):
    rows = (root / "ext" / "data" / "score.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert Config().weights() == {row.split("\t")[0]: float(row.split("\t")[1]) for row in rows}


def test_a_run_is_not_resumed_with_other_weights(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for weight in (1, 2):
        config, out = Config().set_weights({"quote:bias": weight}), tmp_path / "quotes.jsonl"
        ql.read(tmp_path / "a.txt", config=config, lazy=True).stream().write(out, resume=True)
        (row, *_) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
        assert row["confidence"] == ql.annotate(TEXT, config=config).quotes()[0]["confidence"]


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ({"quote:hegded": 1}, ValueError, "no feature 'quote:hegded' to weigh. Did you mean 'quote:hedged'?"),
        ({"\ud800": 1}, ValueError, "Config().weights() lists them all"),
        ({"quote:bias": float("inf")}, ValueError, "The weight of 'quote:bias' is inf: give one below a million"),
        ({"quote:bias": float("nan")}, ValueError, "The weight of 'quote:bias' is nan"),
        ({"quote:bias": 10**400}, ValueError, "give one below a million"),
        ({"quote:bias": "1"}, TypeError, "The weight of 'quote:bias' is '1', not a number"),
        ({"quote:bias": True}, TypeError, "The weight of 'quote:bias' is True, not a number"),
        ({1: 1}, TypeError, "The feature 1 is of type int, not str"),
        ([("quote:bias", 1)], TypeError, "Weights cannot be made of a list"),
        (None, TypeError, "Weights cannot be made of a NoneType"),
    ],
)
def test_weights_that_are_refused(weights, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Config().set_weights(weights)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([("quote:mood", 1)], "there is no feature quote:mood"),
        ([("quote:bias", float("inf"))], "not a number below a million"),
        ([("quote:bias\0", 1.0)], "null character"),
    ],
)
def test_weights_that_the_core_refuses(weights, message):
    with pytest.raises(ValueError, match=message):
        _core.Engine(weights=weights)


@pytest.mark.parametrize("weights", [[("quote:bias",)], [(1, 2)], [("quote:bias", "x")], ["ab"], 5])
def test_the_core_wants_pairs(weights):
    with pytest.raises(TypeError):
        _core.Engine(weights=weights)


@pytest.mark.parametrize("name", ["w.toml", "w.tsv"])
def test_files_of_weights(tmp_path, name):
    weights = {"quote:bias": 0.25, "quote:rule=unknown_verb": -1.5, "source:none": 0.0}
    write_weights(weights, tmp_path / name)
    assert read_weights(tmp_path / name) == weights
    assert Config().set_weights(tmp_path / name) == Config().set_weights(weights)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("w.csv", "", "use .toml or .tsv"),
        ("w.toml", "[weights", "this is not TOML"),
        ("w.toml", "bias = 1", r"a table \[weights\]"),
        ("w.toml", '[weights]\n"quote:bias" = "much"', "not a number"),
        ("w.tsv", "name\tvalue\n", "the first line should be"),
        ("w.tsv", "feature\tweight\nquote:bias\n", "not a number"),
        ("w.tsv", "", "the first line should be"),
        ("w.tsv", "feature\tweight\nmood\t1\n", "w.tsv: There is no feature 'mood'"),
        ("w.toml", '[weights]\n"quote:bias" = inf', "w.toml: The weight of 'quote:bias' is inf"),
    ],
)
def test_files_that_hold_no_weights(tmp_path, name, content, message):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Config().set_weights(tmp_path / name)


# ------------------------------------------------------------------------------------------------------- train

PEOPLE = ["Ann Lee", "Bo Kim", "Cy Dow", "Di Fox", "Ed Gun", "Flo Hay", "Gus Ivy", "Hal Jay"]


def gold_of(n=24):
    """Articles whose annotators count quotations and "that", and no wishes; every source is beside its verb."""
    documents = []
    for k in range(n):
        one, two = PEOPLE[k % 8], PEOPLE[(k + 3) % 8]
        said, told = f"“The well of farm {k} is dry,”", f"that farm {k} had no water"
        text = f"{said} {one} said. {two} denied {told}. {one} asked to see the pump of farm {k}."
        quotes = []
        for words, who in ((said, one), (told, two)):
            start, name = text.index(words), text.index(f"{who} said" if who == one else f"{who} denied")
            source = {"start": name, "end": name + len(who), "text": who}
            quotes.append({"type": "direct", "spans": [[start, start + len(words)]], "source": source})
        documents.append({"doc_id": str(k), "text": text, "quotes": quotes})
    return documents


def write_gold(path, documents):
    path.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents), encoding="utf-8")
    return path


def test_training_fits_what_is_sure_to_what_is_right(tmp_path):
    done = ql.train(gold_of(), output=tmp_path / "w.toml")
    assert done.n_documents == 24 and done.n_quotes == 72 and done.precision == pytest.approx(2 / 3)
    assert done.after["quote"].error < done.before["quote"].error
    assert done.after["quote"].brier < done.before["quote"].brier
    assert len(done.after["source"].right) == 48 and done.after["source"].share_right == 1
    config = Config.load(tmp_path / "w.toml")
    assert config == done.config and config.weights() == done.weights
    rows = ql.annotate(gold_of(1)[0]["text"], config=config).quotes(acts="all")
    by_cue = {row["cue"]: row["confidence"] for row in rows}
    assert by_cue["said"] > 0.8 and by_cue["denied"] > 0.8 and by_cue["asked"] < 0.3
    assert "72 quotes found, 66.7 % of them right" in done.to_text()
    assert repr(done) == "<Training: 72 quotes of 24 documents, 66.7 % right>"


def test_training_twice_gives_the_same(tmp_path):
    gold = write_gold(tmp_path / "gold.jsonl", gold_of())
    assert ql.train(gold).weights == ql.train(gold_of()).weights


def test_few_annotations_change_nothing():
    few = gold_of(2)
    assert 3 * len(few) < FEWEST
    done = ql.train(few)
    assert done.weights == pytest.approx(Config().weights(), abs=1e-4) and not done.after["quote"].right
    assert "too few to learn from" in done.to_text()


def test_training_keeps_what_the_config_changes(tmp_path):
    config = Config().drop_cues("ask").add_cues({"glorp": "manner"}).set_weights({"quote:bias": 0.25})
    done = ql.train(gold_of(), config=config, output=tmp_path / "w.toml")
    assert done.n_quotes == 48 and done.precision == 1
    assert Config.load(tmp_path / "w.toml") == done.config == config.set_weights(done.weights)
    assert ql.train(gold_of(2), config=config).weights["quote:bias"] == 0.25


def test_what_was_not_annotated_teaches_nothing():
    direct = ql.train(gold_of(), kinds="direct")
    assert direct.n_quotes == 24 and direct.precision == 1
    assert ql.train(gold_of(), acts=["speech"], kinds=["direct", "indirect"]).n_quotes == 72


def test_optional_annotations_count_neither_way():
    documents = gold_of()
    for document in documents:
        start = document["text"].index("to see the pump")
        extra = {"type": "indirect", "spans": [[start, len(document["text"]) - 1]], "source": None, "optional": True}
        document["quotes"].append(extra)
    done = ql.train(documents)
    assert done.n_quotes == 48 and done.precision == 1


def test_annotations_come_back_as_gold(tmp_path):
    """What `annotate` writes, with its text, is gold that all of it is right by."""
    records = [{"doc_id": str(k), "text": document["text"]} for k, document in enumerate(gold_of())]
    write_gold(tmp_path / "in.jsonl", records)
    assert main(["annotate", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl")]) == 0
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) | record for line, record in zip(lines, records, strict=True)]
    assert ql.train(gold).precision == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "gold.jsonl:1: this is not JSON"),
        ("[]", 'gold.jsonl:1: an object with the keys "text" and "quotes"'),
        ('{"text": "a"}', '"quotes" should be a list'),
        ('{"text": "a", "quotes": [{"spans": [[0, 2]]}]}', r"quotes\[0\] has a span"),
        ('{"text": "a", "quotes": [{"start": 0}]}', r"quotes\[0\] has a span"),
        ('{"text": "a", "quotes": [{"spans": [[0, 1]], "source": "Ann"}]}', r"quotes\[0\] has a span"),
        ('{"text": "No words.", "quotes": []}', "There is nothing to learn from"),
        ("", "There is nothing to learn from"),
    ],
)
def test_gold_that_cannot_be_used(tmp_path, line, message):
    (tmp_path / "gold.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        ql.train(tmp_path / "gold.jsonl")


def test_train_on_the_command_line(tmp_path, capsys):
    gold = write_gold(tmp_path / "gold.jsonl", gold_of())
    assert len(list(read_gold(gold))) == 24
    assert main(["train", str(gold), "-o", str(tmp_path / "w.tsv")]) == 0
    shown = capsys.readouterr()
    assert "72 quotes found" in shown.out and "after, on documents left out" in shown.out
    assert "w.tsv" in shown.err and read_weights(tmp_path / "w.tsv")
    (tmp_path / "options.toml").write_text('drop_cues = ["ask"]', encoding="utf-8")
    out = ["-o", str(tmp_path / "w.toml")]
    assert main(["train", str(gold), "--config", str(tmp_path / "options.toml"), *out]) == 0
    assert "48 quotes found" in capsys.readouterr().out
    assert main(["info", "--json", "--config", str(tmp_path / "w.toml")]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == Config.load(tmp_path / "w.toml")._weights_hash
    assert main(["train", str(gold), "-o", str(tmp_path / "w.json")]) == 2
    assert "use .toml or .tsv" in capsys.readouterr().err
    assert main(["train", str(tmp_path / "nowhere.jsonl")]) == 2


def test_minimise_finds_the_least():
    def loss(x):
        return (x[0] - 3) ** 2 + 10 * (x[1] + x[0]) ** 2, [
            2 * (x[0] - 3) + 20 * (x[1] + x[0]),
            20 * (x[1] + x[0]),
        ]

    assert minimise(loss, [0.0, 0.0]) == pytest.approx([3, -3], abs=1e-3)


def test_fitting_needs_both_answers():
    """All right, or all wrong: the weights stay finite, and confidences stay chances."""
    from quotelens.quality.train import examples_of

    examples = examples_of(gold_of())
    for example in examples.quotes:
        example.right = False
    done = fit(examples, Config())
    assert all(abs(weight) < 50 for weight in done.weights.values())
    assert all(0 <= confidence <= 1 for confidence in done.after["quote"].confidences)


# -------------------------------------------------------------------------------------------------- calibration


def test_reliability_bins():
    bins = reliability([0.0, 0.05, 0.55, 1.0], [False, True, True, True])
    assert [(b.low, b.n, b.right) for b in bins] == [(0.0, 2, 0.5), (0.5, 1, 1.0), (0.9, 1, 1.0)]
    assert calibration_error([], []) == 0
    assert calibration_error([0.5, 0.5], [True, True]) == 0.5
    with pytest.raises(ValueError, match="2 confidences and 1 answers"):
        reliability([0.5, 0.5], [True])
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([1.5], [True])


@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="matplotlib throws, which the sanitizer stops")
def test_reliability_figure():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, given = pyplot.subplots()
    ax = ql.plots.reliability([0.15, 0.85, 0.85, 0.85], [False, True, True, False], label="ours", ax=given)
    assert ax is given
    assert ax.get_xlabel() == "confidence" and ax.get_ylabel() == "share that was right"
    assert ax.get_title().startswith("n = 4;")
    assert sorted(text.get_text() for text in ax.texts) == ["1", "3"]
    line = ax.lines[-1]
    assert list(line.get_xdata()) == pytest.approx([0.15, 0.85]) and list(line.get_ydata()) == pytest.approx(
        [0, 2 / 3]
    )
    pyplot.close(figure)
    ax = ql.plots.reliability(ql.sample().quotes()["confidence"], [True] * len(ql.sample().quotes()))
    assert ax.get_legend() is None
    pyplot.close(ax.figure)
