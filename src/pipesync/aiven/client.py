"""The client: what can be asked of Aiven, in this program's own words and values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, TypeVar

from pipesync.aiven import absence, creation, dialect, explain, listing, validation, wire
from pipesync.aiven.answer import Answer, Call, Outcome
from pipesync.aiven.dialect import dialect_of
from pipesync.aiven.refusal import Refusal
from pipesync.aiven.transport import Transport
from pipesync.aiven.validation import Approval, Sight
from pipesync.aiven.wire import Organization
from pipesync.errors import ApiError, Unreachable
from pipesync.model import ByProject, LiveStep, Service, ServiceRef, UpgradeStep
from pipesync.state import RecordedStep
from pipesync.web.visible import visible

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A project whose services this token cannot read, and why, in words."""

    project: str
    reason: str
    status: int | None = None
    error_code: str | None = None


class Client:
    """Upgrade steps and services over `transport`, in `organization` or account-wide; any thread may use it.

    Every method raises ApiError if Aiven says no, and Unreachable if there is no answer to go by.
    """

    def __init__(self, transport: Transport, organization: str | None) -> None:
        self._transport = transport
        self._dialect = dialect_of(organization)

    @property
    def parallelism(self) -> int:
        return self._transport.parallelism

    def list_steps(self) -> tuple[LiveStep, ...]:
        """All live steps, complete; ApiError rather than a list that may lack one."""
        try:
            return listing.read_steps(self._ask, self._dialect)
        except ApiError as error:
            if not (self._dialect.is_flat and error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}):
                raise
            hinted = self._flat_is_missing(error)
        raise hinted

    def get_step(self, step_id: str) -> LiveStep | None:
        """The live step of this id; None only if Aiven says that there is no such step."""
        call = self._dialect.get(step_id)
        outcome = self._transport.exchange(call)
        if self._says_gone(outcome):
            return None
        live = self._read(call, self._good(call, outcome), wire.step_of)
        if live.step_id != step_id:
            raise explain.unreadable(call, "it holds another step than the one asked for")
        return live

    def create_step(self, step: UpgradeStep, *, owed: bool = False) -> LiveStep:
        """The live step that now has `step`'s four names, created or found; never created twice.

        One that was found may have another delay. `owed`: the step that it takes the place of is deleted already.
        """
        call = replace(self._dialect.create(step), owed=owed)
        return creation.create(self._transport, call, step, self.list_steps)

    def update_step(self, step_id: str, days: int) -> LiveStep:
        """The live step, with the delay set to `days`."""
        call = self._dialect.update(step_id, days)
        answer = self._ask(call)
        try:
            live: LiveStep | None = wire.step_of(answer.data)
        except wire.UnreadableError:
            live = None
        if live is None or (live.step_id, live.step.auto_validation_delay_days) != (step_id, days):
            live = self._read_back(call, step_id)
        if live.step.auto_validation_delay_days != days:
            kept = live.step.auto_validation_delay_days
            raise ApiError(
                f"Aiven reports success, but the delay of {visible(live.step.address)} is still {kept} days",
                operation=str(call),
                status=answer.status,
                next="the account's maximum may be lower; see limits.max_auto_validation_delay_days in the spec",
            )
        return live

    def delete_step(self, step_id: str) -> None:
        """Deletes the step; one that is gone already is fine."""
        call = self._dialect.delete(step_id)
        outcome = self._transport.exchange(call)
        # Nothing looks at the step once more: an empty 404, which a balancer may have given, is not enough.
        if not self._says_gone(outcome) or (isinstance(outcome, Answer) and outcome.data is None):
            self._good(call, outcome)

    def approve(
        self,
        source: ServiceRef,
        comment: str,
        seen: Sequence[LiveStep] = (),
        before_another: Callable[[], None] = lambda: None,
    ) -> Approval:
        """Validates what `source` runs, for all its destinations; never sent twice without a look in between.

        `seen` are the steps of `source` as they were listed before. `before_another` runs before each further
        attempt, and raises if there is to be none.
        """
        sight = Sight(seen, comment, self.list_steps)
        return validation.approve(self._transport, self._dialect.approve(source, comment), sight, before_another)

    def services(self, project: str) -> Mapping[str, Service] | Unreadable:
        """The services of a project by name, in one call; Unreadable if Aiven refuses to show them."""
        call = dialect.services(project)
        try:
            return self._read(call, self._ask(call), lambda data: wire.services_of(data, project))
        except Unreachable:
            raise
        except ApiError as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise
            return Unreadable(project, error.what, error.status, error.error_code)

    def organizations(self) -> tuple[Organization, ...]:
        """The organizations that the token's user sees."""
        call = dialect.organizations()
        return self._read(call, self._ask(call), wire.organizations_of)

    def confirm_gone(self, recorded: Iterable[RecordedStep], unseen: Iterable[UpgradeStep] = ()) -> ByProject:
        """Makes sure that these steps, which the list lacks, are not there, or raises; see `absence`.

        The services read on the way, by project, are returned for whoever needs them next.
        """
        return absence.confirm_gone(self, recorded, unseen)

    def _ask(self, call: Call) -> Answer:
        return self._good(call, self._transport.exchange(call))

    def _good(self, call: Call, outcome: Outcome) -> Answer:
        if isinstance(outcome, Answer) and outcome.good:
            return outcome
        raise explain.error(call, outcome, self._transport.token)

    def _read(self, call: Call, answer: Answer, reader: Callable[[Any], Value]) -> Value:
        try:
            return reader(answer.data)
        except wire.UnreadableError as error:
            raise explain.unreadable(call, str(error), answer.status) from None

    def _read_back(self, call: Call, step_id: str) -> LiveStep:
        """The step after a write whose answer does not show it."""
        try:
            live = self.get_step(step_id)
        except ApiError as error:
            words = f"Aiven reports success, but the step could not be read back: {error.what}"
            raise explain.unknown(call, words, error.status) from None
        if live is None:
            raise explain.unknown(call, "Aiven reports success, but the step is not there any more")
        return live

    def _says_gone(self, outcome: Outcome) -> bool:
        """A 404 that speaks of the step. The flat dialect's codes are not documented: there, one without a code is."""
        if not isinstance(outcome, Answer) or outcome.status != HTTPStatus.NOT_FOUND:
            return False
        code = Refusal.of(outcome.data).error_code
        return code == explain.NOT_FOUND or (self._dialect.is_flat and code is None and outcome.foreign is None)

    def _flat_is_missing(self, error: ApiError) -> ApiError:
        """`error`, with the line to add to the spec if it is the organization that is missing."""
        try:
            seen = self.organizations()
        except ApiError:
            seen = ()
        lines = [f"organization: {visible(one.organization_id)}  # {visible(one.name)}" for one in seen]
        advice = "the account-wide API is not there; add the organization to the spec"
        return ApiError(
            error.what,
            operation=error.operation,
            status=error.status,
            error_code=error.error_code,
            message=error.message,
            next="\n".join([f"{advice}:", *lines]) if lines else f"{advice} (organization: org…), or check --api-url",
        )
