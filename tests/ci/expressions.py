"""GitHub's `${{ … }}`, as far as the action and the example's workflows use it."""

import re
from collections.abc import Mapping
from typing import Any, Final

Contexts = Mapping[str, Any]
"""Name of a context (inputs, steps, github, …) → nested maps of strings."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>==|!=|&&|\|\||!|\(|\)|,)|(?P<name>[A-Za-z_][A-Za-z0-9_.-]*))"
)
_SIGNS: Final = {"&&": " and ", "||": " or ", "!": " not "}
_FUNCTIONS: Final = {"format", "cancelled", "always"}


def interpolated(text: str, contexts: Contexts) -> str:
    """`text` with each expression replaced by its value."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _shown(evaluated(found[1], contexts)), text)


def evaluated(expression: str, contexts: Contexts) -> Any:
    """The value of one expression; a name that stands for nothing is an empty string."""
    text = expression.strip()
    stripped = re.fullmatch(r"\$\{\{(.*)\}\}", text, re.DOTALL)
    text, code, place = (stripped[1] if stripped else text), "", 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        assert found is not None, f"an expression that the test does not know: {expression}"
        code += _python(found)
        place = found.end()
    names = {"lookup": lambda path: _lookup(path, contexts), "format": _format, "cancelled": lambda: False}
    return eval(code.strip(), {"__builtins__": {}}, {**names, "always": lambda: True})


def _python(found: re.Match[str]) -> str:
    if found["text"]:
        return repr(found["text"][1:-1].replace("''", "'"))
    if found["sign"]:
        return _SIGNS.get(found["sign"], found["sign"])
    return found["name"] if found["name"] in _FUNCTIONS else f"lookup({found['name']!r})"


def _lookup(path: str, contexts: Contexts) -> Any:
    value: Any = contexts
    for name in path.split("."):
        value = value.get(name, "") if isinstance(value, Mapping) else ""
    return value


def _format(pattern: str, *values: str) -> str:
    return re.sub(r"\{(\d)\}", lambda found: values[int(found[1])], pattern)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
