"""What docs/pictures.md shows is what is drawn."""

from pathlib import Path

from pipesync.plan import Plan
from pipesync.render.colour import Paint
from pipesync.render.text.picture import plan_pictures

ROOT = Path(__file__).parents[2]


def test_the_documented_pictures_are_drawn_today() -> None:
    """The trees and the flowchart stand there as the golden plan renders; the SVG is that plan's own."""
    page = (ROOT / "docs/pictures.md").read_text("utf-8")
    golden = ROOT / "tests/unit/goldens/plan/pictured"
    plan = Plan.model_validate_json(golden.with_suffix(".json").read_text("utf-8"))
    section = plan_pictures(plan, Paint(), ascii_only=False)
    assert section is not None
    assert f"```\n{section}\n```\n" in page
    assert f"```mermaid\n{golden.with_suffix('.mmd').read_text('utf-8')}```\n" in page
    assert f"](../{golden.with_suffix('.svg').relative_to(ROOT)})" in page
