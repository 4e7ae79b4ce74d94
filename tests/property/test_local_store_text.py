"""Laws of the state's text: it comes back as it was, and damage never passes for another state."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.errors import StateError
from pipesync.model import LiveStep, ServiceRef, UpgradeStep
from pipesync.state import LastApply, PendingChange, RecordedStep, State, StepValues
from pipesync.store.local import LocalStore
from pipesync.store.schemas import state_schema
from pipesync.store.statefile import read_state

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
named = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("%/2F5"), min_size=1, max_size=6)
references = st.builds(ServiceRef, named, named)
upgrade_steps = st.builds(UpgradeStep, references, references, st.integers())
digests = st.binary(min_size=32, max_size=32).map(lambda value: "sha256:" + value.hex())
values = st.builds(StepValues.of, upgrade_steps, protect=st.booleans(), step_id=st.none() | named)
recorded = st.builds(
    RecordedStep.of, st.builds(LiveStep, named, upgrade_steps), protect=st.booleans(), pipeline=st.none() | words
)
states = st.builds(
    State,
    serial=st.integers(min_value=0),
    lineage=st.uuids().map(str),
    write_id=st.uuids().map(str),
    organization=st.none() | words,
    api_url=words,
    steps=st.lists(recorded, max_size=4, unique_by=(lambda step: step.step_id, lambda step: step.destination)).map(
        lambda steps: tuple(sorted(steps, key=lambda step: step.destination))
    ),
    pending=st.lists(
        st.tuples(st.none() | values, st.none() | values)
        .filter(any)
        .flatmap(
            lambda ends: st.builds(
                PendingChange,
                action=st.sampled_from(["create", "update", "replace", "delete"]),
                before=st.just(ends[0]),
                after=st.just(ends[1]),
                pipeline=st.none() | words,
            )
        ),
        max_size=3,
    ).map(tuple),
    last_apply=st.none()
    | st.builds(
        LastApply,
        plan=digests,
        spec=st.none() | digests,
        files=st.lists(words, max_size=2).map(tuple),
        commit=st.none() | words,
        at=words,
        by=st.none() | words,
    ),
)

VALIDATOR = jsonschema_rs.Draft202012Validator(state_schema())


@settings(max_examples=150)
@given(states)
def test_a_state_comes_back_as_it_was(state: State) -> None:
    """Whatever names, orders and numbers a state holds, its text gives it back, and fits the schema."""
    text = state.to_json()
    assert read_state(text.encode(), "state") == state
    assert VALIDATOR.is_valid(json.loads(text))


@settings(max_examples=30, deadline=None)
@given(st.lists(states, min_size=1, max_size=3))
def test_a_file_holds_the_last_write_and_its_backup_the_one_before(written: list[State]) -> None:
    """After any row of writes the file is the last of them, and the backup the last but one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.json"
        store = LocalStore(path)
        assert store.read() is None
        replacing = None
        for state in written:
            store.write(state, replacing=replacing)
            replacing = state
        assert store.read() == written[-1]
        if len(written) > 1:
            assert Path(f"{path}.backup").read_text() == written[-2].to_json()


@given(states, st.data())
def test_a_cut_state_is_refused(state: State, data: st.DataObject) -> None:
    """No beginning of a state's text is a state, but the one that lacks the last line feed only."""
    text = state.to_json().encode()
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    assert read(cut) == (state if cut == text[:-1] else None)


@settings(max_examples=200)
@given(states, st.data())
def test_a_state_with_a_wrong_byte_is_refused_or_is_a_state(state: State, data: st.DataObject) -> None:
    """One changed byte leads to a refusal, or to a state whose own text reads back: never to another failure."""
    text = bytearray(state.to_json().encode())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(text))
    assert found is None or read(found.to_json().encode()) is not None


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused(text: bytes) -> None:
    """What was never a state is refused as such."""
    assert read(text) is None


def read(text: bytes) -> State | None:
    """The state of `text`, or None if it is refused."""
    try:
        return read_state(text, "state")
    except StateError:
        return None
