"""Words, sentences and names of any text, and the versions of what finds them."""

from __future__ import annotations

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.engine import engine_for


def word_boundaries(text: str) -> list[int]:
    """Positions of Unicode's word boundaries (UAX #29) in code points, including 0 and `len(text)`.

    An empty text has none.

    >>> word_boundaries("So, 3.5")
    [0, 2, 3, 4, 7]
    """
    return _core.word_boundaries(text)


def sentence_boundaries(text: str, *, tailored: bool = True) -> list[int]:
    """Positions of sentence boundaries in code points, including 0 and `len(text)`.

    By default, rules for news (abbreviations, quotations) are added to Unicode's (UAX #29).  `tailored=False` gives
    exactly Unicode's.  An empty text has none.

    >>> sentence_boundaries("Go. Stay.", tailored=False)
    [0, 4, 9]
    """
    return _core.sentence_boundaries(text, tailored=tailored)


def parse_words(words: list[str] | tuple[str, ...]) -> list[tuple[str, int, str]]:
    """Part of speech, head and relation of each word of one sentence, as in Universal Dependencies.

    Split the words as English treebanks do: "do", "n't"; "Ann", "'s".  Heads count from 1; the root has the head 0.
    More than 1,000 words are parsed a thousand at a time, each part with its own root.  Any strings are accepted.
    Raises TypeError for anything but a list or tuple of str.

    >>> parse_words(["She", "said", "so"])
    [('PRON', 2, 'nsubj'), ('VERB', 0, 'root'), ('ADV', 2, 'advmod')]
    """
    return engine_for(None).found.parse_words(words)


def link_names(mentions: list[str] | tuple[str, ...]) -> list[int]:
    """Group the mentions of one document by person or body: a cluster number for each mention.

    Give the mentions in order, as written: "Wei Lanying", "Mr Wei", "Sen.  Ann Lee (R-Texas)", "NATO", "he".  All are
    read at once, so a short form may come before the full one.  Clusters are numbered from 0 by first appearance;
    equal mentions get equal numbers.  Without evidence, mentions stay apart.  Any strings are accepted.  Raises
    TypeError for anything but a list or tuple of str.

    >>> link_names(["Wei Lanying", "Wei", "Mr Wei", "Norvik"])
    [0, 0, 0, 1]
    """
    return _core.link_names(mentions)


def info(config: Config | None = None) -> dict[str, str]:
    """Versions of the package, its Unicode data and libraries, and hashes of its lexicons and trained weights.

    "model" is the hash of the weights of tagger and parser, "scores" that of the weights behind the confidences;
    "reader" names the reader, with the hash of its weights unless it is the one that comes with the package.
    With a `config`, "lexicon" and "scores" include its changes.

    >>> info()["unicode"]
    '17.0.0'
    """
    return dict(engine_for(config).info)
