"""The enrolment use cases on their parts."""

from dataclasses import dataclass

from clearing_service.directory.ports import Directory
from clearing_service.enrolment.closing import ClearingUp, Closing
from clearing_service.enrolment.confirmation import Confirmation
from clearing_service.enrolment.erasure import Eraser
from clearing_service.enrolment.notice import NoticeBook
from clearing_service.enrolment.opening import Opening
from clearing_service.enrolment.ports import (
    EnrolmentIssuers,
    EnrolmentPolicy,
    EnrolmentSecurity,
    EnrolmentStore,
)
from clearing_service.enrolment.submission import Submission
from clearing_service.matching.ports import MatchingService
from clearing_service.routing.narrowing import ErrorBudget
from clearing_service.rpc.enrolment_calls import EnrolmentUseCases
from facepay.ports import Clock, Randomness


@dataclass(frozen=True, slots=True)
class EnrolmentParts:
    """Everything that enrolment stands on."""

    store: EnrolmentStore
    directory: Directory
    matching: MatchingService
    issuers: EnrolmentIssuers
    security: EnrolmentSecurity
    notices: NoticeBook
    budget: ErrorBudget
    policy: EnrolmentPolicy
    clock: Clock
    randomness: Randomness

    @property
    def eraser(self) -> Eraser:
        """What erases references."""
        return Eraser(self.store, self.directory, self.matching, self.clock)

    def clearing_up(self) -> ClearingUp:
        """Return the job that erases what is due."""
        return ClearingUp(self.store, self.eraser, self.clock)

    def use_cases(self) -> EnrolmentUseCases:
        """Return the four calls."""
        return EnrolmentUseCases(
            Opening(
                store=self.store,
                issuers=self.issuers,
                security=self.security,
                eraser=self.eraser,
                notices=self.notices,
                policy=self.policy,
                clock=self.clock,
                randomness=self.randomness,
            ),
            Submission(
                store=self.store,
                directory=self.directory,
                matching=self.matching,
                issuers=self.issuers,
                security=self.security,
                eraser=self.eraser,
                budget=self.budget,
                policy=self.policy,
                clock=self.clock,
                randomness=self.randomness,
            ),
            Confirmation(
                self.store, self.directory, self.matching, self.eraser, self.policy, self.clock
            ),
            Closing(self.store, self.issuers, self.eraser, self.matching, self.randomness),
        )
