"""Work over many documents: cut into batches, done by threads, handed back in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

BATCH_CHARS = (
    256 * 1024
)  # enough that starting a batch costs nothing beside it, and little enough for Ctrl-C to be prompt
BATCH_DOCUMENTS = 512
_WAIT = 0.5  # seconds: a wait without end cannot be interrupted everywhere


class HasText(Protocol):
    """Something with a text."""

    text: str


Item = TypeVar("Item", bound=HasText)
Job = TypeVar("Job")
Done = TypeVar("Done")


def check_threads(threads: int | None) -> int:
    """The number of threads that a `threads` option means.

    >>> check_threads(3)
    3
    """
    if threads is None or (threads == -1 and not isinstance(threads, bool)):
        return available_processors()
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise ValueError(f"threads is {threads!r}: give -1 for all processors, or a whole number from 1 up.")
    return threads


def available_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cut(items: Iterable[Item], *, chars: int = BATCH_CHARS, documents: int = BATCH_DOCUMENTS) -> Iterator[list[Item]]:
    """Runs of documents, each of about `chars` characters of text and no more than `documents`."""
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.text)
        if size >= chars or len(batch) >= documents:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def in_order(jobs: Iterable[Job], work: Callable[[Job], Done], threads: int) -> Iterator[tuple[Job, Done]]:
    """Each job with its result, in the order of the jobs; only a few jobs are read ahead."""
    if threads == 1:
        for job in jobs:
            yield job, work(job)
        return
    from concurrent.futures import Future, ThreadPoolExecutor, wait

    def finished(future: Future[Done]) -> Done:
        while not wait([future], _WAIT).done:
            continue
        return future.result()

    pool = ThreadPoolExecutor(threads, thread_name_prefix="quotelens")
    running: deque[tuple[Job, Future[Done]]] = deque()
    try:
        for job in jobs:
            running.append((job, pool.submit(work, job)))
            if len(running) == 2 * threads:
                first, future = running.popleft()
                yield first, finished(future)
        while running:
            first, future = running.popleft()
            yield first, finished(future)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
