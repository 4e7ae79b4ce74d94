"""The words of a verdict on a spec: valid and how much there is of it, or how many problems of each kind."""

from collections import Counter
from typing import Final

from pipesync.amounts import count
from pipesync.errors import Problem, SpecError
from pipesync.model import Spec

VALID: Final = "Success! The configuration is valid."


def problem_kind(problem: Problem) -> str:
    """`shape`, `rule`, `policy`, or `policy warning` and `policy note`."""
    return problem.kind if problem.level == "error" else f"{problem.kind} {problem.level}"


def spec_summary(spec: Spec) -> str:
    """How much a spec holds, in one line of our own words."""
    pipelines = len({step.pipeline for step in spec.steps if step.pipeline is not None})
    alone = sum(step.pipeline is None for step in spec.steps)
    left = sum(not step.manage for step in spec.steps)
    parts = [count(len(spec.steps), "upgrade step"), count(pipelines, "pipeline")]
    parts += [f"{alone} outside any pipeline"] if alone else []
    parts += [f"{left} left alone (manage: false)"] if left else []
    return ", ".join([*parts, count(len(spec.files), "file")])


def problem_summary(error: SpecError) -> str:
    """How many problems of each kind a spec has."""
    kinds = Counter(problem.kind for problem in error.problems)
    parts = [f"{kinds['shape']} of the file's shape"] if kinds["shape"] else []
    parts += [f"{kinds['rule']} of Aiven's rules"] if kinds["rule"] else []
    parts += [f"{kinds['policy']} of the policy"] if kinds["policy"] else []
    return f"The configuration is not valid: {count(len(error.problems), 'problem')} ({', '.join(parts)})."
