"""The colours of SVG pictures: everybody can read them."""

import pytest

from pipesync.render.diagrams.svg_style import DARK, DARK_VARIABLES, LIGHT, OWN_STYLE, STYLE

TEXT, LINE = 4.5, 3.0
"""Least contrast of small text and of lines: WCAG 2.2, 1.4.3 and 1.4.11 (level AA)."""


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_have_enough_contrast(colours: dict[str, str]) -> None:
    """On the paper and in every box, in light and in dark."""
    kinds = ("add", "change", "import", "remove")
    boxes = ["box", *(f"{kind}-box" for kind in kinds)]
    texts = [(text, ground) for text in ("ink", "faint") for ground in ("paper", *boxes)]
    texts += [(kind, "paper") for kind in kinds]  # the words along an arrow, and the sign in its circle
    texts += [("change", ground) for ground in boxes]  # "(powered off)"
    assert [pair for pair in texts if contrast(colours[pair[0]], colours[pair[1]]) < TEXT] == []
    assert contrast(colours["edge"], colours["paper"]) >= LINE


def test_every_colour_of_the_style_can_be_set_by_a_page() -> None:
    """A page has a dark mode of its own; a viewer that knows no variables sees the light one."""
    assert LIGHT.keys() == DARK.keys()
    for name, colour in LIGHT.items():
        assert f"var(--pipeline-{name},{colour})" in STYLE
        assert f":{colour};" in STYLE
        assert f"--pipeline-{name}:{DARK[name]}" in DARK_VARIABLES
    assert "<" not in OWN_STYLE
