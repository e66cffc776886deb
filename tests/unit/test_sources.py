"""Who said it, over a corpus: chains, sources, their links, a table of the user's, and the views."""

import json
import random
from datetime import UTC, datetime

import pytest
from quotelens import Config, Corpus, Table
from quotelens.sources import linking
from quotelens.sources.evidence import pairs_of
from quotelens.sources.linking import Name
from quotelens.sources.sources import title_in

HOLM = {"id": "a", "text": "Mayor Ada Holm said the bridge was safe. Holm told Reuters it would open in May."}
SHORT = {"id": "b", "text": "“It is not safe,” Ms Holm said."}
MEMO = {"id": "c", "text": "Omar Diaz wrote in a memo seen by Reuters that the bridge was old."}
NOBODY = {"id": "d", "text": "Officials said the pier was closed. A senior official said it would open. It rained."}


def rows(table, *columns):
    return [tuple(row[name] for name in columns) for row in table]


def groups(*names, kind="person", own=(), called=()):
    """The clusters of some names, each sorted."""
    found = linking.joined({Name(name, kind): 1 for name in names}, dict.fromkeys(own, object()), pairs_of(called))
    return sorted({tuple(name.text for name in cluster) for cluster in found.values()})


# ------------------------------------------------------------------------------------------------------- chains


def test_chains_of_a_corpus_and_of_a_document():
    corpus = Corpus([HOLM, MEMO])
    expected = [
        ("a", 0, 0, "speaker", "Ada Holm"),
        ("a", 1, 0, "speaker", "Ada Holm"),
        ("a", 1, 1, "agency", "Reuters"),
        ("c", 0, 0, "speaker", "Omar Diaz"),
        ("c", 0, 1, "document", "memo"),
        ("c", 0, 2, "agency", "Reuters"),
    ]
    names = ("doc_id", "quote_id", "step", "role", "name")
    assert rows(corpus.chains(), *names) == expected
    assert rows(corpus["a"].chains(), *names) + rows(corpus["c"].chains(), *names) == expected
    assert corpus.chains().columns == [*names, "entity_id", "start", "end", "access"]
    for step in corpus.chains():
        text, entities = corpus[step["doc_id"]].text, corpus[step["doc_id"]].entities()
        assert text[step["start"] : step["end"]] in ("Mayor Ada Holm", "Holm", "Reuters", "Omar Diaz", "memo")
        name = entities["name"][entities["entity_id"].index(step["entity_id"])]
        assert name in (step["name"], None)


def test_entities():
    table = Corpus([HOLM]).entities()
    assert table.columns == ["doc_id", "entity_id", "name", "role", "gender", "start", "end"]
    assert ("Ada Holm", "speaker") in rows(table, "name", "role") and ("Reuters", "agency") in rows(
        table, "name", "role"
    )
    assert len(Corpus([]).entities()) == len(Corpus([]).chains()) == 0


# ------------------------------------------------------------------------------------------------------ sources


def test_sources_are_joined_and_counted():
    documents = [HOLM | {"published": "2026-11-02"}, SHORT | {"published": "2026-10-01T09:00"}, MEMO]
    table = Corpus(documents).sources()
    assert rows(table, "source_id", "name", "kind", "title", "n_documents", "n_quotes") == [
        (0, "Ada Holm", "person", "Mayor", 2, 3),
        (1, "Omar Diaz", "person", None, 1, 1),
        (2, "Reuters", "agency", None, 2, 0),
    ]
    ada = table[0]
    assert "Holm" in ada["aliases"].split(" | ") and "Ada Holm" not in ada["aliases"].split(" | ")
    assert ada["n_words"] == sum(Corpus([HOLM, SHORT]).quotes()["n_words"])
    assert ada["first_seen"] == datetime(2026, 10, 1, 9, tzinfo=UTC) and ada["last_seen"].month == 11
    assert table[1]["first_seen"] is None and table[1]["organisation"] is None


def test_links_lead_from_entities_to_sources():
    corpus = Corpus([HOLM, SHORT, MEMO, NOBODY])
    names = dict(rows(corpus.sources(), "source_id", "name"))
    source_of = {row[:2]: names[row[2]] for row in rows(corpus.source_links(), "doc_id", "entity_id", "source_id")}
    said = [source_of.get(row) for row in rows(corpus.quotes(), "doc_id", "entity_id")]
    assert said == ["Ada Holm", "Ada Holm", "Ada Holm", "Omar Diaz", None, None]
    assert all(entity >= 0 for entity in corpus.source_links()["entity_id"])


def test_no_sources():
    for documents in ([], ["It rained."], [NOBODY]):
        corpus = Corpus(documents)
        assert len(corpus.sources()) == len(corpus.source_links()) == 0
        assert corpus.sources().columns[:4] == ["source_id", "name", "aliases", "kind"]
        assert len(corpus.network()) == 0


def test_nothing_depends_on_the_order_of_documents_or_on_threads():
    documents = [
        {
            "id": f"d{k}",
            "text": text.format(name),
            "published": f"2026-11-{k + 1:02d}",
            "outlet": "Post" if k % 2 else "Day",
        }
        for k, (text, name) in enumerate(
            (text, name)
            for text in ("{} said it rained.", "“No,” {} told CNN.", "Sources said so, according to {}.")
            for name in ("Ada Holm", "Ms Holm", "Mr Bo Holm", "A. Lind", "Amos Lind", "Norvik Wire", "a Gallup poll")
        )
    ]
    views = (Corpus.sources, lambda c: c.share(["source", "outlet"]), Corpus.network)
    expected = [list(view(Corpus(documents))) for view in views]
    links = sorted(rows(Corpus(documents).source_links(), "doc_id", "entity_id", "source_id"))
    for seed in range(4):
        random.Random(seed).shuffle(documents)
        corpus = Corpus(documents, threads=1 + seed % 2)
        assert [list(view(corpus)) for view in views] == expected
        assert sorted(rows(corpus.source_links(), "doc_id", "entity_id", "source_id")) == links


# ------------------------------------------------------------------------------------------------------ linking


def test_a_part_of_a_name_joins_where_one_has_it():
    assert groups("Ada Holm", "Holm") == [("Ada Holm", "Holm")]
    assert groups("Ada Holm", "Bo Holm", "Holm") == [("Ada Holm",), ("Bo Holm",), ("Holm",)]
    assert groups("Ada Holm", "Ada M. Holm", "Holm") == [("Ada Holm", "Ada M. Holm", "Holm")]


def test_initials_join_where_one_has_them():
    assert groups("J. Holm", "Jan Holm") == [("J. Holm", "Jan Holm")]
    assert groups("J. Holm", "Jan Holm", "Jane Holm") == [("J. Holm",), ("Jan Holm",), ("Jane Holm",)]


def test_a_name_between_two_that_conflict_stays_alone():
    assert groups("Ada Holm", "Ada K. Holm", "Ada M. Holm") == [("Ada Holm",), ("Ada K. Holm",), ("Ada M. Holm",)]


def test_acronyms_join_where_a_document_says_whose_they_are():
    board, bank = "Harbour Safety Board", "Holm Savings Bank"
    assert len(groups(board, "HSB", kind="organisation")) == 2
    assert groups(board, "HSB", kind="organisation", called=[{board, "HSB"}]) == [("HSB", board)]
    assert groups(board, bank, "HSB", kind="organisation", called=[{board, "HSB"}]) == [("HSB", board), (bank,)]
    assert len(groups(board, bank, "HSB", kind="organisation", called=[{board, "HSB"}, {bank, "HSB"}])) == 3


def test_an_acronym_of_a_corpus():
    documents = ["The Harbour Safety Board (HSB) said it rained. HSB said it poured.", "HSB said it froze."]
    assert rows(Corpus(documents).sources(), "name", "n_documents") == [("Harbour Safety Board", 2)]


def test_longer_names_of_bodies_are_other_bodies():
    assert groups("Harbour Safety Board", "Harbour Safety Board of Norland", kind="organisation") == [
        ("Harbour Safety Board",),
        ("Harbour Safety Board of Norland",),
    ]
    assert groups("Department of Lifts", "Lifts Department", kind="organisation") == [
        ("Department of Lifts", "Lifts Department")
    ]
    names = {Name("Norland", "organisation"): 1, Name("Norland Daily", "outlet"): 1}
    assert all(len(cluster) == 1 for cluster in linking.joined(names, {}).values())


def test_fathers_and_sons():
    names = ["Ada Holm", "Ada B. Holm", "Ada B. Holm Jr.", "ADA HOLM"]
    assert groups(*names) == [("ADA HOLM", "Ada B. Holm", "Ada Holm"), ("Ada B. Holm Jr.",)]


def test_first_names_that_differ():
    assert len(groups("Abby Holm", "Jill A. Holm")) == 2
    assert len(groups("Northern National Fair", "Southern National Fair")) == 2


def test_people_of_two_family_names():
    assert len(groups("Thomas E. Diaz", "Tom Brandt")) == 2
    assert len(groups("Thomas Diaz", "Diaz Brandt")) == 2


def test_the_first_word_of_the_name_of_a_body_is_another_name():
    for one, other in (("Tarrant", "Tarrant Inclines"), ("Times", "Times of Saltby"), ("News", "News Corporation")):
        assert len(groups(one, other, kind="organisation", called=[{one, other}])) == 2
    assert groups("Tarrant News", "Tarrant", kind="outlet") == [("Tarrant", "Tarrant News")]
    assert groups("Tarrant Inc.", "Tarrant", kind="organisation") == [("Tarrant", "Tarrant Inc.")]


def test_kinds_that_exclude_each_other():
    names = {Name("Holm", "organisation"): 1, Name("Ada Holm", "person"): 3, Name("Holm", "document"): 1}
    assert all(len(cluster) == 1 for cluster in linking.joined(names, {}).values())


def test_a_whole_name_misread_in_one_document():
    names = {Name("Tarrant Inclines", "organisation"): 2, Name("Tarrant Inclines", "person"): 1}
    assert all(len(cluster) == 2 for cluster in linking.joined(names, {}).values())


def test_very_many_of_a_name():
    names = [f"{a}{b}or Holm" for a in "BCDFGHKLMN" for b in ("an", "en", "in", "on", "un", "al", "el", "il")]
    found = groups(*names, "Holm", "A. Holm")
    assert ("Holm",) in found and ("A. Holm",) in found


def test_titles():
    assert title_in("Harbour master Ida Brandt", "Ida Brandt") == ("Harbour master", None)
    assert title_in("Ida Brandt, the council's spokeswoman", "Ida Brandt") == ("spokeswoman", None)
    assert title_in("Ida Brandt, Norvik Wire's editor", "Ida Brandt") == ("editor", "Norvik Wire")
    assert title_in("Ida Brandt, 61", "Ida Brandt") == (None, None)
    assert title_in("Ms. Ida Brandt", "Ida Brandt") == title_in("CNN's Ida Brandt", "Ida Brandt") == (None, None)
    assert title_in("Brandt", "Ida Brandt") == (None, None)


# -------------------------------------------------------------------------------- short names and their evidence

OTHERS = [{"id": f"o{k}", "text": f"Person{k} Other{k} said it was dry."} for k in range(25)]


def home_of(corpus, doc_id):
    """The name of the source of the first quote of a document, and why it is this one."""
    names = dict(rows(corpus.sources(), "source_id", "name"))
    entity = next(row["entity_id"] for row in corpus.quotes() if row["doc_id"] == doc_id)
    (link,) = [row for row in corpus.source_links() if (row["doc_id"], row["entity_id"]) == (doc_id, entity)]
    return names[link["source_id"]], link["evidence"]


def test_a_last_name_alone_counts_in_a_small_corpus_only():
    two = [{"id": "a", "text": "Ada Holm said it rained."}, {"id": "b", "text": "Ms Holm said it poured."}]
    assert home_of(Corpus(two), "b") == ("Ada Holm", "last name")
    assert home_of(Corpus([*two, *OTHERS]), "b")[0] == "Holm"
    assert home_of(Corpus([*two, *OTHERS]), "a") == ("Ada Holm", "name")


def test_a_title_in_common_is_evidence_where_two_are_known():
    texts = ["Senator Ada Holm said it rained.", "Bo Holm said it snowed.", "Sen. Holm said it poured."]
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(texts)])
    assert home_of(corpus, "2") == ("Ada Holm", "title: senator")
    texts[2] = "Ms Holm said it poured."
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(texts)])
    assert home_of(corpus, "2")[0] == "Holm"


def test_names_in_common_are_evidence():
    texts = [
        "Ada Holm said it rained. Omar Diaz and Amos Lind said it did not.",
        "Bo Holm said it snowed. Ida Brandt said it did not.",
        "Ms Holm said it poured. Omar Diaz denied it. Amos Lind denied it.",
    ]
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(texts)])
    assert home_of(corpus, "2") == ("Ada Holm", "named with: amos lind | named with: omar diaz")
    texts[2] = "Ms Holm said it poured. Omar Diaz denied it."
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(texts)])
    assert home_of(corpus, "2")[0] == "Holm"


def test_evidence_adds_up_where_one_is_known():
    near = [
        {"id": "a", "text": "Mayor Ada Holm said it rained. Omar Diaz denied it.", "published": "2026-11-02"},
        {"id": "b", "text": "Mayor Holm said it poured. Omar Diaz denied it.", "published": "2026-11-04"},
        {"id": "c", "text": "Mayor Holm said it froze.", "published": "2024-01-01"},
        {"id": "d", "text": "Ms Holm said it cleared. Omar Diaz denied it.", "published": "2026-11-04"},
    ]
    corpus = Corpus([*near[:2], *OTHERS])
    assert home_of(corpus, "b") == ("Ada Holm", "title: mayor | named with: omar diaz | dates")
    assert home_of(Corpus([near[0], near[2], *OTHERS]), "c")[0] == "Holm"
    assert home_of(Corpus([near[0], near[3], *OTHERS]), "d")[0] == "Holm"


# --------------------------------------------------------------------------------- names that need evidence as well


def test_a_short_form_of_a_given_name_needs_evidence():
    texts = ["Thomas Diaz said it rained.", "Tom Diaz said it poured."]
    assert rows(Corpus(texts).sources(), "name", "n_documents") == [("Thomas Diaz", 2)]
    many = [{"id": "a", "text": texts[0]}, {"id": "b", "text": texts[1]}, *OTHERS]
    assert home_of(Corpus(many), "b")[0] == "Tom Diaz"
    many[:2] = [
        {"id": "a", "text": "Senator Thomas B. Diaz said it rained."},
        {"id": "b", "text": "Sen. Tom Diaz said no."},
    ]
    assert home_of(Corpus(many), "b")[0] == home_of(Corpus(many), "a")[0]
    assert "given name | title: senator" in {home_of(Corpus(many), doc_id)[1] for doc_id in "ab"}


def test_bodies_that_every_town_has():
    many = [
        {"id": "a", "text": "The Supreme Court said it rained. Omar Diaz denied it. Amos Lind denied it."},
        {"id": "b", "text": "The Supreme Court said it poured. Ida Brandt denied it."},
        {"id": "c", "text": "The Supreme Court said it froze. Omar Diaz denied it. Amos Lind denied it."},
        *OTHERS,
    ]
    of = {row["doc_id"]: row for row in Corpus(many).source_links() if row["name"] == "Supreme Court"}
    assert len(of) == 3 and of["a"]["source_id"] == of["c"]["source_id"] != of["b"]["source_id"]
    assert of["c"]["evidence"] == "named with: amos lind | named with: omar diaz"
    assert len({row["source_id"] for row in Corpus(many[:3]).source_links() if row["name"] == "Supreme Court"}) == 1


def test_polls_of_one_name_are_several():
    texts = ["A Gallup poll showed that it rained.", "A Gallup poll showed that it poured."]
    many = [*({"id": str(k), "text": text} for k, text in enumerate(texts)), *OTHERS]
    polls = [row for row in Corpus(many).source_links() if row["name"] == "Gallup poll"]
    assert len(polls) == 2 and polls[0]["source_id"] != polls[1]["source_id"]
    assert rows(Corpus(texts).sources(), "name", "n_documents")[0] == ("Gallup poll", 2)


def test_a_word_in_capitals_is_no_acronym_of_a_name_with_it():
    court = "District Court in Saltby"
    assert len(groups(court, "SALTBY", kind="organisation", called=[{court, "SALTBY"}])) == 2


def test_a_title_is_no_part_of_a_name():
    texts = ["President Ada Holm said it rained.", "Pres. Holm said it poured.", "Bo Holm said it froze."]
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(texts)])
    assert home_of(corpus, "1") == ("Ada Holm", "title: president")
    assert linking.bare("Senators Ada Holm") == "Ada Holm" and linking.bare("Pope Olav Lind") == "Pope Olav Lind"


def test_gender_speaks_against_it():
    texts = ["Mr Ada Holm said it rained. He said it would stop.", "Ms Holm said it poured."]
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(texts)])
    assert home_of(corpus, "1")[0] == "Holm"


def test_quotes_and_sources_agree():
    corpus = Corpus([HOLM, SHORT, MEMO, NOBODY], config=Config().set_speaker_confidence(0))
    called = {row["source_id"]: {row["name"], *(row["aliases"] or "").split(" | ")} for row in corpus.sources()}
    links = {row[:2]: row[2] for row in rows(corpus.source_links(), "doc_id", "entity_id", "source_id")}
    for row in corpus.quotes():
        if row["speaker"] is None:
            assert (row["doc_id"], row["entity_id"]) not in links
        else:
            assert row["speaker"] in called[links[row["doc_id"], row["entity_id"]]]


# ---------------------------------------------------------------------------------------------- the user's table

TABLE = [
    {"name": "Ada M. Holm", "aliases": "Ada Holm; Holm", "qid": "Q1", "party": "Reform"},
    {"name": "Thomson Reuters", "aliases": ["Reuters"], "qid": "Q2", "kind": "company"},
]


def test_a_table_wins_and_is_joined_through():
    table = Corpus([HOLM, SHORT, MEMO], config=Config().add_sources(TABLE)).sources()
    assert rows(table, "name", "kind", "qid", "party", "n_documents") == [
        ("Ada M. Holm", "person", "Q1", "Reform", 2),
        ("Omar Diaz", "person", None, None, 1),
        ("Thomson Reuters", "company", "Q2", None, 2),
    ]
    assert "Ada Holm" in table[0]["aliases"].split(" | ")


def test_a_table_tells_people_apart_that_we_would_join():
    texts = ["Ada Holm said it rained.", "Ada B. Holm said it poured."]
    assert len(Corpus(texts).sources()) == 1
    config = Config().add_sources([{"name": "Ada Holm"}, {"name": "Ada B. Holm"}])
    assert sorted(Corpus(texts, config=config).sources()["name"]) == ["Ada B. Holm", "Ada Holm"]


def test_a_table_joins_what_we_would_not():
    texts = ["Ada Holm said it rained.", "Ada Lind said it poured."]
    config = Config().add_sources([{"name": "Ada Holm", "aliases": ["ada LIND"]}])
    assert rows(Corpus(texts, config=config).sources(), "name", "n_quotes") == [("Ada Holm", 2)]


def test_an_alias_draws_no_other_name_in():
    texts = ["Bo Holm said it rained.", "Ms Holm said it poured."]
    config = Config().add_sources([{"name": "Ada Lind", "aliases": ["Holm"]}])
    assert sorted(Corpus(texts, config=config).sources()["name"]) == ["Ada Lind", "Bo Holm"]


RELATIVES = [
    "Bo Holm said it rained. Holm said it poured.",
    "Ms Holm said it snowed.",
    "Ada M. Holm said it froze. Cleo Holm said it thawed.",
    "Ada Holm and Bo Holm said it hailed.",
    "A spokesman said the Holm Foundation was closed. The Holm Foundation said it was not.",
]


def test_a_table_takes_nobody_elses_words():
    config = Config().add_sources([{"name": "Ada Holm", "aliases": ["Holm"], "qid": "Q1"}])
    corpus = Corpus([{"id": str(k), "text": text} for k, text in enumerate(RELATIVES)], config=config)
    said = rows(corpus.quotes(), "doc_id", "speaker")
    assert said[:5] == [("0", "Bo Holm"), ("0", "Bo Holm"), ("1", "Ada Holm"), ("2", "Ada Holm"), ("2", "Cleo Holm")]
    assert [who for doc_id, who in said if doc_id in "34"] == ["Ada Holm and Bo Holm", None, "Holm Foundation"]
    assert rows(corpus.sources().filter(qid="Q1"), "name", "n_quotes") == [("Ada Holm", 2)]


def test_a_table_of_one_family_keeps_it_apart():
    table = [{"name": "Ada Holm", "aliases": ["Holm", "Mayor Holm"]}, {"name": "Bo Holm"}]
    corpus = Corpus(RELATIVES[:3], config=Config().add_sources(table))
    assert corpus.quotes()["speaker"] == ["Bo Holm", "Bo Holm", "Ada Holm", "Ada Holm", "Cleo Holm"]


def test_an_acronym_in_a_table_takes_the_body_that_is_called_so():
    text = "The Harbour Safety Board (HSB) said the pier was closed. The HSB said it would open."
    corpus = Corpus([text], config=Config().add_sources([{"name": "Pier Watch", "aliases": ["HSB"]}]))
    assert corpus.quotes()["speaker"] == ["Pier Watch"] * 2 and corpus.sources()["name"] == ["Pier Watch"]


def test_what_a_table_decides_shows_in_quotes_sources_and_links_alike(tmp_path):
    config = Config().add_sources(TABLE)
    corpus = Corpus([HOLM, SHORT, MEMO, NOBODY], config=config)
    names = dict(rows(corpus.sources(), "source_id", "name"))
    source_of = {row[:2]: names[row[2]] for row in rows(corpus.source_links(), "doc_id", "entity_id", "source_id")}
    said = corpus.quotes()
    assert said["speaker"] == ["Ada M. Holm"] * 3 + ["Omar Diaz", None, None]
    assert [source_of.get(row) for row in rows(said, "doc_id", "entity_id")] == said["speaker"]
    assert [who for document in corpus for who in document.quotes()["speaker"]] == said["speaker"]
    assert [who for table in corpus.stream().tables() for who in table["speaker"]] == said["speaker"]
    assert said.columns == Corpus([HOLM]).quotes().columns and Corpus([HOLM]).quotes()["speaker"] == ["Ada Holm"] * 2


def test_a_short_name_that_the_corpus_tells_is_called_as_in_the_table():
    corpus = Corpus([HOLM, SHORT], config=Config().add_sources([{"name": "Ada Holm", "qid": "Q1"}]))
    assert corpus.quotes()["speaker"] == ["Ada Holm"] * 3 and corpus["b"].quotes()["speaker"] == ["Holm"]


def test_files_of_sources(tmp_path):
    for name, text in {
        "s.csv": "name,aliases,qid\nAda Holm,Holm|A. Holm,Q1\nBo Li,,\n",
        "s.tsv": "name\taliases\tqid\nAda Holm\tHolm;A. Holm\tQ1\nBo Li\t\t\n",
        "s.jsonl": json.dumps({"name": "Ada Holm", "aliases": ["Holm", "A. Holm"], "qid": "Q1"})
        + '\n\n{"name": "Bo Li"}\n',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        table = Config().add_sources(tmp_path / name).sources()
        assert rows(table, "name", "aliases", "qid") == [("Ada Holm", "A. Holm | Holm", "Q1"), ("Bo Li", None, None)]
    (tmp_path / "c.toml").write_text('sources = "s.csv"\n', encoding="utf-8")
    assert Config.load(tmp_path / "c.toml") == Config().add_sources(tmp_path / "s.csv")


def test_dataframes_of_sources():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"name": ["Ada Holm", "Bo Li"], "born": [1961, 1970], "party": ["Reform", None]})
    config = Config().add_sources(frame)
    assert rows(config.sources(), "name", "born", "party") == [("Ada Holm", 1961, "Reform"), ("Bo Li", 1970, None)]
    assert Config().add_sources(config.sources()) == config


def test_rows_of_one_name_add_up():
    config = Config().add_sources([{"name": "Ada Holm", "aliases": "Holm", "party": "Reform", "born": 1961}])
    config = config.add_sources([{"name": "ada holm", "aliases": ["A. Holm"], "party": "Green"}])
    assert rows(config.sources(), "name", "aliases", "born", "party") == [
        ("Ada Holm", "A. Holm | Holm", 1961, "Green")
    ]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            [{"name": "Ada Holm", "aliases": "H"}, {"name": "Bo Li", "aliases": "h"}],
            ValueError,
            "'Ada Holm' and 'Bo Li'",
        ),
        ([{"name": "Ada Holm"}, {"name": "Bo Li", "aliases": "ADA HOLM"}], ValueError, "'Ada Holm' and 'Bo Li'"),
        ([{"aliases": "H"}], ValueError, r"rows\[0\]: A source needs a name"),
        ([{"name": " "}], ValueError, "has no letter"),
        ([{"name": 3}], TypeError, "is of type int"),
        ([{"name": "A", "aliases": 3}], TypeError, "neither list nor str"),
        ([{"name": "A", "n_quotes": 3}], ValueError, "'n_quotes' is computed by sources"),
        (["Ada Holm"], TypeError, r"rows\[0\]: a source is a dict"),
        ({"Ada Holm": "Holm"}, TypeError, "cannot be made of a dict"),
        ("sources.xml", ValueError, "use .csv, .tsv or .jsonl"),
    ],
)
def test_mistakes_in_a_table(given, error, message):
    with pytest.raises(error, match=message):
        Config().add_sources(given)


def test_mistakes_in_files(tmp_path):
    for name, text in {"a.csv": "name,qid\nAda Holm\n", "a.jsonl": '{"name": "A"}\n[]\n', "b.jsonl": "{\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=rf"{name}:[12]: "):
            Config().add_sources(tmp_path / name)
    with pytest.raises(OSError):
        Config().add_sources(tmp_path / "none.csv")


# -------------------------------------------------------------------------------------------------------- views


def test_shares_add_up():
    corpus = Corpus([HOLM | {"outlet": "Post"}, SHORT | {"outlet": "Day"}, MEMO | {"outlet": "Day"}, NOBODY])
    quotes = corpus.quotes()
    for by in ("source", "source_kind", "anonymity", "outlet", "month", ["source_kind", "anonymity"]):
        table = corpus.share(by)
        assert sum(table["n_quotes"]) == len(quotes) and sum(table["n_words"]) == sum(quotes["n_words"])
        assert set(table["of_quotes"]) == {len(quotes)}
        assert sum(table["share_words"]) == pytest.approx(1) and sum(table["share_quotes"]) == pytest.approx(1)
    assert rows(corpus.share("source"), "source_id", "source", "n_quotes")[:1] == [(0, "Ada Holm", 3)]
    assert rows(corpus.share("anonymity"), "anonymity", "n_quotes")[0] == ("named", 4)


def test_shares_within_an_outlet():
    corpus = Corpus([HOLM | {"outlet": "Post"}, SHORT | {"outlet": "Day"}, MEMO | {"outlet": "Day"}])
    table = corpus.share(["outlet", "source"])
    assert table.columns[:3] == ["outlet", "source_id", "source"]
    assert sorted(rows(table, "outlet", "source", "n_quotes", "of_quotes", "share_quotes")) == [
        ("Day", "Ada Holm", 1, 2, 0.5),
        ("Day", "Omar Diaz", 1, 2, 0.5),
        ("Post", "Ada Holm", 2, 2, 1.0),
    ]


def test_shares_of_some_statements_and_by_month():
    corpus = Corpus([HOLM | {"published": "2026-11-02"}, SHORT])
    assert rows(corpus.share("month"), "month", "n_quotes") == [("2026-11", 2), (None, 1)]
    direct = corpus.share("source", quotes=corpus.quotes(kind="direct"))
    assert rows(direct, "source_id", "source", "n_quotes", "of_quotes") == [(0, "Ada Holm", 1, 1)]


def test_a_source_is_the_same_whichever_statements_are_asked_for():
    corpus = Corpus([SHORT, "Bo Li believes it rained. Ada Holm said it snowed."])
    everything = dict(rows(corpus.share("source", quotes=corpus.quotes(acts="all")), "source", "source_id"))
    assert everything["Ada Holm"] == corpus.sources()["source_id"][0] and everything["Bo Li"] == len(corpus.sources())
    assert "Bo Li" not in corpus.sources()["name"]
    chosen = corpus.sources(quotes=corpus.quotes(acts="thought"))
    assert rows(chosen, "source_id", "name", "n_quotes") == [(everything["Bo Li"], "Bo Li", 1)]


def test_every_view_counts_the_quotes_it_is_given():
    corpus = Corpus(
        ["“It rained,” Ada Holm told Reuters. An official said it snowed.", "An official said it poured."]
    )
    direct, of_one = corpus.quotes(kind="direct"), corpus.quotes().filter(doc_id="1")
    assert corpus.sources(quotes=direct)["name"] == ["Ada Holm", "Reuters"]
    assert len(corpus.network(quotes=direct)) == 1 and len(corpus.network(quotes=of_one)) == 0
    assert len(corpus.unnamed()) == 2 and corpus.unnamed(quotes=of_one)["doc_id"] == ["1"]
    assert corpus.kwic("it", quotes=direct)["quote_id"] == [0, -1, -1]
    options = corpus.share(quotes=direct).info["options"]
    assert options == {"by": "source", "quotes": {"options": {"kind": "direct"}}}
    assert corpus.share(quotes=of_one).info["options"]["quotes"]["steps"] == ["filter doc_id='1'"]


@pytest.mark.parametrize("given", [5, "direct", [{"doc_id": "0"}], Table.from_columns({"doc_id": ["0"]}, ["string"])])
def test_quotes_are_a_table_of_quotes(given):
    for view in (Corpus.sources, Corpus.network, Corpus.share, Corpus.unnamed, Corpus.explore):
        with pytest.raises(TypeError, match="give a table of quotes"):
            view(Corpus([HOLM]), quotes=given)


def test_what_statements_cannot_be_grouped_by():
    with pytest.raises(ValueError, match="by='party' is not one of: source, source_kind, anonymity, outlet, month"):
        Corpus([HOLM]).share("party")
    with pytest.raises(ValueError, match="by is empty"):
        Corpus([HOLM]).share([])
    assert len(Corpus([]).share()) == 0


def test_the_network():
    table = Corpus([HOLM, MEMO, MEMO | {"id": "e"}]).network()
    names = ("quoted", "quoted_kind", "through", "through_kind", "n_quotes", "n_documents")
    assert rows(table, *names) == [
        (None, "document", "Reuters", "agency", 2, 2),
        ("Omar Diaz", "person", None, "document", 2, 2),
        ("Ada Holm", "person", "Reuters", "agency", 1, 1),
    ]
    assert isinstance(table.head(2), type(table))


def test_the_network_as_a_graph():
    pytest.importorskip("networkx")
    corpus = Corpus([HOLM, MEMO])
    graph, names = corpus.network().to_networkx(), {name: k for k, name in enumerate(corpus.sources()["name"])}
    assert graph.edges[names["Ada Holm"], names["Reuters"]] == {"n_quotes": 1, "n_documents": 1, "weight": 1}
    assert graph.nodes["unnamed document"] == {"name": None, "kind": "document"}
    assert list(graph.successors(names["Omar Diaz"])) == ["unnamed document"]


def test_the_network_without_networkx(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "networkx", None)
    with pytest.raises(ImportError, match=r"needs networkx.*the extra .network."):
        Corpus([HOLM]).network().to_networkx()


def test_an_owner_named_by_capitals_alone_is_a_source():
    corpus = Corpus(["A Gallup poll showed that most people wanted the bridge."])
    assert set(rows(corpus.sources(), "name", "kind")) == {("Gallup poll", "document"), ("Gallup", "organisation")}
    assert rows(corpus.network(), "quoted", "through") == [("Gallup", "Gallup poll")]


def test_one_unnamed_source():
    texts = [
        "A senior official said the pier was closed.",
        "Officials said the pier was closed.",
        "A source told CNN the pier was closed.",
        "Two officials said the pier was closed.",
        "An internal memo said the pier was closed.",
        "Critics said the pier was ugly.",
        "Ada Holm said the pier was closed.",
    ]
    table = Corpus(texts).unnamed()
    assert rows(table, "doc_id", "role", "source") == [
        ("0", "anonymous", "A senior official"),
    ]
    assert table["text"] == ["the pier was closed"]
    assert Corpus(texts).unnamed(alone=False)["source"] == [
        *("A senior official", "Officials", "A source", "Two officials", "Critics")
    ]
    assert len(Corpus([]).unnamed()) == 0


@pytest.mark.parametrize(
    "source",
    [
        *(
            "A senior official",
            "One official",
            "A source",
            "An attendee",
            "One of the voters",
            "A person on the council",
        ),
        *("A spokeswoman for the railway", "The mayor’s lawyer", "Someone in the room", "Another passenger"),
        *("A former employee of the railway", "A delegate from Saltby, Norvik,", "A federal judge"),
    ],
)
def test_people_whom_the_text_leaves_unnamed(source):
    assert Corpus([f"{source} said the pier was closed."]).unnamed()["source"] == [source.rstrip(",")]


@pytest.mark.parametrize(
    "source",
    [
        *("A new poll", "An internal memo", "The report", "A review of the accident", "An average of recent polls"),
        *("A research firm", "The railway’s figures", "A Gallup poll", "Data", "A comparison with last year"),
        *("A look at the books", "A fact sheet", "A passion", "The statement", "A count by the council"),
    ],
)
def test_polls_reports_and_data_are_no_unnamed_people(source):
    corpus = Corpus([f"{source} showed that the pier was closed."])
    assert len(corpus.quotes()) == 1 and len(corpus.unnamed(alone=False)) == 0


@pytest.mark.parametrize(
    "source",
    [
        *("The senator", "The harbour senator", "The candidate", "His father", "My mother", "Norvik’s mayor"),
        *(
            "The Saltby nominee",
            "The British capital’s new mayor",
            "Campaign manager",
            "Acme chief",
            "Everyone",
            "Nobody",
        ),
        *("Another delegate on the slate, Omar Diaz,", "The actor"),
    ],
)
def test_people_whom_the_text_tells_are_not_unnamed(source):
    assert Corpus([f"{source} said the pier was closed."]).unnamed(alone=False)["source"] == []


def test_a_description_is_what_it_was_first_called():
    text = (
        "A senior official said the pier was closed. The official said it would open. The senator said it would not."
    )
    assert Corpus([text]).unnamed()["source"] == ["A senior official", "The official"]


@pytest.mark.parametrize(
    "source",
    ["A number of voters", "A few lawmakers", "A majority of the voters", "Some officials", "Dozens of residents"],
)
def test_several_are_not_one(source):
    corpus = Corpus([f"{source} said the pier was closed."])
    assert len(corpus.unnamed()) == 0 and corpus.unnamed(alone=False)["source"] == [source]


def test_how_many_unnamed_and_why():
    text = "“It is closed,” said two officials, who asked not to be named because the talks are private."
    corpus = Corpus([text, text.replace("two officials", "one official")])
    (row,) = corpus.unnamed()
    assert row["doc_id"] == "1" and row["n_claimed"] == 1 and corpus.unnamed(alone=False)["n_claimed"] == [2, 1]
    assert row["reason"] == corpus["1"].text[row["reason_start"] : row["reason_end"]]
    assert "because the talks are private" in row["reason"] and row["text"] == "“It is closed,”"
