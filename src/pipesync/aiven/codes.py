"""What each of Aiven's error codes means here, and what to do next: a table, and nothing else.

The codes are those of Aiven's published OpenAPI document that this feature can meet. Texts may change there
without notice, codes do not.
"""

from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """One sentence on what happened, one on what to do."""

    what: str
    next: str


_LOOK_UP_SERVICE: Final = "check the names in the spec; `avn service list` shows those of a project"
_TRY_LATER: Final = "run the same command again; if it stays, ask Aiven's support"
_ASK_AIVEN: Final = "ask Aiven to enable controlled upgrade pipelines (the feature is enabled on request)"
_NO_SUCH_SERVICE: Final = Meaning("Aiven knows no service of this name in this project", _LOOK_UP_SERVICE)
_NO_SUCH_PROJECT: Final = Meaning(
    "Aiven knows no project of this name, or the token may not see it",
    "check the project's name in the spec, and that the token's user is a member of it",
)
_ONE_ORGANIZATION: Final = Meaning(
    "both services of a step must belong to one organization",
    "check `organization` in the spec, and which organization each project is in",
)
_CALLER_BLOCKED: Final = Meaning(
    "Aiven accepts no requests from this machine's address",
    "add the address to the allow list of the token or organization, or run where it is allowed",
)

MEANINGS: Final[dict[str, Meaning]] = {
    "upgrade_pipeline_not_enabled_for_project": Meaning(
        "controlled upgrade pipelines are not enabled for the destination's project", _ASK_AIVEN
    ),
    "project_not_found": _NO_SUCH_PROJECT,
    "project_does_not_exist": _NO_SUCH_PROJECT,
    "organization_not_found": Meaning(
        "Aiven knows no organization of this id, or the token may not see it",
        "check `organization` in the spec; the Aiven console shows the id under Admin",
    ),
    "upgrade_step_not_found": Meaning(
        "there is no upgrade step of this id any more",
        "it was removed outside pipesync: run `pipesync plan` to see what that means",
    ),
    "upgrade_step_destination_already_has_source": Meaning(
        "the destination already has a source, and Aiven allows one",
        "run `pipesync plan`: it shows the step that is there, and --take-over replaces it",
    ),
    "upgrade_step_validation_not_possible_due_to_service_state": Meaning(
        "the service's state does not allow a validation now",
        "a service must be running to be validated: power it on or wait for it, then approve again",
    ),
    "upgrade_step_source_service_not_found": Meaning("Aiven knows no such source service", _LOOK_UP_SERVICE),
    "upgrade_step_destination_service_not_found": Meaning("Aiven knows no such destination service", _LOOK_UP_SERVICE),
    "upgrade_step_service_type_mismatch": Meaning(
        "source and destination are of different service types", "link two services of the same type"
    ),
    "upgrade_step_unsupported_service_type": Meaning(
        "upgrade pipelines do not support this service type", "remove the step from the spec"
    ),
    "upgrade_step_exceeds_max_chain_length": Meaning(
        "the chain of steps is longer than this account allows",
        "shorten it, or ask Aiven to raise the limit; `limits.max_chain_steps` in the spec must tell the true one",
    ),
    "upgrade_step_would_create_cycle": Meaning(
        "the step would close a cycle of services",
        "a step that is not in the spec may be part of it: run `pipesync plan` to see unmanaged steps",
    ),
    "upgrade_validation_already_exists": Meaning(
        "the version that the source runs is validated already", "nothing needs to be done"
    ),
    "service_is_upgrade_pipeline_source": Meaning(
        "the service is the source of an upgrade step, which forbids this", "remove the step first"
    ),
    "upgrade_pipeline_no_nodes": Meaning(
        "the service has no nodes, so there is no version to go by", "power the service on, then try again"
    ),
    "upgrade_pipeline_no_validation": Meaning(
        "nothing has been validated for this service yet",
        "approve its source first: `pipesync approve PROJECT/SERVICE`",
    ),
    "upgrade_pipeline_service_not_destination": Meaning(
        "the service is not the destination of any upgrade step",
        "run `pipesync plan` to see the steps there are",
    ),
    "upgrade_pipeline_service_not_found": _NO_SUCH_SERVICE,
    "service_not_found": _NO_SUCH_SERVICE,
    "service_does_not_exist": _NO_SUCH_SERVICE,
    "same_organization_required": _ONE_ORGANIZATION,
    "organization_mismatch": _ONE_ORGANIZATION,
    "permission_denied": Meaning(
        "the token's user lacks a right that this needs",
        "changing a step needs write access to both of its projects; reading it, read access to both",
    ),
    "authentication_failed": Meaning("Aiven does not accept the token", "create a new token, or give another one"),
    "not_powered": Meaning("the service is powered off", "power it on, then try again"),
    "feature_not_enabled": Meaning("the feature is not enabled for this account", _ASK_AIVEN),
    "service_maintenance_required": Meaning(
        "the service has maintenance pending that must be applied first",
        "start it in the Aiven console or with `avn service maintenance-start`, then try again",
    ),
    "service_type_version_pin_locked": Meaning("Aiven is changing the pinned version of this service type", _TRY_LATER),
    "bad_request": Meaning(
        "Aiven does not accept the request's values",
        "compare the spec with Aiven's words above; the account's maximum delay may be lower than the spec's limits",
    ),
    "retired_api_endpoint": Meaning(
        "Aiven has switched this part of its API off",
        "update pipesync; without `organization` in the spec the older account-wide API is used: add the line",
    ),
    "api_client_ip_allowlist_blocks_caller": _CALLER_BLOCKED,
    "client_ip_address_policy_violation": _CALLER_BLOCKED,
    "internal_server_error": Meaning("Aiven's API failed", _TRY_LATER),
}

BY_STATUS: Final[dict[int, Meaning]] = {
    400: MEANINGS["bad_request"],
    401: MEANINGS["authentication_failed"],
    403: Meaning(
        "Aiven refuses: the token is not valid, or its user may not do this",
        "check the token, and that its user may read (for changes: write) both projects of the step",
    ),
    404: Meaning("Aiven does not know this", "check --api-url, and the names and `organization` in the spec"),
    405: Meaning("this address does not take such requests", "check --api-url"),
    408: Meaning("Aiven's API gave up waiting for the request", _TRY_LATER),
    409: Meaning("Aiven refuses: this conflicts with what is there", "run `pipesync plan` to see what is there now"),
    413: Meaning("the request is too large for the API or a proxy", "check --api-url and HTTPS_PROXY"),
    429: Meaning("too many requests: Aiven's rate limit is reached", "wait a minute, or use a lower --parallelism"),
    500: MEANINGS["internal_server_error"],
}
"""For codes that are not in the table, and for answers without one."""

NAMES_TOKEN: Final = frozenset({"authentication_failed", "permission_denied"})
"""Codes that speak of the token: the message then tells where it came from."""
