"""The list of steps is whole, or there is none: paging, and every way in which a page may be missing."""

from typing import Any

import pytest

from pipesync.errors import ApiError
from pipesync.model import ServiceRef, UpgradeStep
from tests.contract.scripted import FLAT_STEPS, ORGANIZATION_STEPS, STEP, Script, answer, client, payload, wire

SECOND = UpgradeStep(ServiceRef("staging-project", "pg-staging"), ServiceRef("prod-project", "pg-prod"), 7)
A, B = wire(STEP, "id-a"), wire(SECOND, "id-b")


def page(*steps: Any, **paging: Any) -> Any:
    return answer(200, {"steps": list(steps), **paging})


def test_the_organization_list_asks_for_large_pages() -> None:
    """Pages of 999, the most that the API allows, one after the other by their cursor."""
    script = Script([page(A, next="c/1+=", total_count=2), page(B, next=None, total_count=2)])
    steps = client(script).list_steps()
    assert [live.step_id for live in steps] == ["id-a", "id-b"]
    assert script.asked == [
        f"GET {ORGANIZATION_STEPS}?limit=999",
        f"GET {ORGANIZATION_STEPS}?limit=999&cursor=c%2F1%2B%3D",
    ]


def test_the_flat_list_sends_no_parameters() -> None:
    """Nothing is documented for the flat list, so nothing is asked for; a cursor that it gives is used."""
    script = Script(
        [answer(200, {"data": [wire(STEP, "id-a", "")], "next": "2"}), answer(200, [wire(SECOND, "b", "")])]
    )
    assert len(client(script, None).list_steps()) == 2
    assert script.asked == [f"GET {FLAT_STEPS}", f"GET {FLAT_STEPS}?cursor=2"]


@pytest.mark.parametrize(
    ("following", "cursor"),
    [
        ("abc", "abc"),
        ("a+b/c==", "a%2Bb%2Fc%3D%3D"),
        ("/starts/with/slash", "%2Fstarts%2Fwith%2Fslash"),
        ("cursor=abc&limit=999", "abc"),
        ("?cursor=abc", "abc"),
        (f"{ORGANIZATION_STEPS}?limit=999&cursor=abc", "abc"),
        ("https://api.example.com/v1/x?cursor=a%2Bb#top", "a%2Bb"),
        ("https://evil.example.net/steal?cursor=abc", "abc"),
    ],
)
def test_next_in_every_form(following: str, cursor: str) -> None:
    """`next` may be a cursor, a query or an address: its cursor is used, no address is followed."""
    script = Script([page(A, next=following), page(B)])
    assert len(client(script).list_steps()) == 2
    assert script.asked[1] == f"GET {ORGANIZATION_STEPS}?limit=999&cursor={cursor}"
    assert {request.url.host for request in script.log} == {"api.example.com"}


@pytest.mark.parametrize("following", ["https://api.example.com/page/2", "?page=2", "?cursor=", "?cursor=a&cursor=b"])
def test_next_that_cannot_be_read(following: str) -> None:
    """A next page that cannot be found makes the list useless."""
    with pytest.raises(ApiError, match="where its next page is cannot be read"):
        client(Script([page(A, next=following), page(B)])).list_steps()


def test_a_repeated_cursor_aborts() -> None:
    """Pages that lead back to an earlier one are no list."""
    script = Script([page(next="x"), page(next="y"), page(next="x")])
    with pytest.raises(ApiError, match="go round in a circle"):
        client(script).list_steps()
    assert len(script.log) == 3


def test_an_endless_list_aborts() -> None:
    """A list that always has another page is given up."""
    asked: list[str] = []

    def endless(request: Any) -> Any:
        asked.append(str(request.url))
        return page(next=f"c{len(asked)}")

    with pytest.raises(ApiError, match="no end after 1000 pages"):
        client(endless).list_steps()


def test_a_count_that_is_met_on_the_second_reading() -> None:
    """Someone may have deleted a step between two pages, so a wrong count is read once more, from the start."""
    script = Script([page(A, total_count=2), page(A, B, total_count=2)])
    assert len(client(script).list_steps()) == 2
    assert script.asked == [f"GET {ORGANIZATION_STEPS}?limit=999"] * 2


@pytest.mark.parametrize("total", [0, 1, 3, 10_000])
def test_a_count_that_is_not_met_aborts(total: int) -> None:
    """A list that is shorter or longer than Aiven's own count, twice, is not believed."""
    script = Script([page(A, B, total_count=total)])
    with pytest.raises(ApiError, match=f"counts {total} steps but lists 2") as caught:
        client(script).list_steps()
    assert len(script.log) == 2
    assert "nothing was changed" in str(caught.value.next)


def test_two_steps_with_one_destination_abort() -> None:
    """Aiven allows one source for a destination, so such a list is not what is there."""
    other = wire(UpgradeStep(ServiceRef("else", "pg"), STEP.destination, 3), "id-x")
    with pytest.raises(ApiError, match="two steps have one destination, staging-project/pg-staging"):
        client(Script([page(A, next="2"), page(other)])).list_steps()


def test_one_step_listed_twice_aborts() -> None:
    """The same step on two pages means that another one slipped through between them."""
    with pytest.raises(ApiError, match="one step is listed twice"):
        client(Script([page(A, next="2"), page(A, B)])).list_steps()


def test_a_page_that_fails_aborts() -> None:
    """The pages before it are worth nothing."""
    with pytest.raises(ApiError, match="the token"):
        client(Script([page(A, next="2"), answer(403)])).list_steps()


def test_an_unreadable_page_aborts() -> None:
    """A page whose step lacks a field names the field."""
    with pytest.raises(ApiError, match=r"cannot be read: steps\[0\].step_id is missing") as caught:
        client(Script([page({**A, "step_id": None} and {k: v for k, v in A.items() if k != "step_id"})])).list_steps()
    assert caught.value.operation == f"list the upgrade steps (GET {ORGANIZATION_STEPS})"


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_flat_list_names_the_organizations(status: int) -> None:
    """Without the account-wide API, the error shows the line that the spec lacks."""
    script = Script([answer(status, {"message": "Not found"}), answer(200, payload("organizations"))])
    with pytest.raises(ApiError) as caught:
        client(script, None).list_steps()
    assert script.asked == [f"GET {FLAT_STEPS}", "GET /v1/organizations"]
    assert str(caught.value.next).splitlines()[1:] == ["organization: org1a23f456789  # Acme"]
    assert caught.value.message == "Not found"


def test_a_missing_flat_list_without_organizations() -> None:
    """If they cannot be read either, the error still says what to try."""
    with pytest.raises(ApiError) as caught:
        client(Script([answer(404), answer(403)]), None).list_steps()
    assert "--api-url" in str(caught.value.next)
    assert caught.value.status == 404


def test_a_missing_organization_list_gives_no_such_hint() -> None:
    """With an organization, 404 means what its code says."""
    script = Script([answer(404, payload("error-organization-not-found"))])
    with pytest.raises(ApiError, match="knows no organization of this id"):
        client(script).list_steps()
    assert len(script.log) == 1
