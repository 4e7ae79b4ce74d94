"""What a killed run has left, as far as it matters to the next one: two that are alike are mended alike."""

import json
import re
from typing import Final

from tests.faults.stage import STATE, Scene

_NAMED: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
"""Ids of steps, of states, of their writes and of locks."""

_MOVING: Final = re.compile(r'\d{4}-\d\d-\d\dT[\d:.]+Z|"pid":\s*\d+|"plan":\s*"sha256:[0-9a-f]*"')
"""What tells when it was, which process, and the digest of a plan, which goes over the ids of steps."""


def likeness(scene: Scene) -> str:
    """The same text for what differs only in ids that were drawn, in times, and in whose process it was."""
    steps = sorted(scene.steps, key=lambda step: str(step["destination"]))
    texts = {name: content.decode("utf-8", "replace") for name, content in scene.files.items() if name != "plan.json"}
    return _plain(json.dumps([steps, *texts.items()]).replace("\\", ""))


def outcome(scene: Scene) -> str:
    """The likeness of what a plan reads: the spec, the live steps and the state, however often that was written."""
    files = {name: content for name, content in scene.files.items() if name in {"pipesync.yaml", STATE}}
    return re.sub(r'"serial": \d+', "", likeness(Scene(scene.steps, files)))


def _plain(text: str) -> str:
    numbers: dict[str, int] = {}
    named = _NAMED.sub(lambda found: f"#{numbers.setdefault(found[0], len(numbers))}", text)
    return _MOVING.sub("", named)
