"""What a plan holds beside its changes: what is kept back, left out, counted and judged as a whole."""

from itertools import permutations
from typing import Any

import pytest

from pipesync.model import LiveStep
from pipesync.plan import Summary
from tests.unit.nouns import codes, decide, gates, live, ours, recording, services, spec, state, told, wanted

CHAIN = (live("dev/pg", "stage/pg"), live("stage/pg", "prod/pg"))
AS_THEY_ARE = (wanted("dev/pg", "stage/pg"), wanted("stage/pg", "prod/pg"))


@pytest.mark.parametrize(
    ("options", "addresses"),
    [
        ({"only": ("orders",)}, ["prod/a"]),
        ({"only": ("ord*", "prod/c")}, ["prod/a", "prod/c"]),
        ({"only": ("prod/*",)}, ["prod/a", "prod/b", "prod/c"]),
        ({"exclude": ("orders",)}, ["prod/b", "prod/c"]),
        ({"exclude": ("*/b",)}, ["prod/a", "prod/c"]),
        ({"only": ("prod/*",), "exclude": ("audit",)}, ["prod/a", "prod/c"]),
        ({"only": ("PROD/*",)}, []),
    ],
)
def test_a_partial_plan_holds_what_its_patterns_name(options: dict[str, Any], addresses: list[str]) -> None:
    """Patterns are globs over addresses and pipelines; --exclude has the last word, and case counts."""
    want = spec(
        wanted("dev/pg", "prod/a", pipeline="orders"),
        wanted("dev/pg", "prod/b", pipeline="audit"),
        wanted("dev/pg", "prod/c", pipeline=None),
    )
    made = decide(want, [], **options)
    assert [change.address for change in made.changes] == addresses
    assert made.options.partial
    left = 3 - len(addresses)
    words = f"this plan is partial: --only and --exclude leave out {left} change{'s' * (left > 1)}"
    assert [finding.message for finding in made.warnings if finding.code == "partial"] == [words] * (left > 0)


def test_a_delete_is_selected_by_the_pipeline_it_was_recorded_with() -> None:
    """The spec does not name the step any more; the state does."""
    steps = gates(2)
    known = state(ours(steps[0], pipeline="orders"), ours(steps[1], pipeline="audit"))
    made = decide(spec(), steps, known, only=("audit",))
    assert told(made) == [("delete", "prod/s1", "removed_from_spec")]


@pytest.mark.parametrize("flag", ["only", "exclude"])
def test_a_pattern_that_matches_nothing_is_told(flag: str) -> None:
    """Most likely it is misspelt."""
    patterns: dict[str, Any] = {flag: ("odrers", "stage/*")}
    made = decide(spec(*AS_THEY_ARE), CHAIN, recording(*CHAIN), **patterns)
    assert [finding.message for finding in made.warnings] == [f"--{flag} odrers matches no pipeline and no address"]


def test_taking_over_where_there_is_no_conflict_is_told() -> None:
    """The flag had no effect."""
    made = decide(spec(*AS_THEY_ARE), CHAIN, recording(*CHAIN), take_over=("prod/pg",))
    assert [finding.message for finding in made.warnings] == [
        "--take-over prod/pg: there is no conflict at that address"
    ]


def test_a_partial_plan_is_not_refused_for_what_it_leaves_out() -> None:
    """Conflicts and protected steps elsewhere wait for the plan that is about them."""
    steps = gates(3)
    known = state(ours(steps[1], protect=True))
    want = spec(wanted("other/pg", "prod/s0"), wanted("dev/pg", "prod/new"))
    assert codes(decide(want, steps[:2], known).refusals) == ["conflict", "protected"]
    made = decide(want, steps[:2], known, only=("prod/new",))
    assert (made.refusals, told(made)) == ((), [("create", "prod/new", "new_in_spec")])


def test_a_partial_plan_is_judged_with_what_it_leaves_out() -> None:
    """A create that fits today but not with the rest of the spec is an error: the rest could never follow."""
    want = spec(wanted("dev/pg", "a/pg"), wanted("a/pg", "b/pg"), wanted("b/pg", "c/pg"))
    made = decide(want, [], only=("b/pg",))
    assert [(finding.code, finding.address) for finding in made.errors] == [("chain_too_long", "c/pg")]


def test_no_destroy_keeps_deletes_and_replaces_back() -> None:
    """They are listed apart and not counted; everything else of the plan is made."""
    steps = (*CHAIN, live("dev/pg", "prod/old"))
    want = spec(wanted("dev/pg", "stage/pg", 9), wanted("dev/pg", "prod/pg"), wanted("dev/pg", "prod/new"))
    made = decide(want, steps, recording(*steps), no_destroy=True)
    assert told(made) == [("create", "prod/new", "new_in_spec"), ("update", "stage/pg", "spec_changed")]
    assert [(change.action, change.address) for change in made.kept] == [("delete", "prod/old"), ("replace", "prod/pg")]
    assert made.summary == Summary(create=1, update=1)


def test_rules_are_judged_with_the_steps_that_are_kept_back() -> None:
    """What is kept back stands in the way of a create that the whole plan would have room for."""
    want = spec(wanted("stage/pg", "prod/pg"), wanted("prod/pg", "far/pg"))
    known = recording(*CHAIN)
    assert codes(decide(want, CHAIN, known).errors) == []
    (error,) = decide(want, CHAIN, known, no_destroy=True).errors
    assert error.message.startswith("the chain dev/pg → stage/pg → prod/pg → far/pg has 3 steps; allowed are 2")


def test_a_protected_step_that_is_kept_back_is_no_refusal() -> None:
    """--no-destroy is the way to go on while a protected step waits for its decision."""
    known = state(*(ours(at, protect=True) for at in CHAIN))
    assert codes(decide(spec(), CHAIN, known).refusals) == ["protected", "protected"]
    assert decide(spec(), CHAIN, known, no_destroy=True).refusals == ()


def test_destroy_removes_all_that_is_ours_and_nothing_else() -> None:
    """The spec's steps count for nothing; what is not ours stays, and what is hands-off is forgotten."""
    free, foreign = live("dev/pg", "prod/free"), live("dev/pg", "prod/foreign")
    made = decide(
        spec(*AS_THEY_ARE, wanted("dev/pg", "prod/free", manage=False), wanted("dev/pg", "prod/new")),
        [*CHAIN, free, foreign],
        recording(*CHAIN, free),
        destroy=True,
    )
    assert [(change.action, change.address) for change in made.changes] == [
        ("forget", "prod/free"), ("delete", "prod/pg"), ("delete", "stage/pg"),
    ]  # fmt: skip
    assert [entry.address for entry in made.unmanaged] == ["prod/foreign"]


def test_a_second_plan_is_empty_where_live_and_spec_agree() -> None:
    """No change, no finding; each step is counted as unchanged."""
    made = decide(spec(*AS_THEY_ARE), CHAIN, recording(*CHAIN), there=services("dev/pg"))
    assert (made.changes, made.warnings, made.refusals, made.errors) == ((), (), (), ())
    assert made.summary == Summary(unchanged=2)


def test_the_summary_counts_each_kind() -> None:
    """One of each; what is as it should be is counted, too."""
    steps = (live("dev/a", "prod/a"), live("dev/b", "prod/b"), live("dev/c", "prod/c"), live("dev/d", "prod/d"))
    foreign = live("dev/e", "prod/e")
    made = decide(
        spec(
            wanted("dev/a", "prod/a"), wanted("dev/b", "prod/b", 9), wanted("dev/x", "prod/c"),
            wanted("dev/e", "prod/e"), wanted("dev/f", "prod/f"),
        ),
        [*steps, foreign],
        recording(*steps, live("dev/g", "prod/g")),
    )  # fmt: skip
    assert made.summary.model_dump(by_alias=True) == {
        "import": 1, "create": 1, "update": 1, "replace": 1, "delete": 1, "forget": 1, "unchanged": 1,
    }  # fmt: skip


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_the_same_inputs_give_the_same_plan_byte_for_byte(order: tuple[int, ...]) -> None:
    """Nothing depends on the order in which Aiven lists steps, findings included."""
    steps = [
        live("x/a", "y/a"), live("y/a", "z/a"), live("z/a", "w/a"), live("dev/old", "prod/pg", step_id="id-renamed"),
    ]  # fmt: skip
    known = state(ours(live("dev/old-name", "prod/pg", step_id="id-renamed")))
    want = spec(wanted("dev/old-name", "prod/pg"), wanted("w/a", "v/a"))

    def text(listed: list[LiveStep]) -> str:
        return decide(want, listed, known, there=services("x/a", "y/b")).to_json()

    assert text([steps[number] for number in order]) == text(steps)


def test_a_plan_without_a_state_says_so() -> None:
    """No lineage yet, and serial 0."""
    made = decide(spec(*AS_THEY_ARE), [])
    assert (made.lineage, made.serial) == (None, 0)


def test_a_spec_that_follows_half_of_a_renaming_is_told_the_rest() -> None:
    """The destination has its new name, the source still the old one: an error, not a replace."""
    known = state(ours(live("dev/old", "prod/old", step_id="id-1")))
    made = decide(spec(wanted("dev/old", "prod/new")), [live("dev/new", "prod/new", step_id="id-1")], known)
    assert (made.changes, codes(made.errors)) == ((), ["renamed_outside"])
    assert "dev/old is now dev/new" in made.errors[0].message


def test_a_removed_step_has_the_owner_of_what_is_left_of_its_pipeline() -> None:
    """Who must look at its end stands beside it, and not only beside the changes that the spec still names."""
    stage, prod = CHAIN
    made = decide(spec(wanted("dev/pg", "stage/pg")), CHAIN, state(ours(stage), ours(prod)))
    assert [(change.address, change.owner) for change in made.changes] == [("prod/pg", "@acme/dba")]
    gone = decide(spec(wanted("dev/pg", "stage/pg", pipeline="audit")), CHAIN, state(ours(stage), ours(prod)))
    assert [(change.address, change.owner) for change in gone.changes if change.action == "delete"] == [
        ("prod/pg", None)
    ]
