"""What a page may do: use its own style and script, known by their hashes, and nothing else.

The policy stands in the page itself, so it holds wherever the file is opened; a browser refuses every other script,
style, image, frame, form and request, whatever text got into the page.
"""

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup


@cache
def style() -> "Markup":
    """The style sheet's text, for `<style>`; that of the pictures is part of it."""
    from pipesync.render.diagrams.svg_style import DARK_VARIABLES, STYLE

    dark = f"@media screen and (prefers-color-scheme: dark) {{ .pipeline {{ {DARK_VARIABLES} }} }}"
    return _text("page.css") + _ours(f"{STYLE}\n{dark}\n")


@cache
def script() -> "Markup":
    """The script's text, for `<script>`."""
    return _text("page.js")


@cache
def policy() -> str:
    """A Content-Security-Policy (level 3) for `<meta>`; `data:` is for the icon, which is empty."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style())}'",
            f"script-src '{_hash(script())}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _text(name: str) -> "Markup":
    return _ours(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _ours(text: str) -> "Markup":
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - it is ours, and holds no tag


def _hash(text: str) -> str:
    """Of the element's text, as level 3 of the policy wants it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
