"""Pages in the shapes of a dozen content systems: which lines are kept, and title, byline and date."""

import json

import pytest
from quotelens import read

trafilatura = pytest.importorskip("trafilatura")

TITLE = "Funicular to reopen in May after two years of repairs"
AUTHOR, SITE, DAY = "Imke Solberg", "The Saltby Post", "2031-04-03"
WRITTEN = "April 3, 2031"
PARAGRAPHS = [
    "The railway of Saltby will open again in May, two years after a cable broke on the upper section of the line.",
    "Brandt Railways runs the line for the town, and has spent nine million on the repairs since last summer.",
    "The company said on Monday that every cable had been replaced and that the cars had been tested for six weeks.",
    "“We were lucky, and luck is no plan for the years to come,” its manager, Ines Tarrant, told the council.",
    "Tickets will cost as much as they did before the accident, and pensioners will ride for nothing on Sundays.",
    "The council will hear in autumn what the second section would cost, and whether the state pays a part of it.",
]
HEADING = "What it will cost"
ITEMS = ["Adults: four crowns a ride", "Children under twelve: one crown", "Pensioners on Sundays: nothing"]
TEASERS = [
    "Ferry captain wins regatta for the third time",
    "Library opens on Sundays again",
    "Ten walks for the spring",
]

MENU = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in ("Home", "News", "Sport", "Opinion"))
RELATED = "".join(f'<li><a href="/a{k}">{teaser}</a></li>' for k, teaser in enumerate(TEASERS))
BODY = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
FULL = (
    "".join(f"<p>{one}</p>" for one in PARAGRAPHS[:4])
    + f"<h2>{HEADING}</h2><ul>{''.join(f'<li>{one}</li>' for one in ITEMS)}</ul>"
    + "".join(f"<p>{one}</p>" for one in PARAGRAPHS[4:])
)
FOOT = f"<footer><p>© 2031 {SITE}. All rights reserved.</p><a href='/privacy'>Privacy policy</a></footer>"
LD = json.dumps(
    {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": f"{DAY}T07:30:00+00:00",
        "author": [{"@type": "Person", "name": AUTHOR}],
        "publisher": {"@type": "Organization", "name": SITE},
    }
)
META = (
    f'<title>{TITLE} | {SITE}</title><meta property="og:title" content="{TITLE}">'
    f'<meta property="og:site_name" content="{SITE}"><meta name="author" content="{AUTHOR}">'
    f'<meta property="article:published_time" content="{DAY}T07:30:00+00:00">'
)


def page(head, body):
    return f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


SHAPES = {
    "a blog with posts": page(
        META,
        f"<header class='site-header'><nav><ul>{MENU}</ul></nav></header>"
        "<div id='content'><main><article class='post'>"
        f"<header class='entry-header'><h1 class='entry-title'>{TITLE}</h1><div class='entry-meta'>"
        f"<time class='entry-date' datetime='{DAY}'>{WRITTEN}</time> <span class='byline'>by "
        f"<a rel='author'>{AUTHOR}</a>"
        f"</span></div></header><div class='entry-content'>{FULL}</div></article></main><aside><h3>Related</h3>"
        f"<ul>{RELATED}</ul></aside></div>{FOOT}",
    ),
    "nodes with fields": page(
        META,
        f"<div id='page'><ul class='menu'>{MENU}</ul><h1 class='page-title'>{TITLE}</h1><div class='node__content'>"
        f"<span class='field--name-uid'>{AUTHOR}</span><span class='field--name-created'>{WRITTEN}</span>"
        f"<div class='field--name-body field--type-text-with-summary'>{FULL}</div></div>"
        f"<div class='block-views'><h2>More news</h2><ul>{RELATED}</ul></div>{FOOT}</div>",
    ),
    "a journal with JSON-LD": page(
        f"<title>{TITLE}</title><script type='application/ld+json'>{LD}</script>",
        f"<article class='gh-article'><h1 class='gh-article-title'>{TITLE}</h1><section class='gh-content'>{FULL}"
        f"</section></article><section class='gh-readmore'><h3>Read more</h3><ul>{RELATED}</ul></section>{FOOT}",
    ),
    "sections of a platform": page(
        f"<title>{TITLE} – {SITE}</title><script type='application/ld+json'>{LD}</script>",
        f"<div id='root'><div><a>Sign up</a><a>Sign in</a></div><article><div><section><div><h1>{TITLE}</h1>"
        f"<div><a>{AUTHOR}"
        f"</a><a>Follow</a><span>5 min read</span></div>{FULL}</div></section></div></article>"
        f"<div><h2>More from {AUTHOR}</h2><ul>{RELATED}</ul></div></div>",
    ),
    "an archive of months": page(
        META,
        f"<div class='main'><div class='post hentry'><h3 class='post-title entry-title'>{TITLE}</h3>"
        f"<div class='post-body entry-content'>{BODY}</div><div class='post-footer'>Posted by <span>{AUTHOR}</span>"
        f"</div></div></div><div class='sidebar'><h2>Blog Archive</h2><ul>{RELATED}</ul></div>",
    ),
    "items with properties": page(
        META,
        f"<div class='item-page' itemscope itemtype='https://schema.org/Article'><h2 itemprop='headline'>{TITLE}</h2>"
        f"<dl class='article-info'><dd class='createdby'>Written by {AUTHOR}</dd>"
        f"<dd class='published'>{WRITTEN}</dd></dl>"
        f"<div itemprop='articleBody'>{FULL}</div></div>"
        f"<div class='moduletable'><h3>Latest</h3><ul>{RELATED}</ul></div>{FOOT}",
    ),
    "a page for telephones": f"<!doctype html><html amp lang='en'><head><meta charset='utf-8'><title>{TITLE}</title>"
    f"<script type='application/ld+json'>{LD}</script></head><body><amp-sidebar><ul>{MENU}</ul></amp-sidebar>"
    f"<article><h1>{TITLE}</h1><p class='byline'>By {AUTHOR}</p>{FULL}</article>{FOOT}</body></html>",
    "a graph and boxes inside": page(
        f"<title>{TITLE}</title>"
        f"<script type='application/ld+json'>{json.dumps({'@graph': [json.loads(LD)]})}</script>",
        f"<div id='app'><div class='masthead'><ul>{MENU}</ul></div><div class='layout'><h1>{TITLE}</h1>"
        f"<div class='article-body'>{''.join(f'<p>{one}</p>' for one in PARAGRAPHS[:3])}"
        f"<div class='newsletter-promo'><p>Sign up for our newsletter</p></div>"
        f"{''.join(f'<p>{one}</p>' for one in PARAGRAPHS[3:])}</div></div><div class='most-read'><h4>Most read</h4>"
        f"<ol>{RELATED}</ol></div>{FOOT}</div>",
    ),
    "a live blog": page(
        META,
        f"<main><h1>{TITLE}</h1><p class='byline'>{AUTHOR}</p><div class='live-blog'>"
        + "".join(
            f"<article class='live-post'><time>{9 + k}:15</time><p>{one}</p></article>"
            for k, one in enumerate(PARAGRAPHS)
        )
        + f"</div></main>{FOOT}",
    ),
    "questions and answers": page(
        META,
        f"<article><h1>{TITLE}</h1><p>By {AUTHOR}</p><p>{PARAGRAPHS[0]}</p><p><strong>Is it safe?</strong></p>"
        f"<p>{PARAGRAPHS[2]}</p><p><strong>And who pays?</strong></p>"
        f"{''.join(f'<p>{one}</p>' for one in [PARAGRAPHS[1], *PARAGRAPHS[3:]])}</article>{FOOT}",
    ),
    "no classes at all": page(
        f"<title>{TITLE}</title>{META.partition('</title>')[2]}",
        f"<ul>{MENU}</ul><center><font size='5'>{TITLE}</font></center><p><i>By {AUTHOR}</i></p>{BODY}",
    ),
    "lines that break": page(
        META,
        f"<div class='story'><h1>{TITLE}</h1><div class='text'>{'<br><br>'.join(PARAGRAPHS)}</div></div>{FOOT}",
    ),
}


def lines_of(text):
    return {line.strip("-• ").strip() for line in text.splitlines() if line.strip("-• ").strip()}


def score(kept):
    """F1 of the article's own lines among those that were kept."""
    wanted = {*PARAGRAPHS, HEADING, *ITEMS} if HEADING in kept else set(PARAGRAPHS)
    return 2 * len(kept & wanted) / (len(kept - {TITLE}) + len(wanted))


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_in_the_shape_of_a_content_system(tmp_path, name):
    (tmp_path / "page.html").write_text(SHAPES[name], encoding="utf-8")
    corpus = read(tmp_path / "page.html")
    (row,) = corpus.documents()
    assert (row["title"], row["byline"]) == (TITLE, AUTHOR)
    assert row["published"].date().isoformat() == DAY
    (document,) = corpus
    body = "\n".join(
        document.text[zone["start"] : zone["end"]] for zone in document.zones() if zone["zone"] == "body"
    )
    assert lines_of(body) >= set(PARAGRAPHS)
    assert not lines_of(body) & set(TEASERS)
    alone = trafilatura.extract(SHAPES[name], include_comments=False) or ""
    assert score(lines_of(body)) >= score(lines_of(alone))


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_quoted_stands_in_the_article(tmp_path, name):
    (tmp_path / "page.html").write_text(SHAPES[name], encoding="utf-8")
    corpus = read(tmp_path / "page.html")
    assert set(corpus.quotes()["zone"]) == {"body"}
    assert "Ines Tarrant" in corpus.quotes()["speaker"]
