"""Every Python block of the README prints what the block after it says; it is short, and its picture is of today."""

import contextlib
import importlib.util
import io
import re
import sys
from xml.etree import ElementTree

import pytest
import quotelens as ql

BLOCK = re.compile(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", re.S)


def test_readme_says_what_happens(root):
    pytest.importorskip("pandas")
    blocks = BLOCK.findall((root / "README.md").read_text(encoding="utf-8"))
    assert blocks
    names = {}
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "README.md", "exec"), names)
        assert printed.getvalue() == expected


def test_readme_is_short(root):
    text = re.sub(r"<!--.*?-->", "", (root / "README.md").read_text(encoding="utf-8"))
    assert len(re.findall(r"\S*\w\S*", text)) < 900


def test_links_of_the_readme_lead_somewhere(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert len(links) > 10
    for link in links:
        assert (root / link).exists(), link


def test_picture_shows_what_is_found(root):
    spec = importlib.util.spec_from_file_location("picture", root / "tools" / "picture.py")
    tool = importlib.util.module_from_spec(spec)
    sys.modules["picture"] = tool
    spec.loader.exec_module(tool)
    document = ql.sample()[tool.ARTICLE]
    drawn = tool.picture(document, tool.PARAGRAPHS)
    assert drawn == tool.PICTURE.read_text(encoding="utf-8"), "make picture"
    ElementTree.fromstring(drawn)
    words = " ".join(re.findall(r"<text[^>]*>([^<]*)<", drawn))
    for quote in document.quotes(zones="body")[:3]:
        assert quote["source"].split()[0] in words and quote["kind"] in words
    assert "→ memo → Norvik Wire" in words and "prefers-color-scheme:dark" in drawn
