"""The eye itself is put to the test first: what it does not see proves nothing."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from itertools import cycle

import pytest

from tests.faults.secrets.canaries import CANARIES
from tests.faults.secrets.disguises import DISGUISES
from tests.faults.secrets.sightings import Eye

AROUND = "apply of 3 changes, sha256:7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730"


PACKINGS: Sequence[Callable[[str], bytes]] = (
    str.encode,
    lambda text: json.dumps({text: 1}).encode(),
    lambda text: text.encode("utf-16"),
    lambda text: gzip.compress(text.encode()),
    lambda text: b"\0\1" + zlib.compress(text.encode()),
    lambda text: b"data:x;base64," + base64.b64encode(gzip.compress(text.encode())),
)


@pytest.fixture(scope="module")
def eye() -> Eye:
    return Eye(CANARIES)


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES.keys())
def test_every_secret_is_seen_in_every_disguise(eye: Eye, disguise: Callable[[str], str]) -> None:
    """Each by its name, in a text, in JSON, in two bytes a character, and packed."""
    for (name, text), pack in zip(CANARIES.items(), cycle(PACKINGS), strict=False):
        assert eye.sees(pack(f"{AROUND} {disguise(text)} {AROUND}")) == {name}


@pytest.mark.parametrize("pack", PACKINGS)
def test_it_is_seen_in_every_packing(eye: Eye, pack: Callable[[str], bytes]) -> None:
    """Whatever the disguise is."""
    for disguise in DISGUISES.values():
        assert eye.sees(pack(f"{AROUND} {disguise(CANARIES['token'])} {AROUND}")) == {"token"}


def test_nothing_is_seen_where_nothing_is(eye: Eye) -> None:
    """Digests, ids and words are none of them; a line that was clean does not hide the next."""
    clean = f"{AROUND}\n3f2504e0-4f89-41d3-9a0c-0305e82c3301 dev-project/pg-dev\n".encode()
    assert eye.sees(clean * 200) == frozenset()
    assert eye.sees(clean + CANARIES["token"][:9].encode()) == {"token"}
    assert eye.sees(clean + CANARIES["token"][:9].encode()) == {"token"}
