"""The rulebook: what each code of a notice is called, which check it belongs to, and what to do about it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """`title` is a few words, `help` tells what to do, `check` is the test that fails by it."""

    check: str
    title: str
    help: str


RULES: Final = "Aiven's rules"
SERVICES: Final = "services"
GATES: Final = "gates"
POLICY: Final = "policy"
CHANGES: Final = "changes"
DRIFT: Final = "drift"
HISTORY: Final = "history"

CHECKS: Final = (
    RULES, SERVICES, "protection", "conflicts", "renamed services", "adoption", "spec files", "selection", "brake",
    GATES,
)  # fmt: skip
"""What every plan is checked for, in the order of the reports; the policy only where it finds something."""

_ENTRIES: Final = {
    "shape": Entry("shape", "The spec's shape", "Correct the spec; `pipesync schema spec` prints its JSON Schema."),
    "rule": Entry(RULES, "One of Aiven's rules", "Correct the spec; these steps would be refused by Aiven."),
    "self_loop": Entry(RULES, "A service is its own source", "Name another source."),
    "two_sources": Entry(RULES, "A service has two sources", "Aiven allows one: keep one of the two steps."),
    "cycle": Entry(RULES, "Steps go in a circle", "Take one of the steps of the circle out."),
    "chain_too_long": Entry(
        RULES, "A chain is too long", "Take a stage out; `limits.max_chain_steps` says what your account allows."
    ),
    "delay_out_of_range": Entry(
        RULES,
        "A delay is out of range",
        "Name another auto_validation_delay_days; `limits.max_auto_validation_delay_days` is what your account allows.",
    ),
    "service_missing": Entry(SERVICES, "A service does not exist", "Remove the lines, or create the service first."),
    "type_mismatch": Entry(SERVICES, "Two services of different types", "A step joins services of one type."),
    "type_unsupported": Entry(SERVICES, "A type without upgrade pipelines", "Take the service out of the spec."),
    "project_unreadable": Entry(
        SERVICES, "A project cannot be read", "Give the token read access to the project, or accept no check there."
    ),
    "protected": Entry(
        "protection", "A protected step would be destroyed", "Lift `protect` first, in a change of its own."
    ),
    "conflict": Entry(
        "conflicts", "Somebody else's step is in the way", "Import it as it is, or replace it with --take-over."
    ),
    "renamed_outside": Entry("renamed services", "Aiven renamed a service", "Write the new name in the spec."),
    "changed_outside": Entry(DRIFT, "Changed outside pipesync", "`pipesync plan` shows what would be put right."),
    "removed_outside": Entry(DRIFT, "Removed outside pipesync", "`pipesync plan` shows what would be put right."),
    "adopt": Entry("adoption", "There is no state yet", "See that --state is right; then plan with --adopt."),
    "missing_files": Entry("spec files", "A spec file is missing", "Name every file of the last apply."),
    "stale_branch": Entry(HISTORY, "The branch is stale", "Merge the commit that it lacks, or rebase onto it."),
    "history_unknown": Entry(HISTORY, "Whether the branch is stale is unknown", "Fetch the history."),
    "limits_changed": Entry("spec files", "Other limits of the account", "See that the account allows as much."),
    "organization_changed": Entry("spec files", "Another organization", "Give each organization a spec and a state."),
    "taken_up": Entry("spec files", "A step is managed from now on", "Look at a plan with what is live, too."),
    "no_match": Entry("selection", "A flag that matches nothing", "Correct the pattern, or leave the flag out."),
    "partial": Entry("selection", "A partial plan", "Plan without --only and --exclude to see the rest."),
    "brake": Entry("brake", "Much of what is recorded goes", "If it is meant, apply with --allow-destroy."),
    "policy": Entry(POLICY, "The policy is not kept", "The policy's line tells what it asks for."),
    "policy_least_delay": Entry(POLICY, "A delay is shorter than the policy allows", "Name a longer delay."),
    "policy_gate_required": Entry(POLICY, "A service must have a gate", "Add a step to it, or keep the one it has."),
    "policy_pair": Entry(POLICY, "A pair of projects that the policy does not allow", "Name another source."),
    "policy_scope": Entry(POLICY, "A destination that this file may not name", "Move the step to its owners' file."),
    "policy_absent": Entry(POLICY, "The policy is not there", "Name it with --policy."),
    "delete": Entry(
        GATES, "A step will be destroyed", "Its destination waits for nothing afterwards. See that it may."
    ),
    "replace": Entry(GATES, "A step must be replaced", "Its validations are lost. See that nothing passes too early."),
    "gate_lost": Entry(GATES, "A service loses its gate", "Updates reach it without waiting. See that they may."),
    "gate_void": Entry(GATES, "A gate that holds nothing back", "Power the source on, or name another one."),
    "replace_near_window": Entry(
        GATES, "A replace close to a maintenance window", "Apply when the window is over, or see that nothing waits."
    ),
    "replace_update_pending": Entry(
        GATES, "A replace while an update waits", "See that the update may reach the destination at once."
    ),
    "gate_moved": Entry(GATES, "A gate waits for another source", "See that the new source is the right one."),
    "delay_shorter": Entry(GATES, "A delay gets shorter", "A timer validates sooner than before. See that it may."),
    "protection_lifted": Entry(GATES, "A protection is lifted", "See that the step may be destroyed from now on."),
    "chain_longest": Entry(
        GATES,
        "A chain longer than any before it",
        "Aiven may refuse it; `limits.max_chain_steps` is your own limit.",
    ),
    "failed": Entry(CHANGES, "A change failed", "The message holds Aiven's own words; plan again to see what is left."),
    "not_attempted": Entry(CHANGES, "A change was not attempted", "Plan again to see what is left."),
    "create": Entry(CHANGES, "A step will be created", "Nothing to do."),
    "update": Entry(CHANGES, "A step will be updated in-place", "Nothing to do."),
    "import": Entry(CHANGES, "A live step will be imported", "Nothing to do."),
    "forget": Entry(CHANGES, "A step will be forgotten", "Nothing to do: only the state changes."),
}


def entry(code: str) -> Entry:
    """What is known of a code; a code of a newer plan, or of a policy, is its own check, in its own words."""
    known = _ENTRIES.get(code)
    if known is not None:
        return known
    words = code.replace("_", " ") or "other findings"
    return Entry(words, words[:1].upper() + words[1:], "The message tells what to do.")
