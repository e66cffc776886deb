"""Articles as HTML: well formed, escaped, self-contained, and complete."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
import quotelens as ql
from quotelens.show.article import article
from quotelens.show.page import page

VOID = {"meta", "br", "link", "img"}
NASTY = "<script>alert('x')</script> & “Go <b>home</b>,” Ann Lee said.\n\n“Stay \"put\",” she added.\n“" * 3


class Checker(HTMLParser):
    """Collects text, and complains of tags that do not nest."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") or (name == "src") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def checked(html):
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert "script" not in checker.tags
    return checker


def test_an_article_is_well_formed_and_escaped():
    html = ql.annotate(NASTY).show()._repr_html_()
    checked(html)
    assert "<script" not in html and "&lt;script&gt;" in html


def test_all_of_the_text_is_there():
    doc = ql.annotate("It rained.\n“It “really” will,” Ann Lee said, “and soon.”\nBo said it wouldn’t.")
    rows = re.findall(r'<div class="ql-row"><(\w+) class="[^"]*">(.*?)</\1>', article(doc, legend=False), re.DOTALL)
    plain = [unescape(re.sub(r"<a class=\"ql-ref\".*?</a>|<[^>]+>", "", html)) for _, html in rows]
    assert plain == doc.text.split("\n")


def test_quotations_sources_and_cues_are_marked_and_named():
    html = article(ql.annotate("“It will rain,” Ann Lee said."))
    assert 'class="ql-q ql-direct"' in html
    assert '<b class="ql-source">Ann Lee</b>' in html and '<span class="ql-cue">said</span>' in html
    assert '<span class="ql-kind ql-direct">direct</span>' in html


def test_the_chain_is_told_on_hover():
    html = article(ql.annotate("“It will rain,” Ann Lee said in a memo seen by Reuters. “No,” said Bo Li."))
    titles = re.findall(r'class="ql-q[^"]*" title="([^"]*)"', html)
    assert titles[0] == "direct · Ann Lee → memo → Reuters" and titles[-1] == "direct · Bo Li"
    checked(html)


def test_the_chain_stands_beside_the_quotation_where_nothing_hovers():
    doc = ql.annotate(
        "“It rained,” Ann Lee said in a memo seen by Reuters. It said “it poured.”\n\n“Yes,” said Bo Li."
    )
    notes = [" ".join(re.sub("<[^>]*>", "", note).split()) for note in re.findall(r"<li id=.*?</li>", article(doc))]
    assert notes[0] == "0 Ann Lee → memo → Reuters said direct"
    assert notes[-1] == f"{len(notes) - 1} Bo Li said direct"
    assert not any("It → It" in note for note in notes)
    listed = re.sub("<[^>]*>", "", page([doc]).split("<article")[0])
    assert "“It rained,” direct through memo → Reuters · 0" in listed


def test_a_page_of_several_articles():
    docs = ql.Corpus(
        [{"id": "<a>", "text": NASTY, "outlet": "A & B", "url": "javascript:alert(1)"}, {"id": "b", "text": "Rain."}]
    )
    html = page(docs, title="Rain & shine")
    checked(html)
    assert "<title>Rain &amp; shine</title>" in html and "2 articles" in html
    assert "javascript:" not in html and "A &amp; B" in html and "<a>" not in html
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(names)


def test_a_pronoun_is_nobodys_name():
    texts = ["“It will rain,” Ann Lee said. “It will pour,” she said.", "“It will snow,” she said."]
    html = page(ql.Corpus(texts))
    names = re.findall(r"<tr><th>([^<]*)</th><td>(\d+)</td><td>(\d+)</td>", html)
    assert ("Ann Lee", "2", "1") in names
    assert not {"she", "She"} & {name for name, *_ in names}


def test_nothing_is_loaded_from_elsewhere():
    html = page(ql.sample())
    checked(html)
    assert not re.search(r"@import|url\(|\bsrc=|<link|<script", html)


@pytest.mark.parametrize("text", ["", "\n\n", "😀“", "“" * 500, "\ud800 “x” said Bo Li."])
def test_any_text_can_be_shown(text, tmp_path):
    view = ql.annotate(text).show()
    checked(view._repr_html_())
    view.write(tmp_path / "v.html")
    assert (tmp_path / "v.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_view_says_what_it_is():
    assert repr(ql.annotate("Rain.").show()).startswith("<View: ")


def test_statements_are_numbered_by_their_quote_id():
    doc = ql.sample()["goats-pennant"]
    html = article(doc)
    numbers = re.findall(r'class="ql-num" href="[^"]*">(\d+)</a>', html)
    assert [int(number) for number in numbers] == doc.quotes(acts="all", zones="all", kind="all")["quote_id"]
    last = int(numbers[-1])
    name = re.search(rf'id="([^"]*-{last})" href="[^"]*">{last}</a>', html)
    assert name and doc.explain(last).quote["quote_id"] == last
