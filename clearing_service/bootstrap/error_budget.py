"""Thresholds and the need for phone digits, from the measured scores of strangers and the settings."""

from pathlib import Path

from clearing_service.config import Config, ConfigError, MatchingSettings
from clearing_service.matching.guards import ScorePolicy, SearchBudget
from clearing_service.matching.score_tail import ScoreTail, load_score_tail
from clearing_service.routing.narrowing import ErrorBudget
from facepay.template import SQUARED_SCALE


def score_policy(matching: MatchingSettings, directory: Path) -> ScorePolicy:
    """Return what party 3 decides by. Every party makes its own, from its own settings.

    Raises `ScoreTailError` and `ModelNotAdmittedError`.
    """
    tail = _measured_tail(matching, directory)
    return ScorePolicy(
        model_id=matching.model_id,
        threshold=round(matching.similarity_threshold * SQUARED_SCALE),
        margin=round(matching.similarity_margin * SQUARED_SCALE),
        impostor_median=round(matching.impostor_median * SQUARED_SCALE),
        budget=SearchBudget(tail, matching.fpir_budget),
    )


def error_budget(config: Config) -> ErrorBudget:
    """Return what decides how many digits a payer is asked for.

    Raises `ScoreTailError`, and `ConfigError` if the threshold could only fall.
    """
    settings = config.matching
    if settings.similarity_threshold_max < settings.similarity_threshold:
        raise ConfigError("`matching.similarity_threshold_max` is below `similarity_threshold`")
    tail = _measured_tail(settings, config.directory)
    rate = tail.false_match_rate(settings.similarity_threshold_max)
    return ErrorBudget(rate, settings.fpir_budget, settings.min_bucket)


def _measured_tail(matching: MatchingSettings, directory: Path) -> ScoreTail:
    own = directory / matching.score_tail if matching.score_tail else None
    return load_score_tail(matching.model_id, own)
