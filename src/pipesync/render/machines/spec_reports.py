"""The renderings for machines of what `validate` found; like the text, they need no pydantic."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.remarks import remarks_of
from pipesync.render.escape import line, visible
from pipesync.render.machines import annotations, junit, sarif
from pipesync.render.machines.junit import Case
from pipesync.render.machines.notices import Notice, Severity
from pipesync.render.machines.repository import Repository
from pipesync.render.machines.rulebook import RULES
from pipesync.render.words.verdicts import VALID, problem_summary, spec_summary

_SEVERITIES: Final = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTICE}


def of_spec(result: Spec | SpecError) -> Iterator[Notice]:
    """Each problem of a spec and each remark of a policy on it, with the code `shape`, `rule` or `policy`."""
    problems = () if isinstance(result, Spec) else result.problems
    for problem in (*problems, *remarks_of(result)):
        yield Notice(_SEVERITIES[problem.level], problem.kind, line(problem.message), place=problem.origin)


def spec_sarif(result: Spec | SpecError, repository: Repository) -> str:
    """A result for each problem, at its place; every problem has one."""
    properties = {"summary": _summary(result)} | ({} if isinstance(result, SpecError) else {"spec": result.digest})
    return sarif.report("validate", of_spec(result), repository, file="", version=None, properties=properties)


def spec_junit(result: Spec | SpecError, repository: Repository) -> str:
    """A failed case for each problem; for a valid spec, one case for each of its files and one for Aiven's rules.

    A policy's warnings are output of a case of its own.
    """
    found = tuple(junit.of_notices(of_spec(result), ()))
    if isinstance(result, SpecError):
        return junit.report("pipesync validate", found, repository)
    passed = (*(Case(f"shape: {visible(file)}") for file in result.files), Case(RULES, said=(spec_summary(result),)))
    return junit.report("pipesync validate", (*passed, *found), repository)


def spec_github(result: Spec | SpecError, repository: Repository) -> str:
    """An error for each problem, and how many there are."""
    return annotations.annotations(of_spec(result), (_summary(result),), repository)


def spec_outputs(result: Spec | SpecError) -> dict[str, str]:
    """What later steps of a job may ask of a spec."""
    problems = result.problems if isinstance(result, SpecError) else ()
    return {"valid": "false" if problems else "true", "problems": str(len(problems)), "summary": _summary(result)}


def _summary(result: Spec | SpecError) -> str:
    return problem_summary(result) if isinstance(result, SpecError) else f"{VALID} {spec_summary(result)}."


SPEC_REPORTS: Final[Mapping[str, Callable[[Spec | SpecError, Repository], str]]] = {
    "sarif": spec_sarif,
    "junit": spec_junit,
    "github": spec_github,
}
