"""Reads side by side: a function over many items, on a bounded number of threads."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(work: Callable[[Item], Result], items: Iterable[Item], parallelism: int) -> list[Result]:
    """`work` of each item, in the order of the items; after the first error nothing new begins, and it is raised."""
    todo = list(items)
    if len(todo) < 2 or parallelism < 2:  # noqa: PLR2004  nothing to do side by side
        return [work(item) for item in todo]
    stopped = threading.Event()
    failures: list[BaseException] = []

    def unless_stopped(item: Item) -> Result:
        # Asked by the worker itself: whoever waits for the results hears of an error too late to stop the next item.
        if stopped.is_set():
            raise CancelledError
        try:
            return work(item)
        except BaseException as error:
            failures.append(error)
            stopped.set()
            raise

    with ThreadPoolExecutor(max_workers=min(parallelism, len(todo)), thread_name_prefix="aiven") as pool:
        try:
            return list(pool.map(unless_stopped, todo))
        except CancelledError:
            raise failures[0] from None
        finally:
            stopped.set()
