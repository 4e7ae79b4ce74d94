r"""Foreign text (names, owners, file names, the API's words) made harmless for terminals, CI logs and Markdown.

Nothing foreign reaches an output without passing one of these:

visible  any text on a line of a terminal or a log
line     the same for a sentence of ours, in which foreign parts have been made harmless before
name     the same for a name: it has no spaces either, so that a line has one reading
code     a Markdown code span; also inside a table
prose    a sentence in Markdown: words stay words, all else becomes code spans
mermaid  a name as a label of a Mermaid diagram
"""

import re

_AMBIGUOUS = re.compile(r"\\(?=[nrtxuU])")
"""A backslash that would read as the start of one of our own escapes."""

_COMMAND_ANYWHERE = re.compile(r"#(?=#)")
"""GitHub runs `##[command]` anywhere in a line, Azure Pipelines `##vso[…]`, TeamCity `##teamcity[…]`."""

_COMMAND_FIRST = re.compile(r"^(\s*):(?=:)")
"""GitHub runs `::command::` at the start of a line, even after spaces."""


def visible(text: str) -> str:
    r"""`text` on one line, with what cannot be seen spelled out: `\n`, `\x1b`, `\u202e`, `\U000e0001`.

    That is all of Unicode's control, format (right-to-left overrides, zero-width characters), surrogate, private and
    unassigned characters, and every space but the plain one. Two different texts never look the same by an escape,
    and none is a command to a CI runner, wherever in a line of ours it stands.
    """
    return line(_AMBIGUOUS.sub(r"\\x5c", text)) if "\\" in text else line(text)


def line(text: str) -> str:
    """`visible`, for a sentence of ours whose foreign parts are spelled out already: no backslash is doubled."""
    if not text.isprintable():
        text = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    if "##" in text:
        text = _COMMAND_ANYWHERE.sub(r"\\x23", text)
    if "::" in text:
        text = _COMMAND_FIRST.sub(r"\1\\x3a", text)
    return text


def name(text: str) -> str:
    """`visible`, for a name: a space is spelled out too, so that no name reads as a sentence of ours."""
    return visible(text).replace(" ", r"\x20")


def code(text: str) -> str:
    """`text` as a Markdown code span; nothing in it is a mention, a link, HTML, or the end of a table's cell.

    A pipe ends a cell even inside a code span, and a backtick may end the span: these alone are written as character
    references in `<code>`. (There, text is open to the autolinks of e-mail addresses, so it is no place for the rest.)
    """
    return _span(visible(text))


_WORD = re.compile(
    r"(?![a-f]{7})"  # a commit's hash, to GitHub, may be all letters
    r"(?:[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6})"  # more digits may be one, too
)
"""A word or a number that neither Markdown nor GitHub nor GitLab would act upon."""

_TOKEN = re.compile(r"(\(?)(.*?)(\)?[,;:.]?)")
"""What stands between two spaces, and the punctuation around it."""

_PIECES = re.compile(r"[`|]+|[^`|]+")


def prose(text: str) -> str:
    """A sentence as Markdown, to stand after something of ours on its line: addresses, flags, links become code."""
    spans = " ".join(map(_token, visible(text).split()))
    return spans.replace("` `", " ")  # neighbours become one span; none holds a backtick or, here, a lone space


def _token(token: str) -> str:
    parts = _TOKEN.fullmatch(token)
    assert parts is not None  # it matches any line
    opening, word, closing = parts.groups()
    if word and _WORD.fullmatch(word) is None:
        word = _span(word)
    return f"{opening}{word}{closing}" if word else _span(token)


def _span(seen: str) -> str:
    return "".join(_references(piece) if piece[0] in "`|" else f"`{piece}`" for piece in _PIECES.findall(seen))


def _references(piece: str) -> str:
    return f"<code>{''.join(f'&#{ord(each)};' for each in piece)}</code>"


_LABEL = re.compile(r"[^A-Za-z0-9 _./-]")


def mermaid(text: str, most: int) -> str:
    """A name as a label of a Mermaid diagram: what its grammar might act upon is a character reference.

    Of one that is longer than `most` characters the end is left.
    """
    shown = name(text)
    cut = shown if len(shown) <= most else "…" + shown[1 - most :]
    return _LABEL.sub(lambda each: f"#{ord(each[0])};", cut)


def json_text(text: str) -> str:
    r"""JSON that means the same and holds no runner's command: `##` stands in strings alone, and becomes `#\u0023`."""
    return text.replace("##", r"#\u0023")
