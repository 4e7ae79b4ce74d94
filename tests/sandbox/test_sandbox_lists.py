"""Lists of steps: pages, cursors and filters."""

from typing import Any

import pytest

from tests.sandbox.running import FLAT_STEPS, STEPS, Running, running

COUNT = 75


def world(**more: Any) -> dict[str, Any]:
    names = [f"pg-{number}" for number in range(COUNT)]
    return {
        "organization": "org1a23f456789",
        "services": [{"project": project, "names": names, "type": "pg"} for project in ("a", "b")],
        "steps": [{"source": f"a/{name}", "destination": f"b/{name}"} for name in names],
        **more,
    }


def names(answer: dict[str, Any]) -> list[str]:
    return [step["destination_service_name"] for step in answer["steps"]]


def walk(here: Running, limit: int) -> list[dict[str, Any]]:
    """All pages, first to last."""
    pages: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        pages.append(here.http.get(STEPS, params=query).raise_for_status().json())
        cursor = pages[-1]["next"]
    return pages


@pytest.mark.parametrize(("limit", "sizes"), [(30, [30, 30, 15]), (75, [75]), (74, [74, 1]), (999, [75])])
def test_pages_hold_every_step_once_in_order(limit: int, sizes: list[int]) -> None:
    """Following `next` gives all steps in the order of their creation, and each page knows the total."""
    with running(world()) as here:
        pages = walk(here, limit)

    assert [len(page["steps"]) for page in pages] == sizes
    assert [name for page in pages for name in names(page)] == [f"pg-{n}" for n in range(COUNT)]
    assert {page["total_count"] for page in pages} == {COUNT}


def test_first_last_and_prev_lead_where_they_say() -> None:
    """The links of a middle page lead to the first, the last and the previous page."""
    with running(world()) as here:
        first, middle, last = walk(here, 30)
        led = {
            link: names(here.http.get(STEPS, params={"limit": 30, "cursor": middle[link]}).json())
            for link in ("first", "prev", "next", "last")
        }

    assert led == {"first": names(first), "prev": names(first), "next": names(last), "last": names(last)}
    assert (first["prev"], last["next"]) == (None, None)


def test_a_cursor_survives_deletes_and_creates_between_pages() -> None:
    """What is deleted or added between two pages neither repeats nor hides a step that stays."""
    with running(world()) as here:
        first = here.http.get(STEPS, params={"limit": 30}).json()
        for step in first["steps"][:5]:
            here.http.delete(f"{STEPS}/{step['step_id']}").raise_for_status()
        here.step("a/pg-0", "b/pg-0")
        second = here.http.get(STEPS, params={"limit": 999, "cursor": first["next"]}).json()

    assert names(second) == [f"pg-{n}" for n in range(30, COUNT)] + ["pg-0"]


@pytest.mark.parametrize("limit", ["29", "1000", "0", "-5", "ten", "", "٣٠"])
def test_a_limit_outside_30_to_999_is_400(sandbox: Running, limit: str) -> None:
    """The schema's limits of `limit` are enforced."""
    answer = sandbox.http.get(STEPS, params={"limit": limit})

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (400, "bad_request")


@pytest.mark.parametrize("cursor", ["x", "!!!!", "YWZ0ZXI6eA==", "YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "é"])
def test_a_made_up_cursor_is_400(sandbox: Running, cursor: str) -> None:
    """A cursor is passed back verbatim or not at all."""
    assert sandbox.http.get(STEPS, params={"cursor": cursor}).status_code == 400


def test_filters_combine_and_the_total_counts_what_they_leave() -> None:
    """All four filters must match, as the official operator assumes."""
    with running(world()) as here:
        here.step("a/pg-1", "a/pg-2")
        by_source = here.http.get(STEPS, params={"source_project_name": "a", "source_service_name": "pg-1"})
        by_both = here.http.get(
            STEPS,
            params={
                "source_project_name": "a",
                "source_service_name": "pg-1",
                "destination_project_name": "b",
                "destination_service_name": "pg-1",
            },
        )

    assert (names(by_source.json()), by_source.json()["total_count"]) == (["pg-1", "pg-2"], 2)
    assert (names(by_both.json()), by_both.json()["total_count"]) == (["pg-1"], 1)


def test_a_service_filter_longer_than_36_characters_is_400(sandbox: Running) -> None:
    """The filter takes 36 characters although a service's name may have 64."""
    query = {"source_service_name": "x" * 37}

    assert sandbox.http.get(STEPS, params=query).status_code == 400
    assert sandbox.http.get(STEPS, params={"source_project_name": "x" * 63}).status_code == 200


def test_unknown_query_parameters_are_ignored(sandbox: Running) -> None:
    """Aiven's Go clients send `limit=999` with every request, other ones too."""
    step = sandbox.http.post(
        f"{STEPS}?limit=999&wanted=no",
        json={
            "source_project_name": "dev-project",
            "source_service_name": "pg-dev",
            "destination_project_name": "prod-project",
            "destination_service_name": "pg-prod",
        },
    ).json()

    assert sandbox.http.get(STEPS, params={"nonsense": "1"}).json()["steps"] == [step]
    assert sandbox.http.delete(f"{STEPS}/{step['step_id']}?limit=5").status_code == 204


@pytest.mark.parametrize(
    ("paging", "expected"),
    [({}, {"next": None, "prev": None}), ({"end": "empty"}, {"next": "", "prev": ""}), ({"end": "absent"}, {})],
)
def test_the_world_says_how_the_last_page_ends(paging: dict[str, Any], expected: dict[str, Any]) -> None:
    """A page that does not exist is null, an empty string, or no key at all."""
    with running(world(paging=paging)) as here:
        page = here.http.get(STEPS, params={"limit": 999}).json()

    assert {key: page[key] for key in ("next", "prev") if key in page} == expected


def test_links_may_be_urls() -> None:
    """With `links: url` the next page is a complete address that keeps the query."""
    with running(world(paging={"links": "url"})) as here:
        first = here.http.get(STEPS, params={"limit": 40, "source_project_name": "a"}).json()
        assert first["next"].startswith(f"{here.url}{STEPS}?limit=40&source_project_name=a&cursor=")
        assert names(here.http.get(first["next"]).json()) == [f"pg-{n}" for n in range(40, COUNT)]


def test_the_default_page_size_is_the_worlds() -> None:
    """Without `limit` a page has the world's default length."""
    with running(world(paging={"default_limit": 50})) as here:
        assert len(here.listed()) == 50


@pytest.mark.parametrize(
    ("flat", "key", "first_step"),
    [
        ({}, "steps", {"step_id": "id-1", "source_project": "a"}),
        ({"list": "upgrade_steps", "id": "id"}, "upgrade_steps", {"id": "id-1", "source_project": "a"}),
        ({"list": "bare", "names": "_name"}, None, {"step_id": "id-1", "source_project_name": "a"}),
    ],
)
def test_the_flat_list_has_the_worlds_shape_and_all_steps(
    flat: dict[str, Any], key: str | None, first_step: dict[str, str]
) -> None:
    """The account-wide list is unpaged, and under a key or bare, with the names the world sets."""
    described = world(flat=flat)
    described["steps"][0]["step_id"] = "id-1"
    with running(described) as here:
        answer = here.http.get(FLAT_STEPS).json()

    steps = answer if key is None else answer[key]
    assert len(steps) == COUNT
    assert first_step.items() <= steps[0].items()


@pytest.mark.parametrize("wrapped", ["bare", "step", "upgrade_step"])
def test_one_flat_step_is_bare_or_wrapped(wrapped: str) -> None:
    """Create, get and update answer with the step, under the key that the world sets."""
    flat = {"step": wrapped, "create_status": 201, "empty_status": 200}
    with running(world(flat=flat, steps=[])) as here:
        body = {"source_project": "a", "source_service": "pg-0"}
        body |= {"destination_project": "b", "destination_service": "pg-0"}
        created = here.http.post(FLAT_STEPS, json=body)
        step = created.json() if wrapped == "bare" else created.json()[wrapped]
        place = f"{FLAT_STEPS}/{step['step_id']}"
        updated = here.http.patch(place, json={"auto_validation_delay_days": 30}).json()
        validated = here.http.post("/v1/project/a/service/pg-0/upgrade_validation")
        deleted = here.http.delete(place)

    assert created.status_code == 201
    expected = {**step, "auto_validation_delay_days": 30}
    assert updated == (expected if wrapped == "bare" else {wrapped: expected})
    assert body.items() <= step.items()
    assert [(answer.status_code, answer.json()) for answer in (validated, deleted)] == [(200, {})] * 2


def test_the_flat_list_may_be_paged() -> None:
    """With `paged: true` the flat list takes `cursor` and `limit` like the organization's."""
    with running(world(flat={"paged": True})) as here:
        first = here.http.get(FLAT_STEPS, params={"limit": 60}).json()
        second = here.http.get(FLAT_STEPS, params={"limit": 60, "cursor": first["next"]}).json()

    assert (len(first["steps"]), len(second["steps"]), second["next"]) == (60, 15, None)


def test_flat_requests_take_names_without_suffix_only(sandbox: Running) -> None:
    """The organization dialect's field names mean nothing to the flat one."""
    body = {"source_project_name": "dev-project", "source_service_name": "pg-dev"}
    body |= {"destination_project_name": "prod-project", "destination_service_name": "pg-prod"}

    assert sandbox.http.post(FLAT_STEPS, json=body).status_code == 400


def test_both_dialects_see_the_same_steps(sandbox: Running) -> None:
    """What one dialect creates, the other lists under the same id."""
    step = sandbox.step("dev-project/pg-dev", "prod-project/pg-prod", auto_validation_delay_days=5)

    (flat,) = sandbox.http.get(FLAT_STEPS).json()["steps"]

    assert flat == {
        "step_id": step["step_id"],
        "source_project": "dev-project",
        "source_service": "pg-dev",
        "destination_project": "prod-project",
        "destination_service": "pg-prod",
        "auto_validation_delay_days": 5,
        "last_validation": None,
    }
