"""A stage whose state is elsewhere: what is there is part of its scenes, as files of a local state would be."""

from pipesync.state import State
from pipesync.store.envelope import opened
from tests.faults.elsewhere import Elsewhere
from tests.faults.fate import NEVER, Fate, Point
from tests.faults.forks import Ended
from tests.faults.gate import Trap
from tests.faults.stage import STATE, Scene, Stage, Watch


class Away(Stage):
    """Its runs can be killed at a request for their state, too. Nothing begins before `settle`."""

    def settle(self, elsewhere: Elsewhere) -> None:
        """From now on the state is there."""
        self.elsewhere = elsewhere
        self.environment = elsewhere.environment()

    def set(self, scene: Scene, hidden: str | None = None) -> None:
        here = {name: content for name, content in scene.files.items() if not name.startswith(STATE)}
        super().set(Scene(scene.steps, here), hidden)
        self.elsewhere.put({name: content for name, content in scene.files.items() if name not in here})

    def scene(self) -> Scene:
        found = super().scene()
        return Scene(found.steps, {**found.files, **self.elsewhere.get()})

    def state(self) -> State | None:
        found = self.elsewhere.get().get(STATE)
        text = None if found is None else opened(found).state
        return None if text is None else State.model_validate_json(text)

    def run(self, *arguments: str, at: Point = NEVER, watch: Watch | None = None, narrow: bool = False) -> Ended:
        ended = super().run(*arguments, at=at, watch=watch, narrow=narrow)
        self.elsewhere.door.wait_until_quiet()
        return ended

    def _lure(self, fate: Fate) -> Trap | None:
        self.elsewhere.door.expect(fate.trap_at_the_state())
        return super()._lure(fate)
