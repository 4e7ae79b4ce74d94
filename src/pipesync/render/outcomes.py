"""The renderings of what a run of apply came to; what a format needs is imported when it is asked for."""

from pipesync.outcome import Outcome
from pipesync.render.colour import Paint
from pipesync.render.machines.repository import Repository
from pipesync.render.markdown.posting import ON_GITHUB, Posting


def render_outcome(
    outcome: Outcome,
    form: str,
    /,
    *,
    color: bool = False,
    repository: Repository | None = None,
    posting: Posting = ON_GITHUB,
) -> str:
    """`outcome` in one of OUTCOME_FORMATS. KeyError for another format.

    `repository` tells the names of files there, `posting` says where Markdown is posted.
    """
    match form:
        case "text":
            from pipesync.render.text.outcome import outcome_text

            return outcome_text(outcome, Paint(color))
        case "json":
            from pipesync.render.escape import json_text

            return json_text(outcome.to_json())
        case "markdown":
            from pipesync.render.markdown.templated import outcome_markdown

            return outcome_markdown(outcome, posting)
        case _:
            from pipesync.render.machines.reports import OUTCOME_REPORTS

            return OUTCOME_REPORTS[form](outcome, repository or Repository())
