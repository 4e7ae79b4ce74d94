"""A saved plan: written whole, read as it was made, and refused when it was not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipesync.errors import PlanFileError
from pipesync.plan import digest
from pipesync.store.durable import MAX_BYTES
from pipesync.store.planfile import load_plan, read_plan, write_plan
from tests.saved_plans import CHANGES, PLAN

TEXT = PLAN.to_json()


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(TEXT)
    change(data)
    return json.dumps(data).encode()


def refusal(text: bytes) -> str:
    """What read_plan says of `text`."""
    with pytest.raises(PlanFileError) as caught:
        read_plan(text, "the/plan.json")
    assert caught.value.where == "the/plan.json"
    assert caught.value.next is not None
    return caught.value.what


def test_a_plan_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """Saving and loading gives an equal plan, and its text again."""
    path = tmp_path / "orders.plan"
    write_plan(path, PLAN)
    assert load_plan(path) == PLAN
    assert load_plan(path).to_json() == path.read_text() == TEXT
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_in_the_place_of_a_plan_chooses_nothing(tmp_path: Path) -> None:
    """Whoever may put a link into a repository cannot have a file of the machine overwritten: the link is replaced."""
    (tmp_path / "old.plan").write_text("older")
    (tmp_path / "link.plan").symlink_to("old.plan")
    write_plan(tmp_path / "link.plan", PLAN)
    assert (tmp_path / "old.plan").read_text() == "older"
    assert not (tmp_path / "link.plan").is_symlink()
    assert load_plan(tmp_path / "link.plan") == PLAN


@pytest.mark.parametrize("place", ["missing/orders.plan", "folder", "file/orders.plan"])
def test_a_plan_that_cannot_be_saved_says_where(tmp_path: Path, place: str) -> None:
    """A missing folder, a folder in its place, a file for a folder: an error with the path, and nothing new."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(PlanFileError, match="the plan cannot be saved: ") as caught:
        write_plan(tmp_path / place, PLAN)
    assert caught.value.where == str(tmp_path / place)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("place", ["missing.plan", "."])
def test_a_plan_that_cannot_be_loaded_says_where(tmp_path: Path, place: str) -> None:
    """A path without a file is an error that names it."""
    with pytest.raises(PlanFileError, match="the plan cannot be read: ") as caught:
        load_plan(tmp_path / place)
    assert caught.value.where == str(tmp_path / place)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "the plan is empty"),
        (TEXT.encode()[:-3], "the plan is torn or not JSON: "),
        (b"PK\x03\x04\xff", "the plan is not UTF-8 text (byte 4)"),
        (b'{"format_version": "1.2", "planned_values": {}}', "the plan is some other JSON, not a saved plan"),
        (b'{"format": "pipesync.state"}', "the plan is a pipesync state, not a saved plan"),
        (b" " * (MAX_BYTES // 1024), "the plan is empty"),
        (edited(lambda data: data.update(context={"deep": json.loads("[" * 300 + "]" * 300)})), "recursion limit"),
        (TEXT.replace("0.5", "NaN").encode(), "the plan holds NaN, which is not JSON"),
    ],
)
def test_a_text_that_is_no_plan_is_refused(text: bytes, what: str) -> None:
    """Whatever else a file may hold, it is told by its own words."""
    assert what in refusal(text)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data["changes"][2]["after"].update(auto_validation_delay_days=1), "its digest does not match"),
        (lambda data: data["changes"][0].update(address="prod/z"), "its digest does not match"),
        (lambda data: data["changes"].pop(), "its digest does not match"),
        (lambda data: data["changes"].reverse(), "its digest does not match"),
        (lambda data: data.update(organization=None), "its digest does not match"),
        (lambda data: data.update(api_url="http://127.0.0.1:8765"), "its digest does not match"),
        (lambda data: data.update(digest="sha256:" + "0" * 64), "its digest does not match"),
        (lambda data: data["summary"].update(delete=0), "its summary does not match its changes"),
        (lambda data: data["kept"][0].update(address="prod/z"), "prod/z is not prod/g"),
        (lambda data: data["changes"][0].update(extra=1), "changes.0.create.extra: Extra inputs are not permitted"),
        (lambda data: data.update(extra=1), "extra: Extra inputs are not permitted"),
        (lambda data: data["changes"][0].update(action="rename"), "changes.0: Input tag 'rename'"),
        (lambda data: data["changes"][4].update(after=data["changes"][4]["before"]), "changes.4.delete.after: Input"),
        (lambda data: data.update(serial="0"), "serial: Input should be a valid integer"),
        (lambda data: data["limits"].update(max_chain_steps=True), "limits.max_chain_steps: Input should be"),
        (lambda data: data.pop("digest"), "digest: Field required"),
    ],
)
def test_a_plan_that_was_changed_is_refused(change: Callable[[dict[str, Any]], object], what: str) -> None:
    """Every value that apply acts on, and every count that a reviewer reads, must be as it was made."""
    assert what in refusal(edited(change))


def test_an_address_that_is_not_its_steps_destination_is_refused() -> None:
    """A plan may not show one address and act on another, even with a matching digest."""
    changes = (CHANGES[0].model_copy(update={"address": "prod/z"}), *CHANGES[1:])
    text = edited(lambda data: data["changes"][0].update(address="prod/z"))
    data = json.loads(text) | {"digest": digest(PLAN.organization, PLAN.api_url, changes)}
    assert "prod/z is not prod/a" in refusal(json.dumps(data).encode())


def test_a_new_major_format_is_refused() -> None:
    """A reader does not guess at a format that it does not know."""
    with pytest.raises(PlanFileError) as caught:
        read_plan(edited(lambda data: data.update(format_version="2.0")), "plan")
    assert caught.value.what == "the plan was written by a newer pipesync, in format 2.0; this one reads up to 1.0"
    assert caught.value.next == "Upgrade pipesync, or plan again."


def test_a_new_minor_format_is_read() -> None:
    """Minor versions add keys: what is known is read, the rest is left out."""

    def newer(data: dict[str, Any]) -> None:
        data.update(format_version="1.7", risk="low")
        data["changes"][0]["risk"] = {"level": 3}
        data["summary"]["move"] = 0

    plan = read_plan(edited(newer), "plan")
    assert plan == PLAN.model_copy(update={"format_version": "1.7"})
