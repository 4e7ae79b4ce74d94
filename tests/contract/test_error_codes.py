"""Every documented refusal becomes a sentence, whatever shape its body has."""

from typing import Any

import pytest

from pipesync.aiven import codes, explain
from pipesync.aiven.answer import Answer, Call
from pipesync.aiven.token import Token
from pipesync.errors import ApiError, Unreachable
from pipesync.web.lost import Lost
from tests.contract.scripted import SECRET, Script, answer, client, payload

# Typed by hand from Aiven's published list, so that the table cannot vouch for itself.
PUBLISHED = [
    "upgrade_pipeline_not_enabled_for_project",
    "project_not_found",
    "organization_not_found",
    "upgrade_step_not_found",
    "upgrade_step_destination_already_has_source",
    "upgrade_step_validation_not_possible_due_to_service_state",
    "upgrade_step_source_service_not_found",
    "upgrade_step_destination_service_not_found",
    "upgrade_step_service_type_mismatch",
    "upgrade_step_unsupported_service_type",
    "upgrade_step_exceeds_max_chain_length",
    "upgrade_step_would_create_cycle",
    "upgrade_validation_already_exists",
    "service_is_upgrade_pipeline_source",
    "upgrade_pipeline_no_nodes",
    "upgrade_pipeline_no_validation",
    "upgrade_pipeline_service_not_destination",
    "upgrade_pipeline_service_not_found",
    "same_organization_required",
    "organization_mismatch",
    "permission_denied",
    "service_does_not_exist",
    "service_not_found",
    "project_does_not_exist",
    "not_powered",
    "feature_not_enabled",
    "service_maintenance_required",
    "service_type_version_pin_locked",
    "bad_request",
    "retired_api_endpoint",
    "api_client_ip_allowlist_blocks_caller",
    "client_ip_address_policy_violation",
    "internal_server_error",
    "authentication_failed",
]

POST = Call("POST", "/v1/upgrade/step", "create the upgrade step a/b → c/d")
TOKEN = Token(SECRET, "the file /run/token")


def refusal(data: Any, status: int = 400, **more: Any) -> ApiError:
    return explain.error(POST, Answer(status, data, **more), TOKEN)


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_published_code_is_explained(code: str) -> None:
    """A code has words of its own and a next step, and the error keeps code, status and Aiven's own words."""
    error = refusal({"message": "Own words.", "errors": [{"error_code": code, "message": "Own words."}]}, 409)
    assert error.what.startswith(f"{codes.MEANINGS[code].what} (409 {code})")
    assert error.what.endswith("Aiven says: Own words.")
    assert (error.status, error.error_code, error.message) == (409, code, "Own words.")
    assert error.operation == "create the upgrade step a/b → c/d (POST /v1/upgrade/step)"
    assert error.next


def test_no_code_without_a_source() -> None:
    """The table holds the published codes and no others."""
    assert sorted(codes.MEANINGS) == sorted(PUBLISHED)


@pytest.mark.parametrize(
    ("data", "message", "code"),
    [
        ({"message": "A", "errors": [{"message": "B", "error_code": "c", "status": 400}]}, "A", "c"),
        ({"errors": [{"message": "B", "status": 400, "more_info": "https://x"}]}, "B", None),
        ({"errors": [{"status": 400}, {"message": "B", "error_code": "c"}]}, "B", "c"),
        ({"errors": ["A", "B"]}, "A", None),
        ({"errors": "A"}, "A", None),
        ({"errors": {"message": "A", "error_code": "c"}}, "A", "c"),
        ({"message": "", "errors": ["A"]}, "A", None),
        ({"message": None, "errors": None}, None, None),
        ({"message": 5, "errors": [5, None, [], {"message": {}, "error_code": 7}]}, None, None),
        ({"error_code": "c"}, None, "c"),
        ("A", "A", None),
        ([], None, None),
        (None, None, None),
    ],
)
def test_error_bodies_of_every_shape(data: Any, message: str | None, code: str | None) -> None:
    """Message and code are found where Aiven's endpoints, old and new, put them."""
    error = refusal(data)
    assert (error.message, error.error_code) == (message, code)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "does not accept the request's values (400 brand_new)"),
        (404, "Aiven does not know this (404 brand_new)"),
        (409, "conflicts with what is there (409 brand_new)"),
        (418, "Aiven refuses (418 brand_new)"),
        (429, "rate limit is reached (429 brand_new)"),
        (599, "Aiven's API failed (599 brand_new)"),
    ],
)
def test_unknown_codes_fall_back_to_the_status(status: int, words: str) -> None:
    """Aiven may send new codes at any time: status and Aiven's words then carry the meaning."""
    error = refusal({"errors": [{"error_code": "brand_new", "message": "News."}]}, status)
    assert words in error.what
    assert error.message == "News."


@pytest.mark.parametrize(
    ("status", "data", "named"),
    [
        (401, None, True),
        (403, None, True),
        (403, payload("error-authentication-failed"), True),
        (403, {"errors": [{"error_code": "permission_denied"}]}, True),
        (403, payload("error-upgrade-pipeline-not-enabled-for-project"), False),
        (404, None, False),
    ],
)
def test_a_refused_token_is_named_by_where_it_came_from(status: int, data: Any, named: bool) -> None:
    """401 and 403 tell where the token came from, unless the code says that it is not the token."""
    assert ("the token came from the file /run/token" in refusal(data, status).what) is named


@pytest.mark.parametrize(("status", "kind"), [(408, Unreachable), (500, Unreachable), (503, Unreachable)])
def test_the_effect_of_a_failed_write_is_unknown(status: int, kind: type[ApiError]) -> None:
    """After 408 and 5xx a write may have happened; a read can only have failed."""
    assert type(refusal(None, status)) is kind
    assert type(explain.error(Call("GET", "/", "read"), Answer(status), TOKEN)) is ApiError
    assert type(refusal(None, 429)) is ApiError


def test_control_characters_are_made_visible() -> None:
    """Aiven's words cannot steer a terminal or a log."""
    error = refusal({"message": "a\x1b[31mb\n::error::c\u202ed", "errors": [{"error_code": "x\x07y"}]})
    assert error.message == "a\\x1b[31mb\\n::error::c\\u202ed"
    assert error.error_code == "x\\x07y"
    assert error.what.isprintable()


def test_long_words_are_cut() -> None:
    """A message of a thousand characters is enough."""
    message = refusal({"message": "x" * 100_000}).message
    assert message == "x" * 999 + "…"


def test_a_foreign_failure_page_is_described() -> None:
    """A failure that is not Aiven's JSON is described, not quoted."""
    error = refusal(None, 502, foreign="a web page (12 bytes of HTML), not Aiven's JSON")
    assert "something else than Aiven may have given it" in error.what


def test_a_lost_read_tells_what_to_check() -> None:
    """Without an answer, the reason, the attempts and what to check are told."""
    error = explain.error(Call("GET", "/", "read"), Lost("the connection was lost", note="tried 6 times"), TOKEN)
    assert str(error) == "no usable answer from Aiven's API: the connection was lost; tried 6 times"
    assert isinstance(error, Unreachable)
    assert "--api-url" in str(error.next)


def test_organizations_are_listed() -> None:
    """The organizations that the token sees, with their names."""
    script = Script([answer(200, payload("organizations"))])
    assert [(one.organization_id, one.name) for one in client(script).organizations()] == [("org1a23f456789", "Acme")]
