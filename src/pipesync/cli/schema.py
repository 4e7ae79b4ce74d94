"""`pipesync schema`: the JSON Schemas of the files."""

import json

import click

from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command


@click.command(cls=Command)
@click.argument("file", type=click.Choice(["spec", "policy", "plan", "state"]), metavar="spec|policy|plan|state")
@options.common
@click.pass_context
def schema(context: click.Context, /, file: str) -> int:
    """Print a JSON Schema.

    It is of draft 2020-12, for editors and other tools: of a spec file, a policy file, a saved plan, or the state.
    """
    options.terminal(context).data(schema_text(file))
    return Exit.DONE


def schema_text(file: str) -> str:
    """The text of the committed file of the same name."""
    if file == "spec":
        from pipesync.spec.schema import document

        return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"
    if file == "policy":
        from pipesync.policy_file import schema as policy

        return json.dumps(policy.document(), indent=2, ensure_ascii=False) + "\n"
    from pipesync.store import schemas

    return schemas.schema_text(schemas.plan_schema() if file == "plan" else schemas.state_schema())
