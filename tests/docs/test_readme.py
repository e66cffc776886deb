"""Every Python block of the README runs, and prints what the block behind it says."""

import contextlib
import io
import re

import pytest

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
