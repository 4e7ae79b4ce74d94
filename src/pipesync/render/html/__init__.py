"""A plan as one HTML page that loads nothing, for reviewers: light and dark, with a filter, printable."""

from pipesync.render.html.document import plan_html

__all__ = ["plan_html"]
