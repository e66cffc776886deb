"""Engine.analyse: what goes in, what comes out, and what it says to wrong arguments."""

import array

import pytest
from quotelens import _core

ENGINE = _core.Engine()


def analyse(text, *tables, **options):
    found = ENGINE.analyse([text], ["d"], tables, **options)
    return found[tables[0]] if len(tables) == 1 else found


def records(batch):
    return [dict(zip(batch.names, batch.row(i), strict=True)) for i in range(len(batch))]


TEXTS = {
    "ascii": 'The mayor said: "We will go." Nobody DID.',
    "curly": "“We’ll go,” said the mayor — at 7:20 p.m.\n\n“Maybe.”",
    "emoji": "😀 “Go 😀 on,” 👩‍👩‍👧 she said 🇫🇷. 😀",
    "nul": "One\x00two said “yes\x00”, he\x00 said.",
    "surrogates": "\ud800 “Lone \udc00 ones,” he said. \udcff\ud83d\ude00!",
    "accents": "Cafe\u0301 ﬃ Straße İstanbul \u00ad x",
    "white": " \t\r\n\u2028 ",
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_span_is_its_text(text):
    found = analyse(text, *_core.TABLES, quotes=True)
    shown = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    for name in ("tokens", "quotes", "mentions"):
        for row in records(found[name]):
            assert row["text"] == shown[row["start"] : row["end"]]
    for row in records(found["quotes"]):
        if row["cue"] is not None:
            assert row["cue"] == shown[row["cue_start"] : row["cue_end"]]
        if row["source"] is not None:
            assert row["source"] == shown[row["source_start"] : row["source_end"]]
    for name in ("zones", "sentences", "spans", "pieces", "marks"):
        for row in records(found[name]):
            assert 0 <= row["start"] <= row["end"] <= len(text)
    (document,) = records(found["documents"])
    assert document["n_chars"] == len(text)
    assert document["n_tokens"] == len(found["tokens"])
    assert document["n_quotes"] == len(found["quotes"])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_norm_is_the_folded_text(text):
    tokens = analyse(text, "tokens")
    assert tokens.column("norm") == [_core.fold(word) for word in tokens.column("text")]


def test_columns_of_every_table():
    found = analyse(TEXTS["curly"], *_core.TABLES)
    for name in _core.TABLES:
        assert found[name].names == _core.empty(name).names
        assert found[name].types == _core.empty(name).types
        assert found[name].names[0] == "doc_id"
    assert set(found["quotes"].types) == {"string", "int32", "bool", "float64"}


def test_what_is_not_known_yet():
    tokens = analyse(TEXTS["curly"], "tokens")
    for name in ("tag", "lemma", "relation"):
        assert set(tokens.column(name)) == {None}
    assert set(tokens.column("head")) == {-1}
    assert set(tokens.column("quote_id")) == {-1}


def test_quote_of_each_token():
    text = "She left. “We will go,” he said."
    tokens = records(analyse(text, "tokens", quotes=True))
    quoted = {row["text"] for row in tokens if row["quote_id"] == 0}
    assert {"We", "will", "go"} <= quoted
    assert not quoted & {"She", "left", "he", "said"}


def test_content_joins_the_spans():
    text = "“We will go,” she said, “and we will not come back.”"
    found = analyse(text, "quotes", "spans")
    for quote in records(found["quotes"]):
        spans = [row for row in records(found["spans"]) if row["quote_id"] == quote["quote_id"]]
        assert quote["content"] == " … ".join(text[row["start"] : row["end"]] for row in spans)
        assert quote["n_spans"] == len(spans)


def test_surrogates_are_counted_and_shown_as_replacement():
    found = analyse("a\udcff b", "documents", "tokens")
    assert found["documents"].column("n_malformed") == [1]
    assert "\udcff" not in "".join(found["tokens"].column("text"))


def test_doc_ids_are_kept():
    ids = ["", "é", "😀", "a" * 1000, "x\x00y"]
    batch = ENGINE.analyse(["One word."] * 5, ids, ["documents", "tokens"])
    assert batch["documents"].column("doc_id") == ids
    assert batch["tokens"].column("doc_id") == [i for i in ids for _ in range(3)]


def test_no_documents():
    found = ENGINE.analyse([], [], _core.TABLES)
    assert all(len(batch) == 0 for batch in found.values())
    assert ENGINE.analyse(["a"], ["a"], []) == {}


def test_texts_from_any_iterable():
    expected = ENGINE.analyse(["One.", "Two."], ["a", "b"], ["tokens"])["tokens"].column("text")
    given = ENGINE.analyse((t for t in ("One.", "Two.")), ("a", "b"), {"tokens"})["tokens"]
    assert given.column("text") == expected


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("abc", ["a"], ["tokens"]), TypeError, "texts is a str, not a list of texts; put it in a list"),
        ((["abc"], "a", ["tokens"]), TypeError, "ids is a str, not a list of doc_ids"),
        ((["abc"], ["a"], "tokens"), TypeError, "tables is a str, not a list of names of tables"),
        ((b"abc", ["a"], ["tokens"]), TypeError, "texts is of type bytes, not a list of texts"),
        ((5, ["a"], ["tokens"]), TypeError, "texts is of type int, not a list of texts"),
        (
            (["abc", b"d"], ["a", "b"], ["tokens"]),
            TypeError,
            r"texts\[1\] is of type bytes, not str; decode",
        ),
        ((["abc", None], ["a", "b"], ["tokens"]), TypeError, r"texts\[1\] is of type NoneType, not str"),
        ((["abc"], [7], ["tokens"]), TypeError, r"ids\[0\] is of type int, not str"),
        ((["abc"], ["a", "b"], ["tokens"]), ValueError, "1 texts and 2 ids: there has to be one for each text"),
        ((["abc"], ["a"], ["words"]), ValueError, "there is no table 'words'; there are: documents, zones"),
        ((["abc"], ["a"], ["tokens\x00"]), ValueError, "there is no table"),
        ((["abc"], ["a"], [1]), TypeError, "the name of a table is a str, not int"),
        ((["abc"], ["a"]), TypeError, "analyse"),
    ],
)
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        ENGINE.analyse(*arguments)


GLORP = ("glorp", "manner", "speech", "final quote", None, False, False)


def glorp(**changed):
    names = ("lemma", "tone", "act", "frames", "forms", "is_noun", "is_hedge")
    return tuple((dict(zip(names, GLORP, strict=True)) | changed).values())


@pytest.mark.parametrize(
    ("cues", "error", "message"),
    [
        ("quip", TypeError, "cues is a str, not a list of"),
        (["quip"], TypeError, r"cues\[0\] is of type str, not a tuple"),
        ([GLORP, ("quip", "manner")], TypeError, "a cue is \\(lemma, tone, act"),
        ([glorp(tone=1)], TypeError, "a cue is"),
        ([glorp(forms=7)], TypeError, "a cue is"),
        ([glorp(lemma="qu\x00ip")], ValueError, "null character"),
        ([glorp(tone="\ud800")], UnicodeEncodeError, "surrogates"),
        ([glorp(lemma="")], ValueError, "a cue needs a lemma of 1 to 48 bytes; given: none"),
        ([glorp(lemma="q" * 49)], ValueError, "given: qqq"),
        ([glorp(tone="")], ValueError, "the cue glorp needs a tone"),
        ([glorp(act="none")], ValueError, "the cue glorp has an unknown act: none"),
        ([glorp(frames="quote clauses")], ValueError, "needs known frames; given: quote clauses"),
        ([glorp(forms="glarp")], ValueError, "have to be past tense and participle; given: glarp"),
        ([GLORP] * 40000, ValueError, "40000 cues; there is room for"),
    ],
)
def test_wrong_cues(cues, error, message):
    with pytest.raises(error, match=message):
        _core.Engine(cues=cues)


@pytest.mark.parametrize("dropped", ["say", 7, [7], [None]])
def test_wrong_lemmas_to_drop(dropped):
    with pytest.raises(TypeError, match="drop"):
        _core.Engine(drop=dropped)
    with pytest.raises(ValueError, match="null character"):
        _core.Engine(drop=["s\0y"])


def test_built_in_cues_come_in_order():
    rows = _core.cues()
    keys = [(lemma, is_noun) for lemma, *_, is_noun, _, _ in rows]
    assert len(set(keys)) == len(rows) > 200 and [lemma for lemma, _ in keys] == sorted(lemma for lemma, _ in keys)
    assert ("say", "neutral", "speech") in {row[:3] for row in rows}
    for _, tone, act, frames, forms, *flags, why in rows:
        assert tone and why and act in _core.ACTS and set(frames.split()) <= set(_core.FRAMES)
        assert forms is None or forms.split()
        assert all(isinstance(flag, bool) for flag in flags)
    _core.Engine(cues=[row[:-1] for row in rows], drop=[row[0] for row in rows])


def test_options_are_keywords():
    with pytest.raises(TypeError):
        _core.Engine([GLORP])
    with pytest.raises(TypeError):
        ENGINE.analyse(["a"], ["a"], ["tokens"], False)


def test_a_cue_of_the_user():
    text = "“We will go,” Ann Lee glorped."
    engine = _core.Engine(cues=[GLORP])
    (quote,) = records(engine.analyse([text], ["a"], ["quotes"])["quotes"])
    assert (quote["cue"], quote["cue_lemma"], quote["cue_class"]) == ("glorped", "glorp", "manner")


def test_boundaries_are_of_code_points():
    text = "😀 It’s. \ud800 So"
    for positions in (_core.word_boundaries(text), _core.sentence_boundaries(text, tailored=False)):
        assert positions[0] == 0
        assert positions[-1] == len(text)
        assert positions == sorted(set(positions))
    assert _core.word_boundaries("") == _core.sentence_boundaries("", tailored=True) == []
    assert _core.word_boundaries("It’s so") == [0, 4, 5, 7]


def test_fold():
    assert _core.fold("It’S") == "it's"
    assert _core.fold("") == ""
    assert _core.fold("\ufdfa" * 50) == _core.fold("\ufdfa") * 50
    assert _core.fold("\udc00") == "\ufffd"


@pytest.mark.parametrize("function", [_core.fold, _core.word_boundaries])
@pytest.mark.parametrize("value", [None, 1, b"abc", array.array("b")])
def test_text_has_to_be_a_str(function, value):
    with pytest.raises(TypeError, match="text is of type"):
        function(value)


def test_rules_alone_leave_the_reader_out():
    """`tests/bench/layers.py` measures with them."""
    text = "Ann Lee, the mayor of Saltby, vented that the bridge would stay closed."
    found = {alone: _core.Engine(rules_alone=alone).analyse([text], ["d"], ["prospects"]) for alone in (False, True)}
    assert len(found[False]["prospects"]) > 0
    assert len(found[True]["prospects"]) == 0
