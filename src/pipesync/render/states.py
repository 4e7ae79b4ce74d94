"""The renderings of a state, and of one step of it; what a format needs is imported when it is asked for."""

from pipesync.render.colour import Paint
from pipesync.render.text.state import addresses, state_text, step_text
from pipesync.state import RecordedStep, State

__all__ = ["addresses", "render_state", "render_step"]


def render_state(state: State, form: str, /, *, color: bool = False) -> str:
    """`state` in one of STATE_FORMATS. KeyError for another format."""
    match form:
        case "text":
            return state_text(state, Paint(color))
        case "json":
            from pipesync.render.escape import json_text

            return json_text(state.to_json())
        case "markdown":
            from pipesync.render.markdown.templated import state_markdown

            return state_markdown(state)
        case "mermaid" | "svg":
            from pipesync import picture
            from pipesync.render.pictures import render_picture

            return render_picture(picture.of_state(state), form)
        case _:
            raise KeyError(form)


def render_step(step: RecordedStep, /, *, color: bool = False) -> str:
    """One recorded step as text."""
    return step_text(step, Paint(color))
