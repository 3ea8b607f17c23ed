"""What the liveness check rested on, in the cashier's words. Names of evidence, never a score."""

from collections.abc import Iterable

from pos_app.capture.judgement import Judgement
from pos_app.ui.phrase import phrase
from pos_app.ui.tongue import Tongue

_BASES = {
    "flash": phrase("Evidence", "the screen's colours, nothing asked"),
    "passive": phrase("Evidence", "a passive check, nothing asked"),
    "challenge": phrase("Evidence", "movements that were asked for"),
    "untimed": phrase("Evidence", "a turn of the head without hurry"),
}
_CUES = {
    "fresh_frames": phrase("Evidence", "live pictures"),
    "irregular_timing": phrase("Evidence", "a camera's timing"),
    "same_face": phrase("Evidence", "one person throughout"),
    "face_overlap": phrase("Evidence", "one place throughout"),
    "flash_correlation": phrase("Evidence", "colours answered"),
    "flash_amplitude": phrase("Evidence", "strength of the answer"),
    "flash_spatial": phrase("Evidence", "shape of the answer"),
    "flash_purity": phrase("Evidence", "no other changing light"),
    "passive": phrase("Evidence", "passive check"),
    "open_sides": phrase("Evidence", "no frame around the face"),
    "plain_spectrum": phrase("Evidence", "no screen pattern"),
    "face_share": phrase("Evidence", "near enough"),
    "turn_depth": phrase("Evidence", "depth of the head"),
    "eye_closure": phrase("Evidence", "blink"),
    "mouth_opening": phrase("Evidence", "open mouth"),
    "turn_degrees": phrase("Evidence", "turn of the head"),
    "depth": phrase("Evidence", "depth of the turn"),
}
_PASSED = phrase("Evidence", "Liveness, by {basis}. Passed: {passed}.")
_FAILED = phrase("Evidence", "Liveness, by {basis}. Not passed: {failed}. Passed: {passed}.")


def evidence_words(judgement: Judgement, tongue: Tongue) -> str:
    """Return one line about a decision; cues that have no words stand with their names."""
    basis = _BASES.get(judgement.basis)
    words = {
        "basis": tongue.say(basis) if basis else judgement.basis,
        "passed": _listed(judgement.passed, tongue),
        "failed": _listed(judgement.failed, tongue),
    }
    return tongue.say(_FAILED if judgement.failed else _PASSED, **words)


def _listed(names: Iterable[str], tongue: Tongue) -> str:
    known = (tongue.say(_CUES[name]) if name in _CUES else name for name in names)
    return ", ".join(known) or "-"
