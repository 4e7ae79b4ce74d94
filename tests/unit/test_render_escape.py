"""What foreign text becomes, piece by piece; `tests/property/test_render_hostile.py` holds the laws."""

import pytest

from pipesync.render.escape import code, json_text, name, prose, visible


@pytest.mark.parametrize(
    ("foreign", "seen"),
    [
        ("eu-prod/pg-prod", "eu-prod/pg-prod"),
        ("Zürich ↔ 東京", "Zürich ↔ 東京"),
        ("one\ntwo\r\tthree", r"one\ntwo\r\tthree"),
        ("\x1b[31mred\x9b0m", r"\x1b[31mred\x9b0m"),
        ("abc\u202edef\u200b", r"abc\u202edef\u200b"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("half\ud800", r"half\ud800"),
        ("no\u00a0break\u2028line", r"no\xa0break\u2028line"),
        (r"C:\name \d", r"C:\x5cname \d"),
        ("::error::x", r"\x3a:error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        ("a::b", "a::b"),
        ("x ##[error]y ##vso[z]", r"x \x23#[error]y \x23#vso[z]"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(foreign: str, seen: str) -> None:
    """Control, format and foreign space characters, half characters, and the runners' commands."""
    assert visible(foreign) == seen


def test_a_name_has_no_spaces() -> None:
    """A service called `x will be destroyed` cannot speak for us."""
    assert name("prod/x will be destroyed") == r"prod/x\x20will\x20be\x20destroyed"


@pytest.mark.parametrize(
    ("foreign", "markdown"),
    [
        ("eu-prod/pg-prod", "`eu-prod/pg-prod`"),
        ("@acme/dba <b>&amp; [x](y) \\", "`@acme/dba <b>&amp; [x](y) \\`"),
        ("a|b", "`a`<code>&#124;</code>`b`"),
        ("``a`", "<code>&#96;&#96;</code>`a`<code>&#96;</code>"),
        ("\n", r"`\n`"),
        ("", ""),
    ],
)
def test_a_code_span_holds_everything(foreign: str, markdown: str) -> None:
    """Pipes and backticks are the only characters that a span in a table cannot hold."""
    assert code(foreign) == markdown


@pytest.mark.parametrize(
    ("foreign", "markdown"),
    [
        (
            "prod/pg is protected, and the plan would destroy it.",
            "`prod/pg` is protected, and the plan would destroy it.",
        ),
        ("remove these lines (pipesync.yaml:12), now", "remove these lines (`pipesync.yaml:12`), now"),
        ("it's well-known", "it's well-known"),
        ("type pg: one type (or two).", "type pg: one type (or two)."),
        ("ask @acme/dba: see https://x.example #12", "ask `@acme/dba`: see `https://x.example #12`"),
        ("mail a@b.example www.x.example", "mail `a@b.example www.x.example`"),
        ("HTTP 404 in 1234567", "HTTP 404 in `1234567`"),
        ("commit deadbee fade", "commit `deadbee` fade"),
        ("*bold* _it_ ~~no~~ <b> [x](y) !", "`*bold* _it_ ~~no~~ <b> [x](y`) `!`"),
        ("two\nlines", r"`two\nlines`"),
        (": ( )", "`: ( )`"),
        ("", ""),
    ],
)
def test_a_sentence_keeps_its_words_and_nothing_else(foreign: str, markdown: str) -> None:
    """Whatever a forge might turn into a mention, a link, a reference or formatting is code."""
    assert prose(foreign) == markdown


def test_json_keeps_its_meaning_without_the_runners_command() -> None:
    """`##[error]` in a plan's JSON does not fail the job that prints it."""
    assert json_text('{"a": "x##[error]y"}') == '{"a": "x#\\u0023[error]y"}'
