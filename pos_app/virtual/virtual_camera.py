"""A camera that looks at a drawn scene instead of a room."""

from collections.abc import Callable
from typing import Protocol

from pos_app.capture.camera import CameraLostError
from pos_app.capture.frame import Frame, ImageBgr
from pos_app.capture.stage import Prompt, Stage, StageView
from pos_app.virtual.display_light import DisplayLag
from pos_app.virtual.sensor import FrameTimes, SensorNoise


class Scene(Protocol):
    """What stands before a virtual camera. Used by one thread at a time."""

    @property
    def supported_prompts(self) -> frozenset[Prompt]:
        """The prompts that are answered with an action that the product recognises."""

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return a fresh frame as of `now`, camera seconds; the caller owns and wipes it.

        Raises `CameraLostError` when there is nothing more to see.
        """

    def wipe(self) -> None:
        """Overwrite the pictures it holds. A repeat does nothing."""


class VirtualCamera:
    """Implements `pos_app.capture.camera.Camera` for a scene."""

    def __init__(
        self,
        name: str,
        stage: Stage,
        build: Callable[[], Scene],
        times: FrameTimes,
        noise: SensorNoise | None,
    ) -> None:
        """`build` loads the scene; it is called at every opening, and a close wipes what it gave.

        `noise` is the sensor's; None where the pictures do not pass through one.
        """
        self.name = name
        self._stage, self._build, self._times, self._noise = stage, build, times, noise
        self._scene: Scene | None = None
        self._display = DisplayLag()
        self._sequence = 0

    def open(self) -> None:
        """Build the scene, which may take half a second."""
        if self._scene is None:
            self._scene = self._build()

    @property
    def supported_prompts(self) -> frozenset[Prompt]:
        """What the shopper can do when asked; empty for attacks and while the camera is closed."""
        return frozenset() if self._scene is None else self._scene.supported_prompts

    def read(self) -> Frame:
        """Return the next frame, blocking until it is due where time is real."""
        if self._scene is None:
            raise CameraLostError(f"{self.name} is not open")
        now = self._times.next()
        image = self._scene.draw(now, self._display.seen(self._stage.view, now))
        if self._noise is not None:
            self._noise.add_to(image)
        self._sequence += 1
        return Frame(image, now, self._sequence)

    def close(self) -> None:
        """Wipe the scene."""
        if self._scene is not None:
            self._scene.wipe()
            self._scene = None
