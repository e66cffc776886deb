"""A signal ends a long call, and leaves everything usable."""

import signal
import threading

import pytest
import quotelens as ql
from quotelens import _core

SAID = "“It rained,” Ann Lee told the council of the town of Saltby. "

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")


class RangError(Exception):
    pass


@pytest.fixture
def alarm():
    """A function that makes a signal come soon, whose handler raises `RangError`."""

    def ring(*_):
        raise RangError

    before = signal.signal(signal.SIGALRM, ring)
    yield lambda: signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_one_long_document(alarm):
    text = SAID * 100_000  # many times what the alarm waits
    engine = _core.Engine()
    alarm()
    with pytest.raises(RangError):
        engine.analyse([text], ["a"], ["quotes"])
    assert len(engine.analyse([SAID], ["a"], ["quotes"])["quotes"]) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_a_corpus(alarm, threads):
    corpus = ql.Corpus([SAID * 50] * 2000, threads=threads, progress=False)
    alarm()
    with pytest.raises(RangError):
        corpus.quotes()
    assert len(ql.Corpus(corpus[0].text for _ in range(3)).quotes()) == 150


def test_families(alarm):
    families = _core.Families()
    texts = (f"the {k} cables were replaced in {7 * k} days by the company and its {k} men" for k in range(60_000))
    families.add(list(texts))
    alarm()
    with pytest.raises(RangError):
        families.group()


def test_other_threads_are_left_alone():
    """Signals are the main thread's: work elsewhere goes on."""
    found = []
    thread = threading.Thread(target=lambda: found.append(len(ql.Corpus([SAID * 3000], threads=1).quotes())))
    thread.start()
    thread.join()
    assert found == [3000]
