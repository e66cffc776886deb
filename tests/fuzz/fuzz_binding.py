"""The binding under atheris: any str, any cues, patterns and columns; offsets are those of the str.

python tests/fuzz/fuzz_binding.py [-max_total_time=60] [FOLDER]
"""

import sys

import atheris
from quotelens import _core

ENGINE = _core.Engine()
TABLES = list(_core.TABLES + _core.EXPLAIN_TABLES)


@atheris.instrument_func
def analyse(data):
    text = data.ConsumeUnicode(400)  # with lone surrogates
    batches = ENGINE.analyse([text, text[::2]], ["a", "b"], TABLES, quotes=True, parse=True)
    for start, end, words, doc in zip(
        *(batches["tokens"].column(name) for name in ("start", "end", "text", "doc_id")), strict=True
    ):
        of = text if doc == "a" else text[::2]
        assert 0 <= start < end <= len(of)
        assert words.encode("utf-8", "replace") and len(words) == end - start


@atheris.instrument_func
def match(data):
    source, text = data.ConsumeUnicode(20), data.ConsumeUnicode(60)
    try:
        (found,) = _core.Pattern(source, ignore_case=data.ConsumeBool()).find_all([text])
    except ValueError:
        return
    assert all(0 <= start <= end <= len(text) for start, end in found)


@atheris.instrument_func
def engine(data):
    cue = [data.ConsumeUnicode(20) for _ in range(5)]
    try:
        made = _core.Engine(cues=[(*cue, data.ConsumeBool(), data.ConsumeBool())], drop=[data.ConsumeUnicode(9)])
    except ValueError:  # UnicodeEncodeError is one
        return
    made.analyse([f"“Dry,” she {cue[0]}."], ["a"], ["quotes"])


@atheris.instrument_func
def columns(data):
    values = [data.PickValueInList([None, 0, -1, 2**31, 2**63, 1.5, "x", "\ud800", b"", True]) for _ in range(6)]
    kind = data.PickValueInList(["string", "int32", "int64", "float64", "bool", "timestamp", "none"])
    try:
        batch = _core.Batch.from_columns(["a", "a"], [kind, kind], [values, values[: data.ConsumeIntInRange(0, 6)]])
    except (TypeError, ValueError, OverflowError):
        return
    assert len(batch.column("a")) == 6
    batch.take([data.ConsumeIntInRange(0, 5)])


@atheris.instrument_func
def families(data):
    made = _core.Families()
    made.add([data.ConsumeUnicode(60) for _ in range(6)])
    assert made.group(least_shared=data.ConsumeInt(4), least_words=data.ConsumeInt(2)) == len(made.canonical())
    assert len(made.members()) == 6
    made.search(data.ConsumeUnicode(30), 5)


@atheris.instrument_func
def passages(data):
    made, texts = _core.Passages(), [data.ConsumeUnicode(60) for _ in range(3)]
    made.add(texts)
    for quote, places in zip(texts, made.find(texts, [0, 1, 2], 9), strict=True):
        assert all(0 <= start < end <= len(quote) for _, start, end in places)
    made.near(texts, [-1, 0, 7])


@atheris.instrument_func
def one_input(given):
    data = atheris.FuzzedDataProvider(given)
    data.PickValueInList([analyse, match, engine, columns, families, passages])(data)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
