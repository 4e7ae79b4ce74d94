"""One exception tree; each error says what, where, and what to do next.

PipesyncError
├── SpecError        many problems, each with file:line:column
│   └── PolicyError  the same of a policy file
├── RuleError        the steps would break one of Aiven's rules, or one of the policy's
├── RefusedError     protection, the brake, missing approval, a conflict
├── StalePlanError   carries what moved since the plan was made
├── PlanFileError    a saved plan that is damaged, edited or too new
├── GitError         git is not here, or not what was asked of it
├── StateError       unreadable, foreign, wrong lineage
│   ├── LockedError  who holds the lock, where, since when
│   └── LockLostError  the lock was broken, and who has it now
└── ApiError         operation, status, error code, Aiven's own words
    ├── TakenError   the destination has another source
    └── Unreachable  no answer, or none that can be trusted

A run of apply that did not finish is no exception but an `outcome.Outcome`.

They know nothing of the command line, which has one place that turns them into words and an exit code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from pipesync.amounts import count

if TYPE_CHECKING:  # start-up does not pay for the nouns
    from pipesync.model import Origin


class PipesyncError(Exception):
    """Something the user can act on: `what` in one sentence, `where` it is, what to do `next`."""

    def __init__(self, what: str, *, where: str | None = None, next: str | None = None) -> None:  # noqa: A002
        super().__init__(what)
        self.what = what
        self.where = where
        self.next = next


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem of a spec: its place, its kind (`shape` of the file, one of Aiven's `rule`s, or one of the `policy`),
    and words. Only breaches of a policy may be less than an error; a `note` says what was not checked.
    """

    origin: "Origin"
    kind: Literal["shape", "rule", "policy"]
    message: str
    level: Literal["error", "warning", "note"] = "error"

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}"


class SpecError(PipesyncError):
    """A spec that cannot be used; `problems` are all there are, in the order of the files.

    `remarks` are the warnings and notes of a policy that came up beside them. `base` is what a spec is to be compared
    with, if it is the one there that cannot be used.
    """

    WHERE: ClassVar = "the spec"

    def __init__(
        self, problems: Sequence[Problem], remarks: Sequence[Problem] = (), *, base: str | None = None
    ) -> None:
        self.problems = tuple(sorted(problems))
        self.remarks = tuple(remarks)
        super().__init__(
            f"{self.WHERE}{'' if base is None else f' in {base}'} has {count(len(self.problems), 'problem')}",
            next=f"correct {self.WHERE}; `pipesync validate` checks it without Aiven"
            if base is None
            else "correct it there first, or compare with another commit (--base)",
        )


class PolicyError(SpecError):
    """A policy file that cannot be used."""

    WHERE = "the policy"


class RuleError(PipesyncError):
    """The steps this plan would leave behind break one of Aiven's rules, or one of the policy's."""


class RefusedError(PipesyncError):
    """Something that is not done without another word from a person."""


class StalePlanError(PipesyncError):
    """Reality moved since the plan was made; `moved` names each step, old → new."""

    def __init__(self, what: str, *, moved: Sequence[str], next: str | None = None) -> None:  # noqa: A002
        super().__init__(what, where="\n".join(moved) or None, next=next)
        self.moved = tuple(moved)


class PlanFileError(PipesyncError):
    """A saved plan that cannot be read, was changed after it was made, or is of a newer format."""


class GitError(PipesyncError):
    """git is not here, cannot read the repository, or the repository lacks what was asked for."""


class StateError(PipesyncError):
    """A state that cannot be read or is not this spec's."""


class LockedError(StateError):
    """Another run holds the state's lock."""


class LockLostError(StateError):
    """This run's lock of the state was broken or removed: the state is not this run's to write any more."""


class ApiError(PipesyncError):
    """The API said no. `status` is the HTTP status, `error_code` Aiven's code, `message` Aiven's words."""

    def __init__(
        self,
        what: str,
        *,
        operation: str,
        status: int | None = None,
        error_code: str | None = None,
        message: str | None = None,
        next: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(what, where=operation, next=next)
        self.operation = operation
        self.status = status
        self.error_code = error_code
        self.message = message


class TakenError(ApiError):
    """The step cannot be created, because the destination has another source by now."""


class Unreachable(ApiError):  # noqa: N818  the state of the API, as in the tree above
    """No answer, or none that can be trusted: whether the call had an effect is unknown.

    `absent`: a list that was read afterwards shows none. Not `sent`: it never left, so it has no effect.
    """

    absent: bool = False
    sent: bool = True
