"""Steps as trees: what updates first, and what waits for it."""

from pipesync import trees
from pipesync.model import ServiceRef
from tests.unit.nouns import live, spec, wanted


def drawn(places: tuple[trees.Place, ...]) -> list[str]:
    return [f"{place.depth} {place.ref}" for place in places]


def test_a_forest_is_in_the_order_of_the_names() -> None:
    """However the steps are listed: each top, and below it what waits for it, depth first."""
    steps = [live("a/1", "b/2"), live("b/1", "c/1"), live("a/1", "b/1"), live("x/1", "y/1")]
    expected = [["0 a/1", "1 b/1", "2 c/1", "1 b/2"], ["0 x/1", "1 y/1"]]
    for listed in (steps, steps[::-1]):
        assert [drawn(tree) for tree in trees.forest(trees.edges(listed, None))] == expected


def test_a_circle_ends() -> None:
    """Aiven forbids it; should there be one, each service is shown once, and a chain goes round once."""
    found = trees.edges([live("a/1", "b/1"), live("b/1", "a/1"), live("b/1", "c/1")], None)
    assert [drawn(tree) for tree in trees.forest(found)] == [["0 a/1", "1 b/1", "2 c/1"]]
    assert drawn(trees.chain(found, ServiceRef("c", "1"))) == ["0 a/1", "1 b/1", "2 c/1"]


def test_a_chain_of_thousands_of_steps_is_a_tree() -> None:
    """Nobody's limits allow it, and no recursion ends it."""
    found = trees.edges([live(f"p/{number:04}", f"p/{number + 1:04}") for number in range(3000)], None)
    [tree] = trees.forest(found)
    assert tree == trees.chain(found, ServiceRef("p", "3000"))
    assert [place.depth for place in tree] == [*range(3001)]


def test_a_spec_chooses_what_hangs_together_with_it() -> None:
    """Its own steps, live or not, what hangs on them, and nothing else."""
    desired = spec(wanted("a/1", "b/1"), wanted("a/1", "b/3"), wanted("a/1", "b/9", manage=False))
    found = trees.edges([live("a/1", "b/1"), live("a/1", "b/2"), live("x/1", "y/1")], desired)
    chosen = trees.of_spec(found)
    assert sorted(map(str, chosen)) == ["b/1", "b/2", "b/3"]
    assert [edge.live is None for edge in chosen.values()] == [False, False, True]


def test_a_live_step_may_differ_from_the_spec() -> None:
    """By its source or delay, unless the spec leaves it alone; what is live counts."""
    at = [live("a/1", "b/1"), live("a/1", "b/2"), live("a/1", "b/3")]
    desired = spec(wanted("x/1", "b/1"), wanted("a/1", "b/2"), wanted("a/1", "b/3", 9, manage=False))
    found = trees.edges(at, desired)
    assert [found[step.step.destination].differs for step in at] == [True, False, False]
    assert found[at[0].step.destination].step.source == ServiceRef("a", "1")
