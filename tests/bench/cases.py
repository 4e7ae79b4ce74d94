"""What is measured: each case is a command at a number of steps, with what it must cost and may cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

from tests.bench.shapes import Shape

LATENCY_MS: Final = 50.0
PARALLELISM: Final = 10  # the default of `--parallelism`
PAGE_LIMIT: Final = 999  # the largest page of Aiven's list of steps
SAVE_EVERY_SECONDS: Final = 20  # the contract of apply: a write before, a write after, one every 20 s in between

PLAN: Final = "plan.json"

MIB: Final = 1024 * 1024

_LATENCY: Final = LATENCY_MS / 1000


@dataclass(frozen=True, slots=True)
class Case:
    """One command. `code` is the exit code that shows that it did what is measured.

    floor     seconds that the latency alone costs
    requests  exactly as many as the command may send; None where there is no server
    from_nothing  whether every run needs the sandbox and the state as they were at the beginning
    """

    title: str
    arguments: tuple[str, ...]
    size: int | None = None
    code: int = 0
    floor: float | None = None
    requests: int | None = None
    wall_target: float | None = None
    memory_target: int | None = None
    from_nothing: bool = False
    writes_state: bool = False
    last_delay: int | None = None

    @property
    def takes_seconds(self) -> bool:
        return (self.floor or 0) > 1 or (self.size or 0) > 1_000

    @property
    def takes_a_minute(self) -> bool:
        return (self.floor or 0) > 30


def start_up() -> Case:
    return Case("`pipesync --help`", ("--help",), wall_target=0.060)


def validate(shape: Shape) -> Case:
    """Nothing but the spec is read."""
    target = 0.150 if shape.size == 200 else None
    return Case("`validate`", ("validate",), shape.size, wall_target=target)


def offline() -> Case:
    """What one new delay among 200 steps means, by git alone; see `Folder.commit`."""
    arguments = ("plan", "--offline", "--base", "HEAD", "--detailed-exitcode")
    return Case("`plan --offline`: one delay is new", arguments, 200, code=2, wall_target=0.200, last_delay=21)


def shown(size: int) -> Iterator[Case]:
    """Renderings of a saved plan of `size` changes, which is read first; as JSON it is written as it was read."""
    for form, target in (("json", None), ("markdown", None), ("html", 2.0)):
        yield Case(f"`show PLAN --format {form}`", ("show", PLAN, "--format", form), size, wall_target=target)


def of_shape(shape: Shape) -> Iterator[Case]:
    """The commands from an empty account to a plan without changes, in the order in which they must run."""
    size, pages = shape.size, ceil(shape.size / PAGE_LIMIT)
    plan, apply = ("plan", "--detailed-exitcode"), ("apply", "--auto-approve", "--parallelism", str(PARALLELISM))
    reading = 1 + ceil(shape.projects / PARALLELISM)
    yield validate(shape)
    yield Case(
        "`plan`: everything is new",
        plan,
        size,
        code=2,
        floor=reading * _LATENCY,
        requests=1 + shape.projects,
        from_nothing=True,
    )
    yield Case(
        "`apply`: everything is new",
        apply,
        size,
        floor=(reading + size / PARALLELISM) * _LATENCY,
        requests=1 + shape.projects + size,
        wall_target=1.3 * size / PARALLELISM * _LATENCY if size == 1000 else None,
        from_nothing=True,
        writes_state=True,
    )
    yield Case(
        "`plan`: no changes",
        plan,
        size,
        floor=pages * _LATENCY,
        requests=pages,
        wall_target={1000: 0.5, 10_000: 2.0}.get(size),
        memory_target=200 * MIB if size == 10_000 else None,
    )
    for command in ("status", "forecast"):
        yield Case(
            f"`{command}`",
            (command,),
            size,
            floor=(pages + ceil(shape.projects / PARALLELISM)) * _LATENCY,
            requests=pages + shape.projects,
            wall_target=1.5 if size == 1000 else None,
        )
    looked_up = shape.projects_of_last
    yield Case(
        "`plan`: one delay is new",
        plan,
        size,
        code=2,
        floor=(pages + ceil(looked_up / PARALLELISM)) * _LATENCY,
        requests=pages + looked_up,
        last_delay=21,
    )
