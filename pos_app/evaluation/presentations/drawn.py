"""The product's own virtual shoppers and attackers as presentations. They are drawn, not filmed."""

from dataclasses import dataclass

from pos_app.evaluation.presentations.recordings import BONA_FIDE
from pos_app.virtual.registry import list_attacks, list_willing_shoppers

_SHOPPER, _ATTACK = "virtual:", "attack:"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One presentation by a virtual camera. `round` tells repeats with other prompts apart."""

    camera: str
    round: int

    @property
    def species(self) -> str:
        """`BONA_FIDE` for a shopper, else the attack's kind."""
        if self.camera.startswith(_SHOPPER):
            return BONA_FIDE
        return self.camera.removeprefix(_ATTACK).split(":")[0]

    @property
    def key(self) -> str:
        """Names the presentation."""
        return f"{self.camera}#{self.round}"


def drawn_presentations(rounds: int) -> tuple[Drawn, ...]:
    """Return every virtual shopper and attacker, each `rounds` times.

    Clips are filmed and answer no prompt: they belong into a folder of recordings.
    """
    cameras = [listing.name for listing in (*list_willing_shoppers(), *list_attacks())]
    return tuple(Drawn(camera, number) for number in range(rounds) for camera in cameras)
