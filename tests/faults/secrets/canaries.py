"""The secrets of a run, each of its own, so that a sighting tells which; and the surroundings that hold them."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote


def _canary(name: str, length: int = 44) -> str:
    """A text like no other, with signs that encodings treat differently; the same each time."""
    return base64.b64encode(hashlib.sha512(name.encode()).digest()).decode()[:length]


TOKEN: Final = _canary("the token of Aiven")
STATE_PASSWORD: Final = _canary("the password of the server of states")
AWS_SECRET: Final = _canary("the secret key of AWS", 40)
AWS_SESSION: Final = _canary("the session token of AWS", 80)
AZURE_KEY: Final = _canary("the account key of Azure", 88)
AZURE_SAS: Final = _canary("the signature of Azure", 43) + "="
PG_PASSWORD: Final = _canary("the password of the database")
GITHUB: Final = "ghs_" + _canary("the token of GitHub", 36)
GITLAB: Final = "glpat-" + _canary("the token of GitLab", 24)
JOB: Final = _canary("the token of a job of GitLab")
PROXY: Final = _canary("the password of the proxy")
SERVICE: Final = "AVNS_" + _canary("the password of a service", 30)
REMOTE: Final = _canary("the password in the address of the remote")

CANARIES: Final[Mapping[str, str]] = {
    "token": TOKEN,
    "password of the state": STATE_PASSWORD,
    "secret key of AWS": AWS_SECRET,
    "session token of AWS": AWS_SESSION,
    "account key of Azure": AZURE_KEY,
    "signature of Azure": AZURE_SAS,
    "password of the database": PG_PASSWORD,
    "token of GitHub": GITHUB,
    "token of GitLab": GITLAB,
    "token of the job": JOB,
    "password of the proxy": PROXY,
    "password of a service": SERVICE,
    "password of the remote": REMOTE,
}

ENVIRONMENT: Final[Mapping[str, str]] = {
    "PIPESYNC_TOKEN": TOKEN,
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": AWS_SECRET,
    "AWS_SESSION_TOKEN": AWS_SESSION,
    "AWS_REGION": "eu-west-1",
    "AZURE_STORAGE_ACCOUNT_NAME": "states",
    "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY,
    "PGPASSWORD": PG_PASSWORD,
    "TF_HTTP_USERNAME": "ada",
    "TF_HTTP_PASSWORD": STATE_PASSWORD,
    "GITHUB_TOKEN": GITHUB,
    "GITLAB_TOKEN": GITLAB,
    "CI_JOB_TOKEN": JOB,
}
"""What every run knows, whether it needs it or not."""

REMOTE_URL: Final = f"https://oauth2:{quote(REMOTE, safe='')}@git.example.com/acme/pipelines.git"
