"""What the explorer sends to a browser, and what comes back; how it looks there: tests/integrations."""

import json
import re

import pytest
import quotelens as ql

pytest.importorskip("anywidget", reason="anywidget is not installed")
from quotelens.analysis.annotation import text_sha1
from quotelens.show.explorer import FIELDS, Explorer

TEXT = "It is a 😀 day. “The 🐐 rained,” Ada Holm said, “and how.” She denied that it 😀 had poured."


@pytest.fixture
def corpus():
    records = [{"id": "a", "text": TEXT, "outlet": "Post", "published": "2026-11-03T23:30:00-05:00"}]
    records.append({"id": "b", "text": "Ms Holm said it snowed. A spokesman said it hailed.", "outlet": "Day"})
    return ql.Corpus([*records, {"id": "c", "text": "Rain fell."}])


def correction(**changed):
    known = {"doc_id": "a", "text_sha1": text_sha1(TEXT), "quote_id": 0, "spans": [[15, 31], [47, 57]]}
    return known | {"what": "changed", "field": "kind", "old": "direct", "new": "mixed"} | changed


def test_what_is_sent(corpus):
    sent = corpus.explore().get_state()
    assert [row["doc_id"] for row in sent["documents"]] == ["a", "b", "c"]
    assert sent["documents"][0] | {"title": None} == {
        "doc_id": "a",
        "outlet": "Post",
        "published": "2026-11-03",
        "title": None,
    }
    sample = ql.sample()
    assert [row["title"] for row in sample.explore().documents] == sample.documents()["title"]
    quotes = corpus.quotes()
    assert [(row["doc_id"], row["quote_id"]) for row in sent["quotes"]] == list(
        zip(quotes["doc_id"], quotes["quote_id"], strict=True)
    )
    assert sent["selected"] == sent["article"]["doc_id"] == "a"
    assert sent["article"]["text_sha1"] == text_sha1(TEXT)
    assert json.loads(json.dumps(sent["article"])) == sent["article"]


def test_a_speaker_is_one_over_articles(corpus):
    explorer = Explorer(corpus)
    said = {}
    for row in explorer.quotes:
        said.setdefault(explorer.voices[row["voice"]]["name"], []).append(row["doc_id"])
    assert said == {"Ada Holm": ["a", "a", "b"], "A spokesman": ["b"]}


def units(text, span):
    """What JavaScript has between two places."""
    return text.encode("utf-16-le", "surrogatepass")[2 * span[0] : 2 * span[1]].decode("utf-16-le", "surrogatepass")


def test_places_are_units_of_javascript(corpus):
    listed = Explorer(corpus).article["quotes"]
    assert len(listed) == 2
    for row, quote in zip(listed, corpus["a"].quotes(), strict=True):
        assert row["content"] != row["spans"]  # the text has characters of two units before them all
        assert [units(TEXT, span) for span in row["content"]] == [TEXT[slice(*span)] for span in row["spans"]]
        assert " … ".join(units(TEXT, span) for span in row["content"]) == quote["content"]
        assert (units(TEXT, row["by"]), units(TEXT, row["cue"])) == (quote["source"], quote["cue"])


def test_places_of_all_samples():
    corpus, n = ql.sample(), 0
    explorer = Explorer(corpus, quotes=corpus.quotes(acts="all", zones="all"))
    for document in corpus:
        explorer.selected = document.id
        article = explorer.article
        quotes = {quote["quote_id"]: quote for quote in document.quotes(acts="all", zones="all")}
        assert [row["quote_id"] for row in article["quotes"]] == list(quotes)
        for row in article["quotes"]:
            assert (
                " … ".join(units(article["text"], span) for span in row["content"])
                == quotes[row["quote_id"]]["content"]
            )
            n += 1
        zones = document.zones().filter(zone="boilerplate")
        assert [units(article["text"], span) for span in article["furniture"]] == [
            document.text[row["start"] : row["end"]] for row in zones
        ]
    assert n == len(explorer.quotes) > 200


def test_half_characters_keep_their_places():
    text = "“It \ud83d rained,” Ada \udc00 Holm said."
    article = ql.Corpus([text]).explore().article
    assert article["text"] == text.replace("\ud83d", "\ufffd").replace("\udc00", "\ufffd")
    assert json.dumps(article, ensure_ascii=False).encode()
    (row,) = article["quotes"]
    assert [units(article["text"], span) for span in row["content"]] == ["“It \ufffd rained,”"]


def test_an_article_is_opened(corpus):
    explorer = Explorer(corpus)
    explorer.set_state({"selected": "b"})  # as the browser does
    assert explorer.article["doc_id"] == "b" and len(explorer.article["quotes"]) == 2
    explorer.set_state({"selected": "nowhere"})
    assert explorer.article == {}


def test_corrections_come_back_and_are_taken_up(corpus):
    explorer = Explorer(corpus)
    records = [correction(), correction(quote_id=1, what="removed", field=None, old=None, new=None)]
    explorer.set_state({"corrections": records})
    assert explorer.corrections == records
    assert all(list(record) == list(FIELDS) for record in explorer.corrections)
    again = Explorer(corpus, corrections=explorer.corrections)
    assert again.get_state()["corrections"] == records
    elsewhere = correction(doc_id="z", text_sha1="0")
    assert Explorer(corpus, corrections=[elsewhere]).corrections == [elsewhere]


def test_corrections_that_are_none(corpus):
    with pytest.raises(ValueError, match="another text of document 'a'"):
        Explorer(corpus, corrections=[correction(text_sha1="0")])
    with pytest.raises(ValueError, match=r"give dicts like those of Explorer\.corrections: doc_id, text_sha1"):
        Explorer(corpus, corrections=[{"doc_id": "a"}])
    with pytest.raises(ValueError, match="is not a correction"):
        Explorer(corpus, corrections=["a"])


def test_options(corpus):
    assert {row["kind"] for row in corpus.explore(quotes=corpus.quotes(kind="indirect")).quotes} == {"indirect"}
    assert corpus.explore(quotes=corpus.quotes(min_confidence=1.0)).quotes == []
    assert corpus.explore(quotes=corpus.quotes(kind="direct")).article["quotes"][0]["kind"] == "direct"
    with pytest.raises(ValueError, match="spoken"):
        corpus.explore(quotes=corpus.quotes(acts="spoken"))


def test_no_articles():
    explorer = ql.Corpus([]).explore()
    assert (explorer.documents, explorer.quotes, explorer.selected, explorer.article) == ([], [], "", {})


def test_the_script_writes_no_html(root):
    script = (root / "python" / "quotelens" / "show" / "explorer.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|https?:|import ", script)
    style = (root / "python" / "quotelens" / "show" / "explorer.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(", style)


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_can_be_read(root):
    style = (root / "python" / "quotelens" / "show" / "explorer.css").read_text(encoding="utf-8")
    themes = [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r"\{([^{}]*--paper: [^{}]*)\}", style)
    ]
    light, dark, system = themes
    assert dark == system != light
    for theme in (light, dark):
        paper = luminance(theme["paper"])
        for name in ("ink", "quiet", "direct", "mixed", "indirect", "scare", "source"):
            bright, dim = sorted((luminance(theme[name]), paper), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 4.5, (name, theme[name])


def test_what_a_reader_corrects_is_laid_over_the_corpus(corpus):
    spans = {}
    for row in corpus["a"]._table("spans"):
        spans.setdefault(row["quote_id"], []).append([row["start"], row["end"]])
    first, second = ({"quote_id": k, "spans": spans[k]} for k in (0, 1))
    removed = {"what": "removed", "field": None, "old": None, "new": None}
    speaker = {"field": "speaker", "old": "Ada Holm", "new": "Bo Ek"}
    given = [correction(**first), correction(**first | speaker), correction(**second | removed)]
    done = corpus.corrected(Explorer(corpus, corrections=given).corrections)
    assert [(row["kind"], row["speaker"]) for row in done.quotes().filter(doc_id="a")] == [("mixed", "Bo Ek")]
    assert "Bo Ek" in done.sources()["name"]
    with pytest.raises(ValueError, match="fits no quote of it"):
        corpus.corrected([correction(spans=[[0, 3]])])
