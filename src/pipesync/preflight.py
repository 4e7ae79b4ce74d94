"""What a plan reads before it is decided: the live steps, and the services of the chains that change."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipesync.model import Service


@dataclass(frozen=True, slots=True)
class Services:
    """By project: its services by name, or the reason why they could not be read."""

    known: Mapping[str, Mapping[str, Service]]
    unreadable: Mapping[str, str]
