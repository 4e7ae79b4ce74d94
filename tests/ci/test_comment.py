"""`pipesync comment`: one comment, made once and renewed in its place, by the rules of GitHub and of GitLab."""

import json
from base64 import b64encode
from collections.abc import Mapping

import pytest

from tests.ci.forge import GITHUB_BOT, GITHUB_TOKEN, GITLAB_BOT, GITLAB_TOKEN, Forge
from tests.cli.shell import Shell

MARKER = "<!-- pipesync:plan -->"
SERVICES = ["GitHub", "GitLab"]
BOT = {"GitHub": GITHUB_BOT, "GitLab": GITLAB_BOT}


def job(here: Forge, service: str, shell: Shell, event: object = None) -> Mapping[str, str]:
    """The variables of a job that runs for pull request 7."""
    if service == "GitLab":
        return {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": f"{here.url}/api/v4",
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": "7",
            "GITLAB_TOKEN": GITLAB_TOKEN,
        }
    text = json.dumps({"pull_request": {"number": 7, "title": "`$(id)` ::error::"}} if event is None else event)
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": here.url,
        "GITHUB_REPOSITORY": "acme/pipelines",
        "GITHUB_EVENT_PATH": str(shell.write(text, "event.json")),
        "GITHUB_TOKEN": GITHUB_TOKEN,
    }


@pytest.mark.parametrize("service", SERVICES)
def test_one_comment_is_made_and_then_renewed(pipesync: Shell, here: Forge, service: str) -> None:
    """Between the comments of others, which stay as they are; the marker is its first line."""
    here.add("alice", "Please look.")
    env = job(here, service, pipesync)

    pipesync.write("# Plan\n\n1 to add\n", "plan.md")
    assert pipesync.ok("comment", "plan.md", **env).err == "A comment was made.\n"
    here.add("bob", "Looks good.")
    pipesync.write(f"{MARKER}\n# Plan\n\n2 to add\n", "plan.md")
    assert pipesync.ok("comment", "plan.md", **env).err == "The comment was renewed.\n"

    assert here.by(BOT[service]) == [f"{MARKER}\n# Plan\n\n2 to add\n"]
    assert (here.by("alice"), here.by("bob")) == (["Please look."], ["Looks good."])


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_text_is_not_sent_again(pipesync: Shell, here: Forge, service: str) -> None:
    """Nobody gets a notification for nothing."""
    env = job(here, service, pipesync)
    pipesync.write("1 to add\n", "plan.md")
    pipesync.ok("comment", "plan.md", **env)
    before = [*here.writes]
    assert "says so already" in pipesync.ok("comment", "plan.md", **env).err
    assert here.writes == before


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_to_say_makes_no_comment(pipesync: Shell, here: Forge, service: str) -> None:
    """An empty text is what `plan --quiet-if-empty` leaves."""
    pipesync.write("", "plan.md")
    pipesync.ok("comment", "plan.md", **job(here, service, pipesync))
    assert (here.writes, here.comments) == ([], [])


@pytest.mark.parametrize("service", SERVICES)
def test_a_comment_that_is_out_of_date_says_so(pipesync: Shell, here: Forge, service: str) -> None:
    """The change was taken back: the old plan does not stay there as if it were true."""
    env = job(here, service, pipesync)
    pipesync.write("1 to destroy\n", "plan.md")
    pipesync.ok("comment", "plan.md", **env)
    pipesync.write(f"{MARKER}\n", "plan.md")
    pipesync.ok("comment", "plan.md", **env)
    assert here.by(BOT[service]) == [f"{MARKER}\nNothing to change any more: the last plan has no changes.\n"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_comment_of_somebody_else_is_never_taken_for_ours(pipesync: Shell, here: Forge, service: str) -> None:
    """Who writes our first line gets no text of ours into a comment that they may edit."""
    here.add("mallory", f"{MARKER}\nNo changes.")
    here.add("", f"{MARKER}\nby an account that is gone")
    pipesync.write("1 to destroy\n", "plan.md")
    pipesync.ok("comment", "plan.md", **job(here, service, pipesync))
    assert here.by("mallory") == [f"{MARKER}\nNo changes."]
    assert here.by(BOT[service]) == [f"{MARKER}\n1 to destroy\n"]


def test_the_author_can_be_named(pipesync: Shell, here: Forge) -> None:
    """For a token that is not the job's own."""
    here.add("upgrade-app[bot]", MARKER)
    pipesync.write("1 to add\n", "plan.md")
    pipesync.ok("comment", "plan.md", "--author", "upgrade-app[bot]", **job(here, "GitHub", pipesync))
    assert here.by("upgrade-app[bot]") == [f"{MARKER}\n1 to add\n"]
    assert len(here.comments) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_our_comment_is_found_on_a_later_page(pipesync: Shell, here: Forge, service: str) -> None:
    """Behind a hundred others."""
    for _ in range(100):
        here.add("alice", "and")
    here.add(BOT[service], f"{MARKER}\nold")
    pipesync.write("new\n", "plan.md")
    pipesync.ok("comment", "plan.md", **job(here, service, pipesync))
    assert here.by(BOT[service]) == [f"{MARKER}\nnew\n"]


@pytest.mark.parametrize("service", SERVICES)
def test_several_plans_have_a_comment_each(pipesync: Shell, here: Forge, service: str) -> None:
    """Told apart by the first line of the page, or by --comment-id."""
    env = job(here, service, pipesync)
    for name in ["eu", "us", "eu"]:
        pipesync.write(f"<!-- pipesync:plan {name} -->\nfor {name}\n", "plan.md")
        pipesync.ok("comment", "plan.md", **env)
    pipesync.write("", "plan.md")
    pipesync.ok("comment", "plan.md", "--comment-id", "us", **env)
    assert here.by(BOT[service]) == [
        "<!-- pipesync:plan eu -->\nfor eu\n",
        "<!-- pipesync:plan us -->\nNothing to change any more: the last plan has no changes.\n",
    ]


@pytest.mark.parametrize("name", ["a b", "-->", "a--b", "--", "é", "a\n"])
def test_a_name_cannot_end_the_marker(pipesync: Shell, here: Forge, name: str) -> None:
    """It stands in an HTML comment."""
    pipesync.write("x", "plan.md")
    assert pipesync("comment", "plan.md", f"--comment-id={name}", **job(here, "GitHub", pipesync)).code == 64
    assert here.calls == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "refuses the comment (401): \\x1b[31mno \\x3a:error:: for you"),
        (403, "permissions: pull-requests: write"),
        (302, "refuses the comment (302)"),
        (500, "run the job again"),
    ],
)
def test_a_refusal_is_told_with_what_to_do(pipesync: Shell, here: Forge, status: int, words: str) -> None:
    """In the service's words, made harmless; a redirect is not followed, and the token is never told."""
    here.refuse = (status, "\x1b[31mno \n::error:: for you" if status == 401 else "no")
    pipesync.write("x", "plan.md")
    result = pipesync("comment", "plan.md", **job(here, "GitHub", pipesync))
    assert result.code == 1
    assert words.replace("\\x3a:error", "\\n::error") in result.err
    assert result.err.startswith("Error: GitHub refuses the comment")
    assert GITHUB_TOKEN not in result.both
    assert not any(call.endswith("/elsewhere") for call in here.calls)


@pytest.mark.parametrize("service", ["GitHub", "GitLab"])
@pytest.mark.parametrize("form", ["plain", "base64", "hexadecimal"])
def test_a_refusal_does_not_tell_the_token(pipesync: Shell, here: Forge, service: str, form: str) -> None:
    """Also where the service says it back, in its own words."""
    token = {"GitHub": GITHUB_TOKEN, "GitLab": GITLAB_TOKEN}[service]
    told = {"plain": token, "base64": b64encode(token.encode()).decode(), "hexadecimal": token.encode().hex()}[form]
    here.refuse = (403, f"who is {told}")
    pipesync.write("x", "plan.md")
    result = pipesync("comment", "plan.md", **job(here, service, pipesync))
    assert (result.code, "refuses the comment (403): who is [token]" in result.err) == (1, True)


@pytest.mark.parametrize(
    ("service", "answer", "words"),
    [
        ("GitHub", b"<html>", "GitHub answered with something that is not JSON"),
        ("GitHub", b"{}", "GitHub answered with something that is no list"),
        ("GitHub", b'[{"id": "x"}]', "GitHub answered with something that is no comment"),
        ("GitLab", b"{}", "GitLab does not tell whose token it is"),
    ],
)
def test_an_answer_that_makes_no_sense(pipesync: Shell, here: Forge, service: str, answer: bytes, words: str) -> None:
    """A proxy's page, say: nothing is written."""
    here.answer = answer
    pipesync.write("x", "plan.md")
    result = pipesync("comment", "plan.md", **job(here, service, pipesync))
    assert (result.code, here.writes) == (1, [])
    assert result.err.startswith(f"Error: {words}")


def test_a_thread_without_an_end(pipesync: Shell, here: Forge) -> None:
    """It is given up, and no comment is made twice."""
    here.answer = json.dumps([{"id": 1, "user": None, "body": "and"}] * 100).encode()
    pipesync.write("x", "plan.md")
    result = pipesync("comment", "plan.md", **job(here, "GitHub", pipesync))
    assert (result.code, here.writes, len(here.calls)) == (1, [], 100)
    assert "more than 10000 comments" in result.err


@pytest.mark.parametrize(("service", "most"), [("GitHub", 65_536), ("GitLab", 1_000_000)])
def test_a_text_that_is_too_long(pipesync: Shell, here: Forge, service: str, most: int) -> None:
    """It is not cut: that would break its tables and folds."""
    env = job(here, service, pipesync)
    room = most - len(MARKER) - 1
    pipesync.write("ä" * (room + 1), "plan.md")
    result = pipesync("comment", "plan.md", **env)
    assert (result.code, here.writes) == (1, [])
    assert f"the text is too long for a comment: {most + 1:,} characters, {service} takes {most:,}" in result.err
    pipesync.write("ä" * room, "plan.md")
    pipesync.ok("comment", "plan.md", **env)


def test_without_an_answer(pipesync: Shell, here: Forge) -> None:
    """An error that says who did not answer."""
    pipesync.write("x", "plan.md")
    env = {**job(here, "GitHub", pipesync), "GITHUB_API_URL": "http://127.0.0.1:1"}
    result = pipesync("comment", "plan.md", **env)
    assert (result.code, result.err.splitlines()[0]) == (
        1,
        "Error: GitHub cannot be reached: [Errno 111] Connection refused",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"GITHUB_ACTIONS": ""}, "this is no job of GitHub or GitLab"),
        ({"GITHUB_EVENT_PATH": "nowhere.json"}, "this job of GitHub runs for something else"),
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_TOKEN": "a\x1bb"}, "GITHUB_TOKEN holds something that no token holds"),
        ({"GITHUB_REPOSITORY": "a/b/c?x=../"}, "names no repository that could be one"),
        ({"GITHUB_API_URL": "http://api.example.org"}, "plain http:// is for this machine only"),
    ],
)
def test_what_is_missing_is_told(pipesync: Shell, here: Forge, change: dict[str, str], words: str) -> None:
    """Before anything is sent."""
    pipesync.write("x", "plan.md")
    result = pipesync("comment", "plan.md", **{**job(here, "GitHub", pipesync), **change})
    assert (result.code, result.out, here.calls) == (1, "", [])
    assert result.err.startswith("Error: ")
    assert words in result.err


@pytest.mark.parametrize("event", [{}, [], {"pull_request": {"number": "7/../8"}}, {"ref": "refs/heads/main"}])
def test_an_event_without_a_pull_request(pipesync: Shell, here: Forge, event: object) -> None:
    """A push has none."""
    pipesync.write("x", "plan.md")
    result = pipesync("comment", "plan.md", **job(here, "GitHub", pipesync, event))
    assert (result.code, here.calls) == (1, [])
    assert "there is no pull request to comment on" in result.err


@pytest.mark.parametrize("text", [None, b"\xff\xfe"])
def test_a_text_that_cannot_be_read(pipesync: Shell, here: Forge, text: bytes | None) -> None:
    """A missing file is never taken for a plan without changes."""
    if text is not None:
        pipesync.write(text, "plan.md")
    result = pipesync("comment", "plan.md", **job(here, "GitHub", pipesync))
    assert (result.code, here.calls) == (1, [])
    assert "the comment's text cannot be read" in result.err


def test_a_fork_comments_on_the_project_it_asks(pipesync: Shell, here: Forge) -> None:
    """GitLab runs a fork's pipeline in the fork; the merge request is the other project's."""
    pipesync.write("x", "plan.md")
    env = {**job(here, "GitLab", pipesync), "CI_PROJECT_ID": "99", "CI_MERGE_REQUEST_PROJECT_ID": "42"}
    pipesync.ok("comment", "plan.md", **env)
    assert len(here.by(GITLAB_BOT)) == 1
