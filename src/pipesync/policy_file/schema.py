"""The shape of a policy file: the one source of its JSON Schema, which editors and the run time share."""

from typing import Any, Final

from pipesync import facts
from pipesync.policy.brake import BrakeNumbers
from pipesync.policy.rules import Level
from pipesync.spec import forms
from pipesync.spec.forms import Schema

MOST_RULES: Final = 1000
"""Rules of a kind: ten times those that we measure with."""

MOST_PATTERNS: Final = 100
"""Patterns of a rule: as many as `defaults.projects` of a spec may hold."""

MOST_PERCENT: Final = 100

_NAME_GLOB: Final = r"[A-Za-z0-9_*?\[\]!-]{1,100}"
_PROJECT: Final = f"^{_NAME_GLOB}$"
_DESTINATION: Final = f"^{_NAME_GLOB}(/{_NAME_GLOB})?$"
_FILE: Final = r"^[^\u0000-\u001f\u007f]{1,500}$"

_GLOBS: Final = "* ? [abc] [!abc]"
_NUMBERS: Final = BrakeNumbers()


def document() -> Schema:
    """The JSON Schema (2020-12) of a policy file; a fresh copy each time."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy file",
        "description": "What an organization asks of its upgrade steps beyond Aiven's rules. Patterns are globs with "
        f"{_GLOBS}; a breach of a rule is an error, or a warning if its level says so.",
        **forms.mapping(
            "a policy file must be a mapping of keys to values",
            {
                "$schema": forms.text("$schema", "The address of this schema, for editors. pipesync does not read it."),
                "version": {
                    "description": "The version of this format.",
                    "type": "integer",
                    "const": 1,
                    "examples": [1],
                    "errorMessage": "version must be 1, the only version of this format",
                },
                "least_delay": _rules("least_delay", "How long destinations have to wait at least.", "delayRule"),
                "require_gate": _rules("require_gate", "Services that must be the destination of a step.", "gateRule"),
                "allowed_pairs": {"$ref": "#/$defs/pairRule"},
                "scope": _rules(
                    "scope",
                    "Which spec files may name which destinations. The first entry whose `files` match decides; a file "
                    "that none matches may name no destination.",
                    "scopeRule",
                ),
                "brake": {"$ref": "#/$defs/brake"},
            },
        ),
        "required": ["version"],
        "$defs": {
            "delayRule": _delay_rule(),
            "gateRule": _gate_rule(),
            "pairRule": _pair_rule(),
            "pair": _pair(),
            "scopeRule": _scope_rule(),
            "brake": _brake(),
        },
    }


def _rules(key: str, description: str, rule: str) -> Schema:
    words = f"{key} must be a list of at most {MOST_RULES:,} rules"
    return {**forms.listing(description, f"#/$defs/{rule}", words), "maxItems": MOST_RULES}


def _delay_rule() -> Schema:
    properties = {
        "destinations": _globs("destinations", "The destinations that it is about.", _DESTINATION, _DESTINATION_WORDS),
        "auto_validation_delay_days": {
            "description": "The least auto_validation_delay_days of a step to them.",
            "type": "integer",
            "minimum": facts.MIN_DELAY_DAYS,
            "examples": [2 * facts.DEFAULT_DELAY_DAYS],
            "errorMessage": "auto_validation_delay_days must be a whole number of days, at least "
            f"{facts.MIN_DELAY_DAYS}",
        },
        "level": _level(),
    }
    return {
        "title": "Delay rule",
        "description": "Steps to these destinations wait at least so many days.",
        **forms.mapping("a delay rule must be a mapping", properties),
        "required": ["destinations", "auto_validation_delay_days"],
    }


def _gate_rule() -> Schema:
    properties = {
        "projects": _globs(
            "projects",
            "The projects whose services it is about. The services of a project that is named are listed by the API; "
            "a pattern is compared with the projects that the spec and the live steps name.",
            _PROJECT,
            _PROJECT_WORDS,
        ),
        "services": _globs("services", "Their services; left out, all.", _PROJECT, "service names or patterns"),
        "except": _globs(
            "except", "Services that need no gate.", _DESTINATION, _DESTINATION_WORDS, ["prod-project/pg-scratch"]
        ),
        "level": _level(),
    }
    return {
        "title": "Gate rule",
        "description": "Each of these services is the destination of a step, if pipelines support its type.",
        **forms.mapping("a gate rule must be a mapping", properties),
        "required": ["projects"],
    }


def _pair_rule() -> Schema:
    pairs = forms.listing("The pairs that are allowed.", "#/$defs/pair", f"pairs must be a list of 1 to {MOST_RULES:,}")
    return {
        "title": "Pair rule",
        "description": "Projects that steps may link: every step is of one of these pairs.",
        **forms.mapping(
            "allowed_pairs must be a mapping with 'pairs'",
            {"pairs": {**pairs, "minItems": 1, "maxItems": MOST_RULES}, "level": _level()},
        ),
        "required": ["pairs"],
    }


def _pair() -> Schema:
    def project(what: str, example: str) -> Schema:
        words = f"a project name or pattern (letters, digits, _ or -, and {_GLOBS})"
        return forms.name(f"the {what} of a pair", f"The project of the {what}.", _PROJECT, words, [example])

    properties = {"source": project("source", "*-staging"), "destination": project("destination", "*-prod")}
    return {
        "title": "Pair",
        "description": "Steps from a source in these projects to a destination in those.",
        **forms.mapping("a pair must be a mapping with 'source' and 'destination'", properties),
        "required": ["source", "destination"],
    }


def _scope_rule() -> Schema:
    properties = {
        "files": _globs(
            "files",
            "Spec files, by their paths from the working directory; * matches slashes, too. Standard input is -.",
            _FILE,
            "paths or patterns",
            ["pipelines/orders.yaml", "pipelines/orders/*"],
        ),
        "destinations": _globs(
            "destinations", "What they may name; an empty list is nothing.", _DESTINATION, _DESTINATION_WORDS, least=0
        ),
        "level": _level(),
    }
    return {
        "title": "Scope rule",
        "description": "The destinations that these spec files may name.",
        **forms.mapping("a scope rule must be a mapping", properties),
        "required": ["files", "destinations"],
    }


def _brake() -> Schema:
    def number(key: str, description: str, default: int, least: int, most: int | None = None) -> Schema:
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        return {
            "description": description,
            "type": "integer",
            "minimum": least,
            **({} if most is None else {"maximum": most}),
            "default": default,
            "errorMessage": f"{key} must be a whole number, {bounds}",
        }

    share, several, every = _NUMBERS.share_percent, _NUMBERS.of_at_least, _NUMBERS.all_of_at_least
    return {
        "title": "Brake",
        "description": "When apply wants to hear the number of destroys (--allow-destroy): when more than "
        "`share_percent` of at least `of_at_least` recorded steps would go, or all of at least `all_of_at_least`.",
        **forms.mapping(
            "brake must be a mapping",
            {
                "share_percent": number("share_percent", "Percent of the recorded steps.", share, 0, MOST_PERCENT),
                "of_at_least": number("of_at_least", "From so many recorded steps on, the share counts.", several, 1),
                "all_of_at_least": number("all_of_at_least", "From so many on, all of them count.", every, 1),
            },
        ),
    }


_PROJECT_WORDS: Final = "project names or patterns"
_DESTINATION_WORDS: Final = "PROJECT or PROJECT/SERVICE, names or patterns"


def _globs(
    key: str, description: str, pattern: str, words: str, examples: list[Any] | None = None, least: int = 1
) -> Schema:
    """One pattern, or a list of them."""
    message = f"{key} must be {words}: one, or a list of {least} to {MOST_PATTERNS}"
    item = {"type": "string", "pattern": pattern, "errorMessage": f"each of {key} must be of {words}"}
    return {
        "description": description,
        "type": ["string", "array"],
        "pattern": pattern,
        "items": item,
        "minItems": least,
        "maxItems": MOST_PATTERNS,
        "examples": examples or ["*-prod"],
        "errorMessage": message,
    }


def _level() -> Schema:
    return {
        "description": "What a breach is.",
        "type": "string",
        "enum": [level.value for level in Level],
        "default": Level.ERROR.value,
        "errorMessage": "level must be error or warning",
    }
