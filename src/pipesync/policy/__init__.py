"""What an organization asks of its upgrade steps beyond Aiven's rules: the policy as a value, and what breaches it."""

from typing import Final

FILE: Final = "pipesync.policy.yaml"
"""The policy of a working directory, where `--policy` names none."""
