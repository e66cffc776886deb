"""The trainer, on a few sentences of our own: the same input gives the same bytes, and bad input a message."""

import subprocess

import pytest

MAGIC, SIZE = b"QLM3", 64


@pytest.fixture
def train(root):
    program = root / "build" / "train" / "train"
    if not program.exists():
        pytest.skip("the trainer is not built: make build/train/train")

    def run(*arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)

    return run


def test_training_twice_gives_the_same_bytes(root, train, tmp_path):
    sentences = root / "tests" / "data" / "small.conllu"
    for name in ("one.bin", "two.bin"):
        done = train(tmp_path / name, sentences)
        assert done.returncode == 0, done.stderr
    one = (tmp_path / "one.bin").read_bytes()
    assert one == (tmp_path / "two.bin").read_bytes()
    assert one[:4] == MAGIC and any(one[SIZE:])


def test_other_sentences_give_others(root, train, tmp_path):
    text = (root / "tests" / "data" / "small.conllu").read_text(encoding="utf-8")
    (tmp_path / "half.conllu").write_text(text[: text.index("# sent_id = small-20")], encoding="utf-8")
    assert train(tmp_path / "half.bin", tmp_path / "half.conllu").returncode == 0
    assert train(tmp_path / "all.bin", root / "tests" / "data" / "small.conllu").returncode == 0
    half, whole = ((tmp_path / name).read_bytes() for name in ("half.bin", "all.bin"))
    assert half != whole


def test_mistakes_are_said(train, tmp_path):
    missing = train(tmp_path / "out.bin", tmp_path / "nowhere.conllu")
    assert missing.returncode == 1 and "nowhere.conllu cannot be read" in missing.stderr
    assert not (tmp_path / "out.bin").exists()
    assert train().returncode == 2


def test_make_train_refuses_without_treebanks(root, tmp_path):
    weights = root / "ext" / "model" / "english.bin"
    before = weights.stat().st_mtime_ns
    command = ["make", "-o", "build/train/train", "train", f"UD={tmp_path}"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode != 0
    assert "ewt.train.conllu is not there: UD= says where the treebanks are" in done.stderr
    assert weights.stat().st_mtime_ns == before
