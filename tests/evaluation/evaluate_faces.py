"""Error rates of the face pipeline on a folder of faces: one sub-folder a person, pictures in it.

Run with `python -m tests.evaluation.evaluate_faces FOLDER [OUTPUT]`. A person's first picture is the
reference, the others are probes. What is not one good face, by the product's own thresholds, is a
failure to enrol or to acquire and counted. Writes `evaluation.json` and `det.svg`; keeps no picture
and no feature.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import FrameMalformedError, require_picture
from pos_app.capture.guidance import Guidance
from pos_app.capture.payment_zone import find_payer
from pos_app.capture.sample_quality import assess_sample
from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.probe.capture_policy import CapturePolicy, load_capture_policy
from tests.evaluation.det_plot import det_plot
from tests.evaluation.error_rates import ErrorRate, MatchReport

THRESHOLDS = (0.36, 0.42, 0.45, 0.48, 0.53)
NON_MATED_MAX = 2_000_000
"""More comparisons of the same people with each other say nothing new."""
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}

Vector = NDArray[np.float32]


@dataclass
class Tally:
    """What was counted while reading the folder."""

    references: list[Vector] = field(default_factory=list)
    probes: list[tuple[int, Vector]] = field(default_factory=list)
    people: int = 0
    samples: int = 0
    failed_people: int = 0
    failed_samples: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Evaluation:
    """Runs the product's models and thresholds over pictures."""

    def __init__(self) -> None:
        self._policy: CapturePolicy = load_capture_policy()
        store = ModelStore(load_manifest(data_folder() / "manifest.toml"), default_folders())
        self._models = FaceModels(store, self._policy.detector)
        self.tally = Tally()

    def add_person(self, pictures: Iterable[Path]) -> None:
        """Enrol with the first picture and probe with the rest."""
        first, *others = pictures
        tally = self.tally
        tally.people += 1
        reference = self._features(first)
        if reference is None:
            tally.failed_people += 1
            return
        tally.references.append(reference)
        for picture in others:
            tally.samples += 1
            probe = self._features(picture)
            if probe is None:
                tally.failed_samples += 1
            else:
                tally.probes.append((len(tally.references) - 1, probe))

    def report(self) -> MatchReport:
        """Compare every probe with every reference."""
        tally = self.tally
        references = np.array(tally.references, np.float32).reshape(-1, 128)
        mated: list[float] = []
        non_mated: list[float] = []
        for person, probe in tally.probes:
            scores = references @ probe
            mated.append(float(scores[person]))
            if len(non_mated) < NON_MATED_MAX:
                non_mated.extend(np.delete(scores, person).tolist())
        return MatchReport(
            mated,
            non_mated,
            ErrorRate(tally.failed_people, tally.people),
            ErrorRate(tally.failed_samples, tally.samples),
        )

    def _features(self, path: Path) -> Vector | None:
        """Return the features of a picture with one good face; else count why not."""
        try:
            image = require_picture(cv2.imread(str(path)))
        except FrameMalformedError:
            self.tally.reasons["not a picture"] += 1
            return None
        size = (image.shape[1], image.shape[0])
        payer = find_payer(self._models.detect(image), size, self._policy.zone)
        if isinstance(payer, Guidance):
            self.tally.reasons[payer.value] += 1
            return None
        guidance = assess_sample(image, payer, self._policy.quality).guidance
        if guidance is not Guidance.GOOD:
            self.tally.reasons[guidance.value] += 1
            return None
        return self._models.extract(image, payer).values


def people_in(folder: Path) -> Iterator[list[Path]]:
    """Yield the sorted pictures of each sub-folder that has any."""
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        pictures = sorted(p for p in person.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES)
        if pictures:
            yield pictures


def summary_of(report: MatchReport, reasons: Counter[str]) -> dict[str, object]:
    """Return the report as plain values for JSON."""
    return {
        "failure_to_enrol": str(report.failure_to_enrol),
        "failure_to_acquire": str(report.failure_to_acquire),
        "reasons": dict(reasons.most_common()),
        "thresholds": {
            f"{threshold:.2f}": {
                "fmr": str(report.fmr(threshold)),
                "fnmr": str(report.fnmr(threshold)),
                "frr": round(report.frr(threshold), 4),
            }
            for threshold in THRESHOLDS
        },
    }


def main(arguments: list[str]) -> int:
    """Evaluate a folder and write the results."""
    folder = Path(arguments[0])
    output = Path(arguments[1]) if len(arguments) > 1 else Path("build/evaluation")
    output.mkdir(parents=True, exist_ok=True)
    evaluation = Evaluation()
    for pictures in people_in(folder):
        evaluation.add_person(pictures)
    report = evaluation.report()
    summary = json.dumps(summary_of(report, evaluation.tally.reasons), indent=1)
    (output / "evaluation.json").write_text(summary + "\n", "utf-8")
    (output / "det.svg").write_text(det_plot(report), "utf-8")
    sys.stdout.write(summary + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
