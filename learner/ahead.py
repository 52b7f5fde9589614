"""Work done ahead by threads, in order and bounded: what every pipeline here is made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    threads: int,
    waiting: int | None = None,
    name: str = "ahead",
) -> Generator[Result, None, None]:
    """``work(item)`` for each item in order, computed by threads while the caller uses the last.

    Args:
        work: called in the threads; what it raises comes out where its result would have.
        items: taken one by one, in the caller's thread, no sooner than needed.
        threads: how many work at once.
        waiting: results under way or waiting at most; None is two a thread. Memory is bounded
            by this, however many items there are.
        name: of the threads, for whoever looks at a stuck process.
    """
    most = 2 * threads if waiting is None else waiting
    rest = iter(items)
    pending: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
    try:
        pending.extend(pool.submit(work, item) for item in islice(rest, most))
        while pending:
            done = pending.popleft().result()
            pending.extend(pool.submit(work, item) for item in islice(rest, 1))
            yield done
    finally:
        pool.shutdown(cancel_futures=True)
