"""What stands around an article, and pages that are not in English."""

from quotelens import Corpus, annotate

ARTICLE = """Funicular to reopen in May after two years of repairs
The railway of Saltby will open again in May, two years after a cable broke on the upper section of the line.
Brandt Railways runs the line for the town, and has spent nine million on the repairs since last summer.
The company said on Monday that every cable had been replaced and that the cars had been tested for six weeks.
“We were lucky, and luck is no plan for the years to come,” its manager, Imogen Tarrant, told the council on Monday.
Tickets will cost as much as they did before the accident, and pensioners will ride for nothing on Sundays.
"""
BEFORE = "Home\nWorld\nSport\nOpinion\nPrivate Military Company accused of fraud, says Governor Otto Lind\n"
BEHIND = "Read more\nPrivate Military Company loses contract, Defence Ministry says\nMost read\nSubscribe to our newsletter\n"


def test_menus_and_teasers_give_no_entities():
    alone, page = annotate(ARTICLE), annotate(BEFORE + ARTICLE + BEHIND)
    assert page.entities()["name"] == alone.entities()["name"] and "Brandt Railways" in page.entities()["name"]
    assert page.quotes()["speaker"] == alone.quotes()["speaker"] == ["Brandt Railways", "Imogen Tarrant"]
    around = [row for row in page.mentions() if not 0 <= row["start"] - len(BEFORE) < len(ARTICLE)]
    assert around and {row["entity_id"] for row in around} == {-1}


def test_quotes_of_teasers_have_a_source_and_no_speaker():
    corpus = Corpus([BEFORE + ARTICLE + BEHIND])
    quotes = corpus.quotes(zones="boilerplate")
    found = list(zip(quotes["source"], quotes["speaker"], quotes["entity_id"], quotes["anonymity"], strict=True))
    assert ("Defence Ministry", None, -1, "named") in found
    assert "Defence Ministry" not in corpus.sources(quotes=quotes)["name"]


def test_who_speaks_in_the_article_is_of_it_even_where_their_line_looks_like_a_menu():
    said = "Reporter Ada Holm says:\n\n“It was safe two years ago, and it is as safe today as it was then.”\n"
    page = annotate(ARTICLE + said + ARTICLE.replace("Monday", "Friday"))
    at = page.text.index("Reporter")
    assert [zone["zone"] for zone in page.zones() if zone["start"] <= at < zone["end"]] == ["boilerplate"]
    assert "Ada Holm" in page.quotes()["speaker"]
