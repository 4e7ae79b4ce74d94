"""What `pipesync plan` does: read, decide, save, hand out; a plan that is refused is handed out all the same."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipesync import render
from pipesync.cli import github, offline
from pipesync.cli.history import Named
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.policing import applied, load_both, policy_paths
from pipesync.cli.problems import hand_out_problems
from pipesync.cli.reaching import Api
from pipesync.cli.reading import connected, make_plan, paths_of, read_state
from pipesync.cli.repository import repository
from pipesync.cli.terminal import Terminal
from pipesync.errors import PipesyncError, RefusedError, RuleError, SpecError
from pipesync.model import Spec
from pipesync.plan import Options, Plan
from pipesync.render.markdown.posting import Posting
from pipesync.store.location import files_of, open_store

if TYPE_CHECKING:
    from pipesync.compliance import AppliedPolicy


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for: a plan of `files` shaped by `options`, and where it goes."""

    files: tuple[str, ...]
    policy_path: Path | None
    state_location: str
    options: Options
    base: str | None
    out: Path | None
    format_: str
    reports: Sequence[tuple[str, Path]]
    posting: Posting
    show_users: bool
    api: Api


def plan_as(wish: Wish, terminal: Terminal) -> Plan:
    """The plan, once it is handed out; what stands against it is raised."""
    try:
        spec, policy = load_both(wish.files, wish.policy_path)
    except SpecError as error:
        hand_out_problems(terminal, error, wish.format_, wish.reports)
        raise
    outputs = [path for _, path in wish.reports] + ([wish.out] if wish.out else [])
    check_paths(outputs, [*paths_of(spec), *policy_paths(policy), *files_of(wish.state_location)])
    judge = applied(policy, spec.files, without_api=wish.options.offline)
    if wish.base is not None and wish.options.offline:
        made = offline.make_plan(spec, Named(wish.files), wish.base, wish.options, wish.api.url, judge)
    else:
        made = _of_live(wish, spec, judge, terminal)
    against = refusal(made)
    saved = _save(made, wish.out) if wish.out is not None and against is None else None
    _hand_out(made, saved, wish, terminal)
    if against is not None:
        raise against
    return made


def _of_live(wish: Wish, spec: Spec, judge: "AppliedPolicy | None", terminal: Terminal) -> Plan:
    """The plan against the state and the live steps."""
    store = open_store(wish.state_location, os.environ)
    state = read_state(store, terminal)
    named = Named(wish.files, wish.base)
    with connected(wish.api, spec.organization, terminal) as client:
        _, made = make_plan(
            client, spec, state, store, wish.options, wish.api, named, judge, show_users=wish.show_users
        )
    return made


def _save(made: Plan, out: Path) -> str:
    from pipesync.store.planfile import write_plan

    write_plan(out, made)
    return str(out)


def _hand_out(made: Plan, saved: str | None, wish: Wish, terminal: Terminal) -> None:
    hand_out(
        terminal,
        lambda name, colour: render.render_plan(
            made,
            name,
            color=colour,
            plan_file=saved,
            ascii_only=not terminal.draws(),
            repository=repository(),
            posting=wish.posting,
        ),
        wish.format_,
        wish.reports,
        lambda: github.publish_plan(made, saved, wish.posting),
    )


def refusal(made: Plan) -> PipesyncError | None:
    """What stands against a plan, if anything: a broken rule before a missing word, and how much more there is."""
    findings = (*made.errors, *made.refusals)
    if not findings:
        return None
    first, more = findings[0], len(findings) - 1
    kind = RuleError if made.errors else RefusedError
    rest = f" (and {more} more)" if more else ""
    places = [str(first.origin)] if first.origin else []
    places += [f"policy: {first.policy.exact}"] if first.policy else []
    return kind(f"the plan is refused: {first.message}{rest}", where="\n".join(places) or None, next=first.next)
