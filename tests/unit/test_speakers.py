"""How sure a speaker is, who is withheld, and how a speaker was found."""

import json

import pytest
import quotelens as ql
from quotelens import Config, _core
from quotelens.analysis.explain import FOUND_BY
from quotelens.command.cli import main

TEXT = (
    "Mayor Ada Holm met Omar Diaz of the Gazette. “The bridge is safe,” Holm said. "
    "She said it would open in May. The mayor said it was old. Officials said it was closed."
)
ALL = Config().set_speaker_confidence(0)
NONE = Config().set_speaker_confidence(1)


def confidences(config):
    return ql.annotate(TEXT, config=config).quotes()["speaker_confidence"]


def test_every_speaker_with_a_name_has_a_chance():
    for row in ql.annotate(TEXT, config=ALL).quotes():
        assert (row["speaker"] is None) == (row["speaker_confidence"] is None)
        assert row["speaker"] is None or 0 <= row["speaker_confidence"] <= 1
    assert confidences(ALL)[-1] is None


def test_a_speaker_who_is_not_sure_enough_is_not_given():
    given = ql.annotate(TEXT, config=ALL)
    middle = sorted(chance for chance in confidences(ALL) if chance is not None)[1]
    some = ql.annotate(TEXT, config=Config().set_speaker_confidence(middle))
    assert confidences(Config().set_speaker_confidence(middle)) == confidences(ALL) == confidences(NONE)
    kept = [name if chance and chance >= middle else None for name, chance in _speakers(given)]
    assert some.quotes()["speaker"] == kept and any(kept)
    entities = [entity if name else -1 for entity, name in zip(given.quotes()["entity_id"], kept, strict=True)]
    assert some.quotes()["entity_id"][:-1] == entities[:-1]
    assert some.quotes()["source"] == given.quotes()["source"]


def _speakers(doc):
    return zip(doc.quotes()["speaker"], doc.quotes()["speaker_confidence"], strict=True)


def test_nothing_counts_a_withheld_speaker():
    for config, wanted in ((ALL, ["Ada Holm"]), (NONE, [])):
        corpus = ql.Corpus([TEXT], config=config)
        people = corpus.sources().filter(kind="person")
        assert people["name"] == wanted
        assert ("Ada Holm" in corpus.share("source")["source"]) == bool(wanted)
    assert "Ada Holm" not in ql.annotate(TEXT, config=NONE).chains()["name"]


def test_an_explanation_tells_how_a_speaker_was_found():
    doc = ql.annotate(TEXT, config=ALL)
    ways = {}
    for row in doc.quotes():
        told = doc.explain(row["quote_id"])
        if row["speaker"] is None:
            assert told.speaker is None
            continue
        assert (told.speaker.name, told.speaker.chance) == (row["speaker"], row["speaker_confidence"])
        assert told.speaker.given and told.speaker.entity_id == row["entity_id"] and told.speaker.reasons
        assert told.speaker.found_by_in_words == FOUND_BY[told.speaker.found_by] in repr(told)
        for choice in told.choices:
            assert sum(named.chance for named in choice.candidates) == pytest.approx(1, abs=1e-4)
            assert [named.chosen for named in choice.candidates].count(True) == 1
            assert all(doc.text[n.start : n.end] == n.text for n in choice.candidates if n.text)
        ways[row["source"]] = told.speaker.found_by, [choice.decision for choice in told.choices]
    assert ways == {
        "Holm": ("name", ["name"]),
        "She": ("referent", ["referent"]),
        "The mayor": ("referent", ["name", "referent"]),
    }


def test_an_explanation_tells_who_was_withheld():
    doc = ql.annotate(TEXT, config=NONE)
    told = doc.explain(doc.quotes()[0]["quote_id"])
    assert told.speaker.name == "Ada Holm" and not told.speaker.given and told.quote["speaker"] is None
    assert "\nwithheld " in repr(told) and "less sure than asked for" in repr(told)
    assert "\nspeaker " in repr(ql.annotate(TEXT, config=ALL).explain(told.quote["quote_id"]))


def test_a_config_keeps_and_saves_it(tmp_path):
    config = Config().set_speaker_confidence(0.25)
    config.save(tmp_path / "own.toml")
    assert Config.load(tmp_path / "own.toml") == config != Config()
    assert repr(config) == "Config().set_speaker_confidence(0.25)"
    assert Config.from_toml("speaker_confidence = 0") == Config().set_speaker_confidence(0)


@pytest.mark.parametrize("wrong", [-0.1, 1.5, float("nan")])
def test_it_is_a_chance(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Config().set_speaker_confidence(wrong)


@pytest.mark.parametrize("wrong", ["0.5", None, True])
def test_it_is_a_number(wrong):
    with pytest.raises(TypeError, match="not a number"):
        Config().set_speaker_confidence(wrong)
    with pytest.raises(ValueError, match="not a number"):
        Config.from_toml('speaker_confidence = "0.5"')


def test_the_command_line(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for least, wanted in (("0", "Ada Holm"), ("1", None)):
        assert main(["annotate", str(tmp_path / "a.txt"), "-o", "-", "--speaker-confidence", least]) == 0
        quote = json.loads(capsys.readouterr().out)["quotes"][0]
        assert quote["speaker"] == wanted and quote["speaker_confidence"] is not None
    assert main(["quotes", str(tmp_path), "--speaker-confidence", "2"]) == 2


def test_weights_of_choices_can_be_given():
    """`tools/fit_speaker.py` fits with them."""
    with pytest.raises(ValueError, match="weights of choices"):
        _core.Engine(choices=b"12")
    with pytest.raises(TypeError, match="bytes"):
        _core.Engine(choices="12")


def test_what_is_said_of_a_source_goes_into_the_annotation(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("Ada Holm, the mayor of Saltby, said it rained.", encoding="utf-8")
    assert main(["annotate", str(tmp_path / "a.txt"), "-o", "-"]) == 0
    (quote,) = json.loads(capsys.readouterr().out)["quotes"]
    assert quote["source_title"] == {"start": 14, "end": 19, "text": "mayor"}
    assert quote["source_organisation"]["text"] == "Saltby" and quote["credential"] is None


def test_he_in_her_own_words_is_not_the_one_who_speaks_them():
    rows = ql.annotate("Ada Holm was calm. “He said, ‘Never again,’” she said.").quotes()
    assert [(row["content"], row["speaker"]) for row in rows] == [
        ("“He said, ‘Never again,’”", "Ada Holm"),
        ("‘Never again,’", None),
    ]
