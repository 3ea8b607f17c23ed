"""What `facepay-pos evaluate` does with a folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.evaluation.acquisition import Progress, acquire, pipeline_hash
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.feature_cache import FeatureCache
from pos_app.evaluation.findings import Findings, find
from pos_app.evaluation.page import page_of
from pos_app.evaluation.picture_folder import people_in
from pos_app.evaluation.plot_files import NO_PLOTS
from pos_app.evaluation.plots import write_plots
from pos_app.evaluation.settings import load_settings
from pos_app.evaluation.summary import summary_of
from pos_app.evaluation.tail_file import tail_file_of
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MODEL_MANIFEST

JSON_NAME: Final = "evaluation.json"
PAGE_NAME: Final = "evaluation.html"
TAIL_NAME: Final = "score_tail.toml"
CACHE_NAME: Final = "features.cache"


@dataclass(frozen=True, slots=True)
class EvaluationOrder:
    """What to evaluate, and how.

    `captures` is how many pictures of a person are fused into the reference. Features outlive the
    run only if `keep_features`.
    """

    folder: Path
    output: Path
    captures: int = 1
    workers: int = 1
    keep_features: bool = False

    def __post_init__(self) -> None:
        """Refuse an order for nothing."""
        if self.captures < 1 or self.workers < 1:
            raise EvaluationError("captures and workers are at least 1")


def evaluate_people(
    order: EvaluationOrder, progress: Progress, tell: Callable[[str], None]
) -> Findings:
    """Evaluate a folder of people and write the reports into `order.output`.

    Interrupted, the next run continues: features are kept there until a run ends. Raises
    `EvaluationError`, `PolicyError` and `ModelError`.
    """
    people, settings = people_in(order.folder), load_settings()
    order.output.mkdir(parents=True, exist_ok=True)
    cache = FeatureCache(order.output / CACHE_NAME, pipeline_hash())
    pictures = [picture for person in people for picture in person.pictures]
    samples = acquire(pictures, cache, progress, workers=order.workers)
    if not order.keep_features:
        cache.remove()
    findings = find(people, samples, settings, captures=order.captures)
    plots = write_plots(findings, order.output)
    if not plots:
        tell(NO_PLOTS)
    (order.output / PAGE_NAME).write_text(page_of(findings, plots), "utf-8")
    summary = json.dumps(summary_of(findings), indent=1)
    (order.output / JSON_NAME).write_text(summary + "\n", "utf-8")
    model_id = load_manifest(data_folder() / MODEL_MANIFEST).model_id
    tail = tail_file_of(findings, model_id, f"facepay-pos evaluate {order.folder.name}")
    if tail is not None:
        (order.output / TAIL_NAME).write_text(tail, "utf-8")
    for line in _lines(findings):
        tell(line)
    tell(f"reports: {order.output / PAGE_NAME}, {order.output / JSON_NAME}")
    return findings


def _lines(findings: Findings) -> list[str]:
    threshold = findings.settings.gates.threshold
    match = findings.match
    largest = [
        row
        for row in findings.identification
        if row.rule.threshold == threshold and row.plan.size == findings.enrolled
    ]
    return [
        f"{findings.people:,} people, {findings.enrolled:,} enrolled, "
        f"{findings.strangers:,} strangers",
        f"failure to enrol: {match.failure_to_enrol}",
        f"failure to acquire: {match.failure_to_acquire}",
        f"at threshold {threshold:.2f}:",
        f"  FMR {match.fmr(threshold)}",
        f"  FNMR {match.fnmr(threshold)}",
        *(f"  FPIR among {row.plan.size:,}: {row.fpir}" for row in largest),
        *(f"  FNIR among {row.plan.size:,}: {row.fnir}" for row in largest),
    ]
