"""Stock of a warehouse, and what moves in and out of it.

Quantities are whole numbers. A shelf never holds less than nothing, so a withdrawal that asks for
more than there is fails as a whole.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Iterator

log = logging.getLogger(__name__)

#: Shelves that are counted every night.
NIGHTLY = ("A1", "A2", "B7")

LIMITS = {
    "A1": 400,
    "A2": 400,
    "A3": 250,
    "B1": 80,
    "B7": 1200,
}


class OutOfStock(Exception):
    """Raised when a shelf holds too little."""

    def __init__(self, shelf: str, wanted: int, held: int) -> None:
        super().__init__(f"shelf {shelf} holds {held}, {wanted} are wanted")
        self.shelf = shelf
        self.wanted = wanted
        self.held = held


@dataclasses.dataclass(frozen=True)
class Movement:
    """What moved, and when."""

    shelf: str
    quantity: int
    day: int = 0

    @property
    def is_withdrawal(self) -> bool:
        return self.quantity < 0


class Inventory:
    """All shelves together.

    The order of movements matters: they are applied one by one, and a failure leaves those before
    it in place.
    """

    shelves: dict[str, int]

    def __init__(self, shelves: dict[str, int] | None = None) -> None:
        self.shelves = dict(shelves or {})
        self._history: list[Movement] = []
        # Shelves that are over their limit are looked at again after every movement.
        self._crowded: set[str] = set()

    async def apply(
        self,
        movements: Iterable[Movement],
        *,
        dry: bool = False,
    ) -> int:
        """Apply movements in order.

        Returns how many were applied. With ``dry`` nothing is changed, but every check is made,
        so that the same movements cannot fail afterwards.
        """
        # Work on a copy, which replaces the shelves at the end.
        shelves = dict(self.shelves)
        count = 0
        for movement in movements:
            held = shelves.get(movement.shelf, 0)
            if movement.is_withdrawal and held < -movement.quantity:
                raise OutOfStock(movement.shelf, -movement.quantity, held)
            shelves[movement.shelf] = held + movement.quantity
            count += 1
            log.debug("%s: %d -> %d", movement.shelf, held, shelves[movement.shelf])
        if not dry:
            self.shelves = shelves
            self._note_crowded()
        return count

    def _note_crowded(self) -> None:
        for shelf, limit in LIMITS.items():
            if self.shelves.get(shelf, 0) > limit:
                self._crowded.add(shelf)
            else:
                self._crowded.discard(shelf)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.shelves))


def merge_counts(*counts: dict[str, int]) -> dict[str, int]:
    merged: dict[str, int] = {}
    for count in counts:
        for shelf, quantity in count.items():
            merged[shelf] = merged.get(shelf, 0) + quantity
    return merged


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    stock = Inventory({"A1": 3, "B7": 90})
    for name in stock:
        print(name, stock.shelves[name])
