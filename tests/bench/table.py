"""The figures as Markdown; where there is a target, the figure and the target stand together as a statement."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise

from tests.bench.cases import LATENCY_MS, MIB, PARALLELISM, SAVE_EVERY_SECONDS
from tests.bench.runs import Figures
from tests.bench.shapes import PROJECTS, Shape

_LIBRARIES = ("click", "httpx", "jsonschema-rs", "pydantic", "pyyaml")
"""What a run of pipesync spends its time in besides its own code."""

_INTRODUCTION = f"""\
# Benchmarks

Written by `make bench`: do not edit. Every figure is of a whole process, from its start to its end, as installed from
the wheel; where there were several runs, the median. The server is the project's own sandbox, in a process of its own,
and answers every request {LATENCY_MS:.0f} ms late; `--parallelism` is {PARALLELISM}; the services are in {PROJECTS} \
projects.

A figure with a target is written as a statement: `0.31 s ≤ 0.50 s` keeps it, **`0.61 s > 0.50 s`** does not.

- *Latency* is what the server's latency alone costs: the time of a program that does nothing but wait.
- *CPU* is user and system time. *Memory* is the largest resident set.
- *Requests* are counted by the server. A plan without changes needs one for each 999 steps, and a changed one
  for each project of the chains that change. Apply needs one more for each change.
- *State writes*: one before the first call, one after the last, and one each {SAVE_EVERY_SECONDS} s in between.
- *Server* is the sandbox's own CPU time, on the same machine: near the wall time, it holds up the client.
"""

_COLUMNS = ("Command", "Steps", "Runs", "Wall", "Latency", "CPU", "Memory", "Requests", "State writes", "Server")


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one shape; None is what needs none."""

    shape: Shape | None
    figures: tuple[Figures, ...]


def document(sections: Sequence[Section]) -> str:
    """All of docs/benchmarks.md."""
    parts = [_INTRODUCTION, _machine()]
    for section in sections:
        title = "Without a server" if section.shape is None else section.shape.words
        parts.append(f"## {title}\n\n{_table(_COLUMNS, map(_row, section.figures))}")
    growth = [line for section in sections if section.shape is not None for line in _growth(section)]
    if growth:
        parts.append(f"{_GROWTH}\n{_table(('Command', 'Shape', 'Between', 'CPU per step', 'Memory per step'), growth)}")
    return "\n".join(parts)


_GROWTH = """\
## Growth

What one more step costs between two sizes. Where growth is linear, the lines of one command are alike.
"""


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    facts = (
        ("Date", datetime.now(UTC).date().isoformat()),
        ("Command", "`make bench`"),
        ("Machine", f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("pipesync", version("pipesync")),
        ("Libraries", libraries),
    )
    return _table(("", ""), facts)


def _row(figures: Figures) -> tuple[str, ...]:
    case, run = figures.case, figures.run
    return (
        case.title,
        "" if case.size is None else f"{case.size:,}",
        str(figures.runs),
        _at_most(run.wall, case.wall_target, _seconds),
        "" if case.floor is None else _seconds(case.floor),
        _seconds(run.cpu),
        _at_most(run.memory, case.memory_target, _mebibytes),
        _exactly(run.requests, case.requests),
        _at_most(run.state_writes, _writes_allowed(figures), str),
        "" if run.sandbox_cpu is None else _seconds(run.sandbox_cpu),
    )


def _writes_allowed(figures: Figures) -> int:
    """Reading commands never write."""
    return 2 + int(figures.run.wall // SAVE_EVERY_SECONDS) if figures.case.writes_state else 0


def _growth(section: Section) -> Iterator[tuple[str, ...]]:
    assert section.shape is not None
    titles = dict.fromkeys(figures.case.title for figures in section.figures)
    for title in titles:
        sized = sorted(
            (figures.case.size, figures.run)
            for figures in section.figures
            if figures.case.title == title and figures.case.size is not None
        )
        for (small, less), (large, more) in pairwise(sized):
            steps = large - small
            yield (
                title,
                section.shape.name,
                f"{small:,} and {large:,}",
                f"{(more.cpu - less.cpu) / steps * 1e6:,.0f} µs",
                f"{(more.memory - less.memory) / steps / 1024:.1f} KiB",
            )


def _at_most(value: float | None, target: float | None, words: Callable[[float], str]) -> str:
    if value is None:
        return ""
    if target is None:
        return words(value)
    return _statement(value <= target, words(value), "≤", ">", words(target))


def _exactly(value: int | None, target: int | None) -> str:
    if value is None or target is None:
        return ""
    return _statement(value == target, f"{value:,}", "=", "≠", f"{target:,}")


def _statement(kept: bool, value: str, sign: str, other: str, target: str) -> str:
    return f"{value} {sign} {target}" if kept else f"**{value} {other} {target}**"


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def _mebibytes(value: float) -> str:
    return f"{value / MIB:.0f} MiB"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Every column as wide as its widest cell, so that the source reads as well as the page."""
    cells = [columns, *rows]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(columns))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    lines.insert(1, ["-" * width for width in widths])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
