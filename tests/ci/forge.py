"""A GitHub and a GitLab on loopback, as far as comments on pull requests are concerned."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask, Response, jsonify, request

from pipesync.sandbox import Server, serve

GITHUB_BOT: Final = "github-actions[bot]"
GITLAB_BOT: Final = "project_7_bot"

GITHUB_TOKEN: Final = "token-for-comments"
GITLAB_TOKEN: Final = "glpat-for-comments"


@dataclass
class Forge:
    """Comments of one pull request, number 7 of acme/pipelines; `calls` are those made since it stands."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    server: Server | None = None
    refuse: tuple[int, str] | None = None
    """An HTTP status and a message that every call is answered with."""
    answer: bytes | None = None
    """What every call is answered with, as if all were well."""

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def add(self, author: str, body: str) -> None:
        """Somebody comments."""
        self.comments.append({"id": len(self.comments) + 1, "author": author, "body": body})

    def by(self, author: str) -> list[str]:
        """The texts that `author` wrote."""
        return [one["body"] for one in self.comments if one["author"] == author]

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if not call.startswith("GET ")]


@contextmanager
def forge() -> Iterator[Forge]:
    """Both services at once, with the same comments."""
    here = Forge()
    app = Flask("forge")
    _watch(app, here)
    _github(app, here)
    _gitlab(app, here)
    server = serve(app.wsgi_app, 0)
    with server:
        here.server = server
        yield here


def _watch(app: Flask, here: Forge) -> None:
    @app.before_request
    def watch() -> Response | None:
        here.calls.append(f"{request.method} {request.path}")
        if here.answer is not None:
            return Response(here.answer, 200)
        if here.refuse is not None:
            status, message = here.refuse
            answer = jsonify(message=message)
            answer.status_code = status
            if status // 100 == 3:
                answer.headers["Location"] = f"{here.url}/elsewhere"
            return answer
        github = request.headers.get("Authorization") == f"Bearer {GITHUB_TOKEN}"
        gitlab = request.headers.get("PRIVATE-TOKEN") == GITLAB_TOKEN
        if not (gitlab if request.path.startswith("/api/v4") else github):
            return Response('{"message": "Bad credentials"}', 401)
        return None


def _page(entries: list[dict[str, Any]]) -> Response:
    size, page = int(request.args["per_page"]), int(request.args["page"])
    return jsonify(entries[(page - 1) * size : page * size])


def _made(here: Forge, author: str) -> dict[str, Any]:
    here.add(author, _body())
    return here.comments[-1]


def _renewed(here: Forge, number: int) -> dict[str, Any]:
    here.comments[number - 1]["body"] = _body()
    return here.comments[number - 1]


def _body() -> str:
    assert request.json is not None
    return str(request.json["body"])


def _github(app: Flask, here: Forge) -> None:
    def shown(one: dict[str, Any]) -> dict[str, Any]:
        user = {"login": one["author"]} if one["author"] else None
        return {"id": one["id"], "user": user, "body": one["body"].replace("\n", "\r\n")}

    thread = "/repos/acme/pipelines/issues/7/comments"
    app.get(thread, endpoint="github-list")(lambda: _page([shown(one) for one in here.comments]))
    app.post(thread, endpoint="github-create")(lambda: (jsonify(shown(_made(here, GITHUB_BOT))), 201))
    app.patch("/repos/acme/pipelines/issues/comments/<int:number>", endpoint="github-update")(
        lambda number: jsonify(shown(_renewed(here, number)))
    )


def _gitlab(app: Flask, here: Forge) -> None:
    def shown(one: dict[str, Any]) -> dict[str, Any]:
        return {"id": one["id"], "author": {"username": one["author"]}, "body": one["body"].strip()}

    thread = "/api/v4/projects/42/merge_requests/7/notes"
    app.get("/api/v4/user", endpoint="gitlab-user")(lambda: jsonify(username=GITLAB_BOT))
    app.get(thread, endpoint="gitlab-list")(lambda: _page([shown(one) for one in here.comments]))
    app.post(thread, endpoint="gitlab-create")(lambda: (jsonify(shown(_made(here, GITLAB_BOT))), 201))
    app.put(f"{thread}/<int:number>", endpoint="gitlab-update")(lambda number: jsonify(shown(_renewed(here, number))))
