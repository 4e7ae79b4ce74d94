"""A local Aiven: both dialects of the upgrade pipeline API over one set of data, on loopback.

It may be imported without Flask and waitress; only using it needs them (the `sandbox` extra).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipesync.sandbox.app import create_app
    from pipesync.sandbox.player import play
    from pipesync.sandbox.server import Server, serve
    from pipesync.sandbox.story import StoryError, load_story
    from pipesync.sandbox.world import World
    from pipesync.sandbox.world_file import WorldError, default_world, load_world, world_of

__all__ = [
    "Server",
    "StoryError",
    "World",
    "WorldError",
    "create_app",
    "default_world",
    "load_story",
    "load_world",
    "play",
    "serve",
    "world_of",
]

_HOMES: Final = {
    "Server": "server",
    "StoryError": "story",
    "World": "world",
    "WorldError": "world_file",
    "create_app": "app",
    "default_world": "world_file",
    "load_story": "story",
    "load_world": "world_file",
    "play": "player",
    "serve": "server",
    "world_of": "world_file",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
