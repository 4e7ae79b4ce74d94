"""Pages of plans as files, and a browser that keeps account of what they do."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Request

from pipesync.plan import Plan
from pipesync.render import render_plan

GOLDENS = Path(__file__).parents[1] / "unit" / "goldens" / "plan"


def golden(name: str) -> Plan:
    return Plan.model_validate_json((GOLDENS / f"{name}.json").read_text("utf-8"))


def written(folder: Path, plan: Plan, plan_file: str | None = "plan.json") -> str:
    """The address of the plan's page, as a file."""
    path = folder / "plan.html"
    path.write_text(render_plan(plan, "html", plan_file=plan_file), "utf-8")
    return path.as_uri()


def shown(page: Page) -> int:
    """How many changes can be seen."""
    return page.locator(".changes > li").filter(visible=True).count()


@dataclass
class Account:
    """What a page asked for, was refused by its own policy, said on the console, and threw."""

    requests: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Account":
        account = cls()
        page.on("request", lambda request: account.requests.append(request.url))
        page.on("requestfailed", account._failed)
        page.on("console", lambda message: account.console.append(message.text))
        page.on("pageerror", lambda error: account.errors.append(str(error)))
        return account

    def _failed(self, request: Request) -> None:
        """A request that the policy refuses is announced as one, and never sent."""
        if request.failure == "csp":
            self.requests.remove(request.url)
            self.refused.append(request.url)
