"""Which services have no gate though a policy requires one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pipesync import facts
from pipesync.model import ByProject, Origin, ServiceRef, UpgradeStep
from pipesync.policy.globs import ByDestination, Globs, Numbered, is_name
from pipesync.policy.rules import Breach, Level, Policy, RequiredGate


def projects_to_read(policy: Policy, known: Iterable[str]) -> tuple[str, ...]:
    """The projects whose services have to be listed: those that the policy names, and those of `known` that its
    patterns match. (Aiven has no call that lists the services of all projects.)
    """
    globs = [glob for rule in policy.required_gates for glob in rule.projects]
    patterns = Globs(globs)
    return tuple(
        sorted({glob for glob in globs if is_name(glob)} | {name for name in known if patterns.matching(name)})
    )


def coverage_breaches(
    policy: Policy,
    services: ByProject,
    *,
    gated: Collection[ServiceRef],
    deleted: Collection[ServiceRef] = (),
    spared: Collection[ServiceRef] = (),
) -> Iterator[Breach]:
    """One for each service without a gate.

    `services` holds, by project, those of each project that could be read; a destination in `deleted`, whose step the
    plan takes away, counts as a service also where its project could not be. `gated` are the destinations of all steps
    once the plan is carried out; for those in `spared` it is no more than a warning.
    """
    required = _Required(policy)
    supported = facts.UNSUPPORTED_SERVICE_TYPES
    listed = (
        service.ref for of in services.values() for service in of.values() if service.service_type not in supported
    )
    unseen = (ref for ref in deleted if ref.project not in services)
    for ref in sorted({ref for ref in (*listed, *unseen) if ref not in gated}):
        rule = required.by(ref)
        if rule is not None:
            breach = _lost(rule, ref) if ref in deleted else _missing(rule, ref)
            yield replace(breach, level=Level.WARNING) if ref in spared else breach


UNCHECKED: Final = "whether each service has its gate is not checked here: plan and apply ask the API for the services"
"""What is to be said of a policy that requires gates, where there is no API."""


def sources_without_gate(
    policy: Policy, steps: Sequence[UpgradeStep], origins: Mapping[ServiceRef, Origin]
) -> Iterator[Breach]:
    """What a spec alone tells: services that its `steps` name as sources only; `origins` are by destination. A live
    step that it does not name may gate them, so each is a warning.
    """
    required = _Required(policy)
    gated = {step.destination for step in steps}
    first = {step.source: origins.get(step.destination) for step in reversed(steps) if step.source not in gated}
    for ref, origin in sorted(first.items(), key=lambda item: item[0]):
        rule = required.by(ref)
        if rule is not None:
            words = f"{ref} has no gate in the spec, and the policy requires one"
            advice = "add a step to it, unless a step that is managed elsewhere is its gate"
            yield replace(_missing(rule, ref), level=Level.WARNING, message=words, next=advice, origin=origin)


class _Required:
    """Which rule requires a gate of a service: an error before a warning, then the first."""

    def __init__(self, policy: Policy) -> None:
        self._rules = sorted(policy.required_gates, key=lambda rule: rule.level is not Level.ERROR)
        self._by_project = Numbered(rule.projects for rule in self._rules)
        self._by_service = Numbered(rule.services for rule in self._rules)
        self._exempt = ByDestination((rule.exempt, number) for number, rule in enumerate(self._rules))

    def by(self, ref: ServiceRef) -> RequiredGate | None:
        asking = self._by_project.matching(ref.project) & self._by_service.matching(ref.service)
        if not asking:
            return None
        first = min(asking.difference(self._exempt.about(ref)), default=None)
        return None if first is None else self._rules[first]


def _missing(rule: RequiredGate, ref: ServiceRef) -> Breach:
    return Breach(
        "policy_gate_required",
        rule.level,
        str(ref),
        f"{ref} has no gate, and the policy requires one",
        f"add a step with the destination {ref}, or exempt it in the policy (except)",
        rule.origin,
    )


def _lost(rule: RequiredGate, ref: ServiceRef) -> Breach:
    return Breach(
        "policy_gate_required",
        rule.level,
        str(ref),
        f"{ref} would lose its gate, and the policy requires one",
        f"keep the step to {ref} in the spec, or exempt it in the policy (except)",
        rule.origin,
    )
