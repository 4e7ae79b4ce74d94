"""A policy's verdict on a spec alone: without the API, each of its steps counts as new."""

from collections.abc import Iterator, Mapping

from pipesync.errors import Problem, SpecError
from pipesync.model import Spec
from pipesync.policy.coverage import UNCHECKED, sources_without_gate
from pipesync.policy.judgement import Naming, Subject, scope_breaches, step_breaches
from pipesync.policy.rules import Breach, Policy
from pipesync.remarks import JudgedSpec, judged


def judge(policy: Policy, spec: Spec, paths: Mapping[str, str]) -> JudgedSpec | SpecError:
    """The spec with the policy's warnings and notes, or its breaches.

    `paths` are those of the spec's files from the working directory, by their names. The delay of a step that is left
    alone (`manage: false`) is nobody's business here: it is not sent.
    """
    managed = [desired for desired in spec.steps if desired.manage]
    breaches = (
        *step_breaches(policy, [Subject(desired.step, desired.origin, involved=True) for desired in managed]),
        *scope_breaches(
            policy,
            (
                Naming(one.step.destination, one.origin, paths.get(one.origin.file, one.origin.file), involved=True)
                for one in spec.steps
            ),
        ),
        *sources_without_gate(
            policy, [one.step for one in spec.steps], {one.step.destination: one.origin for one in spec.steps}
        ),
    )
    problems = [_problem(breach) for breach in breaches]
    errors = [problem for problem in problems if problem.level == "error"]
    remarks = (*(problem for problem in problems if problem.level != "error"), *_unchecked(policy))
    return SpecError(errors, remarks) if errors else judged(spec, remarks)


def _problem(breach: Breach) -> Problem:
    words = f"{breach.message}; {breach.next} (the policy's rule is at {breach.policy})"
    return Problem(breach.origin or breach.policy, "policy", words, breach.level.value)


def _unchecked(policy: Policy) -> Iterator[Problem]:
    """What cannot be told without the API."""
    if policy.required_gates:
        yield Problem(policy.required_gates[0].origin, "policy", UNCHECKED, "note")
