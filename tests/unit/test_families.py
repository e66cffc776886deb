"""Families, variants, looking up: what the tables and the command line say."""

import itertools
import json
import pickle
import random
import time

import pytest
import quotelens as ql
from quotelens.command.cli import main
from quotelens.families.diff import is_same_name, word_diff, words_of
from quotelens.families.families import lags, moment_of, ranks
from quotelens.families.member import Facts, Member, _Speakers, printed_elsewhere

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


@pytest.fixture(scope="module")
def families():
    return ql.Corpus(DOCUMENTS).quotes().families(least=1)


def test_a_row_for_each_family(families):
    assert families["n_members"] == [3, 1]
    row = families[0]
    assert row["canonical"].strip("“,”") == WHOLE
    assert (row["n_outlets"], row["first_doc"], row["first_outlet"], row["first_certain"]) == (3, "a", "Anchor", True)
    assert row["first_published"].isoformat() == "2024-05-02T09:30:00+00:00"
    assert row["speakers_agree"] is False and row["speakers"] == "Ada Quill | Bo Marsh"
    assert families[1]["speakers_agree"] is True and families[1]["first_certain"] is False


def test_variants(families):
    variants = families.variants(0)
    assert variants["doc_id"] == ["a", "b", "c"]
    assert variants["rank"] == [1, 2, 3] and variants["lag_seconds"] == [0.0, 1800.0, None]
    assert variants["is_exact"] == [False, True, False] and variants["is_fragment"][0] is True
    assert variants["similarity"][0] == pytest.approx(1) and 0.5 < variants["similarity"][2] < 1
    assert "[-eel-]{+crayfish+}" in variants["edit"][2]
    assert variants["edit"][0].endswith("full [-and nobody in the valley was told-]")
    assert len(families.variants()) == 4
    assert families.filter(n_members=1).variants()["doc_id"] == ["d"]
    with pytest.raises(KeyError, match="no family 9"):
        families.variants(9)


def test_shown_variants_are_escaped_and_labelled():
    texts = [
        f"“{WHOLE} <b>&,” she said.",
        "“We shut the sluice at noon because the <i>eel</i> traps were full,” he said.",
    ]
    html = str(ql.Corpus(texts).quotes().families().variants().show())
    assert "<b>" not in html and "<i>" not in html and "&lt;" in html and "<script" not in html
    assert 'title="left out">[−' in html and " % of its words are in the longest" in html


def test_families_of_given_documents():
    quotes = ql.Corpus(DOCUMENTS).quotes()
    copy = pickle.loads(pickle.dumps(quotes))
    assert copy._corpus is None and copy.families(least=1)["first_outlet"] == [None, None]
    documents = [{"doc_id": "a", "outlet": "Other", "published": "2024-05-01"}]
    assert quotes.families(documents=documents)["first_outlet"][0] == "Other"
    assert quotes.filter(doc_id=["a", "b"]).families()["n_members"] == [2]
    with pytest.raises(KeyError, match="content"):
        quotes.select("doc_id", "quote_id").families()


def test_mixed_quotes_are_compared_by_their_marks():
    corpus = ql.Corpus(
        [
            "The letter told the guild to “salt the roads before the first hard frost” in all eleven parishes.",
            "Ann Lee said that drivers should “salt the roads before the first hard frost” or stay at home.",
        ]
    )
    families = corpus.quotes(kind="mixed").families()
    assert families["n_members"] == [2] and "parishes" not in families["canonical"][0]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["2024-05-01T10:00", "2024-05-01", None, "2024-05-02"], [1, 1, -1, 3]),
        (["2024-05-01", "2024-05-01"], [1, 1]),
        ([None], [-1]),
        ([], []),
    ],
)
def test_ranks(values, wanted):
    assert ranks([moment_of(value) for value in values]) == wanted


def test_lags_are_known_or_null():
    moments = [moment_of(value) for value in ("2024-05-01T10:00", "2024-05-01T11:00", "2024-05-02", None)]
    assert lags(moments) == [0.0, 3600.0, None, None]
    assert lags([moment_of("2024-05-01T10:00"), moment_of("2024-05-01")]) == [None, None]  # the day may be earlier
    assert lags([None]) == [None]


def test_long_cuts_are_shortened():
    words = " ".join(f"word{k}" for k in range(40))
    assert word_diff(words, "word0 word1") == "word0 word1 [-… 38 words …-]"
    assert word_diff("", "") == "" and word_diff("a b", "a b") == "a b"


def test_index(tmp_path):
    index = ql.FamilyIndex().add(ql.Corpus(DOCUMENTS[:2]).quotes())
    asked = "they shut the sluice because eel traps were full"
    found = index.search(asked)
    assert set(found["doc_id"]) == {"a", "b"} and "{+they+}" in found["edit"][0]
    assert found["context"][0].startswith("“We shut")
    index.add(ql.Corpus(DOCUMENTS[2:]).quotes(kind="direct"))
    assert index.search(asked, speaker="Marsh")["doc_id"] == ["c"]
    assert len(index.search("tuba brass band")) == 1 and len(index.search("zebra")) == 0
    index.save(tmp_path / "index.jsonl")
    again = ql.FamilyIndex.load(tmp_path / "index.jsonl")
    assert len(again) == 4 and list(again.search(asked)) == list(index.search(asked))
    (tmp_path / "index.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="jsonl:1"):
        ql.FamilyIndex.load(tmp_path / "index.jsonl")
    with pytest.raises(TypeError):
        index.search(3)


# ------------------------------------------------------------------------------------------- who else printed it


def families_of(*texts, **options):
    return ql.Corpus(list(texts)).quotes(kind="all", acts="all").families(**options)


@pytest.mark.parametrize(
    "texts",
    [
        ["“The brass band has no tuba this winter,” Ada Quill said."],  # one article
        [f"“{WHOLE},” Ada Quill said. Ada Quill said: “{WHOLE}.”"],  # the same article twice
        ["Bo Marsh wrote that Ada Quill said that the eel traps of the valley were full to the brim."],  # nested
        ["“Never,” Ada Quill said.", "“Never!” Ada Quill said."],  # one word
        ["Ada Quill declined to comment.", "Ada Quill declined to comment."],
        ["She spoke on the condition of anonymity.", "He said so on the condition of anonymity."],
        ["Ada Quill said that this week would be cold.", "Bo Marsh said that this week would be mild."],
        ["Ada Quill denied the report of the auditors.", "Bo Marsh denied the report of the auditors."],
    ],
)
def test_what_nobody_else_printed_is_no_family(texts):
    assert len(families_of(*texts)) == 0
    everything = families_of(*texts, least=1)
    assert sum(everything["n_members"]) == len(ql.Corpus(texts).quotes(kind="all", acts="all"))


def test_short_words_are_a_family_where_they_are_marked_and_of_one_speaker():
    found = families_of("“Nobody salted the quay,” Ada Quill said.", "“Nobody salted the quay,” said Ms Quill.")
    assert found["n_members"] == [2]
    found = families_of("“It is what it is,” Ada Quill said.", "“It is what it is,” said Bo Marsh.")
    assert found["n_members"] == []


def test_a_part_counts_once_for_its_article():
    nested = f"Bo Marsh said: “Ada Quill told me, ‘{WHOLE},’ and I believed her.”"
    found = families_of(nested, f"“{WHOLE},” Ada Quill said.")
    assert found["n_members"] == [2] and sorted(found.variants()["doc_id"]) == ["0", "1"]


def test_least_counts_documents():
    quotes = ql.Corpus(DOCUMENTS).quotes()
    assert [len(quotes.families(least=n)) for n in (1, 2, 3, 4)] == [2, 1, 1, 0]
    for wrong in (0, -1, "2", None):
        with pytest.raises(ValueError, match="least is"):
            quotes.families(least=wrong)


def test_families_of_news(shared):
    path = shared / "gold" / "polnear.jsonl"
    if not path.exists():
        pytest.skip("../shared/gold/polnear.jsonl is not there")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    quotes = ql.Corpus([{"doc_id": row["doc_id"], "text": row["text"]} for row in rows]).quotes()
    places = {(row["doc_id"], row["quote_id"]): (row["start"], row["end"]) for row in quotes}
    families = quotes.families()
    assert 50 < len(families) < 300
    for row in families:
        assert row["n_members"] >= 2 and len(words_of(row["canonical"])) > 2
        members = [(m["doc_id"], *places[m["doc_id"], m["quote_id"]]) for m in families.variants(row["family_id"])]
        assert len({doc_id for doc_id, *_ in members}) >= 2
        members.sort()
        for (a, _, end), (b, start, _) in itertools.pairwise(members):
            assert a != b or end <= start, row["canonical"]


# --------------------------------------------------------------------------------------------------------- looking


def test_families_and_variants_are_read_whole(families, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    text = repr(families)
    assert max(map(len, text.splitlines())) <= 70 and WHOLE in " ".join(text.split())
    assert "3 quotes · 3 outlets · first Anchor, 2024-05-02" in " ".join(text.split())
    text = repr(families.variants(0))
    assert max(map(len, text.splitlines())) <= 70 and WHOLE in " ".join(text.split())
    assert "[-eel-]{+crayfish+}" in text and "Bell · 2024-05-02 10:00 · Ada Quill · the same words" in text
    assert families.to_text(rows=1).endswith("showing 1 of 2")
    assert families.variants().to_text(rows=1).endswith("showing 1 of 4")
    assert WHOLE in families._repr_html_() and "[−eel]" in families.variants()._repr_html_()
    for table in (families, families.variants()):  # chosen columns are a table like any other
        assert repr(table.select("family_id")).startswith("family_id")
        assert "<th>family_id</th>" in table.select("family_id")._repr_html_()
        assert repr(table[:0]).endswith("(no rows)") and "<th>" in table[:0]._repr_html_()


def test_what_is_shown_is_escaped():
    words = "We shut the <b>sluice</b> at noon because the eel traps were full"
    found = ql.Corpus([f"“{words},” Ada Quill said.", f"“{words},” said Ada Quill."]).quotes().families()
    for html in (found._repr_html_(), found.variants()._repr_html_()):
        assert "<b>" not in html and "&lt;b&gt;" in html


def test_search_finds_what_is_there_however_common():
    texts = ["“Enough is enough,” Ada Quill said.", "“It is what it is,” said Bo Marsh. “Enough is enough.”"]
    texts += ["The guild said that it is “as it was”, and that there is no more of it."] * 30
    index = ql.FamilyIndex().add(ql.Corpus(texts).quotes())
    found = index.search("ENOUGH is enough")
    assert found["speaker"] == ["Ada Quill", "Bo Marsh"] and found["similarity"] == [1, 1]
    assert index.search("enough is enough", speaker="Marsh")["doc_id"] == ["1"]
    assert index.search("it is what it is", most=1)["speaker"] == ["Bo Marsh"]
    assert set(index.search("it is “as it was”", most=50)["similarity"]) == {1.0}  # its words without marks, too
    assert len(index.search("it is “as it was”", most=50)) == 30 and len(index.search("it is", most=0)) == 0


# ------------------------------------------------------------------------------------------------ command line


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_ready_quotations(tmp_path, capsys):
    lines = [
        json.dumps({"id": "x", "text": WHOLE, "doc_id": "b", "outlet": "Bell", "published": "2024-05-02T10:00"}),
        "{not json",
        json.dumps({"id": 7, "text": "Nobody in this village can play the tuba"}),
        json.dumps({"id": "y", "text": WHOLE.upper(), "published": "2024-05-02T11:00"}),
        json.dumps({"id": "z"}),
        json.dumps({"text": "\ud800 lone"}),
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["families", "--quotes", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl")]) == 1
    rows = lines_of(tmp_path / "out.jsonl")
    assert [row["id"] for row in rows] == ["x", None, 7, "y", "z", 5]
    assert [row.get("family_id") for row in rows] == [0, None, 1, 0, None, 2]
    assert "line 2" in rows[1]["error"] and "no text" in rows[4]["error"]
    assert (rows[3]["rank"], rows[3]["lag_seconds"], rows[3]["is_exact"]) == (2, 3600.0, True)
    assert "2 lines could not be read" in capsys.readouterr().err
    assert main(["families", "--quotes", str(tmp_path / "in.jsonl")]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_families_of_articles(tmp_path, capsys):
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in DOCUMENTS), encoding="utf-8")
    source, out, variants = (str(tmp_path / name) for name in ("in.jsonl", "families.jsonl", "variants.csv"))
    assert main(["families", source, "-o", out, "--variants", variants]) == 0
    assert [row["n_members"] for row in lines_of(tmp_path / "families.jsonl")] == [3]
    assert (tmp_path / "variants.csv").read_text(encoding="utf-8").startswith("family_id,doc_id,")
    assert main(["families", source]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert WHOLE in shown and "3 quotes · 3 outlets" in shown


@pytest.mark.parametrize(
    "arguments", [[], ["x", "--quotes", "y"], ["x", "-o", "z.docx"], ["--quotes", "nowhere.jsonl"]]
)
def test_commands_that_cannot_be(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["families", *arguments]) == 2
    assert capsys.readouterr().err.startswith("quotelens: ")


def test_copies_count_unless_they_are_left_out():
    text = f"“{WHOLE},” Ann Lee said."
    quotes = ql.Corpus([text, text, f"Ann Lee said: “{WHOLE}.”"]).quotes()
    assert quotes.families()["n_members"] == [3] and quotes.families()["n_outlets"] == [0]
    alone = quotes.families(duplicates=False)
    assert alone["n_members"] == [2] and alone.variants()["doc_id"] == ["0", "2"]
    with pytest.raises(ValueError, match="duplicates=False needs the corpus"):
        pickle.loads(pickle.dumps(quotes)).families(duplicates=False)


def test_variants_show_an_hour_only_where_it_is_known():
    rows = [
        {"id": "a", "text": f"“{WHOLE},” Ann Lee said.", "published": "2024-03-06"},
        {"id": "b", "text": f"“{WHOLE},” Ann Lee said on Monday.", "published": "2024-03-06T09:30"},
        {"id": "c", "text": f"“{' '.join(WHOLE.split()[:9])},” Ann Lee said.", "published": None},
    ]
    html = str(ql.Corpus(rows).quotes().families().variants().show())
    assert "a · 2024-03-06 · Ann Lee" in html and "b · 2024-03-06 09:30 · Ann Lee" in html
    assert "c · date not known · Ann Lee · all of its words are in the longest" in html


# ------------------------------------------------------------------------------------------------- large families


def said_by(doc_id, speaker):
    return Member(doc_id, 0, "make the harbour deep again", speaker, Facts(), set(), 1.0, True, False, told=1500)


def test_who_else_says_it_is_known_of_each_member():
    """What is counted once for all members is what comparing each with all others gives."""
    rng = random.Random(3)
    names = [None, "Imogen Tarrant", "Tarrant", "Piet Tarrant", "Harbour Board"]
    for _ in range(200):
        members = [said_by(rng.choice("abc"), rng.choice(names)) for _ in range(rng.randrange(1, 6))]
        speakers = _Speakers(members)
        for member in members:
            others = {other.speaker for other in members if other.doc_id != member.doc_id}
            assert speakers.has_unknown(member) == (None in others)
            same = member.speaker and any(is_same_name(member.speaker, name) for name in others if name)
            assert speakers.has_same(member) == bool(same)


def test_a_slogan_that_very_many_print_takes_no_time():
    members = [said_by(f"{k}", "Piet Tarrant") for k in range(40_000)]
    start = time.process_time()
    assert len(printed_elsewhere(members)) == len(members)
    assert time.process_time() - start < 20  # each with all others would take minutes
