"""What the pages say that their build does not run: commands, figures of a script, versions; and the build itself."""

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import quotelens as ql
from quotelens.command.arguments import UsageError, parser

SHELL = re.compile(r"```sh\n(.*?)```", re.S)
FETCHED = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["'](?:https?:)?//[^"']*""")


@pytest.fixture(scope="module")
def pages(root):
    """{path: text} of the README and of the pages."""
    files = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_commands_are_understood(pages):
    seen = 0
    for path, text in pages.items():
        for line in "\n".join(SHELL.findall(text)).splitlines():
            for part in line.partition("  #")[0].split("|"):
                words = shlex.split(part, comments=True)
                if words[:1] == ["quotelens"]:
                    seen += 1
                    try:
                        parser().parse_args(words[1:])
                    except (SystemExit, UsageError):
                        pytest.fail(f"{path}: {line}")
    assert seen > 20


def test_code_that_is_not_run_is_code(pages):
    blocks = [block for text in pages.values() for block in re.findall(r"^```py\n(.*?)^```", text, re.S | re.M)]
    assert len(blocks) >= 2
    for block in blocks:
        ast.parse(block)


def test_options_are_read(pages, tmp_path):
    (tmp_path / "sources.csv").write_text("name,aliases\nImogen Tarrant,Tarrant\n", encoding="utf-8")
    blocks = [block for text in pages.values() for block in re.findall(r"^```toml\n(.*?)^```", text, re.S | re.M)]
    assert blocks
    for block in blocks:
        (tmp_path / "options.toml").write_text(block, encoding="utf-8")
        assert ql.Config.load(tmp_path / "options.toml").cues().filter(lemma="harrumph")


def test_comparison_shows_what_the_script_prints(root, pages, capsys):
    spec = importlib.util.spec_from_file_location("compare", root / "tests" / "bench" / "compare.py")
    compare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compare)
    compare.main()
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith(("| quotelens", "| regular"))]
    assert len(rows) == 3
    for row in rows:
        assert row in pages["docs/guide/comparison.md"]


def test_pages_show_the_figures_that_were_measured(root, pages, figures):
    written = figures.pages(figures.known())
    assert len(written) > 6
    for path, text in written.items():
        assert text == path.read_text(encoding="utf-8"), f"{path.relative_to(root)}: tools/figures.py --pages"


def test_a_figure_that_is_not_measured_is_refused(figures):
    with pytest.raises(KeyError, match="there is no figure 'luck' of 'quotes'"):
        figures.blocks({"a": {"text": "{quotes: luck}"}}, {"quotes": {"pluck": 1.0}})
    block = {"head": ["| what | F1 |"], "rows": [["luck", "{quotes: luck}, {quotes: luck @1}, {100 - quotes: luck}"]]}
    assert figures.blocks({"a": block}, {"quotes": {"luck": 93.75}}) == {"a": "| what | F1 |\n| luck | 94, 93.8, 6 |"}


def test_citation_is_of_this_version(root):
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"version: {project['version']}\n" in citation
    assert f"name: {project['authors'][0]['name']}\n" in citation


def test_reference_has_every_public_name(pages):
    named = set(re.findall(r"^\.\. auto(?:class|function):: quotelens\.([\w.]+)", pages["docs/api.md"], re.M))
    assert {name for name in ql.__all__ if not name.startswith("_")} - {"exchange", "plots"} <= named
    modules = set(re.findall(r"automodule:: quotelens\.([\w.]+)", pages["docs/api.md"]))
    assert {"exchange", "integrations.plots", "integrations.spark"} <= modules


def test_pages_build_without_a_warning_and_need_no_network(root, tmp_path):
    for package in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(package, reason=f"{package} is not installed: make docs")
    options = ["-W", "--keep-going", "-q", "-j", "auto", "-d", root / "build" / "docs" / "doctrees"]
    command = [sys.executable, "-m", "sphinx", *options, root / "docs", tmp_path]
    run = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert run.returncode == 0, run.stdout + run.stderr
    built = list(tmp_path.rglob("*.html"))
    assert len(built) > 25
    for page in built:
        assert not FETCHED.search(page.read_text(encoding="utf-8")), page.name
