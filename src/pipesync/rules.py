"""Which of Aiven's rules a whole set of steps breaks.

The rules and their sources stand in `facts`; every subset of a set that breaks none breaks none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipesync import facts
from pipesync.model import ByProject, Limits, Service, ServiceRef, UpgradeStep

Rule = Literal[
    "self_loop", "two_sources", "cycle", "chain_too_long", "delay_out_of_range",
    "service_missing", "type_mismatch", "type_unsupported",
]  # fmt: skip


MOST_SHOWN: Final = 10
"""Steps of a chain that a message shows: three times the longest chain that Aiven documents."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: the steps that break it together, upstream first, and the reason in words."""

    rule: Rule
    steps: tuple[UpgradeStep, ...]
    message: str


def violations(steps: Iterable[UpgradeStep], limits: Limits) -> Iterator[Violation]:
    """Each rule that `steps` break, judged as one set, without looking at the services themselves."""
    sources: dict[ServiceRef, UpgradeStep] = {}
    for step in steps:
        yield from _alone(step, limits)
        other = sources.setdefault(step.destination, step)
        if other is not step:
            yield Violation(
                "two_sources",
                (other, step),
                f"{step.destination} has two sources, {other.source} and {step.source}; Aiven allows one",
            )
    yield from _chains(sources, limits)


def _alone(step: UpgradeStep, limits: Limits) -> Iterator[Violation]:
    if step.source == step.destination:
        yield Violation("self_loop", (step,), f"{step.destination} cannot be its own source")
    delay, most = step.auto_validation_delay_days, limits.max_auto_validation_delay_days
    if not facts.MIN_DELAY_DAYS <= delay <= most:
        yield Violation(
            "delay_out_of_range",
            (step,),
            f"auto_validation_delay_days of {step.destination} is {delay}; "
            f"allowed is {facts.MIN_DELAY_DAYS} to {most} "
            "(limits.max_auto_validation_delay_days, if your account allows more)",
        )


def _chains(sources: Mapping[ServiceRef, UpgradeStep], limits: Limits) -> Iterator[Violation]:
    """Cycles, and chains that are too long: one finding per chain's end, or per cycle."""
    depth: dict[ServiceRef, int] = {}
    on_cycle: set[ServiceRef] = set()
    for start in sources:
        path: list[ServiceRef] = []
        seen: set[ServiceRef] = set()
        at = start
        while at in sources and at not in depth and at not in seen:
            seen.add(at)
            path.append(at)
            at = sources[at].source
        if at in seen:
            loop = path[path.index(at) :]
            on_cycle.update(loop)
            if len(loop) > 1:
                yield _cycle([sources[ref] for ref in loop])
        for ref in reversed(path):
            depth[ref] = depth.get(sources[ref].source, 0) + 1
    sources_used = {step.source for step in sources.values()}
    for end, length in depth.items():
        if length > limits.max_chain_steps and end not in sources_used and end not in on_cycle:
            chain = _upstream(end, sources, on_cycle)
            if len(chain) > limits.max_chain_steps:
                yield _too_long(chain, limits)


def _upstream(
    end: ServiceRef, sources: Mapping[ServiceRef, UpgradeStep], on_cycle: set[ServiceRef]
) -> list[UpgradeStep]:
    chain: list[UpgradeStep] = []
    while end in sources and end not in on_cycle:
        chain.append(sources[end])
        end = sources[end].source
    return chain[::-1]


def _cycle(loop: list[UpgradeStep]) -> Violation:
    steps = tuple(reversed(loop))
    return Violation("cycle", steps, f"a cycle: {_arrows(steps)}")


def _too_long(chain: list[UpgradeStep], limits: Limits) -> Violation:
    return Violation(
        "chain_too_long",
        tuple(chain),
        f"the chain {_arrows(chain)} has {len(chain)} steps; allowed are "
        f"{limits.max_chain_steps} (limits.max_chain_steps, if your account allows more)",
    )


def _arrows(chain: Sequence[UpgradeStep]) -> str:
    """The services of a chain; of a long one, both ends."""
    if len(chain) > MOST_SHOWN:
        half = MOST_SHOWN // 2
        return f"{_arrows(chain[:half])} → … → {_arrows(chain[-half:])}"
    return " → ".join(map(str, [chain[0].source, *(step.destination for step in chain)]))


def service_violations(steps: Iterable[UpgradeStep], services: ByProject) -> Iterator[Violation]:
    """Each rule about the services themselves that a step breaks.

    `services` holds, per project that could be read, its services by name; steps of other projects are
    judged as far as they can be.
    """
    for step in steps:
        known: list[Service] = []
        for ref in (step.source, step.destination):
            if ref.project not in services:
                continue
            service = services[ref.project].get(ref.service)
            if service is None:
                yield Violation("service_missing", (step,), f"there is no service {ref}")
            else:
                known.append(service)
        for service in known:
            if service.service_type in facts.UNSUPPORTED_SERVICE_TYPES:
                yield Violation(
                    "type_unsupported",
                    (step,),
                    f"{service.ref} is of type {service.service_type}, which upgrade pipelines do not support",
                )
        if len(known) == 2 and known[0].service_type != known[1].service_type:  # noqa: PLR2004  source, destination
            yield Violation(
                "type_mismatch",
                (step,),
                f"{known[0].ref} is of type {known[0].service_type}, {known[1].ref} of type "
                f"{known[1].service_type}; both ends of a step must be of the same type",
            )
