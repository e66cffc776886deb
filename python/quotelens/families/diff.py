"""How two texts, and two names, differ word by word."""

from __future__ import annotations

import re

from quotelens import _core

KEPT, DROPPED, ADDED, CHANGED = range(4)
_SHOWN_WORDS = 12  # of words dropped at the edges of a fragment


def word_diff(canonical: str, text: str) -> str:
    """How two texts differ, word by word: `[-left out-]`, `{+put in+}`, and both for a replaced word.

    Differences of case, punctuation and mere spelling ("U.S." and "US") do not count.

    >>> word_diff("Every car stops at six.", "“each car stops at 6”")
    '[-Every-]{+each+} car stops at 6'
    """
    return " ".join(_said(*run) for run in runs(canonical, text))


def runs(canonical: str, text: str) -> list[tuple[int, str, str]]:
    """(step, words of the canonical form, words of the text); long omissions at the edges are shortened."""
    _, edits = _core.diff(canonical, text)
    found = [(step, canonical[a:b], text[c:d]) for step, a, b, c, d in edits]
    for k in {0, len(found) - 1} if len(found) > 1 else ():
        step, left, right = found[k]
        words = left.split()
        if step == DROPPED and len(words) > _SHOWN_WORDS:
            found[k] = (step, f"… {len(words)} words …", right)
    return found


def _said(step: int, left: str, right: str) -> str:
    if step == KEPT:
        return right
    return (f"[-{left}-]" if step != ADDED else "") + (f"{{+{right}+}}" if step != DROPPED else "")


def words_of(text: str) -> list[str]:
    """The words of a text in their normal form."""
    return re.findall(r"\w+", _core.fold(text))


def is_same_name(a: str, b: str) -> bool:
    """Whether two names can belong to one person or body: the longer has all words of the shorter.

    >>> is_same_name("Tarrant", "Imogen Tarrant"), is_same_name("Imogen Tarrant", "Piet Tarrant")
    (True, False)
    """
    one, other = set(words_of(a)), set(words_of(b))
    return bool(one and other) and (one <= other or other <= one)
