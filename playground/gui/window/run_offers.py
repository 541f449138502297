"""Whether the commands of the run and of the undo list can be used now, and their names."""

from __future__ import annotations

from playground.gui.desks.offer import Offer
from playground.gui.desks.painting.desk import PaintingDesk
from playground.gui.session.past import as_in_a_sentence
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session


class RunOffers:
    """What the table of commands asks before it shows these."""

    def __init__(self, session: Session, painting: PaintingDesk) -> None:
        self._session = session
        self._painting = painting

    def undo(self) -> Offer:
        """Say what would be taken back."""
        return _named("&Undo", self._session.past.undo_title)

    def redo(self) -> Offer:
        """Say what would be done again."""
        return _named("&Redo", self._session.past.redo_title)

    def train(self) -> Offer:
        """Say what a press does to the run."""
        words = {RunState.RUNNING: "&Pause", RunState.IDLE: "&Train"}
        return Offer(
            self._painting.offer_training().missing, words.get(self._session.state, "&Train on")
        )

    def step(self) -> Offer:
        """Say whether single steps can be taken."""
        running = self._session.state is RunState.RUNNING
        return Offer("") if running else self._painting.offer_training()

    def reset(self) -> Offer:
        """Say whether there is a network to start again."""
        return Offer("" if self._session.prepared is None else None)


def _named(verb: str, title: str) -> Offer:
    """Return ``"Undo remove dense 2"``, where there is something to undo."""
    words = as_in_a_sentence(title).replace("&", "&&")
    return Offer(None if title else "", f"{verb} {words}".rstrip())
