"""The choice of a reader, and the thorough one where its weights are installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import quotelens as ql
from quotelens import Config
from quotelens.analysis import readers

TEXT = (
    "Ann Lee, the mayor of Saltby, said on Monday that the bridge would stay closed until June. "
    "“We have no choice,” she told reporters.\n\n"
    "Tom Park, who runs a shop beside it, called the plan reckless."
)


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "quotelens", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


# ------------------------------------------------------------------------------------------------- the choice


def test_the_reader_of_a_config():
    config = Config(reader="thorough")
    assert config.reader == "thorough"
    assert repr(config) == "Config(reader='thorough')"
    assert Config.from_toml(config.to_toml()) == config
    assert config != Config()
    assert Config().reader == "fast"
    assert Config(reader="fast").to_toml() == ""


def test_the_reader_stays_when_a_config_changes():
    assert Config(reader="thorough").drop_cues("hope").set_speaker_confidence(0.5).reader == "thorough"


@pytest.mark.parametrize("name", ["throrough", "", 3, None])
def test_an_unknown_reader(name):
    with pytest.raises(ValueError, match="reader"):
        Config(reader=name)


def test_an_unknown_reader_on_the_command_line():
    done = command("info", "--config", os.devnull, QUOTELENS_READER="hasty")
    assert done.returncode == 2
    assert "hasty" in done.stderr and "thorough" in done.stderr and "Traceback" not in done.stderr


def test_info_names_the_reader():
    assert ql.info()["reader"] == "fast"
    assert ql.annotate(TEXT).quotes().info["reader"] == "fast"


def test_weights_that_are_not_installed(monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [])
    readers._mapped.cache_clear()
    with pytest.raises(ImportError, match=r"pip install quotelens-reader-en.*make reader"):
        ql.annotate(TEXT, config=Config(reader="thorough"))


def test_weights_that_are_no_weights(monkeypatch, tmp_path):
    (tmp_path / "reader.bin").write_bytes(b"QLT1" + bytes(1000))
    installed(monkeypatch, tmp_path / "reader.bin")
    with pytest.raises(ValueError, match="thorough reader"):
        ql.annotate(TEXT, config=Config(reader="thorough", _speaker_confidence=0.001))


def installed(monkeypatch, path):
    """The file at `path` as the weights of the thorough reader."""

    class Entry:
        def load(self):
            return lambda: path

    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [Entry()])
    monkeypatch.setattr(readers, "_mapped", readers._mapped.__wrapped__)


# ---------------------------------------------------------------------------------------- with its weights


@pytest.fixture(scope="module")
def thorough():
    package = pytest.importorskip("quotelens_reader_en", reason="make reader makes the weights")
    if not package.weights().exists():
        pytest.skip("make reader makes the weights")
    readers._mapped.cache_clear()
    return Config(reader="thorough")


def test_it_finds_who_said_what(thorough):
    found = {(row["speaker"], row["cue"]) for row in ql.annotate(TEXT, config=thorough).quotes()}
    assert found == {("Ann Lee", "said"), ("Ann Lee", "told"), ("Tom Park", "called")}


def test_provenance_names_it(thorough):
    info = ql.annotate(TEXT, config=thorough).quotes().info
    assert info["reader"] == ql.info(thorough)["reader"]
    assert info["reader"].startswith("thorough ") and len(info["reader"].split()[1]) == 16
    assert 'reader = "thorough"' in info["config"]


def test_threads_give_the_same(thorough):
    texts = [{"id": str(n), "text": TEXT * (n % 5 + 1)} for n in range(24)]
    one, four = (ql.Corpus(texts, config=thorough, threads=n).quotes() for n in (1, 4))
    assert one.to_dicts() == four.to_dicts() if hasattr(one, "to_dicts") else list(one) == list(four)


def test_a_damaged_byte_is_noticed(thorough, monkeypatch, tmp_path):
    weights = bytearray(Path(sys.modules["quotelens_reader_en"].weights()).read_bytes())
    weights[len(weights) // 2] ^= 1
    (tmp_path / "reader.bin").write_bytes(weights)
    installed(monkeypatch, tmp_path / "reader.bin")
    with pytest.raises(ValueError, match="damaged"):
        ql.annotate(TEXT, config=Config(reader="thorough", _speaker_confidence=0.002))


def test_the_command_line(thorough, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    by_option = command("quotes", str(tmp_path / "a.txt"), "--reader", "thorough")
    by_variable = command("quotes", str(tmp_path / "a.txt"), QUOTELENS_READER="thorough")
    assert by_option.returncode == 0 and by_option.stdout == by_variable.stdout
    assert "Tom Park" in by_option.stdout
