"""All that is tried, in parts that may run side by side; each in a short form and at length."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from signal import SIGINT, SIGKILL, SIGTERM, Signals
from typing import Final

from tests.faults.fate import Moment
from tests.faults.figures import Figures
from tests.faults.secrets import deaths, odd, processes, tapes, trials
from tests.faults.secrets.room import Room

Part = Callable[[Room, Figures, bool], None]
"""Makes its trials in a room, at length or not, and takes down what was seen."""


def _trials(made: Callable[..., Iterator[trials.Trial]], on: Room, figures: Figures, at_length: bool) -> None:
    for trial in made(at_length=at_length):
        trials.carry_out(on, trial, figures)


def _odd(on: Room, figures: Figures, at_length: bool) -> None:
    for oddity in odd.oddities():
        odd.meet(on, oddity, figures, loud=at_length)


def _deaths(
    moment: Moment, every: int, least: int, on: Room, figures: Figures, at_length: bool, blow: Signals = SIGKILL
) -> None:
    """`least`: how often it must have come to it, so that the short form is no empty one."""
    died = deaths.die(on, moment, max(1, every // 10) if at_length else every, figures, blow=blow)
    if died < least:
        figures.add(moment, [("missed", f"{died} of {least}")])
    if at_length:
        deaths.die(on, moment, every, figures, place="http")


def _lost(on: Room, figures: Figures, at_length: bool) -> None:
    if deaths.lose_the_state(on, figures, at_length=at_length) < 2:
        figures.add("a state kept aside", [("missed", "there was hardly any")])


def _plainly(do: Callable[[Room, Figures], None], on: Room, figures: Figures, at_length: bool) -> None:
    do(on, figures)


PARTS: Final[Mapping[str, Part]] = {
    "in peace": partial(_trials, trials.in_peace),
    "the API tells": partial(_trials, trials.with_trouble_of_the_api),
    "the forge tells": partial(_trials, trials.with_trouble_of_the_forge),
    **{
        f"the state tells, {kind}": partial(_trials, partial(trials.with_trouble_of_the_state, kind))
        for kind in trials.SECRETS_OF
    },
    "the database tells": lambda on, figures, at_length: odd.ask_a_database(on, figures, at_length=at_length),
    "the proxy tells": lambda on, figures, at_length: odd.ask_a_proxy(on, figures, at_length=at_length),
    "odd places": _odd,
    "killed": partial(_deaths, "file", 3, 5),
    "interrupted": partial(_deaths, "step", 500, 2, blow=SIGINT),
    "terminated": partial(_deaths, "step", 500, 2, blow=SIGTERM),
    "bugs": partial(_deaths, "bug", 800, 4),
    "a state kept aside": _lost,
    "watched": partial(_plainly, processes.watch),
    "crashed": partial(_plainly, processes.crash),
    "a sandbox": partial(_plainly, processes.serve_a_sandbox),
    "on tape": partial(_plainly, tapes.record),
    "played": partial(_plainly, processes.play),
}
