"""What the tests of safety share."""

import signal

import pytest


@pytest.fixture
def interrupt_after():
    """A function that interrupts a test if it waits for a pipe longer than some seconds."""

    def stop(*_):
        raise TimeoutError("waited for a pipe")

    before = signal.signal(signal.SIGALRM, stop)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds, 2)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
