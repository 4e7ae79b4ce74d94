"""The renderings of a plan; what a format needs is imported when it is asked for."""

from pipesync.plan import Plan
from pipesync.render.colour import Paint
from pipesync.render.machines.repository import Repository
from pipesync.render.markdown.posting import ON_GITHUB, Posting


def render_plan(
    plan: Plan,
    form: str,
    /,
    *,
    color: bool = False,
    plan_file: str | None = None,
    ascii_only: bool = False,
    repository: Repository | None = None,
    posting: Posting = ON_GITHUB,
    applying: bool = False,
) -> str:
    """`plan` in one of PLAN_FORMATS. KeyError for another format.

    `plan_file` is where it is saved, if it is; `ascii_only` is for terminals that cannot show lines; `repository` tells
    the names of files there, `posting` where Markdown is posted. `applying`: the text is shown by apply itself.
    """
    match form:
        case "text":
            from pipesync.render.text.plan import plan_text

            return plan_text(plan, Paint(color), plan_file, ascii_only=ascii_only, applying=applying)
        case "json":
            from pipesync.render.escape import json_text

            return json_text(plan.to_json())
        case "markdown":
            from pipesync.render.markdown.plan import plan_markdown

            return plan_markdown(plan, plan_file, posting)
        case "html":
            from pipesync.render.html import plan_html

            return plan_html(plan, plan_file)
        case "mermaid" | "svg":
            from pipesync.picture import of_plan
            from pipesync.render.pictures import render_picture

            return render_picture(of_plan(plan), form)
        case _:
            from pipesync.render.machines.reports import PLAN_REPORTS

            return PLAN_REPORTS[form](plan, repository or Repository())
