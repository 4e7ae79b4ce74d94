"""What validate found, as text: one line a problem, as compilers write them, or one line for a spec without any."""

from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.render import sentences
from pipesync.render.colour import BOLD, GREEN, RED, Paint
from pipesync.render.escape import visible


def spec_text(result: Spec | SpecError, paint: Paint) -> str:
    if isinstance(result, Spec):
        return f"{paint('Success! The configuration is valid.', BOLD, GREEN)} {sentences.spec_summary(result)}.\n"
    lines = [
        f"{visible(str(problem.origin))}: {paint(problem.kind, RED)}: {visible(problem.message)}"
        for problem in result.problems
    ]
    return "\n".join([*lines, "", paint(sentences.problem_summary(result), BOLD, RED)]) + "\n"
