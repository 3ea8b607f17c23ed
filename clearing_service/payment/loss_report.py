"""A loss report stops face payment of an account at once, also one that is being authorized now.

It is one commit like any other, so either a payment was posted before it, or it is declined. The
account's other ways to pay go on; a report is lifted by two operators only.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.payment.clearing_book import ClearingBook, LossReport, Needs, PayerKey
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.payment.payment import Payment
from clearing_service.payment.ports import PaymentStore
from facepay.ports import Clock
from facepay.vocabulary import LossReporter


class LossReports:
    """What an operator can do about an account whose owner lost control of it."""

    def __init__(self, store: PaymentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def report(self, payer: PayerKey, reporter: LossReporter, operator: str = "") -> None:
        """Stop face payment; `operator` took the report. A repeat changes nothing.

        Raises `StoreError`.
        """
        now = whole_milliseconds(self._clock.now())
        await self._store.execute(ReportLossWork(payer, reporter, now, operator))


@dataclass(frozen=True, slots=True)
class ReportLossWork:
    """One commit: the account may not pay by face from here on."""

    payer: PayerKey
    reporter: LossReporter
    now: datetime
    operator: str = ""

    @property
    def needs(self) -> Needs:
        """The report, if there is one."""
        return Needs(loss_reports=(self.payer,))

    def apply(self, book: ClearingBook) -> None:
        """Stop it, once."""
        if is_stopped(book, self.payer):
            return
        book.loss_reports.put(self.payer, LossReport(self.reporter, self.now))
        operator = (("operator", self.operator),) if self.operator else ()
        detail = (("reporter", self.reporter.name), *operator)
        subject = _subject(self.payer)
        book.audit(AuditRecord(AuditKind.FACE_PAYMENT_STOPPED, subject, self.now, detail))


@dataclass(frozen=True, slots=True)
class LiftLossReportWork:
    """One commit: the account may pay by face again."""

    payer: PayerKey
    now: datetime

    @property
    def needs(self) -> Needs:
        """The report."""
        return Needs(loss_reports=(self.payer,))

    def apply(self, book: ClearingBook) -> None:
        """Lift it, if it stands."""
        report = book.loss_reports.get(self.payer)
        if report is None or report.lifted_at is not None:
            return
        book.loss_reports.put(self.payer, replace(report, lifted_at=self.now))
        kind = AuditKind.FACE_PAYMENT_RESUMED
        book.audit(AuditRecord(kind, _subject(self.payer), self.now))


def is_stopped(book: ClearingBook, payer: PayerKey) -> bool:
    """Whether a report stands against this account."""
    report = book.loss_reports.get(payer)
    return report is not None and report.lifted_at is None


def payer_of(payment: Payment) -> PayerKey:
    """Return whose payment it is."""
    route = payment.live_route
    return (route.issuer_id, route.account_alias)


def _subject(payer: PayerKey) -> str:
    return f"{payer[0]}/{payer[1]}"
