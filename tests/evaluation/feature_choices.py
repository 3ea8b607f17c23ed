"""What flip averaging, more frames and more captures buy: FNIR at a chosen FPIR.

Run with `python -m tests.evaluation.feature_choices FOLDER` (one sub-folder a person, pictures in
it). Prints tables for docs/accuracy.md, and the score tail of references of two captures, one search
a person. Several frames of one capture are simulated from one still:
shifted landmarks, another exposure, sensor noise, a little blur. Captures are different pictures.
Features stay in memory.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from facepay.template import SQUARED_SCALE
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import FrameMalformedError, ImageBgr, require_picture
from pos_app.capture.guidance import Guidance
from pos_app.capture.payment_zone import find_payer
from pos_app.capture.sample_quality import assess_sample
from pos_app.evaluation.error_rate import ErrorRate, percent
from pos_app.evaluation.picture_folder import people_in
from pos_app.evaluation.roles import fused
from pos_app.evaluation.sample_reader import Vector
from pos_app.evaluation.tail_file import tail_text
from pos_app.evaluation.templates import scores_of, templates_of
from pos_app.features.alignment import align_face
from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.probe.capture_policy import load_capture_policy

FRAMES = 6
GALLERY = 100
BUDGETS = (0.01, 0.001)
THRESHOLDS = (0.42, 0.45, 0.48, 0.50, 0.52, 0.53, 0.55, 0.58)


@dataclass(frozen=True)
class Views:
    """Features of one picture: as it is, mirrored, and as simulated frames of one capture."""

    plain: Vector
    mirrored: Vector
    frames: tuple[Vector, ...]


Make = Callable[[Sequence[Views]], Vector]
"""From the pictures of one side of a comparison to its features."""

_models: list[FaceModels] = []


def start_worker() -> None:
    cv2.setNumThreads(1)
    store = ModelStore(load_manifest(data_folder() / "manifest.toml"), default_folders())
    _models.append(FaceModels(store, load_capture_policy().detector))


def views_of(path: Path) -> Views | None:
    """Return the features of a picture with one good face by the product's thresholds."""
    policy, models = load_capture_policy(), _models[0]
    try:
        image = require_picture(cv2.imread(str(path)))
    except FrameMalformedError:
        return None
    face = find_payer(models.detect(image), (image.shape[1], image.shape[0]), policy.zone)
    if isinstance(face, Guidance):
        return None
    if assess_sample(image, face, policy.quality).guidance is not Guidance.GOOD:
        return None
    aligned = align_face(image, face)
    generator = np.random.default_rng(list(path.name.encode()))
    return Views(
        models.extract_aligned(aligned).values,
        models.extract_aligned(np.ascontiguousarray(aligned[:, ::-1])).values,
        tuple(
            models.extract_aligned(frame_like(image, face, generator)).values for _ in range(FRAMES)
        ),
    )


def frame_like(image: ImageBgr, face: DetectedFace, generator: np.random.Generator) -> ImageBgr:
    """Return the aligned face as another frame of the same moment could show it."""
    jitter = generator.normal(0, 0.02 * face.inter_ocular_distance, face.points.shape)
    moved = replace(face, points=(face.points + jitter).astype(np.float32))
    aligned = cv2.GaussianBlur(align_face(image, moved), (0, 0), generator.uniform(0.3, 1.0))
    gain = generator.uniform(0.85, 1.15)
    noisy = aligned * gain + generator.normal(0, 6, aligned.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


@dataclass(frozen=True)
class Comparison:
    """Scores of one choice: one mated score a person, and every non-mated score."""

    name: str
    mated: NDArray[np.float64]
    non_mated: NDArray[np.float64]


def compare(
    name: str,
    people: Mapping[str, Sequence[Views]],
    captures: int,
    reference: Make,
    probe: Make,
    enrolled_with: int | None = None,
) -> Comparison:
    """Enrol with the first pictures, probe with each person's last; everybody else is a stranger.

    `enrolled_with` is how many pictures a person must have to be enrolled, so that choices that need
    different numbers are compared on the same people.
    """
    needed = (enrolled_with or captures) + 1
    enrolled = [name for name, views in people.items() if len(views) >= needed]
    references = templates_of([reference(people[name][:captures]) for name in enrolled])
    probes = templates_of([probe(people[name][-1:]) for name in enrolled])
    mated = (references * probes).sum(axis=1)
    searches = [(name, view) for name, views in people.items() for view in views]
    scores = scores_of(templates_of([probe([view]) for _name, view in searches]), references)
    owners = np.array([owner for owner, _view in searches])
    is_other = owners[:, None] != np.array(enrolled)[None, :]
    return Comparison(name, mated.astype(np.float64), np.sort(scores[is_other])[::-1])


def row(comparison: Comparison) -> str:
    cells = [comparison.name, f"{len(comparison.mated)}"]
    for budget in BUDGETS:
        false_matches = int(len(comparison.non_mated) * budget / GALLERY)
        threshold = comparison.non_mated[false_matches]  # so many lie above it
        fnir = ErrorRate(int((comparison.mated <= threshold).sum()), len(comparison.mated))
        low, high = fnir.interval
        cells.append(
            f"{percent(fnir.value)} ({fnir.errors}; {percent(low)}-{percent(high)}) at "
            f"{threshold / SQUARED_SCALE:.3f}"
        )
    middle = np.median(comparison.mated) / SQUARED_SCALE
    return f"| {' | '.join([*cells, f'{middle:.3f}', f'{len(comparison.non_mated):,}'])} |"


def plain(views: Sequence[Views]) -> Vector:
    return fused([view.plain for view in views])


def flipped(views: Sequence[Views]) -> Vector:
    return fused([vector for view in views for vector in (view.plain, view.mirrored)])


def frames(start: int, stop: int) -> Make:
    """Return what fuses these frames of every picture."""
    return lambda views: fused([vector for view in views for vector in view.frames[start:stop]])


def comparisons(people: Mapping[str, Sequence[Views]]) -> Iterator[Comparison]:
    yield compare("as it is", people, 1, plain, plain)
    yield compare("both averaged with their mirror image", people, 1, flipped, flipped)
    yield compare("only the reference averaged", people, 1, flipped, plain)
    for count in (1, 3, 6):
        for probed in (1, 2, 3, 5):
            name = f"reference {count}, probe {probed} simulated frames"
            yield compare(name, people, 1, frames(0, count), frames(0, probed))
    for count in (1, 2):
        name = f"{count} captures, of people with 3"
        yield compare(name, people, count, plain, plain, enrolled_with=2)
    for count in (1, 2, 3):
        name = f"{count} captures, of people with 4"
        yield compare(name, people, count, plain, plain, enrolled_with=3)


def misses_of_two(people: Mapping[str, Sequence[Views]]) -> Iterator[str]:
    """Say how many are missed at fixed thresholds; every picture is a probe of the others once."""
    for captures in (1, 2):
        scores = [
            float(plain([*views[:at], *views[at + 1 :]][:captures]) @ views[at].plain)
            for views in people.values()
            for at in range(len(views))
            if len(views) > 2
        ]
        missed = [sum(score < at for score in scores) for at in THRESHOLDS]
        cells = (percent(errors / len(scores)) + f" ({errors})" for errors in missed)
        yield f"| {captures} | {len(scores)} | {' | '.join(cells)} |"


def tail_of_two(people: Mapping[str, Sequence[Views]], folder: str) -> str:
    """Return the clearing service's score tail of references that were fused of two captures."""
    enrolled = [name for name, views in people.items() if len(views) > 1]
    references = templates_of([plain(people[name][:2]) for name in enrolled])
    probes = templates_of([plain(views[-1:]) for views in people.values()])
    is_other = np.array(list(people))[:, None] != np.array(enrolled)[None, :]
    scores = np.sort(scores_of(probes, references)[is_other]) / SQUARED_SCALE
    model_id = load_manifest(data_folder() / "manifest.toml").model_id
    source = f"feature_choices {folder}, references of two captures"
    return tail_text(scores, len(people), model_id, source) or "too few comparisons for a tail"


def main(folder: Path) -> None:
    people = people_in(folder)
    pictures = [picture for person in people for picture in person.pictures]
    context = multiprocessing.get_context("spawn")
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker) as pool:
        found = dict(zip(pictures, pool.map(views_of, pictures, chunksize=8), strict=True))
    usable = {
        person.name: [view for picture in person.pictures if (view := found[picture])]
        for person in people
    }
    usable = {name: views for name, views in usable.items() if views}
    counts = f"{sum(map(len, usable.values()))} of {len(pictures)} pictures, {len(usable)} people"
    heads = "| Choice | Searches | FNIR at FPIR 1 % | FNIR at FPIR 0.1 % | Median | Non-mated |"
    for line in (counts, heads, "|---|---|---|---|---|---|", *map(row, comparisons(usable))):
        sys.stdout.write(line + "\n")
    for line in (*misses_of_two(usable), tail_of_two(usable, folder.name)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
