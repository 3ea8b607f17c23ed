"""Trials that were already run, so that a run can be continued: one JSON object a line, scores only."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pos_app.evaluation.presentations.trial import Captured, Outcome, Setup, Trial


class TrialLog:
    """The trials of one pipeline, in memory and appended to a file. Used by one thread."""

    def __init__(self, path: Path, pipeline: str) -> None:
        """Read what an earlier run left; that of another pipeline and broken lines are dropped."""
        self._path = path
        self._trials: dict[str, Trial] = {}
        if not self._load(pipeline):
            path.write_text(json.dumps({"pipeline": pipeline}) + "\n", "utf-8")

    def find(self, key: str) -> Trial | None:
        """Return the trial with this key."""
        return self._trials.get(key)

    def add(self, key: str, trial: Trial) -> None:
        """Keep a trial; it is in the file when this returns."""
        self._trials[key] = trial
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, **_table_of(trial)}) + "\n")

    def remove(self) -> None:
        """Delete the file. A repeat does nothing."""
        self._path.unlink(missing_ok=True)

    def _load(self, pipeline: str) -> bool:
        try:
            head, *lines = self._path.read_text("utf-8").splitlines()
            if json.loads(head) != {"pipeline": pipeline}:
                return False
        except (OSError, ValueError):
            return False
        for line in lines:
            try:
                table = json.loads(line)
                self._trials[str(table["key"])] = _trial_of(table)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # cut short by a crash
        return True


def _table_of(trial: Trial) -> dict[str, Any]:
    return {
        "species": trial.species,
        "synthetic": trial.is_synthetic,
        "cues": dict(trial.cues),
        "captures": {
            use.value: [captured.outcome.value, captured.reason]
            for use, captured in trial.captures.items()
        },
    }


def _trial_of(table: Mapping[str, Any]) -> Trial:
    return Trial(
        species=str(table["species"]),
        is_synthetic=bool(table["synthetic"]),
        cues={str(name): float(value) for name, value in table["cues"].items()},
        captures={
            Setup(use): Captured(Outcome(outcome), str(reason))
            for use, (outcome, reason) in table["captures"].items()
        },
    )
