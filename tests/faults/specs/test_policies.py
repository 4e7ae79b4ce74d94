"""Policies of up to 1 MiB over many steps: what judging by them costs."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.faults.specs.measured import heavy_troubles

RULES: Final = 1000
STEPS: Final = 5000

SPEC: Final = "version: 1\nsteps:\n" + "".join(
    f"- {{source: d{n}/p, destination: {'a' * 30}{n:05}/aaaaaaaaaaaaaaa-{n}}}\n" for n in range(STEPS)
)


def _delays(patterns: int, pattern: Callable[[int, int], str]) -> str:
    rules = (", ".join(f"'{pattern(rule, number)}'" for number in range(patterns)) for rule in range(RULES))
    listed = "".join(f"- {{destinations: [{globs}], auto_validation_delay_days: 1}}\n" for globs in rules)
    return f"version: 1\nleast_delay:\n{listed}"


@pytest.mark.parametrize(
    "policy",
    [
        _delays(8, lambda rule, number: f"*a{rule}db{number}*x*y*/*z{rule}*{'*a' * 20}"),
        _delays(70, lambda _, number: f"*/*{number}"),
        _delays(10, lambda rule, number: f"{'[!zzz]' * 14}{rule + number}/*"),
    ],
    ids=["different ones", "the same in all rules", "choices"],
)
def test_a_thousand_rules_of_patterns_are_not_felt(tmp_path: Path, policy: str) -> None:
    """Over as many projects as steps, it takes less than reading a spec of 1 MiB may."""
    assert len(policy) <= 1024 * 1024
    (tmp_path / "pipesync.policy.yaml").write_text(policy, "utf-8")
    assert list(heavy_troubles(tmp_path, SPEC.encode(), refused=False)) == []
