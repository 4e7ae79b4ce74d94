"""What a policy remarks on a spec short of an error: with a valid spec, or with the problems of one that is not."""

from dataclasses import dataclass

from pipesync.errors import Problem, SpecError
from pipesync.model import Spec


@dataclass(frozen=True, slots=True)
class JudgedSpec(Spec):
    """A valid spec, and warnings and notes about it."""

    remarks: tuple[Problem, ...]


def judged(spec: Spec, remarks: tuple[Problem, ...]) -> JudgedSpec:
    """`spec` with these remarks."""
    return JudgedSpec(spec.organization, spec.limits, spec.steps, spec.files, spec.digest, remarks)


def remarks_of(result: Spec | SpecError) -> tuple[Problem, ...]:
    """The warnings and notes that came with a check of a spec."""
    return result.remarks if isinstance(result, JudgedSpec | SpecError) else ()
