"""Our comment on a pull request: how it is told from all others, and whether it is made, renewed or left alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MARKER = re.compile(r"<!-- pipesync:[a-z]+(?: [A-Za-z0-9._/-]+)? -->")
"""What a page of pipesync begins with."""

NO_CHANGES_ANY_MORE = "Nothing to change any more: the last plan has no changes.\n"
"""What our comment says once there is nothing left to say: the plan that it showed is out of date."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One that is there: its id, who wrote it (an account's login name; empty for one that is gone), its Markdown."""

    id: str
    author: str
    body: str


@dataclass(frozen=True, slots=True)
class Create:
    """There is none of ours yet."""

    body: str


@dataclass(frozen=True, slots=True)
class Renew:
    """Ours gets another text, in its place."""

    id: str
    body: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing is sent."""

    why: str


Deed = Create | Renew | Leave


def marker(markdown: str, name: str | None) -> str:
    """The first line of our comment, HTML that no reader sees: that of the page, or one for the plan of this name."""
    first = _first(markdown.removeprefix("\ufeff"))
    if name is None and _MARKER.fullmatch(first):
        return first
    return f"<!-- pipesync:plan{f' {name}' if name else ''} -->"


def ours(listed: Iterable[Comment], first_line: str, author: str) -> Comment | None:
    """The first comment of `author` that begins with `first_line`.

    The author counts: whoever else writes that line could otherwise get our text into a comment of theirs, and may
    edit that one later.
    """
    return next((one for one in listed if one.author == author and _first(one.body) == first_line), None)


def decide(existing: Comment | None, markdown: str, first_line: str) -> Deed:
    """What is to be done with `markdown`, whose first line may be a marker; an empty one means: no changes."""
    text = markdown.removeprefix("\ufeff")
    if _MARKER.fullmatch(_first(text)):
        text = text.partition("\n")[2]
    if not text.strip():
        if existing is None:
            return Leave("nothing to say, and no comment that says otherwise")
        text = NO_CHANGES_ANY_MORE
    body = f"{first_line}\n{text}"
    if existing is None:
        return Create(body)
    if _same(existing.body, body):
        return Leave("the comment says so already")
    return Renew(existing.id, body)


def _first(body: str) -> str:
    return body.partition("\n")[0].rstrip("\r")


def _same(left: str, right: str) -> bool:
    """Apart from what services do to a text that they keep: other ends of lines, none at its end."""
    return left.replace("\r\n", "\n").rstrip() == right.replace("\r\n", "\n").rstrip()
