"""What `facepay-pos evaluate --presentations` and `--virtual` do."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.evaluation.acquisition import Progress, pipeline_hash
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.plot_files import NO_PLOTS
from pos_app.evaluation.presentations.drawn import drawn_presentations
from pos_app.evaluation.presentations.findings import PresentationFindings, presentation_findings
from pos_app.evaluation.presentations.page import presentation_page
from pos_app.evaluation.presentations.plots import write_presentation_plots
from pos_app.evaluation.presentations.recordings import recordings_in
from pos_app.evaluation.presentations.settings import load_presentation_settings
from pos_app.evaluation.presentations.summary import SETUP_WORDS, presentation_summary
from pos_app.evaluation.presentations.trial import Trial
from pos_app.evaluation.presentations.trial_log import TrialLog
from pos_app.evaluation.presentations.trial_runner import Shown, TrialRunner
from pos_app.evaluation.settings import SETTINGS_FILE_NAME, load_settings
from pos_app.evaluation.worker_pool import work_through
from pos_app.features.face_models import FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MODEL_MANIFEST
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.features.passive_network import installed_networks
from pos_app.probe.capture_policy import load_capture_policy

JSON_NAME: Final = "presentations.json"
PAGE_NAME: Final = "presentations.html"
LOG_NAME: Final = "trials.jsonl"


@dataclass(frozen=True, slots=True)
class PresentationOrder:
    """What to evaluate: a folder of recordings, virtual shoppers and attackers, or both."""

    output: Path
    folder: Path | None = None
    rounds: int = 0
    workers: int = 1

    def __post_init__(self) -> None:
        """Refuse an order for nothing."""
        if self.workers < 1 or self.rounds < 0:
            raise EvaluationError("workers are at least 1 and rounds are not negative")

    def presentations(self) -> tuple[Shown, ...]:
        """Return what is to be shown. Raises `EvaluationError` if there is nothing."""
        recorded: Sequence[Shown] = recordings_in(self.folder) if self.folder else ()
        shown = (*recorded, *drawn_presentations(self.rounds))
        if not shown:
            raise EvaluationError("there is no presentation to evaluate")
        return shown


def evaluate_presentations(
    order: PresentationOrder, progress: Progress, tell: Callable[[str], None]
) -> PresentationFindings:
    """Run every presentation and write the reports into `order.output`.

    Interrupted, the next run continues. Raises `EvaluationError`, `PolicyError`, `ModelError`, and
    `CameraUnavailableError` where the media of a virtual camera are missing.
    """
    shown = order.presentations()
    order.output.mkdir(parents=True, exist_ok=True)
    log = TrialLog(order.output / LOG_NAME, _pipeline())
    trials = run_all(shown, log, progress, workers=order.workers)
    findings = presentation_findings(trials, load_capture_policy().pad)
    _write(findings, order.output, tell)
    log.remove()
    for line in _lines(findings):
        tell(line)
    tell(f"reports: {order.output / PAGE_NAME}, {order.output / JSON_NAME}")
    return findings


def run_all(
    shown: Sequence[Shown], log: TrialLog, progress: Progress, *, workers: int
) -> tuple[Trial, ...]:
    """Return the trial of every presentation; what `log` knows is not run again."""
    keys = {one: one.key for one in shown}  # of a recording it takes reading the whole file
    lacking = [one for one in shown if log.find(keys[one]) is None]
    done = len(shown) - len(lacking)
    progress(done, len(shown))
    for one, trial in work_through(lacking, packaged_runner, TrialRunner.run, workers=workers):
        log.add(keys[one], trial)
        done += 1
        progress(done, len(shown))
    found = (log.find(keys[one]) for one in shown)
    return tuple(trial for trial in found if trial is not None)


def packaged_runner() -> TrialRunner:
    """Return a runner with the packaged policy and this user's models; takes half a second.

    Raises `PolicyError` and `ModelError`.
    """
    policy = load_capture_policy()
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), default_folders())
    models = FaceModels(store, policy.detector)
    settings = load_presentation_settings()
    return TrialRunner(models, policy, settings, has_passive=models.has_passive)


def _pipeline() -> str:
    """Return what changes with models, thresholds, settings, and an installed passive network."""
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), default_folders())
    there = [f"{one.entry.sha256} {one.card}" for one in installed_networks(store)]
    settings = (data_folder() / SETTINGS_FILE_NAME).read_bytes()
    return hashlib.sha256(pipeline_hash() + settings + " ".join(there).encode()).hexdigest()


def _write(findings: PresentationFindings, output: Path, tell: Callable[[str], None]) -> None:
    plots = write_presentation_plots(findings, output)
    if not plots:
        tell(NO_PLOTS)
    (output / PAGE_NAME).write_text(presentation_page(findings, plots), "utf-8")
    summary = json.dumps(presentation_summary(findings, load_settings()), indent=1)
    (output / JSON_NAME).write_text(summary + "\n", "utf-8")


def _lines(findings: PresentationFindings) -> list[str]:
    lines = [f"{species}: {count:,} presentations" for species, count in findings.counts.items()]
    if findings.unreadable:
        lines.append(f"unreadable: {findings.unreadable:,}, part of no rate")
    if findings.is_synthetic:
        lines.append("drawn by this program: these rates say nothing about real attacks")
    for use, report in findings.reports.items():
        lines += [
            f"{SETUP_WORDS[use]}:",
            f"  BPCER {report.bpcer}; no response {report.bpnrr}",
            *(
                [f"  worst APCER ({report.worst_species}) {report.worst_apcer}"]
                if report.worst_species
                else []
            ),
            *(f"  APCER {name} {rate}" for name, rate in report.apcer_by_species.items()),
        ]
    return lines
