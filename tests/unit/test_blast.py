"""How far a plan reaches: steps, pipelines and owners, of how many."""

from dataclasses import replace

from pipesync.blast import BlastRadius
from pipesync.render.words.sentences import reach
from tests.unit.nouns import decide, gates, live, ours, recording, spec, state, wanted


def test_a_plan_knows_how_far_it_reaches() -> None:
    """Steps and pipelines of all in spec and state, and the owners of those that are touched."""
    gone, moved = live("dev/pg", "prod/gone"), live("dev/pg", "prod/moved")
    known = state(ours(gone, pipeline="old"), ours(moved))
    quiet, single = wanted("dev/x", "prod/x", pipeline="quiet"), wanted("dev/y", "prod/y", pipeline=None)
    want = spec(wanted("stage/pg", "prod/moved"), quiet, single)
    made = decide(want, [gone, moved, live("dev/x", "prod/x")], known, only=["orders", "old"])
    assert made.blast_radius == BlastRadius(
        steps=2, of_steps=4, pipelines=("old", "orders"), of_pipelines=3, owners=("@acme/dba",)
    )
    assert reach(made) == (
        "1 step destroyed, 1 step replaced (4 steps in all).",
        "2 of 3 pipelines touched: old, orders.",
        "Owner: @acme/dba.",
    )


def test_a_step_that_goes_has_the_owner_of_what_is_left_of_its_pipeline() -> None:
    """The state does not know owners."""
    gone, stays = live("dev/pg", "prod/gone"), live("dev/pg", "prod/stays")
    made = decide(spec(wanted("dev/pg", "prod/stays")), [gone, stays], recording(gone, stays))
    assert made.blast_radius.owners == ("@acme/dba",)


def test_a_step_that_changes_its_pipeline_touches_both() -> None:
    """The owners of the one that loses it have to know, too."""
    taken, stays = live("dev/pg", "prod/taken"), live("dev/pg", "prod/stays")
    want = spec(wanted("dev/pg", "prod/stays"), wanted("stage/pg", "prod/taken", pipeline="theirs"))
    radius = decide(want, [taken, stays], recording(taken, stays)).blast_radius
    assert (radius.pipelines, radius.of_pipelines) == (("orders", "theirs"), 2)


def test_a_step_that_aiven_renamed_is_one() -> None:
    """It is recorded under its old name and wanted under the new one."""
    now, stays = live("dev/pg", "prod/new"), live("dev/pg", "prod/stays")
    known = state(ours(replace(now, step=live("dev/pg", "prod/old").step)), ours(stays))
    made = decide(spec(wanted("dev/pg", "prod/new"), wanted("dev/pg", "prod/stays")), [now, stays], known)
    assert [change.reason for change in made.changes] == ["renamed_outside"]
    assert (made.blast_radius.steps, made.blast_radius.of_steps) == (1, 2)


def test_many_pipelines_are_told_in_a_sentence() -> None:
    """The first ten by name, and how many more."""
    made = decide(spec(*(wanted("dev/pg", at.step.address, pipeline=f"p{n:02}") for n, at in enumerate(gates(12)))), [])
    assert reach(made)[1] == "12 of 12 pipelines touched: p00, p01, p02, p03, p04, p05, p06, p07, p08, p09 and 2 more."


def test_a_plan_without_changes_reaches_nothing() -> None:
    """Then there is nothing to say."""
    assert reach(decide(spec(), [])) == ()
