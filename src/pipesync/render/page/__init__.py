"""A plan as one HTML page that loads nothing, for reviewers: light and dark, with a filter, printable."""

from pipesync.render.page.document import plan_page

__all__ = ["plan_page"]
