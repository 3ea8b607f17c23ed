"""The display's colours during one capture: what is shown, and how the face answers it."""

from facepay.pad_flash import FlashSequence
from pos_app.capture.frame import Frame
from pos_app.capture.stage import ColourRgb
from pos_app.pad.face_geometry import Points
from pos_app.pad.flash_answer import FlashWatch
from pos_app.pad.flash_show import FlashShow
from pos_app.pad.policy import FlashPolicy


class Illumination:
    """One sequence, from its first colour to its answer; used by one thread."""

    def __init__(self, flash: FlashSequence, canonical: Points, policy: FlashPolicy) -> None:
        """`canonical` is float64[468, 3], the average face."""
        self._flash, self._tail_seconds = flash, policy.tail_seconds
        self._show = FlashShow(
            flash, ramp_seconds=policy.ramp_seconds, frames_each=policy.frames_each
        )
        self._watch = FlashWatch(self._show, canonical, policy)

    def advance(self, now: float) -> ColourRgb | None:
        """Return what is to light the face from camera time `now` on; None when it is over."""
        return None if self.is_over(now) else self._show.advance(now)

    def is_over(self, now: float) -> bool:
        """Whether the last colour has gone and its answer has come."""
        return self._show.dark_seconds(now) >= self._tail_seconds

    def follow(self, frame: Frame, mesh: Points) -> None:
        """Take in one frame with the mesh of the face."""
        self._watch.follow(frame, mesh)

    def digest(self, nonce: bytes) -> bytes:
        """Return what binds the colours to the challenge's nonce."""
        return self._flash.digest(nonce)

    def measured(self) -> dict[str, float]:
        """Return the answer by the cues' names; nothing if the face was seen in too few frames."""
        answer = self._watch.answer()
        if answer is None:
            return {}
        return {
            "flash_correlation": answer.correlation,
            "flash_amplitude": answer.amplitude,
            "flash_spatial": answer.spatial,
            "flash_purity": answer.purity,
        }
