"""The words of every rendering: what a reason, an action and an option are called, and what a change means."""

from typing import Final, assert_never

from pipesync import context
from pipesync.model import Setting
from pipesync.plan import (
    Change,
    Create,
    Delete,
    Drift,
    Effect,
    EffectCode,
    Finding,
    Forget,
    Import,
    Options,
    Plan,
    Reason,
    Replace,
    Update,
)  # fmt: skip
from pipesync.risk import Level
from pipesync.state import StepValues

REASONS: Final = {
    Reason.NEW_IN_SPEC: "new in the spec",
    Reason.SPEC_CHANGED: "changed in the spec",
    Reason.CHANGED_OUTSIDE: "changed outside pipesync",
    Reason.REMOVED_OUTSIDE: "removed outside pipesync",
    Reason.RENAMED_OUTSIDE: "renamed outside pipesync",
    Reason.REMOVED_FROM_SPEC: "no longer in the spec",
    Reason.LEFT_BY_INTERRUPTED_APPLY: "left by an interrupted apply",
}

OUTSIDE: Final = frozenset(REASONS) - {Reason.NEW_IN_SPEC, Reason.SPEC_CHANGED, Reason.REMOVED_FROM_SPEC}
"""Reasons that nobody can read off the spec's own changes."""

SETTINGS: Final = {
    Setting.SERVICE: "the service",
    Setting.STAGE: "the stage",
    Setting.PIPELINE: "the pipeline",
    Setting.PROJECTS: "defaults.projects",
    Setting.DEFAULTS: "the defaults",
    Setting.BUILT_IN: "Aiven's default",
}

SYMBOLS: Final = {"forget": ".", "import": "<=", "create": "+", "update": "~", "replace": "-/+", "delete": "-"}
"""Terraform's signs (`<=` is its "read"), from the harmless to the destructive."""

INFINITIVE: Final = {
    "forget": "forget",
    "import": "import",
    "create": "create",
    "update": "update in-place",
    "replace": "replace",
    "delete": "destroy",
}

DEEDS: Final = INFINITIVE | {"update": "update"}
"""The same, where a column is narrow."""

PAST: Final = {
    "forget": "forgotten",
    "import": "imported",
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "destroyed",
}

DANGEROUS: Final = frozenset({"delete", "replace"})

PENDING: Final = "Begun by a run that has not said how it ended; the next plan settles it"

UNMANAGED_SHOWN: Final = 20
"""Steps that are not ours are background: a screen's worth is enough, and the JSON has them all."""

FOLDED_SHOWN: Final = 100
"""Steps in a folded list of a page: it is background as well, to somebody who asked for it."""

RISK_SIGNS: Final = {Level.LOW: "🟢", Level.MEDIUM: "🟡", Level.HIGH: "🔴"}
"""Where there is no colour but that of signs; the word stands beside it."""

NO_CALL: Final = "recorded in the state only: no call is made"


BESIDE: Final = frozenset({EffectCode.VALIDATIONS_DROPPED, EffectCode.LAST_VALIDATION})
"""What every delete and replace means, and what a table has no room for."""


def meaning(plan: Plan, change: Change) -> tuple[str, ...]:
    """What a change means: for the gate, as things are now, and if it is a record alone; foreign text, raw."""
    messages = tuple(effect.message for effect in effects(plan, change))
    return (*messages, *([] if _calls(change) else [NO_CALL]))


def in_short(plan: Plan, change: Change) -> tuple[str, ...]:
    """The same without what is BESIDE."""
    messages = tuple(effect.message for effect in effects(plan, change) if effect.code not in BESIDE)
    return (*messages, *([] if _calls(change) else [NO_CALL]))


def beside(plan: Plan, change: Change) -> tuple[str, ...]:
    """What `in_short` leaves out."""
    return tuple(effect.message for effect in effects(plan, change) if effect.code in BESIDE)


def effects(plan: Plan, change: Change) -> tuple[Effect, ...]:
    """What a change means by the steps, then as things are now."""
    return (*change.impact, *context.effects(plan.context, change.address))


def _calls(change: Change) -> bool:
    """Whether carrying out the change takes a call to Aiven."""
    match change:
        case Create() | Replace() | Delete():
            return True
        case Update() | Import():
            return change.before.auto_validation_delay_days != change.after.auto_validation_delay_days
        case Forget():
            return False
        case _:
            assert_never(change)


def delay_set_by(change: Change) -> str | None:
    """Where the delay that a change sets comes from, if it is told; foreign text, raw."""
    by = None if isinstance(change, Delete | Forget) else change.delay_set_by
    return None if by is None else f"set by {SETTINGS[by.level]}" + ("" if by.place is None else f" ({by.place})")


def attributes(before: StepValues | None, after: StepValues | None) -> dict[str, tuple[str | None, str | None]]:
    """Each attribute of a step with its value before and after, None where there is no step; foreign text, raw.

    `protect` is left out where it is false all along.
    """
    old, new = ({} if values is None else _texts(values) for values in (before, after))
    return {
        key: (old.get(key), new.get(key))
        for key in ("source", "destination", "auto_validation_delay_days", "protect")
        if key != "protect" or "true" in (old.get(key), new.get(key))
    }


def _texts(values: StepValues) -> dict[str, str]:
    return {
        "source": str(values.source),
        "destination": str(values.destination),
        "auto_validation_delay_days": str(values.auto_validation_delay_days),
        "protect": "true" if values.protect else "false",
    }


def drifted(drift: Drift) -> tuple[tuple[str, str, str], ...]:
    """The attributes that are no longer what was recorded: name, then, now; none where the step is gone."""
    return tuple(
        (key, old, new)
        for key, (old, new) in attributes(drift.before, drift.after).items()
        if old is not None and new is not None and old != new
    )


def whereabouts(finding: Finding) -> tuple[str, ...]:
    """The address and the places of a finding, as far as its message does not name them already."""
    places = (
        finding.address,
        None if finding.origin is None else str(finding.origin),
        None if finding.policy is None else f"policy {finding.policy.exact}",
    )
    return tuple(place for place in places if place is not None and place not in finding.message)


def warnings(plan: Plan) -> tuple[Finding, ...]:
    """A plan's warnings but the brake's, which every rendering of a plan has a place of its own for."""
    return tuple(warning for warning in plan.warnings if warning.code != "brake")


def options(options: Options) -> tuple[str, ...]:
    """The flags that shaped a plan, as they would be typed; the values are foreign text, raw."""
    flags = {"--destroy": options.destroy, "--no-destroy": options.no_destroy, "--adopt": options.adopt}
    many = {"--take-over": options.take_over, "--only": options.only, "--exclude": options.exclude}
    return (
        *(flag for flag, given in flags.items() if given),
        *(f"{flag} {value}" for flag, values in many.items() for value in values),
    )
