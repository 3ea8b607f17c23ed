"""The upper end of the non-mated scores as the file from which a clearing service derives thresholds."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.evaluation.findings import Findings

TAIL_QUANTILE: Final = 0.999
EXCEEDANCES_MIN: Final = 100
"""As the clearing service demands: fewer are no distribution."""
_COUNTED_AT: Final = (0.36, 0.38, 0.40, 0.42, 0.44, 0.46, 0.48, 0.50)


def tail_file_of(findings: Findings, model_id: str, source: str) -> str | None:
    """Return the file's TOML, or None if the folder has too few comparisons for a tail.

    `source` says in words what was measured; quotes and line breaks in it are dropped.
    """
    people = findings.enrolled + findings.strangers
    return tail_text(findings.match.non_mated, people, model_id, source)


def tail_text(scores: NDArray[np.float64], people: int, model_id: str, source: str) -> str | None:
    """Return the TOML of float64[n] non-mated cosines in rising order, as `tail_file_of`."""
    exceedances = int(len(scores) * (1 - TAIL_QUANTILE))
    if exceedances < EXCEEDANCES_MIN:
        return None
    start = float(scores[-exceedances])
    reached = scores[scores >= start]
    counted = "\n".join(f'"{at:.2f}" = {int((scores >= at).sum())}' for at in _COUNTED_AT)
    words = "".join(letter for letter in source if letter.isprintable() and letter not in '"\\')
    return f"""format = 1
model_id = "{model_id}"
source = "{words}"
people = {people}
comparisons = {len(scores)}
start = {start:.6f}
exceedances = {len(reached)}
mean_excess = {float(np.mean(reached) - start):.6f}
[counted]
{counted}
"""
