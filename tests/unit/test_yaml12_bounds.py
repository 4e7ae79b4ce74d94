"""The YAML reader's bounds: size, depth, numbers of parts, and the characters that it takes."""

import re

import pytest

from pipesync.spec.findings import MOST_LISTED
from pipesync.spec.text import MOST_BYTES
from pipesync.spec.yaml12 import MOST_CONTAINERS, MOST_DEPTH
from tests.unit.yaml_texts import document_of, problems_of


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: 1\nb: \xff\n", "2:4: the file is not UTF-8: the byte 0xff has no meaning here; save it as UTF-8"),
        (
            "☺: ".encode() + b"\xe2\x98",
            "1:4: the file is not UTF-8: the byte 0xe2 has no meaning here; save it as UTF-8",
        ),
        ("a: é\n".encode("latin-1"), "1:4: the file is not UTF-8: the byte 0xe9 has no meaning here; save it as UTF-8"),
        ("a: 1\n".encode("utf-16"), "1:1: the file is not UTF-8 (it looks like UTF-16); save it as UTF-8"),
        (
            "a: 1\n".encode("utf-16-le"),
            (
                "1:2: the character U+0000 is not allowed here; if the whole file looks right in an editor, "
                "it is not UTF-8: save it as UTF-8"
            ),
        ),
        (b"\xed\xa0\x80", "1:1: the file is not UTF-8: the byte 0xed has no meaning here; save it as UTF-8"),
    ],
)
def test_what_is_not_utf_8_is_refused_at_the_byte(content: bytes, problem: str) -> None:
    """The place of the first byte that cannot be decoded is told, in characters."""
    assert problems_of(content) == [f"a.yaml:{problem}"]


@pytest.mark.parametrize("char", ["\x01", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\ufffe"])
def test_a_character_that_hides_text_from_some_reader_is_refused(char: str) -> None:
    """Control characters, and line breaks of YAML 1.1 that could end a comment, are named and never printed."""
    assert problems_of(f"a: 1\n# b{char}c: 2\n") == [
        (
            f"a.yaml:2:4: the character U+{ord(char):04X} is not allowed here; remove it, or write it as an "
            "escape sequence in a double-quoted text"
        )
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_ends_the_reading_and_not_the_interpreter(opening: str) -> None:
    """A hundred thousand levels are one problem, at the first level that is too many."""
    last = problems_of(opening * 100_000)[-1]
    assert "stand in each other here" in last or "must be text" in last
    assert len(problems_of(opening * 100_000)) <= MOST_DEPTH


def test_the_deepest_nesting_that_is_allowed_can_be_read() -> None:
    """64 containers in each other are data, 65 are a problem."""
    assert document_of("[" * MOST_DEPTH + "]" * MOST_DEPTH).data != []
    assert problems_of("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1)) == [
        "a.yaml:1:65: more than 64 lists and mappings stand in each other here"
    ]


def test_only_so_many_containers_are_read() -> None:
    """100,000 lists and mappings in a file are data, one more is a problem at its place."""
    assert len(document_of("[" + "[]," * (MOST_CONTAINERS - 1) + "]").data) == MOST_CONTAINERS - 1
    assert problems_of("[\n" + "[],\n" * MOST_CONTAINERS + "]") == [
        "a.yaml:100001:1: more than 100,000 lists and mappings stand in this file; split it"
    ]


def test_only_so_many_directives_are_told_of() -> None:
    """As with other problems, a thousand are listed."""
    assert len(problems_of("".join(f"%TAG !{n}! a\n" for n in range(2000)) + "---\na: 1\n")) == MOST_LISTED + 1


def test_a_file_over_ten_mebibytes_is_not_read() -> None:
    """A file of exactly the limit is read, one byte more is a problem."""
    assert document_of(b"a: 1\n".ljust(MOST_BYTES, b"#")).data == {"a": 1}
    assert problems_of(b"a: 1\n".ljust(MOST_BYTES + 1, b"#")) == [
        "a.yaml:1:1: the file is larger than 10 MiB; split it"
    ]


def test_an_alias_bomb_is_problems_and_nothing_grows() -> None:
    """Aliases are never followed, and only so many problems are listed."""
    bomb = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 5000))
    problems = problems_of(bomb)
    assert len(problems) == MOST_LISTED + 1
    assert problems[-1].endswith("more problem from here on; mend the listed ones first")


def test_every_character_that_is_allowed_is_read() -> None:
    """All of Unicode but what is refused comes through, as it is or escaped."""
    refused = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
    allowed = [chr(code) for code in range(0x20, 0x110000) if not refused.match(chr(code)) and chr(code) not in '"\\']
    text = "".join(allowed)
    assert document_of(f'a: "{text}"\n').data == {"a": text}
    assert document_of('a: "\\0\\x85\\u2028\\uFEFF\\U0010FFFF\\n\\/"\n').data == {
        "a": "\0\x85\u2028\ufeff\U0010ffff\n/"
    }
