"""The report on a corpus: well formed, escaped, self-contained, small, with the figures of the tables, all linked."""

import json
import re
import shutil
import subprocess
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import pytest
import quotelens as ql
from quotelens.__main__ import main
from quotelens.show import page as page_of
from quotelens.show.report import page

VOID = {"meta", "br", "link", "img", "input"}
HOSTILE = "<script>alert(1)</script>\"'&"


class Checker(HTMLParser):
    """Collects ids, links, data attributes and texts, and complains of tags that do not nest."""

    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.ids, self.links, self.elements = [], 0, [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        assert not any(name.startswith("on") or name in ("src", "srcset", "action") for name in given)
        self.scripts += tag == "script"
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.elements.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def checked(html):
    """The page read, with all that holds of every page."""
    found = Checker()
    found.feed(html)
    found.close()
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    inner = {link[1:] for link in found.links if link.startswith("#")}
    assert inner <= set(found.ids)
    assert not re.search(r"@import|url\(|<link|<img|<iframe", html)
    return found


@pytest.fixture(scope="module")
def sample_page():
    return page(ql.sample())


def test_the_samples_give_a_page_that_needs_nothing_else(sample_page):
    found = checked(sample_page)
    assert found.scripts == 1
    outside = [link for link in found.links if not link.startswith("#")]
    assert outside and all(
        link.startswith("https://") and ".invalid/" in link for link in outside
    )  # the articles' own
    assert "15 articles of 7 outlets" in sample_page
    assert f"{len(ql.sample().quotes())} quotes" in sample_page


def test_every_statement_has_an_anchor_and_a_link_from_its_source(sample_page):
    numbers = {str(n) for n in range(1, len(ql.sample().quotes()) + 1)}
    assert numbers <= set(checked(sample_page).ids)
    sources = sample_page[sample_page.index('id="sources"') : sample_page.index('id="outlets"')]
    linked = re.findall(r'href="#(\d+)"', sources)
    assert set(linked) == numbers and len(linked) == len(numbers)


def test_anchors_stand_at_the_statement():
    html = page(ql.Corpus(["“It rained,” Ada Holm said.\n\nNobody spoke.\n\nBo Li said that it poured."]))
    assert re.search(r'<u id="1">“It rained,”</u> <b>Ada Holm</b> said', html)
    assert re.search(r'<u class="i" id="2">that it poured</u>', html)


def test_a_statement_around_another_has_an_anchor_too():
    quotes = ql.sample().quotes()
    assert any(parent >= 0 for parent in quotes["parent_id"])
    nested = ql.Corpus(["“It rained,” Ada Holm said Bo Li had told her.", "“Bo Li said “it poured”,” Ada Holm said."])
    assert len(re.findall(r'<u[^>]* id="\d+"', page(nested))) == len(nested.quotes())


def rows_of(html, section):
    part = html[html.index(f'<section id="{section}"') :]
    part = part[: part.index("</section>")]
    for row in re.findall(r"<tr[ >].*?</tr>", part):
        cells = re.findall(r"<t[hd]>(.*?)</t[hd]>", row)
        cells = [re.sub(r"<div>.*?</div>", "", cell) for cell in cells]
        cells = [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]
        yield [cell.strip().replace("\N{NO-BREAK SPACE}", " ") for cell in cells]


def test_figures_are_those_of_the_tables(sample_page):
    corpus = ql.sample()
    told = {row[0]: row[1:] for row in rows_of(sample_page, "sources")}
    for row in corpus.share("source"):
        name = "no name found" if row["source"] is None else row["source"]
        label = next(label for label in told if label == name or re.fullmatch(re.escape(name) + r" [a-z]+", label))
        assert told[label] == [str(row["n_quotes"]), str(row["n_words"]), f"{100 * row['share_words']:.1f} %"]
    outlets = {row[0]: row[2:] for row in rows_of(sample_page, "outlets")}
    for row in corpus.share("outlet"):
        assert outlets[row["outlet"]] == [
            str(row["n_quotes"]),
            str(row["n_words"]),
            f"{100 * row['share_words']:.1f} %",
        ]
    edges = Counter(int(row[1]) for row in rows_of(sample_page, "chains") if row[1] != "Quotes")
    assert edges == Counter(corpus.network()["n_quotes"])
    lone = sample_page[sample_page.index('id="unnamed"') : sample_page.index('id="families"')]
    assert lone.count("<li ") == len(corpus.unnamed())


@pytest.mark.parametrize("by, section", [("anonymity", "anonymity"), ("source_kind", "kinds")])
def test_parts_of_outlets_are_those_of_the_tables(sample_page, by, section):
    part = sample_page[sample_page.index(f'<section id="{section}"') :]
    part = part[: part.index("</section>")]
    blocks = dict(re.findall(r'<li data-o="\d+"><b>(.*?)</b>.*?<ul class="keys">(.*?)</ul></li>', part))
    for row in ql.sample().share(["outlet", by]):
        key = f"{row[by]} {100 * row['share_quotes']:.1f}\N{NO-BREAK SPACE}%"
        assert key in blocks[row["outlet"]], (row, blocks[row["outlet"]])


def test_names_of_others_do_no_harm():
    said = f"“Go {HOSTILE} home,” Ann {HOSTILE} Lee said. A {HOSTILE} source said it rained. {HOSTILE}"
    records = [{"id": HOSTILE, "text": f"{HOSTILE}\n\n{said}", "outlet": HOSTILE, "url": "javascript:alert(1)"}]
    config = ql.Config().add_sources([{"name": HOSTILE, "aliases": ["Bo Li"], "kind": HOSTILE}])
    corpus = ql.Corpus([*records, {"id": "b", "text": "Bo Li told Reuters it poured.", "outlet": "x"}], config=config)
    assert HOSTILE in corpus.sources()["name"]
    html = page(corpus, title=f"{HOSTILE}</title></style>", full_text=True)
    assert checked(html).scripts == 1
    assert html.count("<script") == 1 and "alert(1)</script>" not in html and "javascript:" not in html
    assert html.count("</style>") == 1 and html.count("</title>") == 1


def test_the_same_words_elsewhere():
    texts = [
        "“Every cable has to be replaced by <May>,” Ada Holm said.",
        "“Every cable has to be replaced,” said Ada Holm.",
    ]
    texts.append("“Nobody else has said a thing like this,” Bo Li said.")
    records = [{"text": text, "outlet": outlet} for text, outlet in zip(texts, "ABC", strict=True)]
    html = page(ql.Corpus(records))
    checked(html)
    part = html[html.index('<section id="families"') : html.index('<section id="articles"')]
    assert part.count('<ul class="forms">') == 1 and "2 quotes · 2 outlets · Ada Holm" in part
    assert "[-by &lt;May-]" in part and "Nobody else" not in part
    assert set(re.findall(r'href="#(\d+)"', part)) == {"1", "2"}


def test_families_that_are_left_out_are_counted(sample_page):
    families = ql.sample().quotes().families()
    assert sample_page.count('<ul class="forms">') == min(len(families), 25)
    assert (f"of {len(families)}," in sample_page) == (len(families) > 25)


def test_what_the_filter_looks_at():
    texts = [("one", "“It rained,” Ada Holm said."), ("two", "“It poured,” Bo Li said."), ("two", "Nobody spoke.")]
    html = page(ql.Corpus([{"text": text, "outlet": outlet} for outlet, text in texts]), full_text=True)
    found = checked(html)
    options = dict(re.findall(r'<option value="(\d+)">([^<]+)</option>', html.partition('name="o"')[0]))
    articles = [given for tag, given in found.elements if tag == "article"]
    assert [options.get(given["data-s"]) for given in articles] == ["Ada Holm", "Bo Li", None]
    assert articles[2]["data-s"] is None  # there, and empty
    assert articles[1]["data-o"] == articles[2]["data-o"] != articles[0]["data-o"]
    rows = [given for tag, given in found.elements if tag == "tr" and given.get("id", "").startswith("p")]
    assert {(options[given["data-s"]], given["data-o"]) for given in rows} == {
        ("Ada Holm", articles[0]["data-o"]),
        ("Bo Li", articles[1]["data-o"]),
    }
    assert ("form", {"id": "filter", "hidden": None, "autocomplete": "off"}) in found.elements  # for its script only


def test_full_text_or_paragraphs_with_statements():
    corpus = ql.Corpus(["The sky was grey.\n\n“It rained,” Ada Holm said.\n\nThe grass was wet."])
    whole, parts = page(corpus), page(corpus, full_text=False)
    assert "The grass was wet." in whole and "only the paragraphs" not in whole
    assert "The grass was wet." not in parts and "It rained" in parts and "only the paragraphs" in parts


def test_a_statement_over_paragraphs_is_shown_whole():
    text = "“It rained.\n\n“It poured.\n\n“Then it stopped,” Ada Holm said.\n\nThe grass was wet."
    corpus = ql.Corpus([text])
    assert corpus.quotes()["n_pieces"] == [3]
    parts = page(corpus, full_text=False)
    checked(parts)
    assert "It poured." in parts and "The grass was wet." not in parts


@pytest.mark.parametrize(
    "text", ["“" * 300, "“It \ud800 rained,” Ada \x00 Holm said. <u id=1>", "“a”\n" * 50, "<!-- “No,” Bo Li said."]
)
def test_damaged_texts_are_as_good_as_others(tmp_path, text):
    path = tmp_path / "report.html"
    corpus = ql.Corpus([text])
    corpus.report(path)
    anchors = [each for each in checked(path.read_text("utf-8")).ids if each.isdigit()]
    assert sorted(map(int, anchors)) == list(range(1, len(corpus.quotes()) + 1))


def test_an_empty_corpus_and_one_without_statements():
    assert "0 articles" in page(ql.Corpus([]))
    checked(page(ql.Corpus([])))
    html = page(ql.Corpus(["", "Rain fell."]))
    checked(html)
    assert "2 articles without a quote" in html and "1 empty" in html


def test_five_hundred_articles_take_less_than_two_megabytes():
    samples = list(ql.sample())
    copies = [(k, doc) for k in range(34) for doc in samples][:500]
    records = [{**doc.meta, "id": f"{doc.id}-{k}", "text": doc.text} for k, doc in copies]
    html = page(ql.Corpus(records))
    assert len(html.encode()) < 2_000_000
    assert "500 articles" in html and "only the paragraphs" in html
    checked(html)


def test_the_page_does_not_depend_on_threads():
    one, two = ql.Corpus(["“No,” Bo Li said."] * 3, threads=1), ql.Corpus(["“No,” Bo Li said."] * 3, threads=2)
    assert page(one) == page(two)


def test_the_command_and_the_method_write_the_same(tmp_path):
    articles, out, own = tmp_path / "in.jsonl", tmp_path / "report.html", tmp_path / "own.html"
    articles.write_text(json.dumps({"doc_id": "a", "text": "“It rained,” Ada Holm said."}) + "\n", encoding="utf-8")
    assert main(["report", str(articles), "-o", str(out), "--title", "Rain & sun", "--no-full-text"]) == 0
    ql.read(articles).report(own, title="Rain & sun", full_text=False)
    assert out.read_text("utf-8") == own.read_text("utf-8")
    assert "<title>Rain &amp; sun</title>" in out.read_text("utf-8")


def test_the_help_has_examples(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    assert "quotelens report articles/ -o report.html" in capsys.readouterr().out


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_renders_it_without_errors(tmp_path):
    path = tmp_path / "report.html"
    ql.sample().report(path)
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--enable-logging=stderr",
    ]
    command = [CHROMIUM, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "CONSOLE" not in done.stderr
    assert "<output>15 articles</output>" in done.stdout  # by the script
    assert '<form id="filter" autocomplete="off">' in done.stdout


def test_the_rows_of_sources_and_of_openness_agree(sample_page):
    shares = list(ql.sample().share(["source", "anonymity"]))

    def n(is_named, anonymity):
        return sum(
            row["n_quotes"]
            for row in shares
            if (row["source"] is not None, row["anonymity"]) == (is_named, anonymity)
        )

    nameless = sum(row["n_quotes"] for row in shares if row["source"] is None)
    told = f"The {nameless} with no name found: {n(False, 'named')} with a pronoun or the like whose name"
    assert told in sample_page
    total = n(True, "named") + n(False, "named")
    parts = f"{n(True, 'named')} are those of the named sources above; {n(False, 'named')} have a pronoun"
    assert f"Of the {total} named, {parts}" in sample_page


def test_the_page_says_that_rare_sources_are_unsure(sample_page):
    assert "Sources with one or two quotes are the least sure" in sample_page
    assert "Sources with one or two quotes are the least sure" in page_of.page(ql.sample())


def test_statements_tell_what_they_are_called_in_the_tables(sample_page):
    for doc in (doc for doc in ql.sample() if len(doc.quotes()) > 0):
        first, runs = re.search(rf'data-n="(\d+)" data-q="([^"]*)" title="{doc.id}"', sample_page).groups()
        ids = [k for a, b in (run.split("-") for run in runs.split()) for k in range(int(a), int(b) + 1)]
        assert ids == doc.quotes()["quote_id"]
        assert f'id="{first}"' in sample_page and f'id="{int(first) + len(ids) - 1}"' in sample_page


def test_a_report_analyses_each_document_once(monkeypatch):
    from quotelens import corpus as module

    seen = []

    def counting(engine, records, *rest, **options):
        seen.extend(record.doc_id for record in records)
        return analyse(engine, records, *rest, **options)

    analyse = module.analyse
    monkeypatch.setattr(module, "analyse", counting)
    corpus = ql.sample()
    html = page(corpus)
    assert sorted(seen) == sorted(doc.id for doc in ql.sample())
    assert corpus._analysed is None and html == page(ql.sample())
