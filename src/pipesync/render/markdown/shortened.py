"""A plan in Markdown where there is no room for all of it: what is most dangerous, and how much is not listed.

A step that is destroyed or replaced is a row of the table, or at least a name; where not even the names fit, the
steps are counted by project, and the risk is high because nobody can review what is not listed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipesync import risk
from pipesync.plan import Change
from pipesync.render.escape import code
from pipesync.render.markdown.pieces import TABLE, Alert, PlanPage, quoted
from pipesync.render.markdown.posting import size
from pipesync.render.words import sentences, terms
from pipesync.risk import Risk

_SHARE_OF_ALERTS: Final = 0.3
"""Of the room, so that the changes have the rest; the gravest have most of it."""

_REFUSED: Final = 160
"""Characters that say that a plan is refused, and by how many findings: there is always room for that."""

_SHARE_OF_NAMES: Final = 0.7
"""Of the room, where not even the names fit: the counts have the rest."""

_TITLES: Final = 100
"""Characters for the titles of two lists of names."""

_COUNTING: Final = 200
"""Characters for two sentences with numbers about what is not listed."""

_NOTICE: Final = "<sub>Shortened to fit here.</sub>\n\n"

_MISSES: Final = 20
"""So many lines in a row that do not fit: then no more are looked at."""


def shortened(page: PlanPage, limit: int) -> str:
    """At most `limit` characters, of which there are at least `posting.LEAST`; destroys go before what stands below."""
    told = [sentence for sentence in sentences.reach(page.plan) if size(sentence) * 40 < limit]
    beside = "".join(piece for piece in (page.note, page.options) if size(piece) * 6 < limit)
    last = f"{_notice(page, limit)}{_digest(page)}"
    ways = (
        (told, beside, _end(page, limit)),
        (told, beside, last),
        ((), "", last),
        ((), "", f"{_NOTICE}{_digest(page)}"),
    )
    pages = [_page(page, limit, *way) for way in ways]
    fitting = [(text, complete) for text, complete in pages if size(text) <= limit]
    return next((text for text, complete in fitting if complete), fitting[0][0])


def _page(page: PlanPage, limit: int, told: Sequence[str], beside: str, end: str) -> tuple[str, bool]:
    """The page with this beginning and end, and whether it names every destroy."""
    every, some = page.head(page.judged, told), page.head(_unlisted(page.judged), told)
    room = limit - max(size(every), size(some)) - size(beside) - size(end)
    dangers = "".join(_alerts(page.alerts, max(_REFUSED, int(room * _SHARE_OF_ALERTS))))
    listed, complete = _changes(page, room - size(dangers))
    return "".join((every if complete else some, beside, dangers, listed, end)), complete


def _unlisted(judged: Risk | None) -> Risk:
    return Risk(risk.NOT_ALL_LISTED, {} if judged is None else judged.changes)


def _end(page: PlanPage, limit: int) -> str:
    """The counts of what is no change, where all of it is, the next command and the foot, as far as they are short."""
    pieces = (_beside(page), page.next, _notice(page, limit))
    foot = page.foot if size(page.foot) * 5 < limit else _digest(page)
    return "".join(piece for piece in pieces if size(piece) * 5 < limit) + foot


def _notice(page: PlanPage, limit: int) -> str:
    artifact = page.plan_file or page.posting.artifact
    everything = "`--format json` shows all of it" if artifact is None else f"all of it is in {code(artifact)}"
    notice = f"<sub>Shortened to fit here; {everything}.</sub>\n\n"
    return notice if size(notice) * 8 < limit else _NOTICE


def _digest(page: PlanPage) -> str:
    return f"<sub>Plan {code(page.plan.digest)}</sub>\n"


def _beside(page: PlanPage) -> str:
    plan = page.plan
    counts = (
        (plan.kept, "kept back by `--no-destroy`"),
        (plan.drift, "changed outside pipesync since the last apply"),
        (plan.unmanaged_by_spec, "left alone, as the spec says"),
        (plan.unmanaged, "not managed by pipesync"),
    )
    told = [f"{len(steps)} {what}" for steps, what in counts if steps]
    return f"Beside the changes: {', '.join(told)}.\n\n" if told else ""


def _alerts(alerts: Sequence[Alert], room: int) -> Iterator[str]:
    for number, alert in enumerate(alerts):
        last = number == len(alerts) - 1
        lines = [line for each in alert.lines for line in _first(each, _MISSES * 50)]
        total = sum(map(len, alert.lines))
        shell = size("".join(quoted(alert, (f"and {total} more",))))
        if shell > room:
            continue
        taken = _fitting(lines, int(room if last else room * _SHARE_OF_NAMES) - shell, around=len("> - \n"))
        if not taken and alert.title is None:
            continue
        more = [f"and {total - len(taken)} more"] if len(taken) < total else []
        text = "".join(quoted(alert, [*taken, *more]))
        room -= size(text)
        yield text


def _first(lines: Iterable[str], most: int) -> Iterator[str]:
    return (line for line, _ in zip(lines, range(most), strict=False))


def _fitting(lines: Iterable[str], room: int, around: int) -> list[str]:
    """Those that fit, one after the other; a long one does not keep the next ones out."""
    taken, misses = [], 0
    for line in lines:
        if size(line) + around <= room:
            room -= size(line) + around
            taken.append(line)
            misses = 0
        elif (misses := misses + 1) == _MISSES:
            break
    return taken


def _changes(page: PlanPage, room: int) -> tuple[str, bool]:
    """The changes as far as they fit, and whether every destroy is among them."""
    destroys = [change for change in page.changes if change.action in terms.DANGEROUS]
    names = [code(change.address) for change in destroys]
    room -= size(_more(page.changes[len(destroys) :]))  # the longest that it may be
    left = sum(size(name) + len(", ") for name in names)
    if destroys and left + _TITLES > room:
        return _counted(page, destroys, names, room), False
    rows, room = [], room - size(TABLE) - _TITLES
    for number, row in enumerate(page.rows):
        after = left - (size(names[number]) + len(", ") if number < len(names) else 0)
        if size(row) + 1 + after > room:
            break
        rows.append(f"{row}\n")
        room, left = room - size(row) - 1, after
    table = f"{TABLE}{''.join(rows)}\n" if rows else ""
    shown = len(rows)
    named = _named(destroys[shown:], names[shown:])
    return table + named + _more(page.changes[max(shown, len(destroys)) :]), True


def _named(destroys: Sequence[Change], names: Sequence[str]) -> str:
    """Destroys by name alone."""
    text = ""
    for action in ("delete", "replace"):
        mine = [name for change, name in zip(destroys, names, strict=True) if change.action == action]
        text += f"**{terms.PAST[action].capitalize()} ({len(mine)}):** {', '.join(mine)}\n\n" if mine else ""
    return text


def _more(changes: Sequence[Change]) -> str:
    """How many changes that destroy nothing are not listed."""
    tally: Counter[str] = Counter(change.action for change in changes)
    told = ", ".join(f"{tally[action]} to {terms.DEEDS[action]}" for action in terms.SYMBOLS if tally[action])
    return f"Not listed here: {told}.\n\n" if told else ""


def _counted(page: PlanPage, destroys: Sequence[Change], names: Sequence[str], room: int) -> str:
    """As many names as fit, and the number of all others by project."""
    room -= _TITLES + _COUNTING
    space = room - min(sum(map(size, _projects(destroys))), int(room * (1 - _SHARE_OF_NAMES)))
    listed = 0
    while size(names[listed]) + len(", ") <= space:  # they do not all fit
        space -= size(names[listed]) + len(", ")
        listed += 1
    named = _named(destroys[:listed], names[:listed])
    hidden = len(destroys) - listed
    text = f"**{hidden} of {len(destroys)} steps that are destroyed or replaced are not listed here.**"
    lines = _projects(destroys[listed:])
    taken = _fitting(lines, room + _TITLES - size(named), around=0)
    further = len(lines) - len(taken)
    counts = [*taken, *([f"- and {further} more projects\n"] if further else [])] if taken else []
    by_project = f" By project:\n\n{''.join(counts)}" if counts else "\n"
    return f"{named}{text}{by_project}\n{_more(page.changes[len(destroys) :])}"


def _projects(destroys: Sequence[Change]) -> list[str]:
    """One line a project, the most destroys first."""
    tally = Counter(change.address.partition("/")[0] for change in destroys)
    return [f"- {code(project)}: {number}\n" for project, number in tally.most_common()]
