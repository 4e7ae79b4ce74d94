"""How an SVG picture looks: one style sheet, light and dark, whose colours a page may set by variables.

Each colour stands twice, plain and as a variable, because some viewers know no variables.
"""

import re
from typing import Final

LIGHT: Final = {
    "paper": "#ffffff", "ink": "#1f2328", "faint": "#59636e", "box": "#f6f8fa", "edge": "#818b98",
    "add": "#1a7f37", "add-box": "#dafbe1", "change": "#8a5a00", "change-box": "#fff4d1",
    "import": "#0a5bc4", "import-box": "#ddf1ff", "remove": "#b3202a", "remove-box": "#ffebe9",
}  # fmt: skip

DARK: Final = {
    "paper": "#0d1117", "ink": "#e6edf3", "faint": "#9aa4b0", "box": "#171d25", "edge": "#6b7682",
    "add": "#56d364", "add-box": "#12301c", "change": "#e3b341", "change-box": "#33270b",
    "import": "#79c0ff", "import-box": "#10263f", "remove": "#ff8a80", "remove-box": "#3a1518",
}  # fmt: skip

_RULES: Final = """
.pipeline text{font-family:ui-sans-serif,system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:--ink}
.pipeline .head{font-size:15px;font-weight:600}
.pipeline .faint{fill:--faint;font-size:12px;font-weight:400}
.pipeline .name,.pipeline .where{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.pipeline .name{font-size:13px;font-weight:600}
.pipeline .where{font-size:11px;fill:--faint}
.pipeline .days{font-size:12px}
.pipeline .note{font-size:11px;fill:--faint}
.pipeline .sign{font-size:12px;font-weight:700;fill:--paper;text-anchor:middle}
.pipeline rect{fill:--box;stroke:--edge;stroke-width:1}
.pipeline .line,.pipeline .stem{fill:none;stroke:--edge;stroke-width:1.5}
.pipeline .tip{fill:--edge}
.pipeline .icon{fill:none;stroke:--faint;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
.paper{fill:--paper}
"""

_COLOURED: Final = """
.pipeline .KIND rect{fill:--KIND-box;stroke:--KIND;stroke-width:1.75}
.pipeline .KIND .line{stroke:--KIND;stroke-width:2.5}
.pipeline .KIND .tip,.pipeline .KIND circle{fill:--KIND}
.pipeline .KIND .days,.pipeline .KIND .note{fill:--KIND;font-weight:600}
"""

_SHAPES: Final = """
.pipeline .remove rect,.pipeline .remove .line{stroke-dasharray:6 4}
.pipeline .remove .name{text-decoration:line-through}
.pipeline .conflict .line,.pipeline .off rect{stroke-dasharray:2 3}
.pipeline .warn{fill:--change}
"""


def _sheet() -> str:
    kinds = "".join(_COLOURED.replace("KIND", kind) for kind in ("add", "change", "import", "remove"))
    kinds += _COLOURED.replace(".KIND", ".conflict").replace("KIND", "remove")
    return re.sub(
        r"([a-z-]+):--([a-z-]+)",
        lambda each: f"{each[1]}:{LIGHT[each[2]]};{each[1]}:var(--pipeline-{each[2]},{LIGHT[each[2]]})",
        _RULES + kinds + _SHAPES,
    ).strip()


STYLE: Final = _sheet()
"""For `<style>`, once for all pictures of a page; it has no `<`, and a page may set the variables `--pipeline-…`."""

DARK_VARIABLES: Final = ";".join(f"--pipeline-{name}:{colour}" for name, colour in DARK.items())
"""Declarations that turn pictures dark."""

OWN_STYLE: Final = f"{STYLE}\n@media (prefers-color-scheme:dark){{svg{{{DARK_VARIABLES}}}}}"
"""For a picture that stands alone."""
