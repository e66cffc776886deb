"""Docstrings as reST.

Ours are plain text, written for `help()`: paragraphs, doctests, lists that begin with a dash, and tables of a name,
two or more blanks, and what it means.  A table becomes a definition list, `names` become literals, and all else is
escaped.
"""

import re

TERM = re.compile(r"(\S(?:.*?[^\s.?!:;,])??)(?: {2,}(\S.*))?")
NAMED = re.compile(r"\S(?:.*?[^\s.?!:;])? {2,}\S")

EMPTY = "\\ "  # a definition has to have something


def to_rest(lines):
    """The lines of a docstring, without its indent, as lines of reST."""
    out = []
    for block in _blocks(lines):
        if block[0].startswith(">>>"):
            out += block
        elif _is_table(block):
            out += _definitions(block)
        else:
            out += _inline("\n".join(block)).split("\n")
        out.append("")
    return out


def _blocks(lines):
    block = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield block
            block = []


def _is_table(block):
    if block[0].startswith((" ", "- ")):
        return False
    names = [line for line in block if not line.startswith(" ")]
    return (bool(NAMED.match(block[0])) or len(names) < len(block)) and all(map(TERM.fullmatch, names))


def _definitions(block):
    items = []
    for line in block:
        if line.startswith(" "):
            items[-1][1].append(line.strip())
        else:
            term, meaning = TERM.fullmatch(line).groups()
            items.append((term, [meaning] if meaning else []))
    out = []
    for term, meaning in items:
        out += [f"``{term}``", f"    {_inline(' '.join(meaning)) or EMPTY}"]
    return out


def _inline(text):
    parts = text.split("`")
    if len(parts) % 2 == 0:
        raise ValueError(f"a backtick without its partner in {text!r}")
    for k in range(len(parts)):
        parts[k] = f"``{parts[k]}``" if k % 2 else re.sub(r"([\\*|]|_(?!\w))", r"\\\1", parts[k])
    return "".join(parts)


def _process(app, what, name, obj, options, lines):
    lines[:] = to_rest(lines)


def setup(app):
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True}
