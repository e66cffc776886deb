"""CoNLL-U: what the official validator asks for, what each field says, and files of any doc_id."""

import os
import subprocess
import sys

import pytest
import quotelens as ql

ODD = [
    "I can't do it; he's gonna be late. We cannot say, Ann's “Reuters”'s U.S.'s 5kg wouldn't've.",
    "",
    "word " * 2500,
    "One\n\ntwo\nthree\r\nfour\u2028five\u00a0six",
    "e\u0301t\u00e9 a\u200bb \u0301c 日本語テスト. 😀\u200d😀 g\u0308o\u0308",
    "x\ud800y \ufffd \x00 \x1f z",
    "No stop.No space.",
    " \n\t",
    "3\u202f000 km, 1\u00a0000, +47 22 33 44 55",
]
IDS = ["a/b", "empty", "../x", "A", "a", "é\u0301", "u%41", "blank space", "." * 3 + "x" * 300]


@pytest.fixture
def corpus():
    return ql.Corpus([{"doc_id": doc_id, "text": text} for doc_id, text in zip(IDS, ODD, strict=True)])


def written(corpus, tmp_path):
    ql.exchange.to_conllu(corpus, tmp_path / "all.conllu")
    return (tmp_path / "all.conllu").read_bytes().decode("utf-8")


def blocks(text):
    """(comments, rows of fields) of each sentence."""
    for block in text.split("\n\n")[:-1]:
        lines = block.split("\n")
        yield (
            [line for line in lines if line.startswith("#")],
            [line.split("\t") for line in lines if not line.startswith("#")],
        )


def validate(paths):
    pytest.importorskip("udtools")
    # A program of its own, and no part of ours: its licence is the GPL.
    command = [sys.executable, "-m", "udtools.cli", "--lang", "ud", "--level", "2", *paths]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})


def test_the_validator_accepts_the_samples(tmp_path):
    corpus = ql.sample()
    assert ql.exchange.to_conllu(corpus, tmp_path / "one.conllu") == len(corpus)
    assert ql.exchange.to_conllu(corpus, tmp_path / "many") == len(corpus)
    for paths in ([tmp_path / "one.conllu"], sorted((tmp_path / "many").iterdir())):
        done = validate(paths)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_validator_accepts_odd_texts(corpus, tmp_path):
    written(corpus, tmp_path)
    done = validate([tmp_path / "all.conllu"])
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_validator_is_listening(tmp_path):
    (tmp_path / "bad.conllu").write_text("# text = a\n1\ta\ta\tNOUNS\t_\t_\t0\troot\t_\t_\n\n")
    assert validate([tmp_path / "bad.conllu"]).returncode != 0


def test_a_sentence(tmp_path):
    corpus = ql.Corpus([{"doc_id": "d", "text": "Rain.\n\nShe can't stay, said Ann."}])
    assert written(corpus, tmp_path).split("\n\n")[1].replace("\t", " ").split("\n") == [
        "# newpar",
        "# sent_id = d-1",
        "# text = She can't stay, said Ann.",
        "1 She she PRON _ _ 4 nsubj _ Offset=7:10",
        "2-3 can't _ _ _ _ _ _ _ Offset=11:16",
        "2 ca can AUX _ _ 4 aux _ Offset=11:13",
        "3 n't not PART _ _ 4 advmod _ Offset=13:16",
        "4 stay stay VERB _ _ 6 ccomp _ Offset=17:21|SpaceAfter=No",
        "5 , , PUNCT _ _ 4 punct _ Offset=21:22",
        "6 said say VERB _ _ 0 root _ Offset=23:27",
        "7 Ann Ann PROPN _ _ 6 nsubj _ Offset=28:31|SpaceAfter=No",
        "8 . . PUNCT _ _ 6 punct _ Offset=31:32",
    ]


def test_tokens_of_several_words(corpus, tmp_path):
    ranges = {}
    for _, rows in blocks(written(corpus, tmp_path)):
        for k, row in enumerate(rows):
            if "-" in row[0]:
                first, last = map(int, row[0].split("-"))
                ranges[row[1]] = [part[1] for part in rows[k + 1 : k + 2 + last - first]]
                assert all("SpaceAfter" not in part[9] for part in rows[k + 1 : k + 2 + last - first])
    assert ranges == {
        "can't": ["ca", "n't"],
        "he's": ["he", "'s"],
        "gonna": ["gon", "na"],
        "cannot": ["can", "not"],
        "Ann's": ["Ann", "'s"],
        "U.S.'s": ["U.S.", "'s"],
        "wouldn't've": ["would", "n't", "'ve"],
    }


def test_documents_paragraphs_and_ids(corpus, tmp_path):
    seen, ids = [], []
    sentences = {(row["doc_id"], row["sentence_id"]): row for row in corpus.sentences()}
    for comments, _ in blocks(written(corpus, tmp_path)):
        names = [comment.removeprefix("# ").partition(" = ")[0] for comment in comments]
        assert names[-2:] == ["sent_id", "text"] and names[:-2] in ([], ["newpar"], ["newdoc id", "newpar"])
        if names[0] == "newdoc id":
            seen.append(comments[0].partition(" = ")[2])
        ids.append(comments[-2].partition(" = ")[2])
        assert ids[-1].startswith(f"{seen[-1]}-")
    assert len(set(ids)) == len(ids) == len({key for key in sentences if key[0] != "empty"})
    assert seen[:4] == ["a%2Fb", "..%2Fx", "A", "a"] and "u%2541" in seen


def test_offsets_point_into_the_text(corpus, tmp_path):
    text, seen = None, 0
    texts = dict(zip(IDS, ODD, strict=True))
    for comments, rows in blocks(written(corpus, tmp_path)):
        if comments[0].startswith("# newdoc"):
            text = texts.get(comments[0].partition(" = ")[2])
        for row in rows:
            misc = dict(item.split("=") for item in row[9].split("|"))
            start, end = map(int, misc["Offset"].split(":"))
            if text is not None and text[start:end].isascii() and text[start:end].isprintable():
                assert text[start:end] == row[1]
                seen += 1
    assert seen > 20


def test_pieces_of_a_long_sentence_become_one_tree(tmp_path):
    corpus = ql.Corpus(["word " * 2500])
    ((_, rows),) = blocks(written(corpus, tmp_path))
    assert len(rows) == 2500
    root = next(row[0] for row in rows if row[6] == "0")
    assert [row[7] for row in rows if row[6] == "0"] == ["root"]
    joined = [row for row in rows if row[7] == "parataxis" and row[6] == root]
    assert len(joined) >= 2 and not [row for row in rows if row[7] == "root" and row[6] != "0"]


def test_files_are_named_by_their_document(corpus, tmp_path):
    folder = tmp_path / "new" / "folder"
    assert ql.exchange.to_conllu(corpus, folder) == 7
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 7 and all(name.endswith(".conllu") and not name.startswith(".") for name in names)
    assert {"a%2Fb.conllu", "%2E.%2Fx.conllu", "A.conllu", "u%2541.conllu"} <= set(names)
    assert len({name.casefold() for name in names}) == 7 and max(map(len, names)) < 200
    together = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    assert sorted(together.split("\n\n")) == sorted(written(corpus, tmp_path).split("\n\n"))


def test_threads_do_not_matter(tmp_path):
    texts = [document.text for document in ql.sample()] * 20
    for threads in (1, 2):
        ql.exchange.to_conllu(ql.Corpus(texts, threads=threads), tmp_path / f"{threads}.conllu")
    assert (tmp_path / "1.conllu").read_bytes() == (tmp_path / "2.conllu").read_bytes()


def test_nothing_to_write(tmp_path):
    assert ql.exchange.to_conllu(ql.Corpus(["", " "]), tmp_path / "none.conllu") == 0
    assert (tmp_path / "none.conllu").read_bytes() == b""
    assert ql.exchange.to_conllu(ql.Corpus([]), tmp_path / "none") == 0
    assert list((tmp_path / "none").iterdir()) == []


def test_mistakes(tmp_path):
    with pytest.raises(TypeError, match="writes a Corpus, not a list"):
        ql.exchange.to_conllu(["text"], tmp_path)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        ql.exchange.to_conllu(ql.Corpus(["text"]), tmp_path / "nowhere" / "a.conllu")
    with pytest.raises(FileExistsError):
        (tmp_path / "file").write_text("")
        ql.exchange.to_conllu(ql.Corpus(["text"]), tmp_path / "file")


def test_it_is_read_when_it_is_used():
    code = "import sys, quotelens as q; a = 'quotelens.exchange' in sys.modules; q.exchange.to_conllu; print(a)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ql.nothing
