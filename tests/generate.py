"""`python -m tests.generate`: writes the committed files that are made from code, and says which changed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pipesync.cli.schema import schema_text
from pipesync.spec.reference import reference
from tests.cli.cli_reference import cli_reference

ROOT: Final = Path(__file__).parents[1]

GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "schemas/pipeline-spec.v1.schema.json": lambda: schema_text("spec"),
    "schemas/policy.v1.schema.json": lambda: schema_text("policy"),
    "schemas/plan.v1.schema.json": lambda: schema_text("plan"),
    "schemas/state.v1.schema.json": lambda: schema_text("state"),
    "docs/spec-reference.md": reference,
    "docs/cli.md": cli_reference,
}
"""Path → its text, all of it."""


def main() -> None:
    for name, text in GENERATED.items():
        path, content = ROOT / name, text().encode()
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            print(f"changed: {name}")


if __name__ == "__main__":
    main()
