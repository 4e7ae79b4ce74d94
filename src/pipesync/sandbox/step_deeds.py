"""What is done to upgrade steps, once it has been judged: made, changed, deleted, validated."""

from dataclasses import replace

from pipesync.sandbox import nodes, steps
from pipesync.sandbox.act import Act
from pipesync.sandbox.engine import Ask
from pipesync.sandbox.life import initial_version, is_news
from pipesync.sandbox.moments import iso
from pipesync.sandbox.names import Ref
from pipesync.sandbox.steps import Step
from pipesync.sandbox.store import Store
from pipesync.sandbox.world import StepValidation, WorldStep


def create(act: Act, organization: str, ask: Ask, step_id: str) -> Step:
    """A step that lets through what its destination has, or is getting, at this moment."""
    destination = act.node(ask.destination)
    assert destination is not None, "judged before"
    by_source = act.settings.initial_version == "source"
    siblings = steps.of_source(act.db, ask.source) if by_source else ()
    version = initial_version(destination, siblings, nodes.catalogue(act.db))
    step = steps.insert(
        act.db,
        organization,
        ask.source,
        ask.destination,
        ask.auto_validation_delay_days,
        step_id=step_id,
        validated_version=version,
        timer_from=act.at if act.settings.new_step == "from_creation" else None,
    )
    act.note(
        "step_created",
        ask.destination,
        version,
        step_id,
        source=str(ask.source),
        organization=organization,
        auto_validation_delay_days=ask.auto_validation_delay_days,
    )
    act.settle(ask.source)
    return step


def insert(act: Act, store: Store, order: WorldStep) -> Step:
    """A step that no rule is asked about."""
    step = store.insert(order)
    body = order.model_copy(update={"step_id": step.step_id}).model_dump()
    act.note("step_inserted", step.destination, step.validated_version, step.step_id, step=body)
    act.settle(step.source)
    return step


def change(act: Act, step: Step, delay_days: int) -> Step:
    """Another delay; whether its timer goes on or starts again is a setting."""
    restarted = act.at if act.settings.delay_change == "restarts" else None
    steps.set_delay(act.db, step.step_id, delay_days, restarted)
    act.note("step_changed", step.destination, None, step.step_id, auto_validation_delay_days=delay_days)
    act.settle(step.source)
    return replace(step, auto_validation_delay_days=delay_days)


def delete(act: Act, step: Step) -> None:
    """The step goes, and its validations; its destination is free."""
    steps.delete(act.db, step.step_id)
    act.note("step_deleted", step.destination, None, step.step_id, source=str(step.source))
    act.settle(step.source)


def validate(act: Act, source: Ref, comment: str, user: str) -> None:
    """What `source` runs now is validated, for each step it is the source of."""
    node = act.node(source)
    assert node is not None, "judged before"
    validated = steps.of_source(act.db, source)
    if not validated:
        return
    version, releases = node.service.version, nodes.catalogue(act.db)
    act.note("validated", source, version, comment=comment, user=user)
    validation = StepValidation(comment=comment, validated_at=iso(act.at), validated_by_user=user)
    for step in validated:
        steps.validate(act.db, step.step_id, validation, version)
        if version is not None and is_news(version, step, node, releases):
            steps.let_through(act.db, step.step_id, version)
