"""Quotations that somebody wrote, checked against a corpus: word for word, shortened, changed or missing."""

import pytest
import quotelens as ql

WHOLE = "We shut the sluice at noon because the eel traps were full, and nobody in the valley was told"
DOCUMENTS = [
    {
        "doc_id": "b",
        "text": f"“{WHOLE},” Ada Quill said on Monday.",
        "outlet": "Bell",
        "published": "2024-05-02T10:00:00+00:00",
    },
    {
        "doc_id": "a",
        "text": "“We shut the sluice at noon because the eel traps were full,” Ada Quill said.",
        "outlet": "Anchor",
        "published": "2024-05-02T09:30:00+00:00",
    },
    {
        "doc_id": "c",
        "text": "“We shut the sluice at noon because the crayfish traps were full,” said Bo Marsh.",
        "outlet": "Crier",
        "published": "2024-05-03",
    },
    {"doc_id": "d", "text": "“The brass band has no tuba this winter,” Ada Quill said.", "outlet": "Bell"},
]


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("We shut the sluice at noon", "exact"),
        ("“WE SHUT the sluice at noon!”", "same_words"),
        ("We shut the sluice because the eel traps were full", "shortened"),
        ("We shut the sluice … because the eel traps were full", "shortened"),
        ("We shut the sluice at dawn because the eel traps were full", "changed"),
        ("The sluice was never shut by anybody from the guild", "missing"),
        ("", "missing"),
        ("e shut the sluice at noo", "missing"),
    ],
)
def test_verdicts(quote, verdict):
    corpus = ql.Corpus(DOCUMENTS)
    row = ql.verify([quote], corpus)[0]
    assert row["verdict"] == verdict
    if verdict == "missing":
        assert row["doc_id"] is None and row["start"] == -1 and row["quote_id"] == -1
    else:
        assert corpus[row["doc_id"]].text[row["start"] : row["end"]] == row["found"]


def test_words_far_apart_are_no_quotation():
    filler = "The harbour master counts gulls at dawn and writes the number into a ledger. " * 20
    corpus = ql.Corpus([f"Nobody asked the lighthouse keepers about it. {filler}They repaired the bell themselves."])
    row = ql.verify(["Nobody asked the lighthouse keepers, who repaired the bell"], corpus)[0]
    assert row["verdict"] in ("changed", "missing") and row["end"] - row["start"] < 100


def test_whose_quotation_it_is():
    asked = [
        {"text": "The brass band has no tuba", "speaker": "Quill"},
        {"text": "The brass band has no tuba", "speaker": "Marsh"},
        {"text": "The brass band has no tuba", "doc_id": "a"},
        {"text": "The brass band has no tuba", "doc_id": "not there"},
    ]
    found = ql.verify(asked, ql.Corpus(DOCUMENTS))
    assert found["speaker"] == ["Ada Quill", "Ada Quill", None, None]
    assert found["speaker_agrees"] == [True, False, None, None]
    assert found["verdict"] == ["exact", "exact", "missing", "missing"]
    with pytest.raises(TypeError, match="quotation"):
        ql.verify([3], ql.Corpus(DOCUMENTS))


COMMON = [
    "“Enough is enough,” Ada Quill said. “It is what it is, and we are who we are.”",
    "It is not for us to say no. He was there, but did not comment on it.",
    "Enough is as good as a feast. “ENOUGH is enough!” said Bo Marsh.",
    "“We are who we are,” wrote Ada Quill, a reader of many books about the sea, “and that is that.”",
]


@pytest.mark.parametrize(
    ("asked", "verdict", "doc_id", "speaker"),
    [
        ("Enough is enough", "exact", "0", "Ada Quill"),
        ({"text": "Enough is enough", "speaker": "Marsh"}, "same_words", "2", "Bo Marsh"),
        ({"text": "Enough is enough", "doc_id": "2"}, "same_words", "2", "Bo Marsh"),
        ({"text": "Enough is enough", "doc_id": "1"}, "missing", None, None),
        ("It is what it is", "exact", "0", "Ada Quill"),
        ("it is", "exact", "0", "Ada Quill"),
        ("We are who we are and that is that", "same_words", "3", "Ada Quill"),
        ("it", "exact", "0", "Ada Quill"),
        ("No comment", "missing", None, None),
        ("It is not what it is", "missing", None, None),
        ("did", "exact", "1", None),
        ("“!”", "missing", None, None),
    ],
)
def test_what_is_there_is_found_however_common(asked, verdict, doc_id, speaker):
    corpus = ql.Corpus(COMMON + ["It is as it was. There is no more of it than there was."] * 40)
    row = ql.verify([asked], corpus)[0]
    assert (row["verdict"], row["doc_id"], row["speaker"]) == (verdict, doc_id, speaker)
    assert row["similarity"] == (None if verdict == "missing" else 1)


def test_words_across_an_attribution_have_the_place_of_all_of_them():
    row = ql.verify(["who we are, and that is"], ql.Corpus(COMMON))[0]
    text = COMMON[3]
    assert (row["verdict"], row["start"], row["end"]) == ("same_words", text.index("who we"), text.index(" that.”"))
    assert "[-" in row["edit"] and "{+" not in row["edit"]


def test_marks_alone_are_found_letter_for_letter():
    corpus = ql.Corpus(["It rained. * * * It stopped. ?!", "* * *"])
    found = ql.verify(["* * *", {"text": "* * *", "doc_id": "1"}, "?!", "###"], corpus)
    assert found["verdict"] == ["exact", "exact", "exact", "missing"]
    assert found["doc_id"] == ["0", "1", "0", None] and found["start"] == [11, 0, 29, -1]
