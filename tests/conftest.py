"""What all tests share: signals as in a foreground process, and laws that are looked at the same way twice in CI."""

import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings

from tests.faults.figures import Figures
from tests.faults.promises import NAMES, promise
from tests.stores import kinds
from tests.stores.engines import Engine, Missing
from tests.stores.kinds import EngineOf, Engines

# A shell that starts a job in the background lets it ignore SIGINT, and what tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)

# No test is about time. CI tries the same examples each time; new ones are found where somebody can look at them.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """The engines that states live on, each started when the first test asks for it."""
    with ExitStack() as stack:
        yield Engines(stack)


@pytest.fixture
def engine_of(engines: Engines) -> EngineOf:
    """The engine of a kind; the test is left out where this machine has none, unless all were asked for."""

    def found(kind: str) -> Engine:
        try:
            return engines.of(kind)
        except Missing as missing:
            if kinds.EVERY_ENGINE:
                pytest.fail(str(missing))
            pytest.skip(str(missing))

    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out, and what came of the trials under faults (docs/faults.md)."""
    if kinds.LEFT_OUT:
        terminalreporter.write_line(f"Stores left out, `make test-stores` runs them: {', '.join(kinds.LEFT_OUT)}")
    whole: defaultdict[str, Figures] = defaultdict(Figures)
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, told in report.user_properties:
            if name.startswith("figures "):
                whole[name.removeprefix("figures ")] += Figures.of_json(told)
    for name in NAMES:
        if name in whole:
            terminalreporter.write_line(f"Under faults: {promise(name).told(whole[name])}")
