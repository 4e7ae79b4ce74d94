"""What validate found, as a value: a spec's size and digest, or all of its problems; and what a policy only remarks."""

from typing import Literal, Self

from pipesync.errors import Problem, SpecError
from pipesync.model import Spec
from pipesync.plan import Place
from pipesync.remarks import remarks_of
from pipesync.state import Value


class FoundProblem(Value):
    """One problem: of the file's `shape`, of one of Aiven's `rule`s, or of one of the `policy`."""

    kind: Literal["shape", "rule", "policy"]
    level: Literal["error", "warning", "note"]
    message: str
    origin: Place

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(kind=problem.kind, level=problem.level, message=problem.message, origin=Place.of(problem.origin))


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
    remarks: tuple[FoundProblem, ...] = ()

    @classmethod
    def of(cls, result: Spec | SpecError) -> Self:
        found = tuple(map(FoundProblem.of, remarks_of(result)))
        if isinstance(result, SpecError):
            return cls(valid=False, problems=tuple(map(FoundProblem.of, result.problems)), remarks=found)
        return cls(
            valid=True,
            organization=result.organization,
            files=result.files,
            steps=len(result.steps),
            spec=result.digest,
            remarks=found,
        )
