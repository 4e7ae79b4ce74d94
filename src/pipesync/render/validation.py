"""What validate found, as a value: a spec's size and digest, or all of its problems."""

from typing import Literal, Self

from pipesync.errors import Problem, SpecError
from pipesync.model import Spec
from pipesync.plan import Place
from pipesync.state import Value


class FoundProblem(Value):
    """One problem: of the file's `shape`, or of one of Aiven's `rule`s."""

    kind: Literal["shape", "rule"]
    message: str
    origin: Place

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(kind=problem.kind, message=problem.message, origin=Place.of(problem.origin))


class Validation(Value):
    """The JSON of `pipesync validate`; what only a valid spec has is null or empty without one."""

    format: Literal["pipesync.validation"] = "pipesync.validation"
    format_version: Literal["1.0"] = "1.0"
    valid: bool
    organization: str | None = None
    files: tuple[str, ...] = ()
    steps: int | None = None
    spec: str | None = None
    problems: tuple[FoundProblem, ...] = ()

    @classmethod
    def of(cls, result: Spec | SpecError) -> Self:
        if isinstance(result, SpecError):
            return cls(valid=False, problems=tuple(map(FoundProblem.of, result.problems)))
        return cls(
            valid=True,
            organization=result.organization,
            files=result.files,
            steps=len(result.steps),
            spec=result.digest,
        )
