"""The YAML reader: YAML 1.2's core schema, a place for everything, and a refusal for what a spec must not hold."""

import re

import pytest

from pipesync.errors import SpecError
from pipesync.spec.document import Document
from pipesync.spec.findings import MOST_LISTED, Findings
from pipesync.spec.text import MOST_BYTES
from pipesync.spec.yaml12 import MOST_CONTAINERS, MOST_DEPTH, read


def document_of(content: str | bytes) -> Document:
    """The document of a text that has no problems."""
    findings = Findings()
    document = read("a.yaml", content.encode() if isinstance(content, str) else content, findings)
    findings.settle()
    assert document is not None
    return document


def problems_of(content: str | bytes) -> list[str]:
    """The problems of a text, as they are printed."""
    findings = Findings()
    read("a.yaml", content.encode() if isinstance(content, str) else content, findings)
    with pytest.raises(SpecError) as caught:
        findings.settle()
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("tRUE", "tRUE"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("y", "y"),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("014", 14),
        ("0o14", 12),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("2026-11-01", "2026-11-01"),
        ("1.10.2", "1.10.2"),
        (".", "."),
        ("+", "+"),
        ("-x", "-x"),
        ("0x", "0x"),
        ("1e", "1e"),
        ("999999999999999999", 999999999999999999),
        ("'7'", "7"),
        ('"true"', "true"),
        ("'~'", "~"),
        ('"\\u263a\\n"', "☺\n"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: str | float | None) -> None:
    """An unquoted scalar means what YAML 1.2 says it means, and a quoted one is text."""
    read_value = document_of(f"a: {text}\n").data["a"]
    assert (type(read_value), read_value) == (type(value), value)


@pytest.mark.parametrize(
    "number",
    ["7.0", "7.", ".5", "1e3", "-1.5E-3", "1e999999", ".inf", "-.INF", ".nan", ".NaN", "1" * 19, "9" * 10_000],
)
def test_numbers_that_no_spec_holds_are_kept_as_written(number: str) -> None:
    """A real number, or an integer beyond 64 bits, is never converted: its text is there for messages."""
    document = document_of(f"a: {number}\n")
    assert (document.data, list(document.unheld.values())) == ({"a": None}, [number])


def test_block_and_flow_style_read_alike() -> None:
    """Blocks, flow collections and block scalars give plain data."""
    text = "a:\n- 1\n- {b: [], c: {}}\nd: |\n  x\n  y\ne: >-\n  x\n  y\n'f': \"\"\n"
    assert document_of(text).data == {"a": [1, {"b": [], "c": {}}], "d": "x\ny\n", "e": "x y", "f": ""}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_key_and_value_has_its_line_and_column(line_break: str, bom: str) -> None:
    """Places count from 1, in characters, whatever ends a line, and a byte order mark takes no room."""
    document = document_of(bom + line_break.join(["# ☺", "é😀: {ü: [x, y]}", "b:", "  - - z", ""]))
    inner, outer = document.data["é😀"], document.data["b"]
    places = [
        document.key_origin(document.data, "é😀"),
        document.value_origin(document.data, "é😀"),
        document.key_origin(inner, "ü"),
        document.value_origin(inner["ü"], 1),
        document.value_origin(outer, 0),
        document.value_origin(outer[0], 0),
    ]
    assert [str(place) for place in places] == [
        f"a.yaml:{place}" for place in ("2:1", "2:5", "2:6", "2:13", "4:5", "4:7")
    ]


def test_the_version_directive_of_1_2_and_the_document_marks_are_fine() -> None:
    """`%YAML 1.2`, `---` and `...` change nothing."""
    assert document_of("%YAML 1.2\n---\na: 1\n...\n").data == {"a": 1}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3:1: the key 'a' stands here twice; the first one is at a.yaml:1:1"]),
        ("a: {b: [], b: {c: []}}\n", ["1:12: the key 'b' stands here twice; the first one is at a.yaml:1:5"]),
        ("a: &x 1\n", ["1:4: anchors are not allowed; remove '&x'"]),
        (
            "a: &x [1]\nb: *x\n",
            [
                "1:4: anchors are not allowed; remove '&x'",
                "2:4: aliases are not allowed; write out what 'x' stands for",
            ],
        ),
        (
            "a: &x k\n*x : 1\n",
            [
                "1:4: anchors are not allowed; remove '&x'",
                "2:1: aliases are not allowed; write out what 'x' stands for",
            ],
        ),
        ("a: {<<: {b: 1}}\n", ["1:5: merge keys are not allowed; write the keys out"]),
        ("a: !!str 7\n", ["1:4: tags are not allowed; remove 'tag:yaml.org,2002:str'"]),
        ("a: !x [1]\n", ["1:4: tags are not allowed; remove '!x'"]),
        ("! a: 1\n", ["1:1: tags are not allowed; remove '!'"]),
        ("a: 1\n---\nb: 1\n", ["2:1: a second document starts here; a file holds one"]),
        (
            "%YAML 1.1\n---\na: 1\n",
            ["1:1: directives are not allowed, other than '%YAML 1.2'; remove the line"],
        ),
        (
            "%TAG ! tag:x,2000:\n---\na: 1\n",
            ["1:1: directives are not allowed, other than '%YAML 1.2'; remove the line"],
        ),
        (
            "# a\n%FOO bar\n\n%YAML 1.2 # fine\n%TAG ! tag:x,2000:\n---\n'%': &x 1\n",
            [
                "2:1: directives are not allowed, other than '%YAML 1.2'; remove the line",
                "5:1: directives are not allowed, other than '%YAML 1.2'; remove the line",
                "7:6: anchors are not allowed; remove '&x'",
            ],
        ),
        ("a: 1\n%TAG ! tag:x,2000:\n---\nb: 1\n", ["2:1: a second document starts here; a file holds one"]),
        ("a: 1\n...\n# b\n...\n%YAML 1.2\n---\nb: 1\n", ["5:1: a second document starts here; a file holds one"]),
        ("7: a\n", ['1:1: a key must be text; quote it: "7"']),
        ("true: a\n", ['1:1: a key must be text; quote it: "true"']),
        ("1.5: a\n", ['1:1: a key must be text; quote it: "1.5"']),
        ("?\n: a\n", ["1:2: a key is missing here"]),
        ("? [a]\n: {b: 1}\n", ["1:3: a key must be text, not a list or a mapping"]),
        ("? {a: {b: 1}}\n: 1\n", ["1:3: a key must be text, not a list or a mapping"]),
        ("", ["1:1: the file is empty; it starts with 'version: 1'"]),
        ("# only\n\n# comments\n", ["1:1: the file is empty; it starts with 'version: 1'"]),
        (
            "a: 1\nb: c: d\n",
            [
                (
                    "2:5: this is not YAML: mapping values are not allowed in this context; "
                    "quote a text that holds ': ', and check the indentation"
                )
            ],
        ),
        (
            "a:\n\tb: 1\n",
            [
                (
                    "2:1: this is not YAML: while scanning for the next token, found character that cannot start any "
                    "token; indent with spaces, and quote a text that starts with @, ` or %"
                )
            ],
        ),
        (
            "a: 'b\n",
            [
                (
                    "2:1: this is not YAML: while scanning a quoted scalar, found unexpected end of stream; "
                    "a quote is not closed"
                )
            ],
        ),
        (
            "a: [1, 2\nb: 3\n",
            ["2:2: this is not YAML: while parsing a flow sequence, did not find expected ',' or ']'"],
        ),
    ],
)
def test_what_a_spec_must_not_hold_is_refused_at_its_place(text: str, problems: list[str]) -> None:
    """Each construct that would mean something else to another reader is named, with line and column."""
    assert problems_of(text) == [f"a.yaml:{problem}" for problem in problems]


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    """Only the unquoted `<<` merges, to the readers that do."""
    assert document_of("'<<': 1\n").data == {"<<": 1}


def test_several_problems_are_found_in_one_reading() -> None:
    """What can be skipped is skipped, and reading goes on to the next problem, up to a syntax error."""
    text = "a: &x 1\na: !t 2\n3: {? {} : 1}\nb: *x\n]\n"
    assert [problem.split(":")[1:3] for problem in problems_of(text)] == [
        ["1", "4"],
        ["2", "1"],
        ["2", "4"],
        ["3", "1"],
        ["3", "7"],
        ["4", "4"],
        ["5", "1"],
    ]


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


def test_a_percent_sign_in_a_document_is_text() -> None:
    """Only a line before the document is a directive."""
    assert document_of("a: |\n %TAG\nb: '\n %TAG'\n").data == {"a": "%TAG\n", "b": " %TAG"}


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


def test_places_hold_after_refused_keys_with_containers() -> None:
    """A value whose key was refused leaves no trace in the places of later ones."""
    text = "a: 1\n" + "".join(f"a: {{b: {n}, c: [x]}}\n" for n in range(50)) + "d: {b: 1, c: [y]}\n"
    assert all("the key 'a' stands here twice" in problem for problem in problems_of(text))
    assert len(problems_of(text)) == 50


def test_every_character_that_is_allowed_is_read() -> None:
    """All of Unicode but what is refused comes through, as it is or escaped."""
    refused = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
    allowed = [chr(code) for code in range(0x20, 0x110000) if not refused.match(chr(code)) and chr(code) not in '"\\']
    text = "".join(allowed)
    assert document_of(f'a: "{text}"\n').data == {"a": text}
    assert document_of('a: "\\0\\x85\\u2028\\uFEFF\\U0010FFFF\\n\\/"\n').data == {
        "a": "\0\x85\u2028\ufeff\U0010ffff\n/"
    }
