"""Batches: made of Python values, read back, cut, and handed to other libraries by Arrow's interfaces."""

import gc
import os

import pytest
from quotelens import _core

NAMES = ["word", "small", "large", "real", "flag", "when"]
TYPES = ["string", "int32", "int64", "float64", "bool", "timestamp"]
COLUMNS = [
    ["a", None, "", "😀é", "x\x00y"],
    [1, -(2**31), None, 2**31 - 1, 0],
    [-(2**63), 2**63 - 1, 0, None, 5],
    [0.5, None, float("inf"), -0.0, 1],
    [True, False, None, True, False],
    [0, 1_700_000_000_000_000, -1, None, 1],
]


def batch():
    return _core.Batch.from_columns(NAMES, TYPES, COLUMNS)


class Streamed:
    """What a library sees: an object with a stream that can be asked for again."""

    def __init__(self, batches, empty):
        self.batches, self.empty, self.asked = batches, empty, 0

    def __arrow_c_stream__(self, requested_schema=None):
        self.asked += 1
        return _core.export_stream(self.batches, self.empty)


def test_there_and_back():
    found = batch()
    assert found.names == tuple(NAMES)
    assert found.types == tuple(TYPES)
    assert len(found) == 5
    assert [found.column(name) for name in NAMES] == COLUMNS
    assert [found.row(i) for i in range(5)] == list(zip(*COLUMNS, strict=True))
    assert found.row(-1) == found.row(4)
    assert found.nbytes > 5 * 30
    assert repr(found).startswith("<Batch of 5 rows: ('word'")


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 63, 64, 65, 1000])
def test_sizes_around_the_edges_of_bitmaps(size):
    words = [None if i % 3 == 0 else str(i) for i in range(size)]
    flags = [None if i % 5 == 4 else i % 2 == 0 for i in range(size)]
    found = _core.Batch.from_columns(["w", "f"], ["string", "bool"], [words, flags])
    assert (found.column("w"), found.column("f")) == (words, flags)


def test_no_columns():
    found = _core.Batch.from_columns([], [], [])
    assert len(found) == 0
    assert found.names == ()


def test_surrogates_become_replacements():
    assert _core.Batch.from_columns(["a"], ["string"], [["x\udcffy", "\ud83d\ude00"]]).column("a") == [
        "x\ufffdy",
        "\ufffd\ufffd",
    ]


def test_take():
    taken = batch().take([4, 0, 0, 1])
    assert [taken.column(name) for name in NAMES] == [[c[4], c[0], c[0], c[1]] for c in COLUMNS]
    assert len(batch().take([])) == 0
    assert batch().take(range(5)).row(3) == batch().row(3)


def test_select():
    selected = batch().select(["flag", "word"])
    gc.collect()
    assert selected.names == ("flag", "word")
    assert selected.column("word") == COLUMNS[0]
    assert batch().select([]).names == ()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda b: b.column("nothing"), KeyError, r"there is no column 'nothing'; there are \('word', 'small'"),
        (lambda b: b.column("word\x00"), KeyError, "there is no column"),
        (lambda b: b.column(1), TypeError, "the name of a column is a str, not int"),
        (lambda b: b.row(5), IndexError, "row 5 of a batch of 5"),
        (lambda b: b.row(-6), IndexError, "row -6 of a batch of 5"),
        (lambda b: b.row(2**70), IndexError, "cannot fit"),
        (lambda b: b.row("1"), TypeError, "integer"),
        (lambda b: b.take([0, 5]), IndexError, r"rows\[1\]: row 5 is not there: the batch has 5, counted from 0"),
        (lambda b: b.take([-1]), IndexError, r"rows\[0\]: row -1"),
        (lambda b: b.take(["0"]), TypeError, "integer"),
        (lambda b: b.take("01"), TypeError, "rows is a str, not a list of positions"),
        (lambda b: b.take(1), TypeError, "rows is of type int, not a list of positions"),
        (lambda b: b.select("word"), TypeError, "names is a str, not a list of names of columns"),
        (lambda b: b.select(["word", "no"]), KeyError, "there is no column 'no'"),
        (lambda b: _core.export_schema(None), TypeError, "batch is of type NoneType, not Batch"),
        (lambda b: _core.export_stream([b, 1], b), TypeError, "an item of batches is of type int, not Batch"),
        (lambda b: _core.export_stream([_core.empty("quotes")], b), ValueError, "batch 0 has other columns"),
        (lambda b: _core.empty("words"), ValueError, "there is no table 'words'; there are: documents"),
    ],
)
def test_wrong_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call(batch())


@pytest.mark.parametrize(
    ("names", "types", "columns", "error", "message"),
    [
        (["a"], ["uint8"], [[1]], ValueError, "column 'a' has the type 'uint8'; there are string, int32"),
        (["a", "a"], ["int32"] * 2, [[1], [1]], ValueError, "two columns have the name 'a'"),
        (["a", "b"], ["int32"] * 2, [[1], [1, 2]], ValueError, "column 'b' has 2 values, column 'a' 1"),
        (["a", "b"], ["int32"], [[1]], ValueError, "2 names, 1 types and 1 columns"),
        (["a"], ["int32"], [[1, "2"]], TypeError, "column 'a', row 1: a value of type str, not an int"),
        (["a"], ["int32"], [[1.5]], TypeError, "column 'a', row 0: a value of type float, not an int"),
        (["a"], ["int32"], [[2**31]], ValueError, "column 'a', row 0: 2147483648 is not between -2147483648 and"),
        (["a"], ["int64"], [[2**63]], ValueError, "column 'a', row 0: 9223372036854775808 is not between"),
        (["a"], ["float64"], [["1"]], TypeError, "column 'a', row 0: a value of type str, not a float"),
        (["a"], ["bool"], [[1]], TypeError, "column 'a', row 0: a value of type int, not a bool"),
        (["a"], ["string"], [[b"x"]], TypeError, "column 'a', row 0: a value of type bytes, not a str"),
        (["a"], ["string"], ["abc"], TypeError, "a column is a str, not a list of values"),
        (["a\x00"], ["string"], [[]], ValueError, "a NUL is in it"),
        ([1], ["string"], [[]], TypeError, "the name of a column is 1, not a str"),
    ],
)
def test_wrong_columns(names, types, columns, error, message):
    with pytest.raises(error, match=message):
        _core.Batch.from_columns(names, types, columns)


class Changing:
    """A number that empties the list it stands in when it is read."""

    def __init__(self, home):
        self.home = home

    def __index__(self):
        self.home.clear()
        return 1


def test_a_list_that_changes_while_it_is_read():
    values = [1, 2, 3] * 100
    values.insert(1, Changing(values))
    assert len(_core.Batch.from_columns(["a"], ["int32"], [values]).column("a")) == 301


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="looks into /proc")
@pytest.mark.parametrize(
    "export",
    [
        lambda found: found.__arrow_c_array__(),
        lambda found: found.__arrow_c_schema__(),
        lambda found: _core.export_stream([found] * 3, found),
    ],
)
def test_unused_capsules_release_what_is_in_them(export):
    """A capsule that nobody took its content out of would keep a megabyte alive, and a schema its names."""
    name, text = "n" * 100_000, "x" * 1_000_000
    before = 0
    for k in range(220):
        export(_core.Batch.from_columns([name], ["string"], [[text]]))
        if k == 20:
            before = resident()
    assert resident() - before < 15_000_000


# ---------------------------------------------------------------------------------------------- other libraries


def test_pyarrow():
    pa = pytest.importorskip("pyarrow")
    streamed = Streamed([batch(), batch()], batch())
    for _ in range(3):
        table = pa.table(streamed)
        table.validate(full=True)
        assert table.num_rows == 10
    assert table.schema == pa.schema(
        [
            ("word", pa.string()),
            ("small", pa.int32()),
            ("large", pa.int64()),
            ("real", pa.float64()),
            ("flag", pa.bool_()),
            ("when", pa.timestamp("us", tz="UTC")),
        ]
    )
    assert table.column("word").to_pylist() == COLUMNS[0] * 2
    assert table.column("flag").to_pylist() == COLUMNS[4] * 2
    assert pa.schema(_core.empty("quotes")).names == list(_core.empty("quotes").names)


def test_pyarrow_keeps_columns_alive():
    pa = pytest.importorskip("pyarrow")
    record_batch = pa.record_batch(batch())
    record_batch.validate(full=True)
    word = record_batch.column("word")
    del record_batch
    gc.collect()
    assert word.to_pylist() == COLUMNS[0]


def test_pyarrow_tables_of_documents():
    pa = pytest.importorskip("pyarrow")
    text = "“We will go,” said Ann Lee. It’s 😀 fine.\n\nNobody else said so."
    found = _core.Engine().analyse([text, ""] * 20, [str(i) for i in range(40)], _core.TABLES, quotes=True)
    for name, made in found.items():
        table = pa.table(Streamed([made], _core.empty(name)))
        table.validate(full=True)
        assert table.num_rows == len(made)
        assert pa.table(Streamed([], _core.empty(name))).num_rows == 0
        assert table.column("doc_id").to_pylist() == made.column("doc_id")


def test_polars():
    pl = pytest.importorskip("polars")
    streamed = Streamed([batch(), batch()], batch())
    for _ in range(3):
        frame = pl.DataFrame(streamed)
        assert frame.height == 10
    assert frame["word"].to_list() == COLUMNS[0] * 2
    assert frame["small"].to_list() == COLUMNS[1] * 2
    assert pl.DataFrame(Streamed([], batch())).columns == NAMES


def test_duckdb():
    duckdb = pytest.importorskip("duckdb")
    streamed = Streamed([batch(), batch()], batch())
    connection = duckdb.connect()
    before_1_5 = tuple(map(int, duckdb.__version__.split(".")[:2])) < (1, 5) or "1.5.0.dev" in duckdb.__version__
    for turn in range(3):
        if turn == 0 or before_1_5:  # which asks what was registered for its rows once only
            connection.register("streamed", streamed)
        assert connection.execute("select count(*), count(word), sum(small) from streamed").fetchall() == [(10, 8, 0)]
        if before_1_5:
            connection.register("streamed", streamed)
        found = connection.execute("select word from streamed where flag order by large").fetchall()
        assert found == [("a",), ("a",), ("😀é",), ("😀é",)]
    assert streamed.asked > 1


def test_pandas():
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    if not hasattr(pd.DataFrame, "from_arrow"):
        pytest.skip("this pandas does not read Arrow streams")
    frame = pd.DataFrame.from_arrow(Streamed([batch()], batch()))
    assert list(frame.columns) == NAMES
    assert frame["word"].tolist()[3] == "😀é"
