"""What validate found, as text: one line a problem, as compilers write them, or one line for a spec without any."""

from collections import Counter

from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.render.amounts import count
from pipesync.render.colour import BOLD, GREEN, RED, Paint
from pipesync.render.escape import line


def spec_text(result: Spec | SpecError, paint: Paint) -> str:
    if isinstance(result, Spec):
        return f"{paint('Success! The configuration is valid.', BOLD, GREEN)} {spec_summary(result)}.\n"
    lines = [
        f"{line(str(problem.origin))}: {paint(problem.kind, RED)}: {line(problem.message)}"
        for problem in result.problems
    ]
    return "\n".join([*lines, "", paint(problem_summary(result), BOLD, RED)]) + "\n"


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
    return f"The configuration is not valid: {count(len(error.problems), 'problem')} ({', '.join(parts)})."
