"""The promises under faults, in the order in which they are told; each is a folder with its own `promise` and tests."""

from importlib import import_module
from typing import Final

from tests.faults.figures import Promise

NAMES: Final = (
    "kills",
    "files",
    "races",
    "replies",
    "fences",
    "trouble",
    "interrupts",
    "damage",
    "specs",
    "secrets",
    "stories",
)


def promise(name: str) -> Promise:
    found: Promise = import_module(f"tests.faults.{name}.promise").PROMISE
    return found
