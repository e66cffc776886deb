"""Formats of annotation tools, of the web and of archives: what they say, what people change, what is malformed."""

import json
import re
from pathlib import Path

import pytest
import quotelens as ql
from quotelens.exchange import brat, doccano, jsonld, labelstudio, tei
from quotelens.exchange.shared import annotated

TEXT = (
    "😀 It rains. “It rained,” Ann Lee said, “and\r\n\r\nit poured.” The council thought it was <late> & wet.\n"
    "The so-called “goat tsar” left. Bo Kim said the mayor denied that it snowed.\n"
)
READ_BACK = {"brat": "", "labelstudio": ".json", "doccano": ".jsonl", "jsonld": ".jsonld", "tei": ".xml"}
ALL = READ_BACK | {"conllu": ".conllu", "quotebank": ".jsonl"}
MODULES = {"brat": brat, "labelstudio": labelstudio, "doccano": doccano, "jsonld": jsonld, "tei": tei}
SCHEMA = Path(__file__).parents[1] / "data" / "tei.rng"


def written(name, corpus, folder):
    path = folder / f"out{ALL[name]}"
    getattr(ql.exchange, f"to_{name}")(corpus, path)
    return path


def read(name, path):
    return getattr(ql.exchange, f"from_{name}")(path)


def facts(quote, kinds):
    """All that a format keeps; the kind of a source where it has a place for it."""
    parts = [
        quote[role] and (quote[role]["start"], quote[role]["end"], quote[role]["text"]) for role in ("source", "cue")
    ]
    kind = quote["source"] and kinds and quote["source"]["kind"]
    plain = [quote[key] for key in ("quote_id", "type", "act", "speaker", "parent_id", "hedged", "negated")]
    return [*plain, quote.get("zone") == "boilerplate", [tuple(span) for span in quote["spans"]], parts, kind]


@pytest.mark.parametrize("name", READ_BACK)
@pytest.mark.parametrize("corpus", [ql.sample(), ql.Corpus([TEXT])], ids=["samples", "odd"])
def test_what_is_found_comes_back(name, corpus, tmp_path):
    documents = {document.doc_id: document for document in corpus._each(annotated)}
    found = read(name, written(name, corpus, tmp_path))
    assert {document["doc_id"] for document in found} == documents.keys() and len(found) == len(corpus)
    kinds = name in ("brat", "jsonld", "tei")
    for document in found:
        wanted = documents[document["doc_id"]]
        assert document["text"] == wanted.text and (
            len(wanted.quotes) >= 4 or wanted.doc_id == "plants-anzeiger"
        )  # in German
        assert [facts(q, kinds) for q in document["quotes"]] == [facts(q, kinds) for q in wanted.quotes]
    if len(corpus) > 1:  # as whole pages, without lines that recur
        assert {row["error"] for row in ql.evaluate(corpus, found, resamples=0).errors()} == set()


@pytest.mark.parametrize("name", ALL)
def test_threads_do_not_matter(name, tmp_path):
    texts = [document.text for document in ql.sample()] * 3
    out = []
    for threads in (1, 2):
        (tmp_path / str(threads)).mkdir()
        path = written(name, ql.Corpus(texts, threads=threads), tmp_path / str(threads))
        files = [path] if path.is_file() else sorted(path.iterdir())
        out.append([file.read_bytes() for file in files])
    assert out[0] == out[1]


@pytest.mark.parametrize("name", ALL)
def test_what_is_no_corpus(name, tmp_path):
    with pytest.raises(TypeError, match=f"to_{name} writes a Corpus, not a list"):
        getattr(ql.exchange, f"to_{name}")(["text"], tmp_path)


@pytest.mark.parametrize("name", READ_BACK)
def test_complete_or_not_there(name, tmp_path, monkeypatch):
    def broken(record, *given):
        if record.doc_id == "1":
            raise RuntimeError("broken")
        return annotated(record, *given)

    monkeypatch.setattr(MODULES[name], "annotated", broken)
    with pytest.raises(RuntimeError, match="broken"):
        written(name, ql.Corpus([TEXT, TEXT], threads=1), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name, ending in ALL.items() if ending])
def test_a_folder_that_is_not_there(name, tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        written(name, ql.Corpus([TEXT]), tmp_path / "nowhere")


# ------------------------------------------------------------------------------------------------------------ brat


def test_brat_spans_end_with_the_line(tmp_path):
    folder = written("brat", ql.Corpus([TEXT]), tmp_path)
    text = (folder / "0.txt").read_bytes().decode()
    marks = (folder / "0.ann").read_bytes().decode()
    assert text == TEXT
    places = re.findall(r"(?m)^T\d+\t\w+ ([0-9 ;]+)\t(.*)$", marks)
    assert len(places) > 8 and any(";" in spans for spans, _ in places)
    for spans, words in places:
        parts = [text[int(a) : int(b)] for a, b in (span.split() for span in spans.split(";"))]
        assert " ".join(parts) == words and not any("\n" in part for part in parts)
    conf = (folder / "annotation.conf").read_text()
    used = set(re.findall(r"(?m)^[TRA]\d+\t(\w+)", marks))
    assert used >= {"Quote", "Source", "Cue", "SaidBy", "CuedBy", "Within", "Kind", "Act"}
    assert all(re.search(rf"(?m)^{name}\b", conf) for name in used)


def test_brat_keeps_what_is_there(tmp_path):
    folder = written("brat", ql.Corpus([TEXT]), tmp_path)
    with pytest.raises(FileExistsError, match="may hold annotations"):
        ql.exchange.to_brat(ql.Corpus(["else"]), folder)
    assert (folder / "0.txt").read_bytes().decode() == TEXT
    (tmp_path / "empty").mkdir()
    assert ql.exchange.to_brat(ql.Corpus(["else"]), tmp_path / "empty") == 1


def test_brat_ids(tmp_path):
    ids = ["a/b", "A", "a", "é\u0301", "x" * 300, "50%", "...", "a b"]
    corpus = ql.Corpus([{"doc_id": name, "text": name} for name in ids])
    assert {d["doc_id"]: d["text"] for d in read("brat", written("brat", corpus, tmp_path))} == {n: n for n in ids}


@pytest.fixture
def marked(tmp_path):
    """A folder of one text without marks."""
    (tmp_path / "a.txt").write_text("“Yes,” said Ann. “No,” said Bo.\n", encoding="utf-8")

    def with_marks(marks):
        (tmp_path / "a.ann").write_text(marks, encoding="utf-8")
        return tmp_path

    return with_marks


def test_what_people_do_in_brat(marked):
    marks = (
        "A2\tKind T7 mixed\nT7\tQuote 0 6;17 22\t“Yes,” “No,”\nA9\tAct T7 thought\nA3\tNegated T7\n"
        "#1\tAnnotatorNotes T7\tspeaker: Ann Lee\n#2\tAnnotatorNotes T8\tis this one?\nT8\tQuote 17 22\t“No,”\n"
        "T9\tSource 12 15\tAnn\nR1\tSaidBy Arg1:T9 Arg2:T7\t\nR4\tWithin Arg1:T8 Arg2:T7\nT10\tPerson 28 30\tBo\n"
        "E1\tT8\n*\tEquiv T7 T8\nT11\tCue 7 11\tsaid\nA7\tSure T10\nR8\tKnows Arg1:T10 Arg2:T9\n"
    )
    ((first, second),) = [document["quotes"] for document in read("brat", marked(marks))]
    assert first == {
        **{"quote_id": 0, "type": "mixed", "act": "thought", "spans": [(0, 6), (17, 22)], "cue": None},
        **{"source": {"start": 12, "end": 15, "text": "Ann"}, "speaker": "Ann Lee", "parent_id": -1},
        **{"hedged": False, "negated": True},
    }
    assert second["parent_id"] == 0 and "type" not in second and second["speaker"] is second["source"] is None


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ("T1\tQuote 0 6\t“Yes,”\nT2 Quote 0 6\n", r"a\.ann:2: 'T2 Quote 0 6' is not an annotation"),
        ("T1\tQuote 0 600\t“Yes,”\n", r"a\.ann:1: '0 600' is not a span of the text of 32 characters"),
        ("T1\tQuote 6 0\t“Yes,”\n", r"a\.ann:1: '6 0' is not a span"),
        ("T1\tQuote 0 6\tx\nT1\tQuote 0 6\tx\n", r"a\.ann:2: the id T1 occurs twice"),
        ("\nR1\tSaidBy Arg1:T1 Arg2:T2\n", r"a\.ann:2: there is no T1"),
        ("T1\tQuote 0 6\tx\nR1\tSaidBy T1\n", r"a\.ann:2: 'SaidBy T1' is not a relation"),
        ("T1\tQuote 0 6\tx\nA1\tKind T1 loud\n", r"a\.ann:2: Kind is 'loud'; expected one of direct, mixed"),
        ("T1\tSource 0 6\tx\nT2\tCue 7 11\tx\nR1\tSaidBy Arg1:T1 Arg2:T2\n", "joins a cue and a source"),
        ("T1\tQuote 0 6\tx\nT2\tQuote 7 11\tx\nR1\tSaidBy Arg1:T1 Arg2:T2\n", "joins a quote and a quote"),
        ("T1\tQuote 0 6\tx\nR1\tWithin Arg1:T1 Arg2:T1\n", "T1 is within itself"),
        (
            "T1\tQuote 0 6\tx\nT2\tSource 7 9\tx\nT3\tSource 9 11\tx\n"
            "R1\tSaidBy Arg1:T1 Arg2:T2\nR2\tSaidBy Arg1:T1 Arg2:T3\n",
            "T1 has two relations 'source', to T2 and T3",
        ),
    ],
)
def test_mistakes_in_brat(marked, marks, message):
    with pytest.raises(ValueError, match=message):
        read("brat", marked(marks))


def test_brat_without_a_text(tmp_path):
    (tmp_path / "a.ann").write_text("")
    with pytest.raises(FileNotFoundError, match=r"a\.txt"):
        read("brat", tmp_path)
    (tmp_path / "a.txt").write_bytes(b"one\n\xff")
    with pytest.raises(ValueError, match=r"a\.txt:2: this is not UTF-8"):
        read("brat", tmp_path)
    with pytest.raises(FileNotFoundError, match="is not a folder"):
        read("brat", tmp_path / "nowhere")


# ---------------------------------------------------------------------------------------------------- Label Studio


def test_label_studio_counts_as_javascript_does(tmp_path):
    (task,) = json.loads(written("labelstudio", ql.Corpus([TEXT]), tmp_path).read_text("utf-8"))
    assert task["data"]["text"] == TEXT and task["data"]["doc_id"] == "0"
    units = TEXT.encode("utf-16-le")
    (prediction,) = task["predictions"]
    regions = [result for result in prediction["result"] if result["type"] == "labels"]
    assert len(regions) > 8 and 0 < prediction["score"] < 1
    for region in regions:
        value = region["value"]
        assert units[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]
        assert ("score" in region) == (
            value["labels"][0] in ("direct", "mixed", "indirect", "scare")
        ) or "." in region["id"]
    names = {"act", "flags", "speaker", "quote", "text"}
    config = (tmp_path / "out.xml").read_text("utf-8")
    assert set(re.findall(r' name="(\w+)"', config)) == names
    assert {result["from_name"] for result in prediction["result"] if "from_name" in result} <= names
    with pytest.raises(ValueError, match="give a path such as"):
        ql.exchange.to_labelstudio(ql.Corpus([TEXT]), tmp_path / "out.xml")


def region(key, start, end, label):
    return {
        "id": key,
        "from_name": "quote",
        "type": "labels",
        "value": {"start": start, "end": end, "labels": [label]},
    }


def said(key, name, **value):
    return {"id": key, "from_name": name, "type": "textarea" if name == "speaker" else "choices", "value": value}


def drawn(origin, target, *labels):
    return {"type": "relation", "from_id": origin, "to_id": target, "direction": "right", "labels": list(labels)}


def exported(tmp_path, *tasks):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def task(*results, **more):
    return {
        "id": 7,
        "data": {"text": "😀 “Yes,” said Ann. “No.”"},
        "annotations": [{"result": list(results), **more}],
    }


def test_what_people_do_in_label_studio(tmp_path):
    new = task(
        *(region("x", 3, 9, "direct"), region("y", 20, 25, "direct"), region("z", 15, 18, "source")),
        *(
            drawn("z", "x"),
            drawn("x", "y", "continued"),
            region("other", 0, 2, "smiley"),
            drawn("other", "x", "likes"),
        ),
        *(said("x", "act", choices=["speech"]), said("x", "flags", choices=["hedged", "boilerplate"])),
        *(said("x", "speaker", text=["Ann Lee"]), said("z", "act", choices=["speech"])),
    )
    old = task(region("x", 3, 9, "scare"), updated_at="2024-01-01T00:00:00Z")["annotations"]
    new["annotations"] = [*old, {**new["annotations"][0], "updated_at": "2024-02-01T00:00:00Z"}]
    new["annotations"].append({"result": [], "was_cancelled": True, "updated_at": "2024-03-01T00:00:00Z"})
    guess = {**task(), "annotations": [], "predictions": [{"result": [region("p", 3, 9, "mixed")]}]}
    first, second = read("labelstudio", exported(tmp_path, new, {**guess, "id": 8}))
    assert first["doc_id"] == "7" and first["quotes"] == [
        {
            **{"quote_id": 0, "type": "direct", "act": "speech", "spans": [(2, 8), (19, 24)], "cue": None},
            **{"source": {"start": 14, "end": 17, "text": "Ann"}, "speaker": "Ann Lee", "parent_id": -1},
            **{"hedged": True, "negated": False, "zone": "boilerplate"},
        }
    ]
    assert [quote["type"] for quote in second["quotes"]] == ["mixed"]


def test_label_studio_without_ids(tmp_path):
    marks = [{"start": 3, "end": 9, "labels": ["direct"]}, {"start": 15, "end": 18, "labels": ["source"]}]
    small = {"id": 3, "text": "😀 “Yes,” said Ann.", "doc_id": "a", "quote": marks}
    small["act"] = [{"start": 3, "end": 9, "choices": ["thought"]}]
    (document,) = read("labelstudio", exported(tmp_path, small))
    assert document["quotes"] == [
        {"quote_id": 0, "type": "direct", "act": "thought", "spans": [(2, 8)], "speaker": None}
        | {"hedged": False, "negated": False}
    ]


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([{"data": {}}], 'task 0: there is no "text"'),
        ([task(), 5], "task 1: an object is expected, not int"),
        ([task(region("x", 3, 900, "direct"))], r"task 0: quotes\[0\] has a span that is no"),
        ([task(region("x", None, 9, "direct"))], "the region x has no start and end"),
        ([task({"id": "x"})], "task 0: .* is not a region"),
        ([task(drawn("a", "b", "source"))], "a relation points to 'a'"),
        (
            [task(region("x", 3, 9, "direct"), said("x", "act", choices=["shout"]))],
            "the region x has the act 'shout'",
        ),
        (
            [task(region("x", 3, 9, "direct"), region("y", 20, 25, "mixed"), drawn("x", "y", "continued"))],
            "differ in 'type'",
        ),
    ],
)
def test_mistakes_in_label_studio(tmp_path, tasks, message):
    with pytest.raises(ValueError, match=message):
        read("labelstudio", exported(tmp_path, *tasks))


def test_label_studio_files(tmp_path):
    (tmp_path / "a.json").write_text("[\n{,}]")
    with pytest.raises(ValueError, match=r"a\.json:2: this is not JSON"):
        read("labelstudio", tmp_path / "a.json")
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(ValueError, match="expected a list of tasks"):
        read("labelstudio", tmp_path / "a.json")


# --------------------------------------------------------------------------------------------------------- doccano


def test_doccano(tmp_path):
    lines = written("doccano", ql.Corpus([TEXT, TEXT]), tmp_path).read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    ids = [entity["id"] for document in documents for entity in document["entities"]]
    assert len(ids) == len(set(ids)) > 16
    for document in documents:
        own = {entity["id"] for entity in document["entities"]}
        assert {end for r in document["relations"] for end in (r["from_id"], r["to_id"])} <= own
        assert {r["type"] for r in document["relations"]} >= {"source", "cue", "within"}
        assert {"direct", "indirect:thought", "scare", "source"} <= {e["label"] for e in document["entities"]}


def test_what_people_do_in_doccano(tmp_path):
    def entity(number, label, start, end):
        return {"id": number, "label": label, "start_offset": start, "end_offset": end}

    entities = [entity(5, "indirect:evidence", 0, 6), entity(3, "source", 12, 15), entity(9, "verb", 7, 11)]
    relations = [
        {"id": 1, "from_id": 5, "to_id": 3, "type": "source"},
        {"id": 2, "from_id": 5, "to_id": 9, "type": "x"},
    ]
    line = {"id": 4, "text": "“Yes,” said Ann.", "entities": entities, "relations": relations, "Comments": []}
    old = {"id": 5, "text": "“Yes,” said Ann.", "label": [[0, 6, "direct"], [7, 11, "verb"]]}
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(line)}\n{json.dumps(old)}\n")
    first, second = read("doccano", tmp_path / "a.jsonl")
    (quote,) = first["quotes"]
    assert (quote["type"], quote["act"], quote["spans"]) == ("indirect", "evidence", [(0, 6)])
    assert quote["source"] == {"start": 12, "end": 15, "text": "Ann"} and first["doc_id"] == "4"
    assert second["quotes"][0]["act"] == "speech" and "source" not in second["quotes"][0]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"a\.jsonl:2: this is not JSON"),
        ('{"data": 1}', r'a\.jsonl:2: an object with "text"'),
        ('{"text": "abc", "entities": [{"id": 1}]}', r"a\.jsonl:2: .* is not an entity"),
        ('{"text": "abc", "label": [[0, 1]]}', r'a\.jsonl:2: "label" should be a list such as'),
        ('{"text": "abc", "label": [[0, 9, "direct"]]}', r"a\.jsonl:2: quotes\[0\] has a span"),
        ('{"text": "abc", "label": [[0, 1, "direct:x"]]}', r"a\.jsonl:2: the label 'direct:x' has no act"),
        ('{"text": "abc", "entities": [], "relations": [{"id": 1}]}', r"a\.jsonl:2: .* is not a relation"),
        ('{"text": "abc", "entities": [], "relations": [{"from_id": 1, "to_id": 2}]}', "a relation points to '1'"),
    ],
)
def test_mistakes_in_doccano(tmp_path, line, message):
    (tmp_path / "a.jsonl").write_text(f'{{"text": "a", "entities": []}}\n{line}\n')
    with pytest.raises(ValueError, match=message):
        read("doccano", tmp_path / "a.jsonl")


# --------------------------------------------------------------------------------------------------------- JSON-LD


def test_json_ld_as_rdf_reads_it(tmp_path):
    rdflib = pytest.importorskip("rdflib")
    corpus = ql.sample()
    graph = rdflib.Graph().parse(str(written("jsonld", corpus, tmp_path)), format="json-ld")
    oa, dctypes = (rdflib.Namespace(f"http://{name}") for name in ("www.w3.org/ns/oa#", "purl.org/dc/dcmitype/"))
    quotes = [quote for document in corpus._each(annotated) for quote in document.quotes]
    assert len(set(graph.subjects(rdflib.RDF.type, oa.Annotation))) == len(quotes)
    assert len(set(graph.subjects(rdflib.RDF.type, dctypes.Text))) == len(corpus)
    assert len(list(graph.objects(None, oa.hasTarget))) == sum(len(quote["spans"]) for quote in quotes)
    for place in graph.subjects(rdflib.RDF.type, oa.SpecificResource):
        document = graph.value(place, oa.hasSource)
        text = str(graph.value(document, rdflib.RDF.value))
        one, two = sorted(graph.objects(place, oa.hasSelector), key=lambda s: graph.value(s, oa.start) is None)
        start, end = (graph.value(one, name).toPython() for name in (oa.start, oa.end))
        assert text[start:end] == str(graph.value(two, oa.exact))
        assert text[:start].endswith(str(graph.value(two, oa.prefix)))
        assert text[end:].startswith(str(graph.value(two, oa.suffix)))
    speakers = [quote["speaker"] for quote in quotes if quote["speaker"]]
    named = graph.subjects(rdflib.RDF.type, rdflib.URIRef("urn:quotelens:Speaker"))
    assert sorted(str(graph.value(body, rdflib.RDF.value)) for body in named) == sorted(speakers)


def test_mistakes_in_json_ld(tmp_path):
    path = written("jsonld", ql.Corpus([TEXT]), tmp_path)
    good = path.read_text("utf-8")
    path.write_text(good.replace('"exact": "“It rained,”"', '"exact": "“It snowed,”"'), "utf-8")
    with pytest.raises(ValueError, match=r"items\[0\]: the text from 12 to 24 is '“It rained,”', not '“It snowed,”'"):
        read("jsonld", path)
    path.write_text(good.replace('"target"', '"goal"'), "utf-8")
    with pytest.raises(ValueError, match=r"items\[0\]: this is not an annotation as to_jsonld writes it"):
        read("jsonld", path)
    path.write_text("{}")
    with pytest.raises(ValueError, match="this is not a collection as to_jsonld writes it"):
        read("jsonld", path)


# ------------------------------------------------------------------------------------------------------------- TEI


def test_tei_is_valid(tmp_path):
    etree = pytest.importorskip("lxml.etree")
    schema = etree.RelaxNG(etree.parse(str(SCHEMA)))
    odd = ql.Corpus(
        [{"doc_id": "a/b\x00", "text": TEXT + "\x00\x0b", "published": "last week", "url": "no url"}, "", " "]
    )
    for k, corpus in enumerate((ql.sample(), odd)):
        assert ql.exchange.to_tei(corpus, tmp_path / f"{k}.xml") == len(corpus)
        assert ql.exchange.to_tei(corpus, tmp_path / f"{k}") == len(corpus)
        paths = [tmp_path / f"{k}.xml", *(tmp_path / f"{k}").iterdir()]
        assert len(paths) == len(corpus) + 1
        for path in paths:
            root = etree.parse(str(path))
            assert schema.validate(root), schema.error_log
            ids = root.xpath("//@xml:id")
            assert len(ids) == len(set(ids))
            pointers = root.xpath("//@ana | //@who | //@next | //@prev | //@corresp")
            assert {f"#{name}" for name in ids} >= {pointer for value in pointers for pointer in value.split()}
        both = [
            sorted(map(json.dumps, read("tei", path)), key=str) for path in (tmp_path / f"{k}.xml", tmp_path / f"{k}")
        ]
        assert both[0] == both[1]


def test_tei_says_who_published_what(tmp_path):
    meta = {"title": "Rain & snow", "byline": ["A. One", "B. Two"], "published": "2024-05-03", "outlet": "The <Sun>"}
    corpus = ql.Corpus(
        [{"doc_id": "a", "text": "“It rained,” the Rain Agency said.", **meta, "url": "https://a.invalid/x?y=1&z"}]
    )
    text = written("tei", corpus, tmp_path).read_text("utf-8")
    assert (
        "<bibl><title>Rain &amp; snow</title><author>A. One</author><author>B. Two</author><publisher>The &lt;Sun&gt;"
        '</publisher><date when="2024-05-03">2024-05-03</date><idno type="doc_id">a</idno>'
        '<ptr target="https://a.invalid/x?y=1&amp;z"/></bibl>'
    ) in text
    assert '<listOrg><org xml:id="d0.s0" type="organisation"><orgName>Rain Agency</orgName></org></listOrg>' in text


def test_mistakes_in_tei(tmp_path):
    path = written("tei", ql.Corpus([TEXT]), tmp_path)
    good = path.read_text("utf-8")
    for old, new, message in (
        ("</said>", "</sad>", r"out\.xml:\d+: this is not well-formed XML"),
        ("#act.speech", "#act.song", "points to #act.song, not a speaker"),
        ('prev="#', 'prev="#no', "but no earlier part has that id"),
        ('corresp="#d0.q0"', 'corresp="#d0.q99"', "a relation points to 'd0.q99'"),
        ("http://www.tei-c.org/ns/1.0", "urn:other", "there is no TEI element"),
    ):
        assert old in good
        path.write_text(good.replace(old, new), "utf-8")
        with pytest.raises(ValueError, match=message):
            read("tei", path)


def test_tei_nested_too_deeply(tmp_path):
    hi = "<hi>" * 5000 + "</hi>" * 5000
    text = f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>{hi}</body></text></TEI>'
    (tmp_path / "a.xml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"a\.xml: its elements are nested too deeply"):
        read("tei", tmp_path / "a.xml")


# ------------------------------------------------------------------------------------------------------- Quotebank


def test_quotebank(tmp_path):
    rows = [
        ("b", "“It RAINED!” Ann Lee said. “Snow,” he said.", "2024-05-04", "https://b.invalid/"),
        (
            "a",
            "“It rained,” Ms Lee said. Ann Lee said so. She denied it.",
            "2024-05-03T23:30:00-05:00",
            "https://a.invalid/",
        ),
        ("c", "The so-called “goat tsar” left. Ann Lee said it poured.", "2024-05-01", None),
    ]
    names = ("doc_id", "text", "published", "url")
    config = ql.Config().add_sources([{"name": "Ann Lee", "qid": "Q7"}])
    corpus = ql.Corpus([dict(zip(names, row, strict=True)) for row in rows], config=config)
    assert ql.exchange.to_quotebank(corpus, tmp_path / "q.jsonl") == 2
    rained, snow = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text("utf-8").splitlines()]
    fields = ("quoteID", "quotation", "speaker", "qids", "date", "numOccurrences", "probas", "urls", "phase")
    assert tuple(rained) == fields
    assert (rained["quotation"], rained["speaker"], rained["qids"]) == ("It RAINED!", "Ann Lee", ["Q7"])
    assert (rained["quoteID"], rained["date"], rained["numOccurrences"]) == ("2024-05-04-000001", "2024-05-04", 2)
    assert rained["urls"] == ["https://a.invalid/", "https://b.invalid/"] and rained["phase"] is None
    assert [name for name, _ in rained["probas"]] == ["Ann Lee", "None"]
    assert sum(float(chance) for _, chance in rained["probas"]) == pytest.approx(1, abs=0.001)
    assert snow["quotation"] == "Snow," and snow["quoteID"] == "2024-05-04-000002"
    later = ql.Corpus([dict(zip(names, rows[1], strict=True))])
    ql.exchange.to_quotebank(later, tmp_path / "q.jsonl")
    assert json.loads((tmp_path / "q.jsonl").read_text("utf-8").splitlines()[0])["date"] == "2024-05-04 04:30:00"
