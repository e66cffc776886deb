"""What other tools make of the same texts, where they are installed: `python tests/bench/compare.py`.

Two tables, in Markdown.  The first counts hard cases of sentence ends in news that each tool splits as a reader
would; the cases are below, and were written for this.  The second counts marked strings found in whole: by us, and
by the regular expression that most scripts begin with.  Nothing is downloaded; speed is throughput.py's business.
"""

import importlib.metadata
import itertools
import re

import quotelens as ql

# Each is a list of sentences, joined by a blank.
SENTENCES = [
    ["The U.S. company sent a cable.", "It did not fit."],
    ["It was sold to the U.S.", "The price was not named."],
    ["Cars stop at 6 p.m. until May.", "Nobody knows why."],
    ["Cars stop at 6 p.m.", "Staff were told on Monday."],
    ["Mr. J. R. Vell said no.", "He left."],
    ["“Is it safe?” she asked.", "“Yes,” he said."],
    ["“It broke. We waited. We ate the cake,” he said.", "Nobody laughed."],
    ["She said: “It broke.”", "Then she left."],
    ["The firm lost $1.2 million in Sept. 2023.", "It had 3.5 percent fewer riders."],
    ["Gen. Ada Holm spoke first.", "Sen. Bo Kim did not."],
    ["“Stop!” the driver shouted.", "The car went on."],
    ["Tarrant Inclines Ltd. denied it.", "So did Nibble & Sons Inc. of Ohio."],
    ["He wrote to no. 14 on St. Mary's Road.", "It was empty."],
    ["‘Which one?’ he said.", "‘That one.’"],
    ["They call it the No. 7 line.", "It has one car."],
    ["The memo (dated Jan. 3) was short.", "It had one page."],
]

# Texts with the strings that a reader sees as marked.
MARKED = [
    ("“We were lucky,” she said. “The cable is old.”", ["“We were lucky,”", "“The cable is old.”"]),
    ('"We were lucky," she said. "The cable is old."', ['"We were lucky,"', '"The cable is old."']),
    ("'It's old,' she said. 'Don't ride it.'", ["'It's old,'", "'Don't ride it.'"]),
    ("‘It’s old,’ she said of the drivers’ car.", ["‘It’s old,’"]),
    ("“He said ‘no’ to me,” she said.", ["“He said ‘no’ to me,”", "‘no’"]),
    ("„Das war kein Nebel“, sagte er. »Doch«, sagte sie.", ["„Das war kein Nebel“", "»Doch«"]),
    ("« On ne dort plus », says the street.", ["« On ne dort plus »"]),
    ("“It broke.\n\n“We waited,” he said.", ["“It broke.", "“We waited,”"]),
    ('The man, 6\'2", said "no".', ['"no"']),
    ('"It broke," he said. "We waited.\nThe end was "quiet".', ['"It broke,"', '"We waited.', '"quiet"']),
    ("``It broke,'' he said.", ["``It broke,''"]),
    ('“It broke," he said, “and we waited."', ['“It broke,"', '“and we waited."']),
]


def ours(text):
    return [text[row["start"] : row["end"]] for row in ql.annotate(text).sentences()]


def by_spacy():
    import spacy

    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    return lambda text: [sentence.text for sentence in blank(text).sents]


def by_pysbd():
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    return segmenter.segment


def by_icu():
    import icu

    breaker = icu.BreakIterator.createSentenceInstance(icu.Locale.getEnglish())

    def split(text):
        breaker.setText(text)
        places = [0, *breaker]
        return [text[start:end] for start, end in itertools.pairwise(places)]

    return split


def by_blingfire():
    import blingfire

    return lambda text: blingfire.text_to_sentences(text).split("\n")


PEERS = [
    ("spaCy blank with sentencizer", "spacy", by_spacy),
    ("pySBD", "pysbd", by_pysbd),
    ("ICU, English", "PyICU", by_icu),
    ("blingfire", "blingfire", by_blingfire),
]


def right_splits(split):
    return sum([part.strip() for part in split(" ".join(case))] == case for case in SENTENCES)


def by_expression(text):
    return re.findall(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|«[^»]*»", text)


def by_us(text):
    document = ql.annotate(text)
    return [text[row["start"] : row["end"]] for row in document._table("marks")]


def main():
    print(f"| sentences, {len(SENTENCES)} cases | version | right |\n| --- | --- | ---: |")
    print(f"| quotelens | {ql.__version__} | {right_splits(ours)} |")
    for name, package, make in PEERS:
        try:
            split = make()
        except ImportError:
            print(f"| {name} | not installed | |")
            continue
        print(f"| {name} | {importlib.metadata.version(package)} | {right_splits(split)} |")
    n = sum(len(strings) for _, strings in MARKED)
    print(f"\n| marked strings, {n} in {len(MARKED)} texts | found | too many |\n| --- | ---: | ---: |")
    for name, find in (("quotelens", by_us), ("regular expression", by_expression)):
        found = [(set(strings), set(find(text))) for text, strings in MARKED]
        print(f"| {name} | {sum(len(a & b) for a, b in found)} | {sum(len(b - a) for a, b in found)} |")


if __name__ == "__main__":
    main()
