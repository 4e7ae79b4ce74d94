"""What validate found, as text: one line a problem, as compilers write them, or one line for a spec without any."""

from pipesync.errors import Problem, SpecError
from pipesync.model import Spec
from pipesync.remarks import remarks_of
from pipesync.render.colour import BOLD, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import line
from pipesync.render.words.verdicts import VALID, problem_kind, problem_summary, spec_summary


def spec_text(result: Spec | SpecError, paint: Paint) -> str:
    remarks = [_one(remark, YELLOW, paint) for remark in remarks_of(result)]
    if isinstance(result, Spec):
        success = f"{paint(VALID, BOLD, GREEN)} {spec_summary(result)}."
        return "\n".join([*remarks, *([""] if remarks else []), success]) + "\n"
    lines = [_one(problem, RED, paint) for problem in result.problems]
    return "\n".join([*lines, *remarks, "", paint(problem_summary(result), BOLD, RED)]) + "\n"


def _one(problem: Problem, colour: int, paint: Paint) -> str:
    return f"{line(str(problem.origin))}: {paint(problem_kind(problem), colour)}: {line(problem.message)}"
