"""The renderings of pictures: text, Markdown, and the drawings that plans and states share, Mermaid and SVG."""

from pipesync.picture import Picture
from pipesync.render.colour import Paint

NOTHING = 'flowchart LR\n    nothing["Nothing to draw"]\n'


def render_picture(picture: Picture, form: str, /, *, color: bool = False, ascii_only: bool = False) -> str:
    """`picture` in one of PICTURE_FORMATS; `ascii_only` is for terminals without lines. KeyError for another."""
    match form:
        case "text":
            from pipesync.render.text.picture import picture_text

            return picture_text(picture, Paint(color), ascii_only=ascii_only)
        case "markdown":
            from pipesync.render.markdown.templated import picture_markdown

            return picture_markdown(picture)
        case "mermaid":
            from pipesync.render.diagrams.flowchart import flowchart

            return flowchart(picture).text or NOTHING
        case "svg":
            from pipesync.render.diagrams.svg import document

            return document(picture)
        case _:
            raise KeyError(form)
