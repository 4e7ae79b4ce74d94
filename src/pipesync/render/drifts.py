"""The renderings of a drift report; what a format needs is imported when it is asked for."""

from pipesync.drift import DriftReport
from pipesync.render.colour import Paint
from pipesync.render.machines.repository import Repository


def render_drift(
    report: DriftReport, form: str, /, *, color: bool = False, repository: Repository | None = None
) -> str:
    """`report` in one of DRIFT_FORMATS; `repository` tells the names of files there. KeyError for another format."""
    match form:
        case "text":
            from pipesync.render.text.drift import drift_text

            return drift_text(report, Paint(color))
        case "json":
            from pipesync.render.escape import json_text

            return json_text(report.to_json())
        case "markdown":
            from pipesync.render.markdown.templated import drift_markdown

            return drift_markdown(report)
        case _:
            from pipesync.render.machines.reports import DRIFT_REPORTS

            return DRIFT_REPORTS[form](report, repository or Repository())
