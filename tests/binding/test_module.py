"""The extension as a module: import again and again, in other interpreters, on many threads, without leaks."""

import concurrent.futures
import json
import subprocess
import sys
import textwrap

import pytest
from quotelens import _core

TEXT = "“We will win,” said Ann Lee. It’s fine.\n\nHe added: “And so it was 😀 for years.”"


def in_fresh_process(code, *arguments):
    """What `code` prints, as JSON."""
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def rows(batches):
    return {name: [batch.row(i) for i in range(len(batch))] for name, batch in batches.items()}


def test_import_again():
    found = in_fresh_process(
        """
        import gc, json, sys
        import quotelens._core as first
        batch = first.empty("quotes")
        del sys.modules["quotelens._core"]
        import quotelens._core as second
        sound = len(second.empty("quotes")) == len(batch) and batch.names == second.empty("quotes").names
        apart = first.Batch is not second.Batch
        first_engine = first.Engine()
        del first
        gc.collect()
        texts = first_engine.analyse(["One."], ["a"], ["tokens"])["tokens"].column("text")
        print(json.dumps([sound, apart, texts]))
        """
    )
    assert found == [True, True, ["One", "."]]


def test_a_batch_of_one_import_is_none_of_another():
    found = in_fresh_process(
        """
        import json, sys
        import quotelens._core as first
        del sys.modules["quotelens._core"]
        import quotelens._core as second
        try:
            second.export_schema(first.empty("quotes"))
        except TypeError as error:
            print(json.dumps(str(error)))
        """
    )
    assert "not Batch" in found


SUBINTERPRETER = """
import json, sys
try:
    import _interpreters as interpreters
except ImportError:
    try:
        import _xxsubinterpreters as interpreters
    except ImportError:
        print(json.dumps("absent"))
        sys.exit()
import quotelens._core
code = '''
import quotelens._core as core
batch = core.Engine().analyse(["A word."], ["a"], ["tokens"])["tokens"]
assert batch.column("text") == ["A", "word", "."], batch
'''
problems = []
for _ in range(3):
    interpreter = interpreters.create()
    problem = getattr(interpreters, "exec", interpreters.run_string)(interpreter, code)
    if problem is not None:
        problems.append(str(problem))
    interpreters.destroy(interpreter)
print(json.dumps(problems))
"""


def test_import_in_a_subinterpreter():
    found = in_fresh_process(SUBINTERPRETER)
    if found == "absent":
        pytest.skip("this Python has no module to make interpreters with")
    assert found == []


def test_eight_threads_on_one_engine():
    engine = _core.Engine()
    texts = [f"{TEXT} Number {i}." * (1 + i % 5) for i in range(40)]
    ids = [str(i) for i in range(40)]

    def analyse(_):
        return rows(engine.analyse(texts, ids, _core.TABLES, quotes=True))

    expected = analyse(0)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(analyse, range(16)))


def test_batch_size_changes_nothing():
    engine = _core.Engine()
    texts = [TEXT, "", "No quotes here.", TEXT * 3, "\udcff “Odd,” he said."]
    ids = list("abcde")
    together = rows(engine.analyse(texts, ids, _core.TABLES, quotes=True))
    apart = [rows(engine.analyse([t], [i], _core.TABLES, quotes=True)) for t, i in zip(texts, ids, strict=True)]
    for name in _core.TABLES:
        assert together[name] == [row for document in apart for row in document[name]]


def test_a_table_does_not_depend_on_the_others():
    engine = _core.Engine()
    together = rows(engine.analyse([TEXT], ["a"], _core.TABLES))
    for name in _core.TABLES:
        assert rows(engine.analyse([TEXT], ["a"], [name])) == {name: together[name]}


LEAKS = """
import gc, json, resource, sys
import quotelens._core as core

TEXT = "“We will win,” said Ann Lee. It’s fine. \\udcff " * 20

def ignore(function, *arguments, **options):
    try:
        function(*arguments, **options)
    except Exception:
        return
    raise AssertionError(function)

def once():
    engine = core.Engine(cues=[row[:-1] for row in core.cues()[:9]], drop=["say", "claim"])
    ignore(core.Engine, cues=[("quip", "manner", "speech", "nonesuch", None, False, False)], drop=["say"])
    ignore(core.Engine, cues=[("quip", "manner")])
    ignore(core.Engine, drop=[7])
    batches = engine.analyse([TEXT] * 5, ["a\\udcff"] * 5, core.TABLES, quotes=True)
    tokens = batches["tokens"]
    tokens.column("text"), tokens.row(-1), tokens.names, tokens.types, repr(tokens)
    tokens.take(range(9)).select(["text", "head"]).__arrow_c_array__()
    core.export_stream([tokens, tokens], tokens), core.export_schema(tokens), core.empty("quotes")
    core.Batch.from_columns(["a", "b"], ["string", "bool"], [["x", None, "\\udcff"], [True, False, None]])
    core.fold("ÉTÉ \\udcff"), core.word_boundaries(TEXT), core.sentence_boundaries(TEXT, tailored=True), core.info()
    engine.parse_words(["She", "said", "so", "\\udcff"] * 300), engine.parse_words(())
    engine.analyse([TEXT], ["a"], ["tokens"], parse=True)["tokens"].column("lemma")
    core.Engine(weights=[("quote:bias", 1), ("source:none", 0.5)]).weights()
    engine.analyse([TEXT], ["a"], core.EXPLAIN_TABLES)["features"].column("meaning")
    ignore(core.Engine, cues=[("a",)], weights=[("quote:bias", 1)])
    ignore(core.Engine, drop=[7], weights=5)
    ignore(core.Engine, weights=[("quote:bias", 1), ("quote:bias", "x")])
    ignore(core.Engine, weights=[("no feature", 1)])
    ignore(engine.parse_words, ["a", 1])
    ignore(engine.parse_words, "a")
    core.link_names(["Ada Holm", "Holm", "\\udcff"] * 300), core.link_names(())
    ignore(core.link_names, ["a", 1])
    ignore(core.link_names, "a")
    ignore(engine.analyse, [TEXT, 1], ["a", "b"], ["tokens"])
    ignore(engine.analyse, [TEXT], ["a"], ["nothing"])
    ignore(tokens.take, [10**9])
    ignore(tokens.take, ["x"])
    ignore(tokens.select, ["text", "nothing"])
    ignore(core.export_stream, [tokens], core.empty("quotes"))
    ignore(core.Batch.from_columns, ["a", "b"], ["string", "int32"], [["x"], ["y"]])

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

# without a GIL the interpreter goes on allocating for itself for a while
for _ in range(100 if getattr(sys, "_is_gil_enabled", lambda: True)() else 600):
    once()

def grown():
    gc.collect()
    before, blocks = resident(), sys.getallocatedblocks()
    for _ in range(400):
        once()
    gc.collect()
    return (resident() - before) / 1e6, sys.getallocatedblocks() - blocks

megabytes, blocks = grown()
if megabytes >= 3:  # the C library keeps freed memory at times, and gives it back; what leaks grows on
    megabytes = grown()[0]
print(json.dumps([megabytes, blocks]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_no_leaks():
    megabytes, blocks = in_fresh_process(LEAKS)
    assert megabytes < 3, "400 rounds of 0.2 MB of results each"
    assert blocks < 300, "a block a round would be 400; the interpreter keeps up to 130 of its own, by hash seed"


def test_errors_leave_references_as_they_were():
    engine, text, number = _core.Engine(), "some text of its own " * 3, 12345678901
    before = sys.getrefcount(text), sys.getrefcount(number)
    for _ in range(10):
        with pytest.raises(TypeError):
            engine.analyse([text, number], [text, text], ["tokens"])
        with pytest.raises(ValueError, match="one for each"):
            engine.analyse([text], [text, text], ["tokens"])
        engine.analyse([text], [text], ["tokens"])
    assert (sys.getrefcount(text), sys.getrefcount(number)) == before


def test_types_are_closed():
    with pytest.raises(TypeError):
        _core.Batch()
    with pytest.raises(TypeError):
        _core.Batch.more = 1
    with pytest.raises(TypeError):
        type("Derived", (_core.Engine,), {})


def test_info():
    found = _core.info()
    assert list(found) == ["version", "unicode", "utf8proc", "pcre2", "lexicon", "model"]
    assert all(found.values())
    assert found["version"] == _core.__version__
