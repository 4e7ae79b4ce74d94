"""Every command with every secret, and servers that tell them back: nothing of them is to be seen anywhere."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from tests.faults.figures import Figures, Promise
from tests.faults.secrets.parts import PARTS
from tests.faults.secrets.room import room


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    with ProcessPoolExecutor(2) as pool:
        for name, figures in zip(PARTS, pool.map(at_length, PARTS), strict=True):
            tell(f"{figures.trials:6} {name}")
            whole += figures
    return whole


def at_length(name: str) -> Figures:
    """The figures of one part."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, room(Path(folder)) as on:
        PARTS[name](on, figures, True)
    return figures


PROMISE: Final = Promise(
    "secrets",
    "no secret is in any output, file or traceback, also when a server tells it back, also in disguise",
    "runs looked through",
    ("seen",),
    measure,
)
