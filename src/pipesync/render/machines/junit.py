"""JUnit's XML, as GitLab, Azure Pipelines and Jenkins read it: checks as test cases, errors as failures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pipesync.render.escape import line, visible
from pipesync.render.machines.notices import Notice, Severity
from pipesync.render.machines.repository import Repository
from pipesync.render.machines.rulebook import entry


@dataclass(frozen=True, slots=True)
class Case:
    """A test case; its texts have passed `escape` already. It failed, was skipped, or else passed."""

    name: str
    failure: Notice | None = None
    skipped: str | None = None
    said: tuple[str, ...] = ()


def of_notices(notices: Iterable[Notice], checks: Sequence[str]) -> Iterator[Case]:
    """Each of `checks`, and of those that the notices name besides: one case, or one for each of its errors."""
    found: dict[str, list[Notice]] = {check: [] for check in checks}
    for notice in notices:
        if notice.severity is not Severity.NOTICE:
            found.setdefault(entry(notice.code).check, []).append(notice)
    for check, told in found.items():
        said = tuple(_said(notice) for notice in told if notice.severity is Severity.WARNING)
        errors = [notice for notice in told if notice.severity is Severity.ERROR]
        if not errors:
            yield Case(check, said=said)
        for number, notice in enumerate(errors):
            yield Case(f"{check}: {notice.address or notice.message}", notice, said=said if number == 0 else ())


def _said(notice: Notice) -> str:
    """A warning on one line."""
    place = "" if notice.place is None else f"{visible(str(notice.place))}: "
    return f"{place}{'; '.join((notice.message, *notice.more))}"


def report(name: str, cases: Iterable[Case], repository: Repository) -> str:
    """A file of one suite. Characters that XML 1.0 has no place for are spelled out, as everywhere."""
    all_cases = tuple(_unique(cases))
    counts = (
        f'tests="{len(all_cases)}" failures="{sum(case.failure is not None for case in all_cases)}" errors="0" '
        f'skipped="{sum(case.skipped is not None for case in all_cases)}" time="0"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{name}" {counts}>',
        f'  <testsuite name="{name}" {counts}>',
        *(each for case in all_cases for each in _case(name, case, repository)),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _unique(cases: Iterable[Case]) -> Iterator[Case]:
    """GitLab and Jenkins take two cases of one name for the same one, so a second one gets a number."""
    seen: dict[str, int] = {}
    for case in cases:
        seen[case.name] = number = seen.get(case.name, 0) + 1
        name = case.name if number == 1 else f"{case.name} ({number})"
        yield Case(name, case.failure, case.skipped, case.said)


def _case(suite: str, case: Case, repository: Repository) -> Iterator[str]:
    opening = f'    <testcase classname="{suite}" name="{_written(case.name)}" time="0"{_place(case, repository)}'
    inner = [*_failure(case), *_skipped(case), *_output(case)]
    if not inner:
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    yield from inner
    yield "    </testcase>"


def _place(case: Case, repository: Repository) -> str:
    place = None if case.failure is None else case.failure.place
    path = None if place is None else repository.path(place.file)
    return "" if place is None or path is None else f' file="{_written(visible(path))}" line="{place.line}"'


def _failure(case: Case) -> Iterator[str]:
    if case.failure is None:
        return
    notice = case.failure
    at = [] if notice.place is None else [f"at {visible(str(notice.place))}"]
    text = "\n".join(map(_written, (notice.message, *at, *notice.more)))
    code = _written(visible(notice.code))
    yield f'      <failure type="{code}" message="{_written(notice.message)}">{text}</failure>'


def _skipped(case: Case) -> Iterator[str]:
    if case.skipped is not None:
        yield f'      <skipped message="{_written(case.skipped)}"/>'


def _output(case: Case) -> Iterator[str]:
    if case.said:
        yield "      <system-out>" + "\n".join(map(_written, case.said)) + "</system-out>"


def _written(text: str) -> str:
    return escape(line(text), quote=True)
