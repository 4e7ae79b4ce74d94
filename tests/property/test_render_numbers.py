"""Laws: the numbers that a plan's text tells are those of its changes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.plan import Change, Import, Reason
from pipesync.render import render_plan
from tests.foreign_values import changes, plan, values

LAW = settings(deadline=None, max_examples=80)


def days(change: Change) -> set[int]:
    return {side.auto_validation_delay_days for side in (change.before, change.after) if side is not None}


@LAW
@given(st.lists(st.sampled_from((*changes("word"), Import(
    address="prod/word", reason=Reason.NEW_IN_SPEC, before=values("word"), after=values("word")
))), min_size=1, max_size=20))  # fmt: skip
def test_the_numbers_are_those_of_the_changes(chosen: list[Change]) -> None:
    """The sentence says how many changes of each kind there are, and leaves imports and forgets out at 0."""
    numbers = dict.fromkeys(("import", "add", "change", "destroy", "forget"), 0)
    for change in chosen:
        numbers["import"] += change.action == "import"
        numbers["add"] += change.after is not None and change.action in {"create", "replace"}
        numbers["change"] += change.action == "update" or (change.action == "import" and len(days(change)) > 1)
        numbers["destroy"] += change.action in {"delete", "replace"}
        numbers["forget"] += change.action == "forget"
    told = [f"{n} to {what}" for what, n in numbers.items() if n or what not in {"import", "forget"}]
    whole = plan("word").model_copy(update={"changes": tuple(chosen)})
    assert render_plan(whole, "text").splitlines()[-1] == f"Plan: {', '.join(told)}."
