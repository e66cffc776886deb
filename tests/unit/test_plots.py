"""Figures: what is on them, of the samples, of nothing, and of names that are awkward to draw."""

import os
from collections import Counter

import pytest
import quotelens as ql
from quotelens import Corpus

pytestmark = pytest.mark.skipif(
    "asan" in os.environ.get("LD_PRELOAD", ""), reason="matplotlib throws, which the sanitizer stops"
)
matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
import matplotlib.dates  # noqa: E402
from matplotlib import pyplot  # noqa: E402

FIGURES = ["top_sources", "share_over_time", "cues_by_outlet", "anonymity_by_outlet", "source_network"]


@pytest.fixture(scope="module")
def corpus():
    return ql.sample()


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def draw(name, corpus, **options):
    args = ["Imogen Tarrant"] if name == "dispersion" else []
    return getattr(ql.plots, name)(corpus, *args, **options)


def words(ax):
    """All that is written on a figure, as it was drawn."""
    ax.figure.canvas.draw()
    legend = ax.get_legend().get_texts() if ax.get_legend() else []
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), *legend]
    return [text.get_text() for text in texts]


def boxes(ax):
    """The places of the labels of nodes or cells and of both axes, in pixels."""
    ax.figure.canvas.draw()
    shown = list(ax.texts)
    for axis in (ax.xaxis, ax.yaxis):  # matplotlib keeps labels beyond the limits, and does not draw them
        least, most = sorted(axis.get_view_interval())
        ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        shown += [label for place, label in ticks if least <= place <= most]
    return [text.get_window_extent() for text in shown if text.get_text()]


@pytest.mark.parametrize("name", [*FIGURES, "dispersion"])
def test_title_labels_and_size(corpus, name):
    ax = draw(name, corpus)
    assert ax.get_xlabel() and (ax.get_ylabel() or name == "source_network")  # whose height means nothing
    assert any(unit in ax.get_xlabel() + ax.get_ylabel() for unit in ("(%", "(number", "(n = quotes"))
    title, size = ax.get_title(loc="left").split("\n")
    assert title and size.startswith("n = ")


@pytest.mark.parametrize("name", [*FIGURES, "dispersion"])
def test_labels_lie_inside_the_figure_and_not_on_each_other(corpus, name):
    ax = draw(name, corpus)
    found = boxes(ax)
    assert len(found) > 5
    whole = ax.figure.bbox
    for k, box in enumerate(found):
        assert whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 and box.y1 <= whole.y1
        assert not [other for other in found[:k] if box.overlaps(other)]
    title = ax.title, ax._left_title
    assert all(text.get_window_extent().x1 <= whole.x1 for text in title)


@pytest.mark.parametrize("name", [*FIGURES, "dispersion"])
def test_axes_that_are_given_are_drawn_on(corpus, name):
    _, given = pyplot.subplots()
    assert draw(name, corpus, ax=given) is given
    assert len(pyplot.get_fignums()) == 1


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("texts", [[], ["It rained."]])
def test_nothing_to_show(name, texts):
    ax = draw(name, Corpus(texts))
    assert any(text.get_text().startswith("Nothing to show. ") for text in ax.texts)
    assert "n = 0 " in ax.get_title(loc="left") and ax.get_xlabel()
    ax.figure.canvas.draw()


@pytest.mark.parametrize("name", [*FIGURES, "dispersion"])
def test_what_is_no_corpus_and_no_number(corpus, name):
    with pytest.raises(TypeError, match=rf"plots\.{name}\(\) draws a Corpus.*got: Quotes"):
        draw(name, corpus.quotes())
    for n in (0, "5"):
        with pytest.raises(ValueError, match=f"n is {n!r}: give the number to show"):
            draw(name, corpus, n=n)


@pytest.mark.parametrize("name", [*FIGURES, "dispersion"])
def test_without_matplotlib(corpus, name, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ImportError, match=rf"plots\.{name}\(\) needs matplotlib.*the extra .plot."):
        draw(name, corpus)


def test_names_that_are_awkward_to_draw():
    long = "Wilhelmina Featherstonehaugh-Cholmondeley-Marjoribanks"
    known = ql.Config().add_sources([{"name": "Ann $x_$ Lee", "aliases": ["Ann Lee"]}])
    corpus = Corpus([f"Ann Lee said it rained. {long} said it poured."], config=known)
    names = [label.replace("\\$", "$") for label in words(ql.plots.top_sources(corpus))]
    assert "Ann $x_$ Lee" in names and any(
        name.startswith("Wilhelmina") and "…" in name and name.endswith("Marjoribanks") for name in names
    )


# ------------------------------------------------------------------------------------------------ one by one


def test_top_sources(corpus):
    ax = ql.plots.top_sources(corpus, n=4)
    table = sorted(corpus.sources(), key=lambda row: (-row["n_quotes"], row["source_id"]))
    assert [bar.get_width() for bar in ax.patches] == [row["n_quotes"] for row in table[:4]]
    assert [label.get_text() for label in ax.get_yticklabels()] == [row["name"] for row in table[:4]]
    speakers = sum(row["n_quotes"] > 0 for row in table)
    of = {row["source"] is None: row["n_quotes"] for row in corpus.share("source")}
    named = sum(row["n_quotes"] for row in corpus.share("source") if row["source"] is not None)
    assert named + of[True] == len(corpus.quotes())
    size = f"n = {named} quotes of named sources, of {named + of[True]} in 15 articles; 4 of {speakers} sources"
    assert ax.get_title(loc="left").endswith(size)
    assert {bar.get_hatch() for bar in ql.plots.top_sources(corpus, n=30).patches} > {"..", "xx"}


def test_share_over_time(corpus):
    ax = ql.plots.share_over_time(corpus, by="anonymity", n=8)
    shares = {
        (row["anonymity"], row["month"]): 100 * row["share_quotes"] for row in corpus.share(["month", "anonymity"])
    }
    for line in ax.lines:
        months = ["2024-03", "2024-05", "2024-10"]
        known = [shares.get((line.get_label(), month), 0) for month in months]
        assert list(line.get_ydata()[::2]) == pytest.approx(known)
        assert [x - line.get_xdata()[0] for x in line.get_xdata()] == pytest.approx([0, 0.5, 2, 2.5, 7])
        assert [y != y for y in line.get_ydata()] == [False, True, False, True, False]  # where there are no articles
    assert sum(line.get_ydata()[0] for line in ax.lines) == pytest.approx(100)
    of = {row["month"]: row["n_quotes"] for row in corpus.share("month")}
    undated = of.pop(None)
    assert f"n = {sum(of.values())} quotes, {undated} undated left out" in ax.get_title(loc="left")
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        f"{month}\nn = {of[month]}" for month in sorted(of)
    ]
    assert len({line.get_marker() for line in ax.lines}) == len(ax.lines) > 2


def test_equal_shares_stand_side_by_side():
    said = [{"text": "Ann Lee said it rained. Bo Ek said it poured.", "published": f"2024-0{k}-01"} for k in (1, 2)]
    one, other = ql.plots.share_over_time(Corpus(said)).lines
    assert list(one.get_ydata()) == list(other.get_ydata()) == [50, 50]
    assert list(other.get_xdata() - one.get_xdata()) == pytest.approx([0.12, 0.12])


def test_share_over_many_months():
    said = [
        {"text": "Ann Lee said it rained.", "published": f"20{20 + k // 12}-{k % 12 + 1:02d}-01"} for k in range(40)
    ]
    ax = ql.plots.share_over_time(Corpus(said))
    assert len(ax.lines[0].get_xdata()) == 40 and len(ax.get_xticks()) == 8


def test_options_of_share_over_time(corpus):
    with pytest.raises(ValueError, match="by='outlet' is not one of: source, source_kind, anonymity"):
        ql.plots.share_over_time(corpus, by="outlet")
    with pytest.raises(ValueError, match="n is 9: give the number to show, from 1 to 8"):
        ql.plots.share_over_time(corpus, n=9)


def test_dispersion():
    before, after = "Rain fell on the old town. " * 3, " It went on." * 9
    said = "“It rained,” Ann Lee said."
    corpus = Corpus([before + said + after, "Nobody spoke.", said + " Ms Lee denied that it poured."])
    ax = ql.plots.dispersion(corpus, "Ann Lee")
    assert ax.get_title(loc="left") == "Where Ann Lee speaks\nn = 3 quotes in 2 of 3 articles"
    points = sorted((y, x) for group in ax.collections for x, y in group.get_offsets() if len(group.get_offsets()))
    quotes = corpus.quotes().filter(speaker="Ann Lee")
    middles = [
        (k, 100 * (row["start"] + row["end"]) / 2 / len(corpus[doc_id].text))
        for k, doc_id in enumerate(["0", "2"])
        for row in quotes.filter(doc_id=doc_id)
    ]
    marks = [point for point in points if point in [pytest.approx(middle) for middle in middles]]
    assert len(marks) == len(middles) == 3
    assert {"direct", "indirect"} <= set(words(ax))
    assert ql.plots.dispersion(corpus, 0, n=1).get_title(loc="left").endswith("; 1 shown")


def test_whose_dispersion(corpus):
    row = next(row for row in corpus.sources() if row["aliases"])
    by_alias = ql.plots.dispersion(corpus, row["aliases"].split(" | ")[0])
    assert by_alias.get_title(loc="left") == ql.plots.dispersion(corpus, row["source_id"]).get_title(loc="left")
    with pytest.raises(ValueError, match=r"no source 'Imogene Tarrant'\. There is: Imogen Tarrant"):
        ql.plots.dispersion(corpus, "Imogene Tarrant")
    with pytest.raises(ValueError, match=r"no source -1: sources\(\) has \d+, numbered from 0"):
        ql.plots.dispersion(corpus, -1)
    with pytest.raises(ValueError, match=r"no source 'Ann Lee'\. None at all is in sources\(\)"):
        ql.plots.dispersion(Corpus([]), "Ann Lee")


def test_dispersion_of_who_only_passes_on():
    corpus = Corpus(["“It rained,” Ada Holm told Reuters."])
    ax = ql.plots.dispersion(corpus, "Reuters")
    assert "n = 0 quotes in 0 of 1 article" in ax.get_title(loc="left")
    assert any(text.get_text().startswith("Nothing to show") for text in ax.texts)


def test_cues_by_outlet(corpus):
    ax = ql.plots.cues_by_outlet(corpus)
    cells = [int(text.get_text().split("\n")[1]) for text in ax.texts]
    assert sum(cells) == len(corpus.quotes())
    assert f"n = {len(corpus.quotes())} quotes; 6 of 6 outlets" in ax.get_title(loc="left")
    column = [label.get_text() for label in ax.get_xticklabels()].index("stance")
    assert sum(cells[column :: len(ax.get_xticks())]) == len(corpus.quotes().filter(cue_class="stance"))
    assert "; 2 of 6 outlets" in ql.plots.cues_by_outlet(corpus, n=2).get_title(loc="left")


def test_anonymity_by_outlet(corpus):
    ax = ql.plots.anonymity_by_outlet(corpus)
    assert f"n = {len(corpus.quotes())} quotes; 6 of 6 outlets" in ax.get_title(loc="left")
    outlets = [label.get_text().split("\n")[0] for label in ax.get_yticklabels()]
    bars = [bar.get_width() for bar in ax.patches]
    rows = [bars[k : k + 5] for k in range(0, len(bars), 5)]
    assert all(sum(row) == pytest.approx(100) for row in rows)
    outlet_of = dict(zip(corpus.ids, corpus.documents()["outlet"], strict=True))
    unnamed = Counter(outlet_of[row["doc_id"]] for row in corpus.unnamed(alone=False))
    of = Counter(outlet_of[doc_id] for doc_id in corpus.quotes()["doc_id"])
    for outlet, (_, described, bare, *_) in zip(outlets, rows, strict=True):
        assert described + bare == pytest.approx(100 * unnamed[outlet] / of[outlet])
    for row in corpus.share(["outlet", "anonymity"]).filter(anonymity="named"):
        assert rows[outlets.index(row["outlet"])][0] == pytest.approx(100 * row["share_quotes"])
    assert len({bar.get_hatch() for bar in ax.patches}) == 5


@pytest.mark.parametrize("layout", ["networkx", "circle"])
def test_source_network(corpus, layout, monkeypatch):
    if layout == "networkx":
        pytest.importorskip("networkx")
    else:
        monkeypatch.setitem(__import__("sys").modules, "networkx", None)
    table = corpus.network()
    ax = ql.plots.source_network(corpus, n=5)
    arrows = [text for text in ax.texts if text.arrow_patch is not None]
    assert len(arrows) == 5
    steps = sum(table["n_quotes"])
    assert f"n = {steps} steps in chains of 15 articles; 5 of {len(table)} pairs" in ax.get_title(loc="left")
    through = sum(row["n_quotes"] for row in table[:5] if "Norvik Wire" in (row["quoted"], row["through"]))
    nameless = sum(
        row["n_quotes"]
        for row in table[:5]
        if (None, "document") in ((row["quoted"], row["quoted_kind"]), (row["through"], row["through_kind"]))
    )
    assert f"Norvik Wire, {through}" in words(ax) and f"(unnamed document), {nameless}" in words(ax)
    found = boxes(ql.plots.source_network(corpus))
    assert not [box for k, box in enumerate(found) for other in found[:k] if box.overlaps(other)]


def test_node_labels_stay_inside(corpus):
    long = "Wilhelmina Featherstonehaugh-Cholmondeley"
    for given in (corpus, Corpus([f"{long} told Reuters it rained.", f"Ada Holm told {long} that it poured."])):
        ax = ql.plots.source_network(given)
        ax.figure.canvas.draw()
        labels = [text.get_window_extent() for text in ax.texts if text.get_text()]
        assert labels and all(ax.bbox.x0 < box.x0 and box.x1 < ax.bbox.x1 for box in labels)


# ------------------------------------------------------------------------------------------------ a family

SAID = "“Every cable has to be replaced by May, and the brakes before that,” Ann Lee said."


def printed(text, outlet, published):
    return {"text": text, "outlet": outlet, "published": published}


PRINTED = [
    printed(SAID, "Gazette", "2024-05-01T09:30:00Z"),
    printed(SAID, "Clarion", "2024-05-03"),
    printed("“Every cable has to be replaced,” said Ann Lee.", "Post", "2024-05-01T15:00:00Z"),
    printed(
        "“Every cable has to be replaced in May, and the brakes before that,” said Ann Lee.",
        "Gazette",
        "2024-05-01T09:30:00Z",
    ),
    printed(SAID, None, "2024-05-04T10:00:00Z"),
    printed(SAID, "Courier", None),
]


def marks(ax):
    """The places of the marks of each kind, in days since 1970 and rows."""
    groups = [group for group in ax.collections if group.get_label() in ("exact", "shortened", "changed")]
    return {group.get_label(): [tuple(map(float, place)) for place in group.get_offsets()] for group in groups}


def rows_of(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_family_timeline():
    families = Corpus(PRINTED).quotes().families()
    assert families["n_members"] == [6]
    ax = ql.plots.family_timeline(families, 0)
    assert rows_of(ax) == ["Gazette\nn = 2, perhaps the first", "Post\nn = 1", "Clarion\nn = 1", "4\nn = 1"]
    assert rows_of(ql.plots.family_timeline(Corpus(PRINTED[:-1]).quotes(), 0))[0] == "Gazette\nn = 2, the first"
    title, size = ax.get_title(loc="left").split("\n")
    assert title == "“Every cable has to be replaced by May, and the brakes…”"
    assert size == "n = 5 quotes, 1 undated left out; 4 of 4 outlets"
    day = matplotlib.dates.datestr2num("2024-05-01")
    first, found = day + 9.5 / 24, marks(ax)
    assert found["shortened"] == [(pytest.approx(day + 15 / 24), 1)]
    assert sorted(found["exact"])[1:] == [(pytest.approx(day + 2.5), 2), (pytest.approx(day + 3 + 10 / 24), 3)]
    (changed,), exact = found["changed"], min(found["exact"])
    assert exact[0] == changed[0] == pytest.approx(first) and exact[1] == -changed[1] != 0  # lanes of one row
    (days,) = [group for group in ax.collections if group.get_label() == "hour not known"]
    assert [list(map(tuple, line.vertices)) for line in days.get_paths()] == [[(day + 2, 2), (day + 3, 2)]]
    left, right = ax.get_xlim()
    assert left < first and day + 3 + 10 / 24 < right < day + 5


def test_a_family_whose_first_is_not_sure():
    day = [printed(SAID, outlet, "2024-05-01") for outlet in ("Gazette", "Post")]
    ax = ql.plots.family_timeline(Corpus([*day, printed(SAID, "Clarion", "2024-05-02")]).quotes(), 0)
    assert rows_of(ax) == ["Gazette\nn = 1, perhaps the first", "Post\nn = 1, perhaps the first", "Clarion\nn = 1"]
    assert list(marks(ax)) == ["exact"]


def test_families_that_are_awkward_to_draw():
    at_once = ql.plots.family_timeline(Corpus([PRINTED[0]] * 2).quotes(), 0)
    left, right = at_once.get_xlim()
    assert 0 < right - left < 1
    undated = ql.plots.family_timeline(Corpus([SAID, SAID]).quotes(), 0)
    assert "n = 0 quotes, 2 undated left out; 0 of 0 outlets" in undated.get_title(loc="left")
    assert undated.texts[0].get_text() == "Nothing to show. No article with these words has a date."
    many = Corpus([printed(SAID, f"Outlet {k}", f"2024-05-01T{k // 60:02d}:{k % 60:02d}:00Z") for k in range(90)])
    ax = ql.plots.family_timeline(many.quotes(), 0)
    assert "n = 90 quotes" in ax.get_title(loc="left") and "; 40 of 90 outlets" in ax.get_title(loc="left")
    assert len(marks(ax)["exact"]) == len(rows_of(ax)) == 40
    found = boxes(ax)
    assert not [box for k, box in enumerate(found) for other in found[:k] if box.overlaps(other)]


def test_labels_of_a_timeline_of_the_samples(corpus):
    families = corpus.quotes().families()
    for row in sorted(families, key=lambda row: -row["n_outlets"])[:4]:
        _, given = pyplot.subplots(figsize=(9, 5), layout="constrained")
        assert ql.plots.family_timeline(families, row["family_id"], ax=given) is given
        found = boxes(given)
        assert not [box for k, box in enumerate(found) for other in found[:k] if box.overlaps(other)]
        assert given._left_title.get_window_extent().x1 <= given.figure.bbox.x1
        assert given.get_xlabel() == "time of publication (UTC)" and "(n = quotes)" in given.get_ylabel()


def test_what_is_no_family(corpus, monkeypatch):
    with pytest.raises(TypeError, match=r"draws a family of quotes\(\)\.families\(\).*got: Corpus"):
        ql.plots.family_timeline(corpus, 0)
    for wrong in (-1, None):
        with pytest.raises(KeyError, match=f"no family {wrong} in this table of"):
            ql.plots.family_timeline(corpus.quotes(), wrong)
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"plots\.family_timeline\(\) needs matplotlib.*the extra .plot."):
        ql.plots.family_timeline(corpus.quotes(), 0)


def test_names_in_a_network_stand_off_the_arrows(corpus):
    ax = ql.plots.source_network(corpus)
    ax.figure.canvas.draw()
    names = [text for text in ax.texts if text.get_text()]
    arrows = [text.arrow_patch for text in ax.texts if not text.get_text()]
    assert len(names) > 10 and len(arrows) == 20
    places = [name.get_window_extent() for name in names]
    touched = []
    for arrow in arrows:
        lines = [type(arrow.get_path())(line) for line in arrow.get_path().to_polygons(closed_only=False)]
        points = [point for line in lines for point in line.interpolated(20).vertices]
        assert any(ax.bbox.contains(*point) for point in points)
        touched += [place for place in places if any(place.contains(*point) for point in points)]
    assert len(touched) <= len(arrows) // 4  # more than half of the arrows lead to one node


def test_reliability_says_what_it_draws():
    for wrong in ((0.5,), ([0.5],), (0.5, [True])):
        with pytest.raises(TypeError, match="two lists: the confidences of quotes"):
            ql.plots.reliability(*wrong)
