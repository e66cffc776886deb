"""Hostile documents in everything that is HTML: nothing of theirs runs, and nothing is asked for."""

import base64
import hashlib
import html.parser
import json
import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest
import quotelens as ql
from quotelens.show.page import page
from quotelens.show.report import page as report

RAN = "document.documentElement.setAttribute('data-ran','1')"
HOSTILE = [
    f"<script>{RAN}</script>",
    "Mr Pell<script src=https://hostile.invalid/a.js></script>",
    f'"><img src=https://hostile.invalid/b.png onerror={RAN}>',
    f"' onmouseover='{RAN}' autofocus onfocus='{RAN}' x='",
    f"</style><script>{RAN}</script>",
    f"</title></textarea></template><svg/onload={RAN}>",
    f"--><!--<script>{RAN}</script>",
    f"javascript:{RAN}//https://hostile.invalid",
    f"data:text/html,<script>{RAN}</script>",
    f"{{{{constructor.constructor('{RAN}')()}}}}${{{RAN}}}",
    f"&lt;script&gt;{RAN}&lt;/script&gt;&#60;img src=x onerror={RAN}&#62;",
    "\u202egnp.exe\u202c<b>\u2066",
    f"\0<scr\0ipt>{RAN}</scr\0ipt>\x1b]0;\x07",
    "<link rel=stylesheet href=https://hostile.invalid/c.css><style>@import'https://hostile.invalid/d.css'</style>",
    "<iframe srcdoc='<script>parent." + RAN + "</script>'></iframe><base href=https://hostile.invalid/>",
    "<meta http-equiv=refresh content='0;url=https://hostile.invalid/e'><form action=https://hostile.invalid/f>",
]
OURS = frozenset(
    """html head meta title style body main header nav section article aside footer p div span a b i u em small h1 h2
    h3 h4 ul ol li dl dt dd table caption thead tbody tr th td details summary blockquote q del ins mark sup sub br hr
    strong form label select option output button script figure figcaption pre code cite time""".split()  # noqa: SIM905
)


def text_of(hostile):
    name = f"Ann {hostile} Lee"
    return (
        f"{hostile}\n\n“We will never, ever give up this {hostile} old railway,” {name} said on Monday. "
        f"The {hostile} memo seen by Reuters said that {hostile} it was late. "
        f"{name}, the chief of {hostile}, denied it. "
        f"An official who asked not to be named because {hostile} was angry called it “a so-called {hostile} plan”."
    )


@pytest.fixture(scope="module")
def corpus():
    documents = [
        {
            "id": hostile,
            "text": text_of(hostile),
            **dict.fromkeys(("outlet", "title", "author", "section", "language"), hostile),
            "url": hostile if k % 2 else f"https://ok.invalid/{hostile}",
            "published": hostile if k % 3 == 0 else "2024-05-01",
        }
        for k, hostile in enumerate(HOSTILE)
    ]
    sources = [{"name": f"Reuters {hostile}", "aliases": [hostile], "note": hostile} for hostile in HOSTILE]
    return ql.Corpus(documents, config=ql.Config().add_sources(sources))


def whole_pages(corpus):
    return {
        "page": page(corpus),
        "report": report(corpus, title="Who is quoted", full_text=None),
        "report of a hostile title, with all texts": report(corpus, title="".join(HOSTILE), full_text=True),
        "view of a document": str(corpus[HOSTILE[2]].show()),
        "variants": str(corpus.quotes().families().variants().show()),
        "demo": page(ql.sample()),
    }


def notebook_views(corpus):
    """What a notebook puts into its own page."""
    families = corpus.quotes().families()
    gold = [
        {"doc_id": hostile, "text": text_of(hostile), "quotes": [{"spans": [[0, 5]], "type": "direct"}]}
        for hostile in HOSTILE
    ]
    evaluated = ql.evaluate(None, gold)
    tables = [
        *(
            corpus.documents(),
            corpus.quotes(),
            corpus.mentions(),
            corpus.sources(),
            corpus.chains(),
            corpus.problems(),
        ),
        *(
            corpus.unnamed(),
            corpus.network(),
            corpus.share("source"),
            corpus.metadata(),
            families,
            families.variants(),
        ),
        *(
            evaluated,
            evaluated.table(),
            evaluated.errors(),
            corpus.kwic("railway"),
            corpus.kwic("railway", within="quotes"),
        ),
        corpus.quotes().pivot("source", "kind"),
        corpus.documents().pivot("doc_id", "outlet"),
        families.variants().show(),
    ]
    views = [table._repr_html_() for table in tables]
    for document in corpus:
        views += [document._repr_html_(), document.show()._repr_html_()]
        views += [document.explain(k)._repr_html_() for k in range(len(document.quotes()))]
    return views


@pytest.fixture(scope="module")
def pages(corpus):
    """Every page, also without the policy that would hide what is not escaped."""
    made = whole_pages(corpus)
    bare = {f"{name}, without its policy": without_policy(text) for name, text in made.items()}
    views = "".join(notebook_views(corpus))
    return made | bare | {"notebook": f"<!doctype html><meta charset=utf-8><title>views</title><body>{views}</body>"}


def without_policy(text):
    bare, n = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert n == 1
    return bare


def test_the_policy_allows_our_own_script_alone(corpus):
    for name, text in whole_pages(corpus).items():
        (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
        allowed = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'", name
        assert allowed["script-src"] == ("".join(f"'sha256-{digest}'" for digest in digests) or "'none'"), name
        assert text.index("Content-Security-Policy") < text.index("<style"), "it comes before what it is for"


class Strict(html.parser.HTMLParser):
    """Notes whatever is not of our own making, and the scripts."""

    def __init__(self):
        super().__init__()
        self.wrong, self.scripts, self._inside = [], [], None

    def handle_starttag(self, tag, attrs):
        self._inside = tag
        if tag not in OURS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "srcdoc", "action", "formaction", "background"):
                self.wrong.append((tag, name, value))
            if name == "style" and re.search(r"url\(|expression|@", value or ""):
                self.wrong.append((tag, name, value))
            if name == "href" and not re.match(r"#|https://(?!hostile)\w+\.invalid/", value or ""):
                self.wrong.append((tag, name, value))
            if (tag, name) == ("meta", "http-equiv") and value != "Content-Security-Policy":
                self.wrong.append((tag, name, value))

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside == "style" and re.search(r"@import|url\(|invalid", data):
            self.wrong.append(("style", data))


def test_nothing_but_our_own_tags(pages):
    for name, text in pages.items():
        parser = Strict()
        parser.feed(text)
        parser.close()
        assert not parser.wrong, name
        assert not any(RAN in script for script in parser.scripts), name
        assert len(parser.scripts) == ("report" in name), name
        assert "hostile.invalid" in text or "demo" in name, "what is looked for is there"


# --------------------------------------------------------------------------------------------------- a browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def proxy():
    """A proxy that answers nothing, and the first lines of what it was asked."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    try:
                        asked.append(connection.recv(4096).split(b"\r\n")[0].decode("latin-1"))
                    except OSError:
                        continue

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def rendered(path, proxy_port, profile):
    options = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--virtual-time-budget=3000", "--enable-logging=stderr"),
        f"--proxy-server=127.0.0.1:{proxy_port}",
        f"--user-data-dir={profile}",
    ]
    command = [CHROMIUM, *options, "--dump-dom", Path(path).as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_runs_and_asks_for_nothing(pages, tmp_path, proxy):
    port, asked = proxy
    for k, (name, text) in enumerate(pages.items()):
        path = tmp_path / f"{k}.html"
        path.write_text(text, encoding="utf-8", errors="replace")
        done = rendered(path, port, tmp_path / "profile")
        assert re.search(r"<html[^>]*>", done.stdout), name
        assert 'data-ran="' not in re.search(r"<html[^>]*>", done.stdout)[0], name
        assert "CONSOLE" not in done.stderr, name
        if name.startswith("report"):
            assert "<output>16 articles</output>" in done.stdout, "our own script ran"
    assert not [line for line in asked if ".invalid" in line]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_browser_would_have_told(tmp_path, proxy):
    port, asked = proxy
    path = tmp_path / "bad.html"
    path.write_text(f"<body>{HOSTILE[0]}{HOSTILE[2]}<p>{json.dumps('x')}</p></body>", encoding="utf-8")
    done = rendered(path, port, tmp_path / "profile")
    assert 'data-ran="' in re.search(r"<html[^>]*>", done.stdout)[0]
    assert [line for line in asked if ".invalid" in line]
