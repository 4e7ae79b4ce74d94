"""What may happen in a story: changes of the spec and of the world, faults of the API, and the ends of runs."""

from signal import SIGINT, SIGKILL
from typing import Final

from hypothesis import strategies as st

from tests.faults.fate import Point
from tests.faults.plans import Step
from tests.faults.test_unclear import TROUBLES

HIDDEN: Final = "eu"
"""The project that a narrow token does not see."""

ENDS: Final = tuple(
    (f"{source}/{service}", f"{destination}/{service}")
    for service in ("pg-a", "pg-b")
    for destination in ("stage", "eu", "us")
    for source in ("dev", "canary", "stage")
    if source != destination
)
"""What steps may link: any choice of one for each destination is within Aiven's rules."""

STEPS: Final = st.builds(
    lambda ends, days, protect, manage: Step(ends[0], ends[1], days, protect, manage),
    st.sampled_from(ENDS),
    st.sampled_from((2, 7, 14)),
    st.sampled_from((*[False] * 9, True)),  # a plan that would destroy a protected step is refused as a whole
    st.sampled_from((*[True] * 5, False)),
)
WHAT: Final = st.sampled_from(
    ("edit", "edit", "edit", "edit", "remove", "create or delete", "make again", "change the delay")
)
CHANGES: Final = st.lists(st.tuples(WHAT, STEPS), min_size=2, max_size=6)
FAULTS: Final = st.tuples(
    st.sampled_from(("POST", "[!G]*", "[!G]*", "GET")), st.integers(0, 1), st.sampled_from(sorted(TROUBLES))
)
POINTS: Final = st.one_of(
    st.builds(Point, st.sampled_from(("received", "effect")), st.integers(1, 2), st.sampled_from((SIGKILL, SIGINT))),
    st.builds(Point, st.just("file"), st.integers(1, 24)),
    st.builds(Point, st.just("failing"), st.integers(1, 4)),
    st.builds(Point, st.just("call"), st.sampled_from(range(1, 800, 3))),
)
