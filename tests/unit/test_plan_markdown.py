"""A plan's page: what stands on it, in which order, and what is left out first where there is no room."""

import re
from pathlib import Path

import pytest

from pipesync.plan import Plan
from pipesync.render import render_plan
from pipesync.render.markdown.posting import Posting, mentioned, size

CORPUS = Path(__file__).parent / "goldens" / "plan"


def corpus(name: str) -> Plan:
    return Plan.model_validate_json((CORPUS / f"{name}.json").read_text("utf-8"))


def page(name: str, **comment: object) -> str:
    return render_plan(corpus(name), "markdown", plan_file="plan.json", posting=Posting(**comment))  # type: ignore[arg-type]


def test_what_matters_comes_first() -> None:
    """Counts, risk, dangers, the table, what is folded away, the command, the digest; in this order."""
    text = page("mixed")
    parts = (
        "<!-- pipesync:plan -->", "## Plan: 2 to import", "**Risk: high**", "> [!CAUTION]", "A gate is deleted",
        "> [!WARNING]", "**Brake:**", "| Action |", "| **destroy** |", "| **replace** |", "| **create** |",
        "Pictures of the pipelines that change", "```mermaid", "Field by field (8)", "```diff",
        "Days until", "Changed outside pipesync since the last apply (3)",
        "Left alone", "Not managed by pipesync", "pipesync apply plan.json --expect sha256:",
        "<sub>Plan file `plan.json` · Plan `sha256:",
    )  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_change_of_the_table_means_what_impact_says() -> None:
    """The words for gates are the ones that every rendering has."""
    text = page("typical")
    assert "`ap-prod/pg-old` loses its gate" in text
    assert "`ap-prod/pg-prod` gains a gate" in text
    assert "`eu-prod/pg-prod` waits for `staging-project/pg-staging` instead of `dev-project/pg-dev`" in text
    assert (
        "| 14 → 7 days | 🟡 **medium** (`delay_shorter`): "
        "the delay of `us-prod/pg-prod` gets shorter: 7 days instead of 14 |" in text
    )


def test_a_field_is_told_with_the_setting_that_it_comes_from() -> None:
    """Old and new, one below the other, and the line of the spec that set the new one."""
    assert (
        "```diff\n"
        "- source: dev-project/pg-dev\n"
        "+ source: staging-project/pg-staging\n"
        "- auto_validation_delay_days: 7\n"
        "+ auto_validation_delay_days: 14  # set by the stage (pipesync.yaml:18)\n"
        "- protect: true\n"
        "+ protect: false\n"
        "```\n"
    ) in page("mixed")


def test_the_pictures_go_after_the_fields() -> None:
    """A picture is drawn as long as there is room for it, and left out as a whole."""
    whole = page("typical")
    assert whole.count("```mermaid\n") == 1
    fields = whole.index("Field by field")
    less = page("typical", limit=fields + 1_500)
    assert ("```mermaid" in less, "```diff" in less) == (True, False)
    least = page("typical", limit=size(less) - 1)
    assert ("```mermaid" in least, least.count("| **")) == (False, 4)
    assert "The changes field by field and their pictures had no room here." in least


def test_the_fields_go_first() -> None:
    """The table, the drift and the steps that are left alone stay as long as there is room for all of them."""
    whole = page("mixed")
    less = page("mixed", limit=size(whole) - 1)
    assert "```diff" in whole
    assert "```diff" not in less
    assert less.count("| **") == whole.count("| **") == 8
    assert "Changed outside pipesync since the last apply (3)" in less
    assert "had no room here.</sub>" in less


def test_a_destroy_is_a_row_before_anything_else_is() -> None:
    """As many rows as fit, the gravest first; destroys without a row are named, all others are counted."""
    text = page("shortened", limit=4_000)
    assert text.count("| **destroy** |") == 10
    assert "| **update** |" not in text
    replaced = text.count("| **replace** |")
    assert f"**Replaced ({10 - replaced}):** `" in text
    assert "Not listed here: 6 to create, 20 to update." in text


def test_where_not_even_names_fit_projects_are_counted_and_the_risk_is_high() -> None:
    """A reviewer sees how much is hidden, where it is, and in which file all of it stands."""
    many = corpus("shortened")
    deletes = [change for change in many.changes if change.action == "delete"]
    more = [
        each.model_copy(update={"address": f"p{number % 3}/{each.address.partition('/')[2]}-{number:03}"})
        for number in range(30)
        for each in deletes
    ]
    plan = many.model_copy(update={"changes": tuple(more)})
    text = render_plan(plan, "markdown", plan_file="plan.json", posting=Posting(1_500))
    assert "**Risk: high** (not every step that is destroyed or replaced is listed here)" in text
    hidden = re.search(r"\*\*([0-9]+) of 300 steps that are destroyed or replaced are not listed here", text)
    assert hidden is not None
    assert sum(int(number) for number in re.findall(r"^- `p[0-9]`: ([0-9]+)$", text, re.MULTILINE)) == int(hidden[1])
    assert "all of it is in `plan.json`" in text


def test_without_a_plan_file_the_artifact_is_a_report() -> None:
    """Whoever reads a shortened page is told where the rest is."""
    plan = corpus("shortened")
    text = render_plan(plan, "markdown", posting=Posting(4_000, artifact="out/plan.html"))
    assert "all of it is in `out/plan.html`" in text
    assert "pipesync apply --expect sha256:" in text


@pytest.mark.parametrize(
    ("plan_file", "argument"),
    [
        ("plan.json", "plan.json"),
        ("a b.json", "'a b.json'"),
        ("-x.json", "./-x.json"),
        ("$(rm)`x`", "'$(rm)`x`'"),
        ("a\nb", "PLAN"),
        ("/opt/runner/temp/x/plan.json", "plan.json"),
    ],
)
def test_the_command_is_safe_to_copy(plan_file: str, argument: str) -> None:
    """A shell takes the file's name for a name, whatever it is; one that cannot be typed is left to the reader."""
    text = render_plan(corpus("typical"), "markdown", plan_file=plan_file)
    assert f"\n```sh\npipesync apply {argument} --expect sha256:" in text


@pytest.mark.parametrize("name", ["kept", "refused", "refused_without_changes", "mixed", "partial"])
def test_a_plan_with_something_to_say_is_never_quiet(name: str) -> None:
    """Refusals, warnings, drift, what is kept back: a reviewer hears of it."""
    assert page(name, quiet_if_empty=True) == page(name)


def test_a_plan_without_anything_to_say_may_be_quiet() -> None:
    """Steps that are not managed are no news."""
    assert page("no_changes", quiet_if_empty=True) == ""
    assert "No changes." in page("no_changes")


@pytest.mark.parametrize(
    ("owner", "called"),
    [
        ("@acme/dba", True), ("@dba-1", True), ("@acme/data_base-2", True), ("@all", False), ("@Everyone", False),
        ("@here", False), ("@acme/", False), ("@a--b", False), ("@-a", False), ("acme/dba", False), ("@a/b/c", False),
        ("@a b", False), ("@a\n", False), ("@acme/dba.", False), ("@" + "a" * 40, False), ("@é", False), ("", False),
    ],
)  # fmt: skip
def test_who_can_be_called(owner: str, called: bool) -> None:
    """A user or a team, and nobody else."""
    assert mentioned([owner]) == ((owner,) if called else ())


def test_a_comment_knows_its_bounds() -> None:
    """Less room than the counts need, or a name that would end the marker, is an error of the caller."""
    with pytest.raises(ValueError, match="at least 1000"):
        Posting(999)
    with pytest.raises(ValueError, match="no id"):
        Posting(id="x -->")


def test_a_character_beyond_the_first_65536_counts_twice() -> None:
    """As the strictest surface counts."""
    assert [size(text) for text in ("abc", "é→", "😀")] == [3, 2, 2]
