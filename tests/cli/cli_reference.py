"""The reference of the command line for people: what holds for every command, then each one's own help."""

from collections.abc import Iterator

import click

from pipesync.cli.main import pipesync

WIDTH = 100
"""Columns of the help texts: what `--help` itself fills at most."""

INTRODUCTION = """\
# The command line

This page is made from the commands themselves: each block below is what `--help` prints.

Data goes to standard output; progress, warnings and errors go to standard error. An error says what is wrong, where,
and what to do next. Nothing is ever asked without a terminal. No command needs the network but those that say so here.

| command | it does | Aiven's API | the state |
| --- | --- | --- | --- |
| `validate` | checks the spec | – | – |
| `plan` | shows what apply would do | reads | reads |
| `apply` | does it | writes | locks, writes |
| `approve` | lets the version that a service runs proceed to its destinations | writes | – |
| `show` | renders a saved plan, or the state | – | reads |
| `drift` | compares the state with the live steps | reads | reads |
| `status` | tells where each upgrade is, and what it waits for | reads | – |
| `forecast` | tells when an update gets where, at the earliest and at the latest | reads | – |
| `dump` | writes the live steps down as a spec | reads | – |
| `state rm`, `state push` | mends the state | – | locks, writes |
| `state list`, `show`, `pull` | looks at the state | – | reads |
| `state unlock` | clears what a killed run left of its lock | – | – |
| `comment` | shows a plan in one comment on a pull request of GitHub or GitLab | – | – |
| `schema`, `completion` | prints a JSON Schema, a completion script | – | – |
| `sandbox serve`, `demo`, `play` | is a local Aiven | – | – |

## Exit codes

| code | meaning |
| --- | --- |
| 0 | done; with `--detailed-exitcode`: nothing to change |
| 1 | an error: the spec, the API, an apply that came through in part, a file that is damaged or too new |
| 2 | only with `--detailed-exitcode`: there are changes, there is drift, or a step waits for a person (`status`) |
| 3 | refused: protection, the brake, no approval, a conflict, another organization or address, `--expect` not met |
| 4 | the state is locked by another run: the same command may succeed later |
| 5 | the saved plan is stale, because what it was made for has moved: plan again |
| 64 | wrong usage: a flag, a value or a command that does not exist |
| 130, 143 | interrupted (Ctrl-C), terminated (SIGTERM) |

If several apply, the first of these wins: 130 or 143, 1, 3, 5, 4, 2. A plan that is refused is rendered all the same,
in every format that was asked for; only the file of `--out` is not written.

## Environment variables

A flag wins over its variable; a variable that is empty counts as not set.

| variable | meaning |
| --- | --- |
| `PIPESYNC_STATE` | where the state is, like `--state` |
| `PIPESYNC_API_URL`, then `AIVEN_WEB_URL` | the API's address, like `--api-url` |
| `PIPESYNC_TOKEN`, `AIVEN_TOKEN`, `AIVEN_AUTH_TOKEN` | the token, see below |
| `AIVEN_CREDENTIALS_FILE`, `AIVEN_CONFIG_DIR` | where `avn` keeps its token |
| `AIVEN_CA_CERT` | certificates to trust besides the usual ones, like `--ca-cert` |
| `PIPESYNC_ALLOW_DESTROY` | the number that the brake wants to hear, like `--allow-destroy` |
| `GITHUB_TOKEN`, `GITLAB_TOKEN` | the token with which `comment` writes; that of Aiven it does not read |
| `TF_HTTP_USERNAME`, `TF_HTTP_PASSWORD` | who we are to a server of states; see [state-http.md](state-http.md) |
| `CI_JOB_TOKEN`, or `GITLAB_TOKEN` with `GITLAB_HOST` | the same for a state that GitLab manages |
| `NO_COLOR`, `FORCE_COLOR` | never colour, always colour; `--color` wins over both, `NO_COLOR` over `FORCE_COLOR` |
| `HTTPS_PROXY`, `NO_PROXY` | the proxy for https:// addresses, and what is reached without it |

The state also records who applied it: the page of the CI run, or the account's name. GitHub, GitLab, Azure, Jenkins,
Buildkite and CircleCI are recognised by their own variables. `approve` gives that page as its comment. `comment` finds
the pull request in what GitHub and GitLab tell each job.

## Tokens

The first of these that is there is used; with `-v` a command tells which one it was.

1. the file that `--token-file` names
2. `PIPESYNC_TOKEN`
3. `AIVEN_TOKEN`, which Aiven's Terraform provider reads
4. `AIVEN_AUTH_TOKEN`, which `avn` reads
5. the login of `avn`: the file `AIVEN_CREDENTIALS_FILE`, else `aiven-credentials.json` in `AIVEN_CONFIG_DIR` or
   `~/.config/aiven`

A token is never an argument, and it never appears in output, logs, plans or the state. One that Aiven refuses is named
by where it came from. A token file that other users may read gets a warning.

| command | rights that its token needs |
| --- | --- |
| `plan`, `drift`, `status`, `forecast`, `dump` | to read the organization and the projects concerned; never to write |
| `apply` | also to write, in both projects of each step that changes |
| `approve` | to write services in the project of the service; destinations it cannot see are taken from the spec |

A token that sees fewer projects than the state knows of ends a run with an error: steps that it cannot see are never
taken for gone.
"""


def cli_reference() -> str:
    """Markdown: the introduction, and the help of every command."""
    context = pipesync.make_context("pipesync", [], resilient_parsing=True, terminal_width=WIDTH - 2)
    return "\n".join([INTRODUCTION, *_sections(pipesync, context)])


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None  # it is listed
            yield from _sections(child, click.Context(child, info_name=name, parent=context))
