"""The YAML reader: YAML 1.2's core schema, a place for everything, and a refusal for what a spec must not hold."""

import pytest

from tests.unit.yaml_texts import document_of, problems_of


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


def test_a_percent_sign_in_a_document_is_text() -> None:
    """Only a line before the document is a directive."""
    assert document_of("a: |\n %TAG\nb: '\n %TAG'\n").data == {"a": "%TAG\n", "b": " %TAG"}


def test_places_hold_after_refused_keys_with_containers() -> None:
    """A value whose key was refused leaves no trace in the places of later ones."""
    text = "a: 1\n" + "".join(f"a: {{b: {n}, c: [x]}}\n" for n in range(50)) + "d: {b: 1, c: [y]}\n"
    assert all("the key 'a' stands here twice" in problem for problem in problems_of(text))
    assert len(problems_of(text)) == 50
