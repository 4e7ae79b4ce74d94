"""The stage that the tests of a module share: each sets the scene anew."""

import signal
from collections.abc import Callable, Iterator

import pytest

from tests.faults.figures import Figures, Promise, Tell
from tests.faults.gate import Hold
from tests.faults.stage import Stage, stage


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Asserts that nothing was wrong; the figures are added up, and printed at the end of all tests."""

    def told(promise: Promise, figures: Figures) -> None:
        record_property(f"figures {promise.name}", figures.to_json())
        assert figures.troubles == []

    return told


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A sandbox, a folder, and runs that can be killed or stopped there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores Ctrl-C
    with stage(tmp_path_factory.mktemp("stage")) as built:
        yield built
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Keeps requests waiting; whatever happens, they are let go in the end."""
    made = Hold()
    yield made
    made.release()
