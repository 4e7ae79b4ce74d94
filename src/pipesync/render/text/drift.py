"""A drift report as text: what changed outside, what is not ours, and one sentence at the end."""

from pipesync.drift import DriftReport
from pipesync.render.colour import BOLD, Paint
from pipesync.render.text import sections
from pipesync.render.words import sentences


def drift_text(report: DriftReport, paint: Paint) -> str:
    return sections.text(
        (
            sections.drift(report.drift, paint),
            sections.unmanaged("Not managed by pipesync", report.unmanaged, paint),
            paint(sentences.drift_summary(report), BOLD),
        )
    )
