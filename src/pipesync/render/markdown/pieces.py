"""The pieces of a plan's page in Markdown: what stands on it, in which order, and how each piece is written.

What may be long is a sequence of lines that are written when they are asked for, and once: a page that is full asks
for no more of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from pipesync import picture, risk, shift
from pipesync.plan import Change, Finding, Plan
from pipesync.render.diagrams.flowchart import MOST_DRAWINGS, flowchart
from pipesync.render.escape import prose
from pipesync.render.markdown import fields
from pipesync.render.markdown.posting import Posting, mentioned
from pipesync.render.markdown.templates import macros, squeezed
from pipesync.render.words import arrows, next_command, sentences, terms
from pipesync.risk import Level, Risk

_GRAVEST_FIRST: Final = {action: rank for rank, action in enumerate(reversed(terms.SYMBOLS))}


@dataclass(slots=True)
class Lines:
    """One line (or block) for each of `items`, written by `write` when it is first asked for."""

    items: Sequence[Any]
    write: Callable[[Any], str]
    _written: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        for number, item in enumerate(self.items):
            if number == len(self._written):
                self._written.append(self.write(item))
            yield self._written[number]

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class Alert:
    """What a reader must see first: GitHub's and GitLab's alert, and a plain quotation anywhere else."""

    kind: str
    title: str | None
    lines: tuple[Lines, ...]


@dataclass(frozen=True)
class PlanPage:
    """The pieces of `plan`'s page; `plan_file` is where it is saved, if it is."""

    plan: Plan
    plan_file: str | None
    posting: Posting

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The gravest first, otherwise in the plan's order."""
        return tuple(sorted(self.plan.changes, key=lambda change: _GRAVEST_FIRST[change.action]))

    @cached_property
    def rows(self) -> Lines:
        judged = self.judged
        write = _macros().row

        def row(change: Change) -> str:
            return str(write(self.plan, change, None if judged is None else judged.of(change.address)))

        return Lines(self.changes, row)

    @cached_property
    def fields(self) -> Lines:
        write = _macros().fields
        return Lines(
            self.changes, lambda change: squeezed(str(write(self.plan, change, list(fields.lines(change))))).strip("\n")
        )

    @cached_property
    def pictures(self) -> str:
        """The trees that change, drawn, as many as a page may have."""
        if not self.plan.changes:
            return ""
        whole = picture.of_plan(self.plan)
        shown = whole.trees[:MOST_DRAWINGS]
        drawings = [(tree, flowchart(whole, [tree])) for tree in shown]
        text = squeezed(str(_macros().pictures(arrows, drawings, len(whole.trees) - len(shown)))).strip("\n")
        return f"{text}\n\n" if text else ""

    @cached_property
    def judged(self) -> Risk | None:
        return risk.of(self.plan) if self.plan.changes else None

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        plan = self.plan
        grave = Lines(self._grave(), lambda each: str(_macros().grave(*each)))
        against = (_findings("Error", plan.errors), _findings("Refused", plan.refusals), grave)
        brake = Lines((plan,) if plan.brake.engaged else (), lambda plan: str(_macros().brake(plan)))
        beside = (brake, _findings("Warning", terms.warnings(plan)))
        title = str(_macros().refused(plan)) if plan.errors or plan.refusals else None
        every = (Alert("CAUTION", title, against), Alert("WARNING", None, beside))
        return tuple(alert for alert in every if any(map(len, alert.lines)))

    @cached_property
    def note(self) -> str:
        """That an offline plan is none of what is live."""
        return "" if self.plan.base is None else f"> [!NOTE]\n> {_macros().compared(self.plan)}\n\n"

    def _grave(self) -> list[tuple[risk.Rule, list[str], int]]:
        """The rules that set a high risk, with the addresses that they fit."""
        if self.judged is None:
            return []
        high = [(rule, at) for at, rule in self.judged.changes.items() if rule.level is Level.HIGH]
        high.sort(key=lambda each: risk.RULES.index(each[0]))
        found = [(rule, [at for _, at in each]) for rule, each in groupby(high, key=lambda each: each[0])]
        most = sentences.NAMES_SHOWN
        return [(rule, named[:most], max(0, len(named) - most)) for rule, named in found]

    def head(self, judged: Risk | None, told: Iterable[str]) -> str:
        """The marker, the counts, and how far the plan reaches."""
        told, owners = list(told), self.plan.blast_radius.owners
        calls: Sequence[str] = ()
        if self.posting.mention_owners and told and told[-1] == sentences.owners(self.plan.blast_radius):
            calls, told = mentioned(owners), told[:-1]
        others = [owner for owner in owners if owner not in calls][: sentences.NAMES_SHOWN] if calls else []
        explained = judged is not None and not (judged.level is Level.HIGH and judged.rule in self._told_in_alerts)
        level = "" if judged is None else str(sentences.level(self.plan, judged))
        summary = str(_macros().summary(judged, level, explained, told, calls, others)).strip()
        heading = f"{self.posting.marker('plan')}\n\n## {sentences.plan_sentence(self.plan)}\n\n"
        return f"{heading}{summary}\n\n" if summary else heading

    @cached_property
    def _told_in_alerts(self) -> frozenset[risk.Rule]:
        brake = [risk.BY_CODE["brake"]] if self.plan.brake.engaged else []
        return frozenset([*(rule for rule, _, _ in self._grave()), *brake])

    @cached_property
    def options(self) -> str:
        return f"{_macros().options(self.plan)}\n\n" if terms.options(self.plan.options) else ""

    @cached_property
    def background(self) -> str:
        """What is no change, folded away."""
        shifted = list(shift.read(self.plan.context).items())
        text = squeezed(str(_macros().background(self.plan, shifted))).strip("\n")
        return f"{text}\n\n" if text else ""

    @cached_property
    def next(self) -> str:
        """The command that applies this plan and no other, or what to do first."""
        plan = self.plan
        if plan.errors or plan.refusals:
            return f"**Next:** mend what this plan is refused for, and plan again.\n\n{self._share}"
        command = next_command.after(plan, self.plan_file)
        if command is None:
            return ""
        return squeezed(str(_macros().next(command, self.plan_file is not None))).strip("\n") + f"\n\n{self._share}"

    @property
    def _share(self) -> str:
        """How much of what is recorded goes, where that is no danger."""
        told = None if self.plan.brake.engaged else sentences.brake_of(self.plan)
        return "" if told is None else f"{prose(told)}.\n\n"

    @cached_property
    def foot(self) -> str:
        return f"{_macros().foot(self.plan, self.plan_file)}\n"


TABLE: Final = "| Action | Step | Source | Delay | What it means |\n| --- | --- | --- | --- | --- |\n"


def quoted(alert: Alert, lines: Iterable[str]) -> Iterator[str]:
    """An alert with these of its lines."""
    yield f"> [!{alert.kind}]\n"
    if alert.title is not None:
        yield f"> {alert.title}\n>\n"
    for line in lines:
        yield f"> - {line}\n"
    yield "\n"


def _findings(label: str, found: Sequence[Finding]) -> Lines:
    return Lines(found, lambda finding: str(_macros().finding(label, finding)))


def _macros() -> Any:
    return macros("plan.md.j2")
