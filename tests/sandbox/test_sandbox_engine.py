"""The engine judges one edge as it arrives; the rules of pipesync judge a whole set: they must agree."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync import rules
from pipesync.model import Limits, Service, ServiceRef, UpgradeStep
from pipesync.sandbox.access import ANYBODY, Access
from pipesync.sandbox.engine import Ask
from pipesync.sandbox.names import Ref
from pipesync.sandbox.platform import Platform
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.steps import Query
from pipesync.sandbox.store import Store
from pipesync.sandbox.world_file import world_of

NAMES = "abcdef"
MAX_DAYS = 4
ENDS = st.sampled_from(NAMES)
DAYS = st.sampled_from([*range(1, MAX_DAYS + 1)] * 3 + [0, MAX_DAYS + 1])
PAIRS = st.permutations(NAMES).map(lambda names: (names[0], names[1])) | st.tuples(ENDS, ENDS)
CREATE = st.tuples(PAIRS, DAYS).map(lambda drawn: (*drawn[0], drawn[1]))
DELETE = st.integers(0, len(NAMES))
MOVES = st.lists(st.one_of(CREATE, CREATE, CREATE, CREATE, DELETE), min_size=15, max_size=40)


@settings(max_examples=200, deadline=None)
@given(
    moves=MOVES,
    most=st.integers(1, 5),
    odd=st.dictionaries(ENDS, st.sampled_from(["kafka", "mysql"]), max_size=1),
    organization=st.sampled_from([None, "org1"]),
)
def test_an_edge_is_admitted_exactly_when_the_whole_set_breaks_no_rule(
    moves: list[tuple[str, str, int] | int], most: int, odd: dict[str, str], organization: str | None
) -> None:
    """In any sequence of creates and deletes, a create succeeds if and only if old + new is legal."""
    types = {name: odd.get(name, "pg") for name in NAMES}
    world = world_of(
        {
            "organization": "org1",
            "limits": {"max_chain_steps": most, "max_auto_validation_delay_days": MAX_DAYS},
            "services": [{"project": "p", "name": name, "type": types[name]} for name in NAMES],
        }
    )
    known = {"p": {name: Service(ServiceRef("p", name), kind, "RUNNING") for name, kind in types.items()}}
    limits = Limits(most, MAX_DAYS)
    platform = Platform(Store(world), lambda: datetime.now(UTC))
    access = Access(ANYBODY)
    standing: dict[str, UpgradeStep] = {}

    for move in moves:
        if isinstance(move, int):
            if move < len(standing):
                step_id = list(standing)[move]
                platform.delete(access, step_id, organization)
                del standing[step_id]
            continue
        source, destination, days = move
        step = UpgradeStep(ServiceRef("p", source), ServiceRef("p", destination), days)
        together = [*standing.values(), step]
        legal = not [*rules.violations(together, limits), *rules.service_violations(together, known)]
        try:
            made = platform.create(access, Ask(Ref("p", source), Ref("p", destination), days), organization)
        except RefusalError:
            assert not legal, f"refused {step} beside {standing.values()}"
        else:
            assert legal, f"admitted {step} beside {standing.values()}"
            standing[made.step_id] = step

    listed = platform.every(access, Query())
    assert [(step.source.service, step.destination.service) for step in listed] == [
        (step.source.service, step.destination.service) for step in standing.values()
    ]
