"""Forks, processes and interpreters beside each other: the same result in all of them."""

import concurrent.futures
import multiprocessing
import os

import pytest
import quotelens as ql

TEXTS = [f"“It will rain,” Ann Lee said. “{k} of us,” she added, according to the memo." for k in range(6)]
METHODS = [name for name in ("fork", "spawn", "forkserver") if name in multiprocessing.get_all_start_methods()]


def found(texts):
    return list(ql.Corpus(texts, threads=2).quotes())


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # 3.12 and later warn of forks beside threads
@pytest.mark.parametrize("method", METHODS)
def test_processes_after_use(method):
    expected = found(TEXTS)  # with threads, before the fork
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        futures = [pool.submit(found, TEXTS) for _ in range(4)]
        assert all(future.result(timeout=120) == expected for future in futures)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_after_use():
    """Parent and child go on with engine and corpus of before, each on its own."""
    corpus = ql.Corpus(TEXTS, threads=2)
    corpus.quotes()
    expected = found(TEXTS)
    child = os.fork()
    if child == 0:
        os._exit(0 if list(corpus.quotes(min_confidence=0)) == expected and found(TEXTS) == expected else 1)
    assert list(corpus.quotes(min_confidence=0)) == expected
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_eight_threads_share_a_config_and_a_corpus():
    config = ql.Config().add_cues({"harrumph": "manner"})
    expected = list(ql.Corpus(TEXTS, config=config, threads=1).quotes())
    shared = ql.Corpus(TEXTS, config=config, threads=2)

    def work(k):
        return list(shared.quotes() if k % 2 else ql.Corpus(TEXTS, config=config, threads=1).quotes())

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(rows == expected for rows in pool.map(work, range(24)))
