"""The explorer in a browser, with the widget's Python side.  Needs Playwright and Chromium.

The page has a model that does what a notebook's does: changes go to Python, and what changes there comes back.
"""

import shutil

import pytest
import quotelens as ql

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytest.importorskip("anywidget", reason="anywidget is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("there is no Chromium", allow_module_level=True)

HOSTILE = "<img src=x onerror='window.hurt=1'><script>window.hurt=1</script>"
TEXTS = {
    "first": "It is a 😀 day. “The 🐐 slept,” Ada Holm said, “and how.”\n\nShe denied that it had poured.",
    "second": "Rain fell. 😀\n\n"
    + "It fell on and on.\n\n" * 60
    + "“It is the cable,” Ms Holm said. Bo Li said it was not.",
    "third": f"{HOSTILE} “{HOSTILE},” Cy {HOSTILE} Berg said. A {HOSTILE} spokesman said that it {HOSTILE} snowed.",
}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="explorer.css"></head><body><div id="widget"></div><script type="module">
import widget from "./explorer.js";
const state = await readPython(), changed = new Set(), listeners = {};
const put = (name, value) => {
  if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
  state[name] = value;
  for (const listener of listeners[`change:${name}`] ?? []) listener();
};
const model = {
  get: (name) => state[name],
  set: (name, value) => { changed.add(name); put(name, value); },
  save_changes: () => {
    const own = Object.fromEntries([...changed].map((name) => [name, state[name]]));
    changed.clear();
    window.saved = writePython(own).then((answer) => {
      for (const [name, value] of Object.entries(answer)) put(name, value);
    });
  },
  on: (event, listener) => (listeners[event] ??= new Set()).add(listener),
  off: (event, listener) => listeners[event].delete(listener),
};
window.leave = widget.render({ model, el: document.querySelector("#widget") });
window.listening = () => Object.values(listeners).reduce((n, set) => n + set.size, 0);
document.body.dataset.ready = "";
</script></body></html>"""


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def corpus():
    records = [{"id": name, "text": text, "outlet": f"{name} post"} for name, text in TEXTS.items()]
    return ql.Corpus(records)


@pytest.fixture
def opened(browser, root):
    """Opens a widget in a page of its own; no errors, and no request except for its two files."""
    pages = []

    def serve(route):
        name = route.request.url.removeprefix("https://widget.invalid/")
        if name == "":
            route.fulfill(body=PAGE, content_type="text/html")
        elif name in ("explorer.js", "explorer.css"):
            route.fulfill(path=root / "python" / "quotelens" / "show" / name)
        else:
            errors.append(f"asks for {route.request.url}")
            route.abort()

    def write(explorer, changes):
        explorer.set_state(changes)
        return {name: explorer.get_state()[name] for name in ("article", "corrections")}

    def opens(explorer, **options):
        page = browser.new_page(viewport={"width": 1100, "height": 800}, **options)
        pages.append(page)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text))
        page.route("**/*", serve)
        page.expose_function(
            "readPython", lambda: {k: v for k, v in explorer.get_state().items() if k not in NOT_SENT}
        )
        page.expose_function("writePython", lambda changes: write(explorer, changes))
        page.goto("https://widget.invalid/")
        page.wait_for_selector("body[data-ready]")
        return page

    errors = []
    yield opens
    for page in pages:
        page.close()
    assert errors == []


NOT_SENT = ("_esm", "_css", "layout", "tabbable", "tooltip")


def text_of(page):
    """The article as a reader has it, without the marks that are put in."""
    return page.evaluate(
        "[...document.querySelector('.ql-text').childNodes]"
        ".filter((node) => node.nodeName !== 'BUTTON').map((node) => node.textContent).join('')"
    )


def marked(page, kind):
    """The texts marked as of a kind, each up to where other marks begin or end."""
    return page.locator(f".ql-text .ql-quote.ql-{kind}").all_text_contents()


def corrections(page, explorer):
    """What Python has once everything has got there."""
    page.evaluate("window.saved")
    return explorer.corrections


def place(part):
    """Where a part of the first text stands, in code points."""
    start = TEXTS["first"].index(part)
    return [start, start + len(part)]


def side(page, name):
    return page.locator(".ql-side li > button").filter(has_text=name)


def test_the_article_is_the_text_and_marks_are_in_their_places(opened, corpus):
    page = opened(corpus.explore())
    assert text_of(page) == TEXTS["first"]
    assert marked(page, "direct") == ["“The 🐐 slept,”", "“and how.”"]
    assert "".join(marked(page, "indirect")) == "that it had poured"
    assert page.locator(".ql-text .ql-by").all_text_contents() == ["Ada Holm", "She"]
    assert page.locator(".ql-text .ql-cue").all_text_contents() == ["said", "denied"]
    assert page.locator(".ql-text button").all_text_contents() == ["1 direct", "2 indirect"]


def test_every_sample_stands_as_it_is(opened):
    corpus = ql.sample()
    page = opened(corpus.explore(quotes=corpus.quotes(acts="all", zones="all")))
    for number, document in enumerate(corpus):
        page.locator(".ql-side li > button").nth(number).click()
        page.wait_for_selector(f".ql-side li:nth-child({number + 1}) [aria-current=true]")
        assert text_of(page) == document.text
        quotes = document.quotes(acts="all", zones="all")
        assert page.locator(".ql-text button").count() == len(quotes)


def test_a_speaker_over_the_articles_and_a_statement_in_its_place(opened, corpus):
    page = opened(corpus.explore())
    page.get_by_role("button", name="Speakers", exact=True).click()
    assert side(page, "Ada Holm").inner_text().split("\n") == ["Ada Holm", "3 quotes in 2 articles"]
    side(page, "Ada Holm").click()
    assert page.locator(".ql-side li").count() == 3
    assert page.locator(".ql-side h4").inner_text() == "3 quotes in 2 articles"
    side(page, "the cable").click()
    chosen = page.locator(".ql-text button[aria-pressed=true]")
    chosen.wait_for()
    assert chosen.inner_text() == "1 direct" and text_of(page) == TEXTS["second"]
    assert page.evaluate("document.activeElement.dataset.quote") == "0"
    assert page.locator(".ql-chosen").all_text_contents() == ["“It is the cable,”"]
    box, frame = chosen.bounding_box(), page.locator(".ql-article").bounding_box()
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
    assert page.evaluate("document.querySelector('.ql-article').scrollTop") > 500
    assert side(page, "the cable").get_attribute("aria-current") == "true"
    page.locator(".ql-text .ql-by").filter(has_text="Bo Li").click()  # a name in the article leads to its statements
    assert page.locator(".ql-side h3").inner_text() == "Bo Li"


def test_filters(opened, corpus):
    page = opened(corpus.explore())
    assert page.locator(".ql-side li").count() == 3
    page.get_by_label("Outlet").select_option("second post")
    assert page.locator(".ql-side li").count() == 1 and "2 quotes" in side(page, "second").inner_text()
    page.get_by_label("Outlet").select_option("all")
    page.get_by_label("Kind").first.select_option("direct")
    assert "1 quote" in side(page, "first").inner_text() and marked(page, "indirect") == []
    page.get_by_role("button", name="Speakers", exact=True).click()
    assert "2 quotes in 2 articles" in side(page, "Ada Holm").inner_text()
    assert side(page, "Bo Li").count() == 0


def test_corrections_reach_python(opened, corpus):
    explorer = corpus.explore()
    page = opened(explorer)
    page.locator(".ql-quote").first.click()
    panel = page.get_by_label("The quote")
    known = {
        "doc_id": "first",
        "text_sha1": explorer.article["text_sha1"],
        "quote_id": 0,
        "spans": [place("“The 🐐 slept,”"), place("“and how.”")],
    }
    panel.get_by_label("kind").select_option("mixed")
    changed = known | {"what": "changed", "field": "kind", "old": "direct", "new": "mixed"}
    assert corrections(page, explorer) == [changed]
    assert page.locator(".ql-text button").first.inner_text() == "1 mixed"
    assert page.locator(".ql-filters output").inner_text() == "1 correction"

    panel.get_by_label("source").fill("  the 😀 mayor ")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "speaker"
    named = known | {"what": "changed", "field": "source", "old": "Ada Holm", "new": "the 😀 mayor"}
    assert corrections(page, explorer) == [changed, named]
    page.keyboard.type("Bo")
    panel.get_by_label("kind").select_option("scare")  # which leaves alone what is being typed
    assert panel.get_by_label("speaker").input_value() == "Bo"
    panel.get_by_label("kind").select_option("mixed")
    assert corrections(page, explorer) == [named, changed]
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.locator(".ql-quote").last.click()  # in one go: the mark is still there when the mouse comes up
    assert corrections(page, explorer)[2] == known | {
        "what": "changed",
        "field": "speaker",
        "old": "Ada Holm",
        "new": None,
    }
    assert panel.get_by_text("Quote 2").is_visible()

    panel.get_by_label("not a quotation").check()
    removed = corrections(page, explorer)[3]
    assert removed == known | {
        **{"quote_id": 1, "spans": [place("that it had poured")], "what": "removed"},
        **{"field": None, "old": None, "new": None},
    }
    assert page.locator(".ql-text button").last.inner_text() == "2 not a quotation"
    panel.get_by_label("not a quotation").uncheck()
    page.locator(".ql-text button").first.click()
    panel.get_by_label("kind").select_option("direct")  # as it was: no correction any more
    panel.get_by_label("act").select_option("evidence")
    assert [(record["field"], record["new"]) for record in corrections(page, explorer)] == [
        ("source", "the 😀 mayor"),
        ("speaker", None),
        ("act", "evidence"),
    ]


def test_corrections_are_taken_up(opened, corpus):
    explorer = corpus.explore()
    known = {"doc_id": "first", "text_sha1": explorer.article["text_sha1"], "quote_id": 1, "spans": [[0, 1]]}
    removed = known | {"what": "removed", "field": None, "old": None, "new": None}
    renamed = known | {"what": "changed", "field": "speaker", "old": "Ada Holm", "new": "Bo Li"}
    page = opened(corpus.explore(corrections=[removed, renamed]))
    assert page.locator(".ql-text button").last.inner_text() == "2 not a quotation"
    page.locator(".ql-text button").last.click()
    assert page.get_by_label("The quote").get_by_label("speaker").input_value() == "Bo Li"
    assert page.locator(".ql-changed").inner_text().strip().startswith("speaker")
    assert page.get_by_label("not a quotation").is_checked()


def test_texts_of_others_do_no_harm(opened, corpus):
    page = opened(corpus.explore())
    side(page, "third").click()
    page.wait_for_function("document.querySelector('.ql-text').textContent.includes('Berg')")
    assert text_of(page) == TEXTS["third"]
    page.locator(".ql-text button").first.click()
    page.get_by_role("button", name="Speakers", exact=True).click()
    assert page.locator(".ql-explorer :is(img, script)").count() == 0
    assert page.evaluate("window.hurt") is None


def test_the_keyboard_reaches_everything(opened, corpus):
    explorer = corpus.explore()
    page = opened(explorer)
    names = []

    def tab_to(text):
        for _ in range(40):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.innerText ?? ''"))
            if text in names[-1]:
                return
        raise AssertionError(f"Tab does not lead to {text!r}: {names}")

    tab_to("Speakers")
    page.keyboard.press("Enter")
    tab_to("Ada Holm")
    page.keyboard.press("Enter")
    assert "All speakers" in page.evaluate("document.activeElement.innerText")
    tab_to("the cable")
    page.keyboard.press("Space")
    page.wait_for_selector(".ql-chosen")
    assert "1 direct" in page.evaluate("document.activeElement.innerText")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "removed":
            break
    page.keyboard.press("Space")
    assert [(record["doc_id"], record["what"]) for record in corrections(page, explorer)] == [("second", "removed")]


@pytest.mark.parametrize("scheme, paper", [("light", "rgb(255, 253, 249)"), ("dark", "rgb(25, 24, 21)")])
def test_light_and_dark(opened, corpus, scheme, paper):
    page = opened(corpus.explore(), color_scheme=scheme)
    background = "getComputedStyle(document.querySelector('.ql-explorer')).backgroundColor"
    assert page.evaluate(background) == paper
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")  # the notebook's own theme wins
    assert page.evaluate(background) == "rgb(255, 253, 249)"
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate(background) == "rgb(25, 24, 21)"


def test_a_widget_that_is_closed_listens_no_more(opened, corpus):
    page = opened(corpus.explore())
    assert page.evaluate("listening()") > 0
    page.evaluate("leave()")
    assert page.evaluate("listening()") == 0


def test_no_articles(opened):
    page = opened(ql.Corpus([]).explore())
    assert page.locator(".ql-article").inner_text() == "There is no article here."
    assert page.get_by_label("The quote").is_hidden()
