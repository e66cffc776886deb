"""Config: cues that a user adds, changes and drops; files of them; what it says to mistakes."""

import os
import pickle
import re
import subprocess
import sys

import pytest
import quotelens as ql
from quotelens import Config, _core
from quotelens.analysis.engine import engine_for

KEYS = [row[:2] for row in zip(*(Config().cues()[name] for name in ("lemma", "kind")), strict=True)]


def found(text, config=None):
    """(source, cue lemma, class, act, text) of each quote."""
    rows = ql.annotate(text, config=config).quotes(acts="all")
    return [tuple(row[name] for name in ("source", "cue_lemma", "cue_class", "act", "text")) for row in rows]


def cue(config, lemma, kind="verb"):
    (row,) = config.cues().filter(lemma=lemma, kind=kind)
    return row


# ------------------------------------------------------------------------------------------------------- adding


def test_a_verb_is_added():
    text = "“Yes,” quipped Ann Lee."
    config = Config().add_cues({"quip": "sneer"})
    assert found(text, config) == [("Ann Lee", "quip", "sneer", "speech", "“Yes,”")]
    assert found(text)[0][2] == "manner"
    assert cue(config, "quip") == cue(Config(), "quip") | {"tone": "sneer"}


def test_a_verb_the_lexicon_does_not_know():
    text = "Ann Lee glorped that it would rain."
    config = Config().add_cues({"Glorp": "manner"})
    assert found(text) == []
    assert found(text, config) == [("Ann Lee", "glorp", "manner", "speech", "that it would rain")]
    assert cue(config, "glorp") == {
        **{"lemma": "glorp", "kind": "verb", "act": "speech", "tone": "manner", "frames": "clause final quote that"},
        **{"forms": None, "hedge": False, "why": None},
    }


def test_a_noun_is_added():
    text = "The mayor made the glorp that the bridge would close."
    config = Config().add_cues([{"lemma": "glorp", "kind": "noun", "act": "thought"}])
    assert "glorp" not in [row[1] for row in found(text)]
    assert found(text, config) == [("The mayor", "glorp", "neutral", "thought", "that the bridge would close")]
    assert cue(config, "glorp", "noun")["frames"] == "that"


def test_frames():
    text = "Ann Lee glorped the plan."
    assert found(text, Config().add_cues({"glorp": "stance"})) == []
    config = Config().add_cues([{"lemma": "glorp", "frames": "quote object"}])
    assert [row[1:] for row in found(text, config)] == [("glorp", "neutral", "speech", "the plan")]
    assert cue(config, "glorp")["frames"] == "object quote"
    assert config == Config().add_cues([{"lemma": "glorp", "frames": ["object", "quote", "object"]}])


def test_acts():
    text = "Ann Lee glorped that it would rain."
    config = Config().add_cues([{"lemma": "glorp", "act": "thought"}])
    assert [row[3] for row in found(text, config)] == ["thought"]
    assert len(ql.Corpus([text], config=config).quotes()) == 0
    assert ql.Corpus([text], config=config).quotes(acts="thought")["act"] == ["thought"]


def test_hedges():
    text = "Ann Lee glorped that it would rain."
    hedged = [Config().add_cues([{"lemma": "glorp", "hedge": hedge}]) for hedge in ("hedge", "TRUE", True)]
    assert len(set(hedged)) == 1 and ql.annotate(text, config=hedged[0]).quotes()["hedged"] == [True]
    plain = [Config().add_cues([{"lemma": "glorp", "hedge": hedge}]) for hedge in ("-", "false", False, None)]
    assert len(set(plain)) == 1 and ql.annotate(text, config=plain[0]).quotes()["hedged"] == [False]


@pytest.mark.parametrize(
    ("lemma", "forms", "form"),
    [
        ("yap", None, "yapped"),
        ("glorp", "glarp glurp", "glarp"),
        ("backlog", "backlogged backlogged", "backlogged"),
    ],
)
def test_forms(lemma, forms, form):
    config = Config().add_cues([{"lemma": lemma, "forms": forms}])
    assert found(f"“It will rain,” she {form}.", config)[0][:2] == ("she", lemma)


def test_a_built_in_cue_keeps_what_is_not_given():
    config = Config().add_cues({"say": "stance"}).add_cues([{"lemma": "say", "frames": "that"}])
    assert cue(config, "say") == cue(Config(), "say") | {"tone": "stance", "frames": "that"}
    assert [row[1:3] for row in found("Ann Lee said that it would rain.", config)] == [("say", "stance")]
    assert found("Ann Lee said it would rain.", config) == []
    assert cue(config, "say")["forms"] == "said said" and cue(Config(), "say")["tone"] == "neutral"


def test_every_cue_can_be_said_again():
    again = Config().add_cues(Config().cues())
    assert list(again.cues()) == list(Config().cues())
    corpus, same = ql.sample(), ql.Corpus([doc.text for doc in ql.sample()], config=again)
    for name in ("source", "cue", "cue_lemma", "cue_class", "act", "text"):
        assert corpus.quotes(acts="all", zones="all")[name] == same.quotes(acts="all", zones="all")[name]


def test_adding_nothing_changes_nothing():
    assert (
        Config().add_cues({}) == Config().add_cues([]) == Config().drop_cues() == Config().drop_cues([]) == Config()
    )


# ------------------------------------------------------------------------------------------------------ dropping


def test_a_cue_is_dropped():
    config = Config().drop_cues("say")
    assert found("Ann Lee said that it would rain.", config) == []
    assert len(found("Ann Lee told us that it would rain.", config)) == 1
    # Beside a quotation any verb reports; the cue is none of the lexicon's.
    assert found("“It will rain,” Ann Lee said.", config) == [("Ann Lee", None, None, "speech", "“It will rain,”")]
    assert ("say", "verb") not in [(row["lemma"], row["kind"]) for row in config.cues()]


def test_verb_and_noun_go_together():
    config = Config().drop_cues(["claim", "Hope"])
    assert len(config.cues().filter(lemma=["claim", "hope"])) == 0
    assert len(Config().cues().filter(lemma=["claim", "hope"])) == 4
    assert [row[1:3] for row in found("Ann Lee's claim that it would rain was false.")] == [("claim", "stance")]
    assert found("Ann Lee's claim that it would rain was false.", config) == []
    again = config.add_cues({"claim": "stance"})
    assert [row["kind"] for row in again.cues().filter(lemma="claim")] == ["verb"]
    assert found("Ann Lee claimed that it would rain.", again) != []
    assert found("Ann Lee's claim that it would rain was false.", again) == []


def test_the_noun_beside_a_verb_that_is_dropped_stays():
    text = "Ann Lee's finding that it would rain was wrong."
    assert [row[1] for row in found(text)] == ["find"]
    assert [row[1] for row in found(text, Config().drop_cues("find"))] == ["finding"]


def test_a_cue_of_ones_own_is_dropped():
    config = Config().add_cues({"glorp": "manner", "say": "stance"})
    assert config.drop_cues("glorp") == Config().add_cues({"say": "stance"})
    assert config.drop_cues("glorp", "say") == Config().drop_cues("say")
    assert Config().drop_cues("say").add_cues({"say": "neutral"}) == Config().add_cues({"say": "neutral"})


def test_all_cues_can_be_dropped():
    config = Config().drop_cues(Config().cues()["lemma"])
    assert len(config.cues()) == 0 and config.cues().columns == Config().cues().columns
    assert found("Ann Lee said that it would rain.", config) == []


# ----------------------------------------------------------------------------------------------------- the value


def test_a_config_is_a_value():
    config = Config().add_cues({"quip": "sneer", "glorp": "manner"}).drop_cues("hope", "believe")
    other = Config().drop_cues("believe").add_cues({"glorp": "manner"}).drop_cues("hope").add_cues({"quip": "sneer"})
    config = config.set_weights({"quote:bias": 1, "source:none": 0.5})
    other = other.set_weights({"source:none": 2}).set_weights({"source:none": 0.5, "quote:bias": 1.0})
    assert config == other and hash(config) == hash(other) and config != Config()
    assert pickle.loads(pickle.dumps(config)) == config
    assert eval(repr(config), {"Config": Config}) == config
    assert repr(Config()) == "Config()"
    with pytest.raises(AttributeError):
        config._cues = ()


def test_one_engine_for_equal_configs():
    config = Config().add_cues({"glorp": "manner"})
    assert engine_for(config) is engine_for(Config().add_cues({"glorp": "manner"}))
    assert engine_for(None) is engine_for(Config())
    assert pickle.loads(pickle.dumps(engine_for(config))) is engine_for(config)


def test_the_hash_of_the_lexicon():
    hashes = [
        config._lexicon_hash
        for config in (
            Config(),
            Config().drop_cues("say"),
            Config().drop_cues("tell"),
            Config().add_cues({"say": "x"}),
        )
    ]
    assert len(set(hashes)) == 4 and hashes[0] == ql.info()["lexicon"]
    code = "import quotelens; print(quotelens.Config().drop_cues('say')._lexicon_hash)"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == hashes[1]


def test_it_goes_wherever_texts_are_analysed(tmp_path):
    config = Config().add_cues({"glorp": "manner"})
    text = "Ann Lee glorped that it would rain."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    corpus = ql.Corpus([text], config=config)
    assert corpus[0].quotes()["cue_lemma"] == corpus.quotes()["cue_lemma"] == ["glorp"]
    assert ql.read(tmp_path, config=config).quotes()["cue_lemma"] == ["glorp"]
    assert ql.read(tmp_path, config=config, lazy=True)[0].quotes()["cue_lemma"] == ["glorp"]
    assert corpus.kwic("rain", within="quotes")["source"] == ["Ann Lee"]
    pytest.importorskip("pyarrow")
    for stream in (
        ql.read(tmp_path, config=config, lazy=True).stream(),
        corpus.stream(),
        ql.read(tmp_path, config=config, lazy=True).stream(),
    ):
        assert [lemma for batch in stream for lemma in batch.column("cue_lemma").to_pylist()] == ["glorp"]


def test_a_run_is_not_resumed_with_another_config(tmp_path):
    (tmp_path / "a.txt").write_text("Ann Lee said so.", encoding="utf-8")
    prints = {
        ql.read(tmp_path, config=config, lazy=True).stream()._fingerprint()
        for config in (None, Config(), Config().drop_cues("say"))
    }
    assert len(prints) == 2


@pytest.mark.parametrize("config", [{"quip": "manner"}, "options.toml", 7, Config])
def test_a_config_is_wanted(config):
    for use in (ql.annotate, lambda text, config: ql.Corpus([text], config=config)):
        with pytest.raises(TypeError, match=r"config is of type .*: give a Config"):
            use("text", config=config)


# ------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ({"": "manner"}, ValueError, "The lemma '' is not one word"),
        ({"hit back": "manner"}, ValueError, "The lemma 'hit back' is not one word: a cue is a word such as 'quip'"),
        ({"it's": "manner"}, ValueError, "is not one word"),
        ({"qu\0ip": "manner"}, ValueError, "is not one word"),
        ({"\ud800": "manner"}, ValueError, "is not one word"),
        ({"?": "manner"}, ValueError, "is not one word"),
        ({"q" * 49: "manner"}, ValueError, "a cue needs a lemma of 1 to 48 bytes; given: qqq"),
        ({"quip": ""}, ValueError, "The tone of the cue 'quip' is '': give a name such as 'neutral'"),
        ({"quip": "a\nb"}, ValueError, r"The tone of the cue 'quip' is 'a\\nb'"),
        ({"quip": 7}, TypeError, "The tone of the cue 'quip' is of type int"),
        ({7: "manner"}, TypeError, "The lemma 7 of a cue is of type int, not str"),
        ([{}], ValueError, r"rows\[0\]: A cue needs a lemma. Give {"),
        (
            [{"lemma": "say"}, {"lemma": "quip", "act": "speach"}],
            ValueError,
            r"rows\[1\]: .* 'speach' .*mean 'speech'",
        ),
        ([{"lemma": "quip", "act": "none"}], ValueError, "'none' of the cue 'quip' is not one of: speech, evidence"),
        (
            [{"lemma": "quip", "kind": "adverb"}],
            ValueError,
            "The kind 'adverb' of the cue 'quip' is not one of: verb, noun",
        ),
        ([{"lemma": "quip", "frames": "quote clauses"}], ValueError, "frame 'clauses' .* Did you mean 'clause'"),
        (
            [{"lemma": "quip", "frames": []}],
            ValueError,
            "The cue 'quip' has no frames: leave them out, or name some of",
        ),
        ([{"lemma": "quip", "frames": 7}], TypeError, "The frames of the cue 'quip' are 7"),
        ([{"lemma": "quip", "frames": [7]}], TypeError, "The frames of the cue 'quip' are"),
        ([{"lemma": "quip", "forms": "quipt"}], ValueError, "have to be past tense and participle; given: quipt"),
        (
            [{"lemma": "quip", "hedge": "maybe"}],
            ValueError,
            "The hedge of the cue 'quip' is 'maybe': give True or False",
        ),
        ([{"lemma": "quip", "hedge": []}], ValueError, "The hedge of the cue 'quip' is"),
        ([{"lemma": "quip", "why": "\udc00"}], ValueError, "a lone surrogate"),
        (
            [{"lemma": "quip", "colour": "manner"}],
            ValueError,
            "The column 'colour' of a cue is not one of: lemma, kind",
        ),
        (["quip"], TypeError, r"rows\[0\]: a cue is a dict, not 'quip'"),
        ("quip", ValueError, "Cannot tell from 'quip' how to read it: use .tsv or .csv"),
        (7, TypeError, "Cues cannot be made of a int"),
        (b"quip", TypeError, "Cues cannot be made of a bytes"),
    ],
)
def test_cues_that_are_refused(rows, error, message):
    with pytest.raises(error, match=message):
        Config().add_cues(rows)


@pytest.mark.parametrize(
    ("lemmas", "error", "message"),
    [
        (("said",), ValueError, "There is no cue with the lemma 'said' to drop. Did you mean 'say'?"),
        (("believ",), ValueError, "Did you mean 'believe'"),
        (("xylophone",), ValueError, r"Config\(\).cues\(\) lists them all"),
        (("say", ["tell", 7]), TypeError, "7 is of type int: drop_cues takes lemmas"),
        ((7,), TypeError, "7 is of type int"),
    ],
)
def test_lemmas_that_are_refused(lemmas, error, message):
    with pytest.raises(error, match=message):
        Config().drop_cues(*lemmas)


# ---------------------------------------------------------------------------------------------------------- files


def test_dataframes():
    columns = {"lemma": ["glorp", "say"], "tone": ["manner", None], "hedge": [True, None]}
    config = Config().add_cues([{"lemma": "glorp", "tone": "manner", "hedge": True}, {"lemma": "say"}])
    assert Config().add_cues(pytest.importorskip("pandas").DataFrame(columns)) == config
    assert Config().add_cues(pytest.importorskip("polars").DataFrame(columns)) == config


def test_a_table_in_the_form_of_the_lexicon(root, tmp_path):
    lexicon = (root / "ext" / "data" / "lexicon" / "cues.tsv").read_text(encoding="utf-8")
    (tmp_path / "cues.tsv").write_text(
        lexicon.replace("class", "tone", 1), encoding="utf-8"
    )  # as its column is called here
    assert Config().add_cues(tmp_path / "cues.tsv") == Config().add_cues(Config().cues())


def test_a_table_with_few_columns(tmp_path):
    path = tmp_path / "cues.csv"
    path.write_text('\ufefflemma,tone,frames,why\nglorp,manner,"that, quote",\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"cues.csv:2: The frame 'that,' of the cue 'glorp'"):
        Config().add_cues(path)
    path.write_text(
        '\ufefflemma,tone,frames,why\nglorp,manner,that quote,"a ""note"", mine"\nsay,,,\n', encoding="utf-8"
    )
    config = Config().add_cues(str(path))
    assert cue(config, "glorp")["why"] == 'a "note", mine' and cue(config, "say") == cue(Config(), "say")


def test_what_cues_writes_is_read(tmp_path):
    config = Config().add_cues([{"lemma": "glorp", "hedge": True}]).drop_cues("say")
    config.cues().write(tmp_path / "cues.csv")
    assert list(Config().drop_cues("say").add_cues(tmp_path / "cues.csv").cues()) == list(config.cues())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.tsv", b"lemma\ttone\nquip\n", "c.tsv:2: The first line has 2 cells"),
        ("c.tsv", b"lemma\ttone\nquip\tmanner\tmore\n", "c.tsv:2: The first line has 2 cells"),
        ("c.tsv", b"lemma\tacts\nquip\tmanner\n", "c.tsv:2: The column 'acts'"),
        ("c.csv", b"lemma\nqu\xffip\n", "c.csv:1: .*utf-8"),
        ("c.csv", b'lemma\n"quip\n', "c.csv:.*end of data"),
        ("c.csv", b"tone\nmanner\n", "c.csv:2: A cue needs a lemma"),
        ("c.csv", b"", None),
        ("c.csv", b"lemma\n", None),
    ],
)
def test_tables_that_are_refused(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    if message is None:
        assert Config().add_cues(tmp_path / name) == Config()
        return
    with pytest.raises(ValueError, match=message):
        Config().add_cues(tmp_path / name)


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        Config().add_cues(tmp_path / "cues.tsv")


def test_a_config_is_saved(tmp_path):
    path = tmp_path / "options.toml"
    config = Config().add_cues({"glorp": "manner"}).add_cues([{"lemma": "say", "why": 'a "\\note"\n\x7f'}])
    weighed = config.drop_cues("hope").set_weights({"quote:rule=unknown_verb": -1e-7, "quote:bias": 3})
    for each in (
        config,
        config.drop_cues("hope", "say"),
        weighed,
        Config().set_weights({"source:none": 1}),
        Config(),
    ):
        each.save(path)
        assert Config.load(path) == Config.load(str(path)) == each
    assert [file.name for file in tmp_path.iterdir()] == ["options.toml"]
    with pytest.raises(FileNotFoundError):
        config.save(tmp_path / "nowhere" / "options.toml")


def test_a_file_by_hand(tmp_path):
    path = tmp_path / "options.toml"
    path.write_text('drop_cues = "hope" # a comment\n[cues]\nglorp = "manner"\n', encoding="utf-8")
    assert Config.load(path) == Config().drop_cues("hope").add_cues({"glorp": "manner"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"cues = [", "options.toml: "),
        (b"\xff", "options.toml: "),
        (
            b"drop_cue = []",
            "The option 'drop_cue' is not one of: all_languages, cues, drop_cues, weights, sources, "
            "speaker_confidence, reader. Did you mean",
        ),
        (b"drop_cues = ['said']", "options.toml: There is no cue with the lemma 'said'"),
        (b"drop_cues = 7", "options.toml: 7 is of type int"),
        (b"cues = 'cues.tsv'", r"options.toml: The option 'cues' is 'cues.tsv', not a table"),
        (b"cues = 7", "options.toml: Cues cannot be made of a int"),
        (b"[cues]\nquip = 7", "options.toml: The tone of the cue 'quip' is of type int"),
        (b"weights = 'weights.tsv'", r"options.toml: The option 'weights' is 'weights.tsv', not a table \[weights\]"),
        (b"[weights]\nbias = 1", "options.toml: There is no feature 'bias' to weigh"),
        (b"[weights]\n'quote:bias' = '1'", "options.toml: The weight of 'quote:bias' is '1', not a number"),
        (b"sources = 7", "options.toml: Sources cannot be made of a int"),
        (b"[[sources]]\naliases = ['H']", r"options.toml: rows\[0\]: A source needs a name"),
        (b"[[cues]]\ntone = 'manner'", r"options.toml: rows\[0\]: A cue needs a lemma"),
    ],
)
def test_files_that_are_refused(tmp_path, content, message):
    (tmp_path / "options.toml").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        Config.load(tmp_path / "options.toml")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        Config.load(tmp_path / "options.toml")


# ------------------------------------------------------------------------------------------------------ what is said


def test_names_in_the_docstring_are_the_cores():
    said = re.findall(r"\w+", Config.add_cues.__doc__)
    assert set(_core.ACTS) <= set(said)
    assert not [name for name in _core.FRAMES if name not in said and name.removeprefix("object") not in said]


def test_the_columns_are_the_lexicons(root):
    first = (root / "ext" / "data" / "lexicon" / "cues.tsv").read_text(encoding="utf-8").splitlines()[0]
    assert Config().cues().columns == first.replace("class", "tone").split("\t")
    assert sorted(KEYS) == KEYS and None not in Config().cues()["why"]
