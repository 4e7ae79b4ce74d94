"""Reads side by side: a function over many items, on a bounded number of threads.

The threads are daemons: a process that was told to stop does not wait for an API that hangs.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(work: Callable[[Item], Result], items: Iterable[Item], parallelism: int) -> list[Result]:
    """`work` of each item, in the order of the items; after the first error nothing new begins, and it is raised."""
    todo = list(items)
    if len(todo) < 2 or parallelism < 2:  # noqa: PLR2004  nothing to do side by side
        return [work(item) for item in todo]
    waiting = deque(enumerate(todo))
    ended: SimpleQueue[tuple[int, Result] | Exception] = SimpleQueue()

    def run() -> None:
        while True:
            try:
                number, item = waiting.popleft()
            except IndexError:
                return
            try:
                ended.put((number, work(item)))
            except Exception as error:  # noqa: BLE001  handed to the thread that waits, which raises it
                waiting.clear()  # here, because whoever waits hears of it too late to stop the next item
                ended.put(error)

    for number in range(min(parallelism, len(todo))):
        threading.Thread(target=run, name=f"aiven-{number}", daemon=True).start()
    results: dict[int, Result] = {}
    try:
        while len(results) < len(todo):
            outcome = ended.get()
            if isinstance(outcome, Exception):
                raise outcome
            results[outcome[0]] = outcome[1]
    finally:
        waiting.clear()
    return [results[number] for number in range(len(todo))]
