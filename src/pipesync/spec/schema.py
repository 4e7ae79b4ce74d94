"""The shape of a spec: the one source of its JSON Schema, which editors and the run time share.

A short form and its long form are one schema each (`pattern` judges text, `properties` judges mappings), so that
one mistake is one error, in an editor too. `errorMessage` is what editors and pipesync say about a wrong value.
Three things are beyond JSON Schema as editors know it, and are judged where the files are loaded: what only the
first or the last stage may hold, which services a `source` may name, and that an integer such as 7.0 is none.
"""

from typing import Final

from pipesync import facts
from pipesync.spec import forms, terms
from pipesync.spec.forms import MOST_TEXT, Schema

MOST_PATTERNS: Final = 100
"""Project patterns in `defaults.projects`: every project is compared with each of them."""

_PROJECT_GLOB: Final = r"^[A-Za-z0-9_*?\[\]!-]{1,100}$"
_ANY_TEXT: Final = f"^[\\s\\S]{{1,{MOST_TEXT}}}$"


def document() -> Schema:
    """The JSON Schema (2020-12) of a spec file; a fresh copy each time."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Spec file",
        "description": "Upgrade pipelines that pipesync keeps in place: which service must be updated and validated "
        "before which other service.",
        **forms.mapping(
            "a spec file must be a mapping of keys to values",
            {
                "$schema": forms.text("$schema", "The address of this schema, for editors. pipesync does not read it."),
                "version": {
                    "description": "The version of this format. Every file states it.",
                    "type": "integer",
                    "const": 1,
                    "examples": [1],
                    "errorMessage": "version must be 1, the only version of this format",
                },
                "organization": forms.name(
                    "organization",
                    "The organization whose API is used; left out, the account-wide API is. One file of a set may "
                    "state it.",
                    facts.ORGANIZATION_ID_PATTERN,
                    "an organization's id: 1 to 36 letters and digits",
                    ["org1a23f456789"],
                ),
                "limits": {"$ref": "#/$defs/limits"},
                "defaults": {"$ref": "#/$defs/defaults"},
                "pipelines": forms.by_name(
                    "pipelines",
                    "Pipelines by their name, which is for people, plans and owners; unique over a set of files.",
                    _ANY_TEXT,
                    "#/$defs/pipeline",
                    "pipelines by their names",
                ),
                "steps": forms.listing(
                    "Single upgrade steps, in the API's own terms.", "#/$defs/step", "steps must be a list of steps"
                ),
            },
        ),
        "required": ["version"],
        "$defs": {
            "limits": _limits(),
            "defaults": _defaults(),
            "projectDefaults": _project_defaults(),
            "pipeline": _pipeline(),
            "stage": _stage(),
            "stageService": _stage_service(),
            "projectStage": _project_stage(),
            "step": _step(),
            "reference": terms.reference(),
        },
    }


def _limits() -> Schema:
    return {
        "title": "Limits",
        "description": "What your Aiven account allows. One file of a set may state them.",
        **forms.mapping(
            "limits must be a mapping",
            {
                "max_chain_steps": {
                    "description": "The most upgrade steps in a row. Left out, it is "
                    f"{facts.MAX_CHAIN_STEPS_ORGANIZATION} with an organization and {facts.MAX_CHAIN_STEPS_ACCOUNT} "
                    "without.",
                    "type": "integer",
                    "minimum": 1,
                    "examples": [facts.MAX_CHAIN_STEPS_ORGANIZATION, facts.MAX_CHAIN_STEPS_ACCOUNT],
                    "errorMessage": "max_chain_steps must be a whole number of steps, at least 1",
                },
                "max_auto_validation_delay_days": {
                    "description": "The longest auto_validation_delay_days.",
                    "type": "integer",
                    "minimum": 1,
                    "default": facts.MAX_DELAY_DAYS,
                    "examples": [facts.MAX_DELAY_DAYS],
                    "errorMessage": "max_auto_validation_delay_days must be a whole number of days, at least 1",
                },
            },
        ),
    }


def _defaults() -> Schema:
    return {
        "title": "Defaults",
        "description": "What holds where nothing nearer is said. The nearest wins: the service's own setting, then its "
        "stage's, its pipeline's, that of `projects`, and these. One file of a set may state them.",
        **forms.mapping(
            "defaults must be a mapping",
            {
                "auto_validation_delay_days": terms.delay() | {"default": facts.DEFAULT_DELAY_DAYS},
                "protect": terms.protect() | {"default": False},
                "projects": forms.by_name(
                    "projects",
                    "Defaults by the destination's project: a name, or a pattern with * ? [abc] [!abc]. Two patterns "
                    "that match one project must not disagree.",
                    _PROJECT_GLOB,
                    "#/$defs/projectDefaults",
                    f"project names or patterns ({terms.NAME_CHARACTERS}, and * ? [ ] !), at most {MOST_PATTERNS}",
                )
                | {"maxProperties": MOST_PATTERNS},
            },
        ),
    }


def _project_defaults() -> Schema:
    return {
        "title": "Project defaults",
        "description": "Defaults for destinations in the projects that the name or pattern matches.",
        **forms.mapping(
            "the defaults of a project must be a mapping",
            {"auto_validation_delay_days": terms.delay(), "protect": terms.protect()},
        ),
    }


def _pipeline() -> Schema:
    return {
        "title": "Pipeline",
        "description": "Stages, each of which receives a maintenance update after the one before it. With `services`, "
        "the stages name projects, and each service name makes one chain through them.",
        **forms.mapping(
            "a pipeline must be a mapping with 'stages'",
            {
                "description": forms.text("description", "What the pipeline is for."),
                "owner": forms.text("owner", "Who answers for it; plans show it.", ["@acme/orders-dba"]),
                **terms.settings(),
                "services": forms.listing(
                    "Service names: each makes one chain through the projects of the stages.",
                    forms.name(
                        "a service name",
                        "A service name.",
                        facts.SERVICE_NAME_PATTERN,
                        terms.SERVICE_WORDS,
                        ["pg-users"],
                    ),
                    "services must be a list of at least one service name",
                    least=1,
                ),
                "stages": {
                    "description": "At least two, in the order of the updates. The first one holds exactly one "
                    "service, and neither settings nor a source. See Stage, or Project stage for a pipeline with "
                    "`services`.",
                    "type": "array",
                    "minItems": 2,
                    "errorMessage": "stages must be a list of at least two stages",
                },
            },
        ),
        "required": ["stages"],
        "if": {"required": ["services"]},
        "then": {"properties": {"stages": {"items": {"$ref": "#/$defs/projectStage"}}}},
        "else": {"properties": {"stages": {"items": {"$ref": "#/$defs/stage"}}}},
    }


def _stage() -> Schema:
    properties = {
        "service": {"$ref": "#/$defs/reference"},
        "services": forms.listing(
            "The services of this stage.",
            "#/$defs/stageService",
            "services must be a list of at least one service",
            least=1,
        ),
        "source": terms.source("The source of each service of this stage."),
        **terms.settings(),
    }
    return {
        "title": "Stage",
        "description": "One service as PROJECT/SERVICE, or a mapping with `service` or `services`. Its services wait "
        "for the single service of the stage before, or for the one that `source` names.",
        **forms.mapping(f"a stage must be {terms.REFERENCE_WORDS} or a mapping", properties, short=terms.REFERENCE),
        **forms.either("service", "services"),
    }


def _stage_service() -> Schema:
    properties = {
        "service": {"$ref": "#/$defs/reference"},
        "source": terms.source("The source of this service."),
        **terms.settings(),
    }
    return {
        "title": "Service of a stage",
        "description": "One service as PROJECT/SERVICE, or a mapping with `service`.",
        **forms.mapping(f"a service must be {terms.REFERENCE_WORDS} or a mapping", properties, short=terms.REFERENCE),
        "required": ["service"],
    }


def _project_stage() -> Schema:
    project = forms.name("a project", "A project.", facts.PROJECT_NAME_PATTERN, terms.PROJECT_WORDS, ["acme-staging"])
    properties = {
        "project": project,
        "projects": forms.listing(
            "Projects; several in the last stage only.",
            project,
            "projects must be a list of at least one project",
            least=1,
        ),
        **terms.settings(),
    }
    words = f"a stage of a pipeline with 'services' must be a project, {terms.PROJECT_WORDS}, or a mapping"
    return {
        "title": "Project stage",
        "description": "One project by its name, or a mapping with `project` or `projects`.",
        **forms.mapping(words, properties, short=facts.PROJECT_NAME_PATTERN),
        **forms.either("project", "projects"),
    }


def _step() -> Schema:
    properties = {
        "source": terms.source("The service that receives updates first."),
        "destination": {"$ref": "#/$defs/reference"},
        **terms.settings(),
    }
    return {
        "title": "Step",
        "description": "One upgrade step: the destination waits until an update is validated on the source.",
        **forms.mapping("a step must be a mapping with 'source' and 'destination'", properties),
        "required": ["source", "destination"],
    }
