"""Pages on a screen as narrow as a phone's: nothing is cut off at the right, and lines are wide enough to read.

Needs Playwright and Chromium.
"""

import shutil

import pytest
import quotelens as ql
from quotelens.show.page import page

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("there is no Chromium", allow_module_level=True)

WIDTH = 360
NARROW = """() => [...document.querySelectorAll("p, li, td")].filter((each) => each.offsetParent
  && each.innerText.trim().length > 120 && each.clientWidth < 200).map((each) => each.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def phone():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": WIDTH, "height": 740})


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    corpus = ql.sample()
    (folder / "page.html").write_text(page(corpus), encoding="utf-8")
    corpus.report(folder / "report.html")
    return folder


@pytest.mark.parametrize("name", ["page.html", "report.html"])
def test_a_page_fits(phone, pages, name):
    phone.goto((pages / name).as_uri())
    assert phone.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert phone.evaluate(NARROW) == []
