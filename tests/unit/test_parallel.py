"""Batches, threads and progress."""

import threading
import time
from types import SimpleNamespace

import pytest
from quotelens.analysis.parallel import cut, in_order
from quotelens.reading.progress import Progress


def texts(*lengths):
    return [SimpleNamespace(text="x" * n) for n in lengths]


def test_cut_by_characters_and_documents():
    sizes = [[len(d.text) for d in batch] for batch in cut(texts(5, 5, 20, 1, 1), chars=10, documents=3)]
    assert sizes == [[5, 5], [20], [1, 1]]
    assert [len(batch) for batch in cut(texts(*[0] * 7), documents=3)] == [3, 3, 1]
    assert list(cut([])) == []


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_order_is_kept(threads):
    def slow_first(n):
        time.sleep(0.01 * (n % 3 == 0))
        return n * n

    assert list(in_order(range(40), slow_first, threads)) == [(n, n * n) for n in range(40)]


def test_jobs_are_taken_as_needed():
    taken = []
    jobs = (taken.append(n) or n for n in range(1000))
    results = in_order(jobs, lambda n: n, 2)
    next(results)
    assert len(taken) <= 4
    results.close()


def test_an_error_ends_the_work_and_its_threads():
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        list(in_order([1, 0, *range(1, 500)], lambda n: 1 / n, 3))
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_progress_is_silent_at_first(capsys):
    with Progress(10, unit="documents", show=True) as progress:
        progress.update(10)
    assert capsys.readouterr().err == ""


def test_progress_shows_a_plain_line_without_tqdm(capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    monkeypatch.setattr("quotelens.reading.progress._PATIENCE", 0)
    monkeypatch.setattr("quotelens.reading.progress._INTERVAL", 0)
    with Progress(1200, unit="documents", show=True) as progress:
        progress.update(1000)
        progress.update(200)
    assert capsys.readouterr().err.endswith("1,200 of 1,200 documents\n")


def test_no_progress_where_nobody_looks(capsys, monkeypatch):
    monkeypatch.setattr("quotelens.reading.progress._PATIENCE", 0)
    with Progress(2, unit="documents") as progress:
        progress.update(2)
    assert capsys.readouterr().err == ""
