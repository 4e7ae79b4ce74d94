"""`pipesync plan`: what apply would do. Reads, never locks, never writes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipesync import render
from pipesync.cli import github, offline, options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.policing import applied, load_both, policy_paths
from pipesync.cli.posting import plan_posting
from pipesync.cli.problems import hand_out_problems
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, make_plan, paths_of, read_state
from pipesync.cli.repository import repository
from pipesync.errors import PipesyncError, RefusedError, RuleError, SpecError
from pipesync.render.markdown.posting import Posting

if TYPE_CHECKING:
    from pipesync.plan import Options, Plan


@click.command(cls=Command)
@options.spec
@options.policy
@options.state
@options.shaping
@offline.flags
@options.out("Save the plan, for `pipesync apply PATH`; not if it is refused.")
@options.formats(render.PLAN_FORMATS)
@plan_posting
@options.detailed_exitcode("are changes")
@options.show_users
@api_flags
@options.common
@click.pass_context
def plan(
    context: click.Context,
    /,
    files: tuple[str, ...],
    policy_path: Path | None,
    state_location: str,
    out: Path | None,
    base: str | None,
    detailed_exitcode: bool,
    show_users: bool,
    format_: str,
    reports: list[tuple[str, Path]],
    posting: Posting,
    api: Api,
    **shaping: Any,
) -> int:
    """Read spec, state and live steps; print what apply would do.

    A plan that is refused, or that would break one of Aiven's rules or the policy's, is rendered all the same; only
    --out is not written then.

    With --offline the spec is compared with what it was in --base REF, and neither state nor API is read: such a plan
    shows what a change of the spec means, and cannot be applied.
    """
    from pipesync.cli.history import Named
    from pipesync.store.location import files_of, open_store

    terminal = options.terminal(context)
    shape = shaped(shaping)
    if shape.offline:
        offline.check(context, base)
    try:
        spec, policy = load_both(files, policy_path)
    except SpecError as error:
        hand_out_problems(terminal, error, format_, reports)
        raise
    outputs = [path for _, path in reports] + ([out] if out else [])
    check_paths(outputs, [*paths_of(spec), *policy_paths(policy), *files_of(state_location)])
    judge = applied(policy, spec.files, without_api=shape.offline)
    if base is not None and shape.offline:
        made = offline.make_plan(spec, Named(files), base, shape, api.url, judge)
    else:
        store = open_store(state_location)
        state = read_state(store, terminal)
        with connected(api, spec.organization, terminal) as client:
            wanted = Named(files, base)
            _, made = make_plan(client, spec, state, store, shape, api, wanted, judge, show_users=show_users)
    against = refusal(made)
    saved = None
    if out is not None and against is None:
        from pipesync.store.planfile import write_plan

        write_plan(out, made)
        saved = str(out)
    hand_out(
        terminal,
        lambda name, colour: render.render_plan(
            made,
            name,
            color=colour,
            plan_file=saved,
            ascii_only=not terminal.draws(),
            repository=repository(),
            posting=posting,
        ),
        format_,
        reports,
        lambda: github.publish_plan(made, saved, posting),
    )
    if against is not None:
        raise against
    return Exit.CHANGES if detailed_exitcode and made.changes else Exit.DONE


def shaped(shaping: dict[str, Any]) -> "Options":
    """The flags of `options.shaping` as the plan records them."""
    from pipesync.plan import Options

    if shaping["destroy"] and shaping["no_destroy"]:
        raise click.UsageError("--destroy and --no-destroy exclude each other")
    return Options(**shaping)


def refusal(made: "Plan") -> PipesyncError | None:
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
