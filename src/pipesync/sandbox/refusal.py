"""What the platform answers when it refuses: Aiven's error codes, their statuses, and the body around them."""

from http import HTTPStatus
from typing import Any, Final

DOCUMENTED: Final = {
    "authentication_failed": HTTPStatus.FORBIDDEN,
    "organization_not_found": HTTPStatus.NOT_FOUND,
    "project_not_found": HTTPStatus.NOT_FOUND,
    "upgrade_pipeline_not_enabled_for_project": HTTPStatus.FORBIDDEN,
    "upgrade_step_destination_already_has_source": HTTPStatus.CONFLICT,
    "upgrade_step_not_found": HTTPStatus.NOT_FOUND,
    "upgrade_step_validation_not_possible_due_to_service_state": HTTPStatus.CONFLICT,
}
"""Codes whose status Aiven's API description states."""

CHOSEN: Final = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "organization_mismatch": HTTPStatus.BAD_REQUEST,
    "permission_denied": HTTPStatus.FORBIDDEN,
    "same_organization_required": HTTPStatus.BAD_REQUEST,
    "service_does_not_exist": HTTPStatus.NOT_FOUND,
    "upgrade_step_destination_service_not_found": HTTPStatus.NOT_FOUND,
    "upgrade_step_exceeds_max_chain_length": HTTPStatus.CONFLICT,
    "upgrade_step_service_type_mismatch": HTTPStatus.BAD_REQUEST,
    "upgrade_step_source_service_not_found": HTTPStatus.NOT_FOUND,
    "upgrade_step_unsupported_service_type": HTTPStatus.BAD_REQUEST,
    "upgrade_step_would_create_cycle": HTTPStatus.CONFLICT,
}
"""Codes that Aiven names without a status for this feature: each status is this sandbox's choice (docs/sandbox.md)."""


class RefusalError(Exception):
    """The platform refuses a request, with one of Aiven's codes, or with a bare status where none is known."""

    def __init__(self, message: str, error_code: str | None = None, *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code
        self.status = int(status or DOCUMENTED.get(error_code or "") or CHOSEN[error_code or ""])


def error_body(message: str, status: int, error_code: str | None) -> dict[str, Any]:
    """Aiven's general form of an error: a message, and a list that usually holds one error."""
    error: dict[str, Any] = {"message": message, "status": status}
    if error_code is not None:
        error["error_code"] = error_code
    return {"message": message, "errors": [error]}
