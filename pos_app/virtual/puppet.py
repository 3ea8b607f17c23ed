"""A still photo that can turn, blink and speak: one picture in, as many frames as asked for out."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.features.landmarks import CANONICAL_COUNT
from pos_app.virtual.display_light import LightBgr
from pos_app.virtual.expression import Expression, Muscles, Pose
from pos_app.virtual.face_mesh import FaceMesh
from pos_app.virtual.head_shape import Points3, build_head
from pos_app.virtual.lash_line import draw_lash_lines
from pos_app.virtual.lighting import Drawing, Lighting
from pos_app.virtual.mouth_interior import MouthInterior
from pos_app.virtual.portrait import FRAME_SIZE, MeshPoints, Portrait
from pos_app.virtual.silhouette import Outline, cut_out, within_frame
from pos_app.virtual.warp import NO_TRIANGLE, Layer, WarpMap, drawn, map_triangles

_REGION_MARGIN: Final = 4
_GRID: Final = 4
"""The region of the head begins and ends on the grid of the coarse lighting."""
_JUMP_PIXELS: Final = 3.0
"""Neighbours that come from further apart than this meet at an edge that the camera would blur."""


class Puppet:
    """Draws one person. Used by one thread at a time; the owner wipes it."""

    def __init__(self, portrait: Portrait, mesh: FaceMesh, canonical: Points3) -> None:
        """Take over `portrait`; `canonical` is float64[468, 3], the average face."""
        self._portrait = portrait
        self._head = build_head(portrait.mesh, mesh)
        self._muscles = Muscles(self._head, canonical)
        self._mouth = MouthInterior(self._head, self._head.cavity)
        self._texture = np.vstack([portrait.photo_bgr, self._mouth.patch(portrait)])
        self._in_texture = self._head.project(self._head.points) + portrait.reach
        head = self._head
        self._groups = np.concatenate([head.inside, head.rings, head.skin, head.lids])
        is_face = np.ones(len(self._groups), np.bool_)
        is_face[len(head.inside) : len(head.inside) + len(head.rings)] = False
        outline = cut_out(portrait)
        self._outline = within_frame(outline, portrait)
        self._outline_texture = np.vstack(
            [outline, np.ones((len(self._texture) - len(outline), outline.shape[1]), np.float32)]
        )
        self._lighting = Lighting(head, self._groups, is_face, self._outline)
        self._corner, self._size = self._region()

    def draw(self, expression: Expression, pose: Pose, light: LightBgr | None = None) -> ImageBgr:
        """Return a fresh uint8[480, 640, 3] frame; the caller owns and wipes it.

        `light` is what a display adds to a face that looks at it.
        """
        return self.draw_cut_out(expression, pose, light)[0]

    def draw_cut_out(
        self, expression: Expression, pose: Pose, light: LightBgr | None = None
    ) -> tuple[ImageBgr, Outline]:
        """Return the same with the outline of the person in it, float32[480, 640], 0-1."""
        unlit = self._portrait.frame_bgr
        image = unlit.copy()
        if light is not None:
            self._lighting.shine(image, light)
        space = self._muscles.place(expression, pose)
        seen = self._head.project(space)
        (left, top), (width, height) = self._corner, self._size
        region = image[top : top + height, left : left + width]
        layer, order = self._layer(space, seen)
        warp = map_triangles(layer, self._corner, self._size)
        region[...] = self._paint(warp, unlit[top : top + height, left : left + width])
        draw_lash_lines(
            region,
            seen - self._corner,
            blink=expression.blink,
            eye_distance=self._head.eye_distance,
        )
        drawing = Drawing(warp.ids, order, self._lighting.facing(space))
        self._lighting.apply(region, self._corner, drawing, light)
        return image, self._moved_outline(warp)

    def before_face(self, seen: NDArray[np.float64], depth: NDArray[np.float64]) -> Points3:
        """Return points in the head's space, float64[n, 3], for things that lie on the nose.

        `seen` is float64[n, 2], where they are in the frame at rest; `depth` how far behind the tip.
        """
        tip = float(self._head.points[:CANONICAL_COUNT, 2].min())
        return self._head.unproject(seen, tip + depth)

    @property
    def mesh(self) -> MeshPoints:
        """The face in the photo, in pixels of the frame; not to be changed."""
        return self._portrait.mesh

    @property
    def face_at_rest(self) -> ImageBgr:
        """A view of the part of the photo with the face in it."""
        low, high = self.mesh[:, :2].min(axis=0), self.mesh[:, :2].max(axis=0)
        (left, top), (right, bottom) = np.clip(low, 0, None).astype(int), high.astype(int)
        return self._portrait.frame_bgr[top:bottom, left:right]

    def see(self, points: Points3, pose: Pose) -> NDArray[np.float64]:
        """Return float64[n, 2]: where points that are fixed to the skull are in the frame."""
        return self._head.project(self._muscles.carry(points, pose))

    def wipe(self) -> None:
        """Overwrite the photo. A repeat does nothing."""
        self._portrait.wipe()
        self._texture.fill(0)

    def _layer(self, space: Points3, seen: NDArray[np.float64]) -> tuple[Layer, NDArray[np.int32]]:
        """Return the triangles to draw in order, and for each its place in the groups.

        The place is -1 for the inside of the mouth.
        """
        head, groups = self._head, self._groups
        source, target = self._in_texture[groups], seen[groups]
        is_drawn = drawn(source, target)
        depth = space[groups, 2].mean(axis=1)
        behind, lids_at = len(head.inside), len(groups) - len(head.lids)
        skin = np.arange(behind, lids_at)
        order = np.concatenate(
            [np.arange(behind), skin[np.argsort(-depth[skin])], np.arange(lids_at, len(groups))]
        )
        turned_away = skin[~is_drawn[skin]]
        order = np.concatenate([turned_away, order[is_drawn[order]]])
        cavity = self._mouth.triangles(seen)
        shown = drawn(cavity.source, cavity.target)
        places = np.concatenate([np.full(int(shown.sum()), -1), order]).astype(np.int32)
        return (
            Layer(
                np.concatenate([cavity.source[shown], source[order]]),
                np.concatenate([cavity.target[shown], target[order]]),
            ),
            places,
        )

    def _paint(self, warp: WarpMap, behind: ImageBgr) -> ImageBgr:
        painted = cv2.remap(
            self._texture,
            warp.source_x,
            warp.source_y,
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        is_bare = (warp.ids == NO_TRIANGLE).astype(np.uint8)
        cv2.copyTo(behind, is_bare, painted)
        return _soften_jumps(np.asarray(painted, np.uint8), warp)

    def _moved_outline(self, warp: WarpMap) -> Outline:
        (left, top), (width, height) = self._corner, self._size
        moved = cv2.remap(self._outline_texture, warp.source_x, warp.source_y, cv2.INTER_LINEAR)
        outline = self._outline.copy()
        region = outline[top : top + height, left : left + width]
        np.copyto(region, moved, where=warp.ids != NO_TRIANGLE)
        return outline

    def _region(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return corner and size of what can move: the outermost ring stays."""
        seen = self._head.project(self._head.points)
        low = np.floor(seen.min(axis=0)) - _REGION_MARGIN
        high = np.ceil(seen.max(axis=0)) + _REGION_MARGIN
        low = np.clip(low, 0, FRAME_SIZE) // _GRID * _GRID
        high = np.clip(-(-high // _GRID) * _GRID, 0, FRAME_SIZE)
        return (int(low[0]), int(low[1])), (int(high[0] - low[0]), int(high[1] - low[1]))


def _soften_jumps(painted: ImageBgr, warp: WarpMap) -> ImageBgr:
    """Blur where neighbouring pixels come from far apart: a lid over an eye, a nose over a cheek."""
    jump = np.zeros(warp.ids.shape, np.uint8)
    for source in (warp.source_x, warp.source_y):
        jump[:, 1:] |= np.abs(source[:, 1:] - source[:, :-1]) > _JUMP_PIXELS
        jump[1:, :] |= np.abs(source[1:, :] - source[:-1, :]) > _JUMP_PIXELS
    jump[warp.ids == NO_TRIANGLE] = 0
    at = cv2.findNonZero(jump)
    if at is None:
        return painted
    left, top, width, height = cv2.boundingRect(at)
    window = painted[top : top + height, left : left + width]
    soft = cv2.GaussianBlur(window, (3, 3), 0)
    near = cv2.dilate(jump[top : top + height, left : left + width], np.ones((2, 2), np.uint8))
    window[near > 0] = soft[near > 0]
    return painted
