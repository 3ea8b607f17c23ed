"""The active challenge: the steps the clearing service asked for, in order, each in its time.

The neutral face comes first; a step starts when its prompt is shown and ends proven or out of time.
Doing another action than the asked one is forgiven as often as the policy says: people mix up left
and right, but a recording that cycles through all actions would otherwise pass.
"""

from enum import Enum

from facepay.pad_challenge import TIMED_STEPS, PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep, ProvenStep
from pos_app.pad.challenge_steps import StepCue, StepJudge, judge_for
from pos_app.pad.face_reading import FaceReading, NeutralFace
from pos_app.pad.policy import StepPolicy


class ChallengeState(Enum):
    """Where a challenge is. The last three are final."""

    WAITING = "waiting"
    STEP_PROVEN = "step_proven"
    PASSED = "passed"
    OUT_OF_TIME = "out_of_time"
    WRONG_ACTION = "wrong_action"


_FINAL = frozenset({ChallengeState.PASSED, ChallengeState.OUT_OF_TIME, ChallengeState.WRONG_ACTION})


class ActiveChallenge:
    """One run of a challenge. Attributes: `proven` and `cues` grow as steps are proven."""

    def __init__(
        self,
        challenge: PadChallenge,
        neutral: NeutralFace,
        policy: StepPolicy,
        *,
        started_at: float,
    ) -> None:
        """`started_at` is the camera time at which the first prompt is shown."""
        self._challenge, self._neutral, self._policy = challenge, neutral, policy
        self._wrong_actions = 0
        self._state = ChallengeState.WAITING
        self.proven: tuple[ProvenStep, ...] = ()
        self.cues: tuple[StepCue, ...] = ()
        self._start_step(started_at)

    @property
    def asked(self) -> ChallengeStep | None:
        """The step that is asked now; None when all are proven."""
        done = len(self.proven)
        return self._challenge.steps[done] if done < len(self._challenge.steps) else None

    def observe(self, reading: FaceReading) -> ChallengeState:
        """Take in one frame. A final state stays, whatever comes after it."""
        if self._state not in _FINAL:
            self._state = self._judge_frame(reading)
        return self._state

    def _judge_frame(self, reading: FaceReading) -> ChallengeState:
        asked = self.asked
        if asked is None:
            return ChallengeState.PASSED
        elapsed = reading.captured_at - self._started_at
        if not 0 <= elapsed <= self._challenge.step_deadline_seconds:
            return ChallengeState.OUT_OF_TIME
        cues = self._judge.observe(reading)
        if cues is not None:
            return self._prove(asked, cues, reading)
        return self._watch_for_others(reading)

    def _prove(
        self, step: ChallengeStep, cues: tuple[StepCue, ...], reading: FaceReading
    ) -> ChallengeState:
        elapsed = round((reading.captured_at - self._started_at) * 1000)
        self.proven += (ProvenStep(step, elapsed),)
        self.cues += cues
        self._start_step(reading.captured_at)
        return ChallengeState.PASSED if self.asked is None else ChallengeState.STEP_PROVEN

    def _watch_for_others(self, reading: FaceReading) -> ChallengeState:
        for step, judge in self._others.items():
            if judge.observe(reading) is not None:
                self._wrong_actions += 1
                self._others[step] = judge_for(step, self._neutral, self._policy)
        if self._wrong_actions > self._policy.wrong_actions_max:
            return ChallengeState.WRONG_ACTION
        return ChallengeState.WAITING

    def _start_step(self, started_at: float) -> None:
        """Begin the next step.

        Blinks nobody asked for are natural and never count as wrong; nothing does where there is no
        hurry.
        """
        self._started_at = started_at
        asked = self.asked
        self._others: dict[ChallengeStep, StepJudge] = {}
        if asked is None:
            return
        self._judge = judge_for(asked, self._neutral, self._policy)
        if self._challenge.mode is PadMode.UNTIMED:
            return
        self._others = {
            step: judge_for(step, self._neutral, self._policy)
            for step in TIMED_STEPS
            if step not in (asked, ChallengeStep.BLINK)
        }
