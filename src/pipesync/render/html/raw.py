"""The raw plan in a page: as text while it is short, else packed, for the page's script to unpack."""

import base64
import gzip
from typing import Final, NamedTuple

from pipesync.plan import Plan
from pipesync.render.escape import json_text

PLAIN: Final = 512 * 1024
"""Characters that are shown as they are. The plan of 10,000 changes is 20 times as long, and packs into a 30th."""


class Raw(NamedTuple):
    """The plan's JSON: `text` as it is, or `packed`, gzip in Base64. `size` is that of the JSON, in bytes."""

    text: str | None
    packed: str | None
    size: int


def of(plan: Plan) -> Raw:
    text = json_text(plan.to_json())
    if len(text) <= PLAIN:
        return Raw(text, None, len(text))
    packed = gzip.compress(text.encode("ascii"), 6, mtime=0)
    return Raw(None, base64.b64encode(packed).decode("ascii"), len(text))
