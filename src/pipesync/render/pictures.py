"""The renderings of pictures: text, Markdown, and the drawings that plans and states share, Mermaid and SVG."""

from collections.abc import Callable, Mapping
from typing import Final

from pipesync.picture import Picture
from pipesync.render.colour import Paint


def mermaid(picture: Picture) -> str:
    """One flowchart; of nothing, one that says so."""
    from pipesync.render.flowchart import flowchart

    return flowchart(picture).text or 'flowchart LR\n    nothing["Nothing to draw"]\n'


def svg(picture: Picture) -> str:
    """An SVG file."""
    from pipesync.render.svg import document

    return document(picture)


def _text(picture: Picture, paint: Paint, *, ascii_only: bool) -> str:
    from pipesync.render.text.picture import picture_text

    return picture_text(picture, paint, ascii_only=ascii_only)


def _markdown(picture: Picture) -> str:
    from pipesync.render.markdown import picture_markdown

    return picture_markdown(picture)


PICTURE_TABLE: Final[Mapping[str, Callable[[Picture, Paint, bool], str]]] = {
    "text": lambda picture, paint, ascii_only: _text(picture, paint, ascii_only=ascii_only),
    "markdown": lambda picture, _paint, _ascii_only: _markdown(picture),
    "mermaid": lambda picture, _paint, _ascii_only: mermaid(picture),
    "svg": lambda picture, _paint, _ascii_only: svg(picture),
}


def render_picture(picture: Picture, form: str, /, *, color: bool = False, ascii_only: bool = False) -> str:
    """`picture` in one of PICTURE_FORMATS; `ascii_only` is for terminals without lines. KeyError for another."""
    return PICTURE_TABLE[form](picture, Paint(color), ascii_only)
