"""The simulated issuers' database."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, TypeVar, cast

from sqlalchemy import Row, select

from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import (
    AccountKey,
    IssuerBook,
    IssuerCredited,
    IssuerPayment,
    IssuerWork,
    OwnerNotice,
    OwnerNoticeKind,
)
from clearing_service.payment.ports import CreditOutcome, IssuerRefusal
from clearing_service.security_module.protocol import PinVerifier
from clearing_service.stores import issuer_tables as tables
from clearing_service.stores.batch_writer import BatchWriter
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.engine import Database
from clearing_service.stores.reading import Reader
from clearing_service.stores.recent_rows import Rows
from clearing_service.stores.row_mapping import Columns, RowMapping, append
from facepay.identifiers import (
    AccountAlias,
    ApprovalCode,
    OperationId,
    ParticipantId,
    PaymentId,
)
from facepay.money import Currency, Money

AnswerT = TypeVar("AnswerT")


class IssuerDatabase:
    """Implements `issuer.issuer_book.IssuerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = Reader(database)
        self._writer = BatchWriter[IssuerWork[object]](database, IssuerBatch)

    async def execute(self, work: IssuerWork[AnswerT]) -> AnswerT:
        """Do the work in one durable transaction, shared with whatever else waits."""
        return cast("AnswerT", await self._writer.execute(work))

    async def find_account(self, key: AccountKey) -> Account | None:
        """Return an account as last committed."""
        known = self._writer.recent.known(ACCOUNTS).get(key)  # one look: the writer may forget it
        if known is not None:
            return known
        return await self._reader.run(lambda connection: ACCOUNTS.fetch_one(connection, key))

    async def find_by_login(self, issuer_id: ParticipantId, login: str) -> Account | None:
        """Return the account whose owner signs in with `login`."""
        table = tables.ISSUER_ACCOUNT
        query = (
            select(table).where(table.c.issuer_id == issuer_id.value).where(table.c.login == login)
        )
        rows = await self._reader.rows(query)
        return _read_account(rows[0])[1] if rows else None

    async def find_payment(self, payment_id: PaymentId) -> IssuerPayment | None:
        """Return what was done for a payment, as last committed."""
        return await self._reader.run(
            lambda connection: ISSUER_PAYMENTS.fetch_one(connection, payment_id)
        )

    async def payments_between(
        self, issuer_id: ParticipantId, start: datetime, end: datetime
    ) -> Sequence[IssuerPayment]:
        """Return the payments that an issuer answered or undid in a span."""
        table = tables.ISSUER_PAYMENT
        first, last = to_milliseconds(start), to_milliseconds(end) - 1
        query = (
            select(table)
            .where(table.c.issuer_id == issuer_id.value)
            .where(
                table.c.answered_at_ms.between(first, last)
                | table.c.reversed_at_ms.between(first, last)
            )
        )
        return [_read_payment(row)[1] for row in await self._reader.rows(query)]

    async def credits_between(
        self, issuer_id: ParticipantId, start: datetime, end: datetime
    ) -> Sequence[IssuerCredited]:
        """Return the refunds that an issuer answered in a span."""
        table, payment = tables.ISSUER_CREDIT, tables.ISSUER_PAYMENT
        query = (
            select(table)
            .join(payment, payment.c.payment_id == table.c.payment_id)
            .where(payment.c.issuer_id == issuer_id.value)
            .where(table.c.answered_at_ms.between(to_milliseconds(start), to_milliseconds(end) - 1))
        )
        return [_read_credit(row)[1] for row in await self._reader.rows(query)]

    async def owner_notices(self, account_alias: AccountAlias) -> Sequence[OwnerNotice]:
        """Return every message left for an account's owner, oldest first."""
        table = tables.OWNER_NOTICE
        query = (
            select(table)
            .where(table.c.account_alias == account_alias.value)
            .order_by(table.c.number)
        )
        return [_read_notice(row) for row in await self._reader.rows(query)]

    def close(self) -> None:
        """Finish what waits, then close every connection. A repeat does nothing."""
        self._writer.close()
        self._reader.close()
        self._database.close()


class IssuerBatch:
    """One batch of work: fetch, apply, write what changed."""

    def __init__(self, rows: Rows, works: Sequence[IssuerWork[object]]) -> None:
        self._rows = rows
        self._book = IssuerBook(self)
        accounts = set(chain.from_iterable(work.account_keys for work in works))
        self._book.accounts.fill(accounts, rows.fetch(ACCOUNTS, accounts))
        payments = set(chain.from_iterable(work.payment_ids for work in works))
        self._book.payments.fill(payments, rows.fetch(ISSUER_PAYMENTS, payments))

    def do(self, work: IssuerWork[object]) -> object:
        """Apply one unit of work, in full or not at all."""
        return self._book.do(work)

    def flush(self) -> None:
        """Write what changed."""
        self._rows.save(ACCOUNTS, self._book.accounts.changed)
        self._rows.save(ISSUER_PAYMENTS, self._book.payments.changed)
        self._rows.save(ISSUER_CREDITS, self._book.credits.changed)
        notices = [_write_notice(notice) for notice in self._book.new_notices.added]
        append(self._rows.connection, tables.OWNER_NOTICE, notices)

    def account(self, key: AccountKey) -> Account | None:
        """Return an account."""
        return self._rows.fetch_one(ACCOUNTS, key)

    def payment(self, key: PaymentId) -> IssuerPayment | None:
        """Return what was done for a payment."""
        return self._rows.fetch_one(ISSUER_PAYMENTS, key)

    def credited(self, key: OperationId) -> IssuerCredited | None:
        """Return what was done for a refund."""
        return self._rows.fetch_one(ISSUER_CREDITS, key)


def _write_account(_: AccountKey, account: Account) -> Columns:
    verifier = account.pin_verifier
    return {
        "issuer_id": account.issuer_id.value,
        "account_alias": account.account_alias.value,
        "login": account.login,
        "login_seed": account.login_seed,
        "last_login_step": account.last_login_step,
        "name": account.name,
        "phone_tail": account.phone_tail,
        "birth_date": account.birth_date.isoformat(),
        "balance_minor_units": account.balance.amount_minor_units,
        "currency": account.balance.currency.value,
        "is_open": int(account.is_open),
        "pin_salt": verifier.salt if verifier else None,
        "pin_mac": verifier.mac if verifier else None,
        "wrong_pin_count": account.wrong_pin_count,
        "is_face_locked": int(account.is_face_locked),
    }


def _read_account(row: Row[Any]) -> tuple[AccountKey, Account]:
    account = Account(
        issuer_id=ParticipantId(row.issuer_id),
        account_alias=AccountAlias(row.account_alias),
        login=row.login,
        login_seed=row.login_seed,
        name=row.name,
        phone_tail=row.phone_tail,
        birth_date=date.fromisoformat(row.birth_date),
        balance=Money(row.balance_minor_units, Currency(row.currency)),
        is_open=bool(row.is_open),
        pin_verifier=PinVerifier(row.pin_salt, row.pin_mac) if row.pin_mac else None,
        wrong_pin_count=row.wrong_pin_count,
        is_face_locked=bool(row.is_face_locked),
        last_login_step=row.last_login_step,
    )
    return (account.issuer_id, account.account_alias), account


def _write_payment(_: PaymentId, payment: IssuerPayment) -> Columns:
    amount, approval_code = payment.amount, payment.approval_code
    return {
        "payment_id": payment.payment_id.value,
        "issuer_id": payment.issuer_id.value,
        "account_alias": payment.account_alias.value if payment.account_alias else None,
        "amount_minor_units": amount.amount_minor_units if amount else None,
        "currency": amount.currency.value if amount else None,
        "approval_code": approval_code.value if approval_code else None,
        "refusal": payment.refusal.name if payment.refusal else None,
        "pin_tries_left": payment.pin_tries_left,
        "is_reversed": int(payment.is_reversed),
        "answered_at_ms": to_milliseconds(payment.answered_at),
        "credited_minor_units": payment.credited_minor_units,
        "reversed_at_ms": to_milliseconds_or_none(payment.reversed_at),
    }


def _read_payment(row: Row[Any]) -> tuple[PaymentId, IssuerPayment]:
    has_amount = row.amount_minor_units is not None
    payment = IssuerPayment(
        payment_id=PaymentId(row.payment_id),
        issuer_id=ParticipantId(row.issuer_id),
        answered_at=from_milliseconds(row.answered_at_ms),
        account_alias=AccountAlias(row.account_alias) if row.account_alias else None,
        amount=Money(row.amount_minor_units, Currency(row.currency)) if has_amount else None,
        approval_code=ApprovalCode(row.approval_code) if row.approval_code else None,
        refusal=IssuerRefusal[row.refusal] if row.refusal else None,
        pin_tries_left=row.pin_tries_left,
        is_reversed=bool(row.is_reversed),
        credited_minor_units=row.credited_minor_units,
        reversed_at=from_milliseconds_or_none(row.reversed_at_ms),
    )
    return payment.payment_id, payment


def _write_credit(_: OperationId, credit: IssuerCredited) -> Columns:
    return {
        "operation_id": credit.operation_id.value,
        "payment_id": credit.payment_id.value,
        "amount_minor_units": credit.amount.amount_minor_units,
        "currency": credit.amount.currency.value,
        "outcome": credit.outcome.name,
        "answered_at_ms": to_milliseconds(credit.answered_at),
    }


def _read_credit(row: Row[Any]) -> tuple[OperationId, IssuerCredited]:
    credit = IssuerCredited(
        OperationId(row.operation_id),
        PaymentId(row.payment_id),
        Money(row.amount_minor_units, Currency(row.currency)),
        CreditOutcome[row.outcome],
        from_milliseconds(row.answered_at_ms),
    )
    return credit.operation_id, credit


def _write_notice(notice: OwnerNotice) -> Columns:
    return {
        "issuer_id": notice.issuer_id.value,
        "account_alias": notice.account_alias.value,
        "kind": notice.kind.name,
        "at_ms": to_milliseconds(notice.at),
    }


def _read_notice(row: Row[Any]) -> OwnerNotice:
    return OwnerNotice(
        ParticipantId(row.issuer_id),
        AccountAlias(row.account_alias),
        OwnerNoticeKind[row.kind],
        from_milliseconds(row.at_ms),
    )


ACCOUNTS = RowMapping[AccountKey, Account](
    tables.ISSUER_ACCOUNT,
    tables.ISSUER_ACCOUNT.c.account_alias,
    lambda key: key[1].value,
    _read_account,
    _write_account,
    is_kept=True,
)
ISSUER_PAYMENTS = RowMapping[PaymentId, IssuerPayment](
    tables.ISSUER_PAYMENT,
    tables.ISSUER_PAYMENT.c.payment_id,
    lambda key: key.value,
    _read_payment,
    _write_payment,
    is_kept=True,
)
ISSUER_CREDITS = RowMapping[OperationId, IssuerCredited](
    tables.ISSUER_CREDIT,
    tables.ISSUER_CREDIT.c.operation_id,
    lambda key: key.value,
    _read_credit,
    _write_credit,
)
