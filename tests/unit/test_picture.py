"""Pictures of plans, specs, live steps and states: what stands where, and what becomes of each step."""

from collections.abc import Iterable
from typing import Any

import pytest

from pipesync import picture
from pipesync.arrow import Arrow, Mark
from pipesync.model import Service, ServiceRef
from pipesync.picture import Picture, Tree, essential, shortened
from tests.unit.nouns import decide, live, ours, recording, services, spec, state, wanted, wanting


def seen(tree: Tree) -> list[str]:
    """`1 eu/pg added 7`, a line a place; `*` where the service itself has its place elsewhere."""
    lines = []
    for place in tree.places:
        arrow = place.arrow
        told = "" if arrow is None else f" {arrow.mark} {arrow.days}"
        lines.append(f"{place.depth} {place.ref}{told}{' *' if place.ghost else ''}")
    return lines


def all_seen(made: Picture) -> list[list[str]]:
    return [seen(tree) for tree in made.trees]


def arrow(source: str, destination: str, mark: Mark = Mark.KEPT, pipeline: str | None = None) -> Arrow:
    return Arrow(ServiceRef.parse(source), ServiceRef.parse(destination), 7, mark, pipeline=pipeline)


def test_a_replace_shows_the_old_step_and_the_new_one() -> None:
    """What moved stands below its new source; below the old one there is its ghost, and both name each other."""
    gate = live("dev/pg", "prod/pg")
    made = picture.of_plan(decide(spec(wanted("stage/pg", "prod/pg", 9)), [gate], recording(gate)))
    assert all_seen(made) == [["0 dev/pg", "1 prod/pg left 7 *", "0 stage/pg", "1 prod/pg moved 9"]]
    old, new = made.trees[0].arrows
    assert (str(old.other), str(new.other), new.days_before) == ("stage/pg", "dev/pg", 7)


def test_a_plan_shows_the_neighbours_of_what_changes_and_no_other_chain() -> None:
    """The tree of a change is whole; steps in other trees are no part of the picture."""
    are = [live("dev/pg", "stage/pg"), live("stage/pg", "eu/pg"), live("far/a", "far/b")]
    want = spec(*wanting(are), wanted("stage/pg", "us/pg", 14))
    made = picture.of_plan(decide(want, are, recording(*are)))
    assert all_seen(made) == [["0 dev/pg", "1 stage/pg kept 7", "2 eu/pg kept 7", "2 us/pg added 14"]]
    assert made.trees[0].pipelines == ("orders",)
    assert made.trees[0].owners == ("@acme/dba",)


def test_neighbours_have_no_ids() -> None:
    """An offline plan, whose steps only stand in for live ones, has none to tell."""
    are = [live("dev/pg", "stage/pg")]
    made = decide(spec(*wanting(are), wanted("stage/pg", "us/pg")), are, recording(*are))
    assert [(each.address, each.live.step_id, each.pipeline) for each in made.neighbours] == [
        ("stage/pg", None, "orders")
    ]


def test_every_kind_of_change_has_its_mark() -> None:
    """Create, import, update, delete; a forget is about the state alone."""
    are = [live("a/x", f"p/{number}") for number in range(4)]
    known = state(*(ours(at) for at in are[1:3]), ours(live("a/x", "p/9")))
    want = spec(wanted("a/x", "p/0"), wanted("a/x", "p/1", 9, protect=True), wanted("a/x", "p/7"))
    made = picture.of_plan(decide(want, are, known))
    assert all_seen(made) == [
        ["0 a/x", "1 p/0 imported 7", "1 p/1 changed 9", "1 p/2 removed 7", "1 p/3 unmanaged 7", "1 p/7 added 7"]
    ]
    changed = next(each for each in made.trees[0].arrows if each.mark is Mark.CHANGED)
    assert (changed.days_before, changed.protect_before, changed.protect) == (7, False, True)


def test_a_step_that_stands_in_the_way_is_a_conflict() -> None:
    """It is shown although the plan changes nothing around it."""
    are = [live("dev/pg", "prod/pg")]
    made = picture.of_plan(decide(spec(wanted("stage/pg", "prod/pg")), are))
    assert all_seen(made) == [["0 dev/pg", "1 prod/pg conflict 7"]]


def test_a_service_that_is_off_is_known() -> None:
    """Its gate is void, which a reader should see where the tree is."""
    there = services("prod/pg") | {"dev": {"pg": Service(ServiceRef("dev", "pg"), "pg", "POWEROFF")}}
    made = picture.of_plan(decide(spec(wanted("dev/pg", "prod/pg")), [], there=there))
    assert made.off == {ServiceRef("dev", "pg")}
    drawn = picture.of_live([live("dev/pg", "prod/pg")], there["dev"].values())
    assert drawn.off == made.off


def test_a_plan_without_changes_is_no_picture() -> None:
    """There is nothing to draw."""
    gate = live("dev/pg", "prod/pg")
    assert picture.of_plan(decide(spec(wanted("dev/pg", "prod/pg")), [gate], recording(gate))).trees == ()


def test_the_neighbours_of_a_plan_do_not_depend_on_the_order_of_the_list() -> None:
    """The same inputs give the same plan, byte for byte."""
    are = [live("dev/pg", f"p/{number}") for number in range(5)]
    want = spec(*wanting(are), wanted("dev/pg", "p/new"))
    plans = [decide(want, listed, recording(*are)).to_json() for listed in (are, are[::-1])]
    assert plans[0] == plans[1]


def test_a_spec_the_live_steps_and_a_state_are_trees_by_pipeline() -> None:
    """Trees without a pipeline come last; live steps have the names that the spec gives them."""
    want = spec(
        wanted("dev/pg", "prod/pg", 3, protect=True),
        wanted("a/x", "b/x", pipeline=None),
        wanted("dev/k", "prod/k", pipeline="events", manage=False),
    )
    are = [live("a/x", "b/x"), live("dev/pg", "prod/pg", 3)]
    assert all_seen(picture.of_spec(want)) == [
        ["0 dev/k", "1 prod/k unmanaged 7"],
        ["0 dev/pg", "1 prod/pg kept 3"],
        ["0 a/x", "1 b/x kept 7"],
    ]
    known = [["0 dev/pg", "1 prod/pg kept 3"], ["0 a/x", "1 b/x kept 7"]]
    assert all_seen(picture.of_live(are, spec=want)) == known
    assert all_seen(picture.of_state(state(ours(are[1], protect=True), ours(are[0], pipeline=None)))) == known
    assert [tree.pipelines for tree in picture.of_live(are).trees] == [(), ()]


def test_the_chains_of_a_pipeline_stand_together() -> None:
    """A pipeline with `services` has a chain for each; trees of no pipeline stand alone."""
    arrows = [arrow("dev/a", "prod/a", pipeline="apps"), arrow("dev/b", "prod/b", pipeline="apps")]
    arrows += [arrow("x/1", "y/1"), arrow("x/2", "y/2")]
    assert all_seen(picture.picture(arrows)) == [
        ["0 dev/a", "1 prod/a kept 7", "0 dev/b", "1 prod/b kept 7"],
        ["0 x/1", "1 y/1 kept 7"],
        ["0 x/2", "1 y/2 kept 7"],
    ]


@pytest.mark.parametrize("context", [{}, {"powered_off": None}, {"powered_off": ["pg"]}, {"powered_off": [1]}])
def test_a_context_of_another_version_is_no_trouble(context: dict[str, Any]) -> None:
    """It stands outside the digest, and a later version may write what this one does not know."""
    plan = decide(spec(wanted("dev/pg", "prod/pg")), []).model_copy(update={"context": context})
    assert picture.of_plan(plan).off == frozenset()


def test_trees_that_lose_something_come_first() -> None:
    """Where there is room for a part only, it is for the dangers."""
    arrows = [arrow("a/1", "b/1", Mark.ADDED, "a"), arrow("c/1", "d/1", Mark.REMOVED, "z")]
    assert [tree.pipelines for tree in picture.picture(arrows).trees] == [("z",), ("a",)]


def circles() -> Iterable[tuple[list[Arrow], list[str]]]:
    turned = [arrow("a/1", "b/1", Mark.REMOVED), arrow("b/1", "a/1", Mark.ADDED)]
    yield turned, ["0 b/1", "1 a/1 added 7", "2 b/1 removed 7 *"]
    forbidden = [arrow("a/1", "b/1"), arrow("b/1", "c/1"), arrow("c/1", "a/1"), arrow("b/1", "x/1")]
    yield forbidden, ["0 a/1", "1 b/1 kept 7", "2 c/1 kept 7", "3 a/1 kept 7 *", "2 x/1 kept 7"]


def test_a_circle_is_cut_once() -> None:
    """A step that is turned round is one until it is applied; each arrow is shown once, each service has one place."""
    for arrows, expected in circles():
        assert all_seen(picture.picture(arrows)) == [expected]


def test_a_chain_of_thousands_of_steps_is_a_picture() -> None:
    """No recursion ends it."""
    made = picture.picture(arrow(f"p/{number:04}", f"p/{number + 1:04}") for number in range(3000))
    assert [place.depth for place in made.trees[0].places] == [*range(3001)]


def test_what_is_essential_of_a_tree_leads_to_its_changes() -> None:
    """What stays as it is, is counted, unless it stands above a change."""
    arrows = [arrow("a/0", f"b/{number}") for number in range(9)]
    arrows += [arrow("b/4", "c/1", Mark.ADDED), arrow("b/4", "c/2"), arrow("b/7", "c/3"), arrow("a/0", "b/9")]
    tree = picture.picture(arrows).trees[0]
    short = essential(tree)
    assert seen(short) == ["0 a/0", "1 b/4 kept 7", "2 c/1 added 7"]
    assert short.left_out == len(tree.places) - 3
    assert shortened(tree, len(tree.places)) == tree
    assert shortened(tree, 3) == short
    assert seen(shortened(tree, 2)) == ["0 a/0", "1 b/4 kept 7"]
    assert shortened(tree, 2).left_out == short.left_out + 1
