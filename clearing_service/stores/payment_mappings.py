"""Rows of payments, operations, counters, limits and queued reversals."""

from typing import Any

from sqlalchemy import Row

from clearing_service.payment.clearing_book import PayerKey, UsageKey
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.operation import Operation, OperationKey, TerminalCounter
from clearing_service.payment.payment import Challenge, Payment, Verdict
from clearing_service.payment.policy import AmountLimits
from clearing_service.routing.narrowing import DigitsNeeded
from clearing_service.routing.router import Route
from clearing_service.security_module.protocol import RoutingRecord
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_day,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import (
    AcceptorId,
    AccountAlias,
    ApprovalCode,
    OperationId,
    OrderId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    RoutingToken,
    TerminalId,
)
from facepay.message_header import Purpose
from facepay.money import Currency, Money
from facepay.pad_challenge import PadChallenge
from facepay.payment_decision import PaymentState
from facepay.payment_fields import PaymentFields
from facepay.response_code import ResponseCode

SHARD = 0
"""This store's shard: one writer, one shard. The column is there for the day there are more."""


def _write_payment(_: PaymentId, payment: Payment) -> Columns:
    return {
        "payment_id": payment.payment_id.value,
        "shard_id": SHARD,
        "terminal_id": payment.terminal_id.value,
        "payment_hash": payment.payment_hash,
        "notice_hash": payment.notice_hash,
        "state": payment.state.name,
        "opened_at_ms": to_milliseconds(payment.opened_at),
        "expires_at_ms": to_milliseconds(payment.expires_at),
        "probe_count": payment.probe_count,
        "rrn": payment.rrn.value if payment.rrn else None,
        "authorizing_since_ms": to_milliseconds_or_none(payment.authorizing_since),
        "authorized_by": payment.authorized_by.value if payment.authorized_by else None,
        "usage_day": payment.usage_day.isoformat() if payment.usage_day else None,
        "refunded_minor_units": payment.refunded_minor_units,
        "refund_count": payment.refund_count,
        **_write_fields(payment.fields),
        **_write_challenge(payment.challenge),
        **_write_route(payment.route),
        **_write_verdict(payment.verdict),
    }


def _write_fields(fields: PaymentFields | None) -> Columns:
    return {
        "acceptor_id": fields.acceptor_id.value if fields else None,
        "order_id": fields.order_id.value if fields else None,
        "amount_minor_units": fields.amount.amount_minor_units if fields else None,
        "currency": fields.amount.currency.value if fields else None,
        "acquirer_id": fields.acquirer_id.value if fields else None,
    }


def _write_challenge(challenge: Challenge | None) -> Columns:
    return {
        "pad_challenge": challenge.pad.to_bytes() if challenge else None,
        "digits_needed": challenge.digits_needed.value if challenge else None,
        "attempts_used": challenge.attempts_used if challenge else 0,
    }


def _write_route(route: Route | None) -> Columns:
    return {
        "route_token": route.token.value if route else None,
        "route_issuer_id": route.issuer_id.value if route else None,
        "route_account_alias": route.account_alias.value if route else None,
        "route_record": route.record.encoded if route else None,
        "route_expires_at_ms": to_milliseconds(route.expires_at) if route else None,
    }


def _write_verdict(verdict: Verdict | None) -> Columns:
    operation_id = verdict.operation_id if verdict else None
    decline_code = verdict.decline_code if verdict else None
    approval_code = verdict.approval_code if verdict else None
    return {
        "verdict_operation_id": operation_id.value if operation_id else None,
        "decided_at_ms": to_milliseconds(verdict.decided_at) if verdict else None,
        "decline_code": decline_code.value if decline_code else None,
        "approval_code": approval_code.value if approval_code else None,
        "masked_name": verdict.masked_name if verdict else None,
    }


def _read_payment(row: Row[Any]) -> tuple[PaymentId, Payment]:
    payment = Payment(
        payment_id=PaymentId(row.payment_id),
        terminal_id=TerminalId(row.terminal_id),
        payment_hash=row.payment_hash,
        notice_hash=row.notice_hash,
        state=PaymentState[row.state],
        opened_at=from_milliseconds(row.opened_at_ms),
        expires_at=from_milliseconds(row.expires_at_ms),
        fields=_read_fields(row),
        challenge=_read_challenge(row),
        probe_count=row.probe_count,
        route=_read_route(row),
        rrn=RetrievalReferenceNumber(row.rrn) if row.rrn else None,
        authorizing_since=from_milliseconds_or_none(row.authorizing_since_ms),
        authorized_by=OperationId(row.authorized_by) if row.authorized_by else None,
        usage_day=to_day(row.usage_day),
        verdict=_read_verdict(row),
        refunded_minor_units=row.refunded_minor_units,
        refund_count=row.refund_count,
    )
    return payment.payment_id, payment


def _read_fields(row: Row[Any]) -> PaymentFields | None:
    if row.acceptor_id is None:
        return None
    return PaymentFields(
        AcceptorId(row.acceptor_id),
        TerminalId(row.terminal_id),
        OrderId(row.order_id),
        Money(row.amount_minor_units, Currency(row.currency)),
        ParticipantId(row.acquirer_id),
    )


def _read_challenge(row: Row[Any]) -> Challenge | None:
    if row.pad_challenge is None:
        return None
    return Challenge(
        PadChallenge.from_bytes(row.pad_challenge),
        DigitsNeeded(row.digits_needed),
        row.attempts_used,
    )


def _read_route(row: Row[Any]) -> Route | None:
    if row.route_token is None:
        return None
    return Route(
        RoutingToken(row.route_token),
        ParticipantId(row.route_issuer_id),
        AccountAlias(row.route_account_alias),
        RoutingRecord(row.route_record),
        from_milliseconds(row.route_expires_at_ms),
    )


def _read_verdict(row: Row[Any]) -> Verdict | None:
    if row.decided_at_ms is None:
        return None
    return Verdict(
        OperationId(row.verdict_operation_id) if row.verdict_operation_id else None,
        from_milliseconds(row.decided_at_ms),
        ResponseCode(row.decline_code) if row.decline_code else None,
        ApprovalCode(row.approval_code) if row.approval_code else None,
        row.masked_name,
    )


def _write_operation(_: OperationKey, operation: Operation) -> Columns:
    return {
        "operation_id": operation.operation_id.value,
        "terminal_id": operation.terminal_id.value,
        "purpose": operation.purpose.value,
        "request_sha256": operation.request_sha256,
        "answer": operation.answer,
    }


def _read_operation(row: Row[Any]) -> tuple[OperationKey, Operation]:
    operation = Operation(
        TerminalId(row.terminal_id),
        OperationId(row.operation_id),
        Purpose(row.purpose),
        row.request_sha256,
        row.answer,
    )
    return operation.key, operation


def _write_counter(_: TerminalId, counter: TerminalCounter) -> Columns:
    return {
        "terminal_id": counter.terminal_id.value,
        "highest": counter.highest,
        "used": counter.used,
    }


def _read_counter(row: Row[Any]) -> tuple[TerminalId, TerminalCounter]:
    terminal_id = TerminalId(row.terminal_id)
    return terminal_id, TerminalCounter(terminal_id, row.highest, row.used)


def _write_usage(key: UsageKey, used: int) -> Columns:
    issuer_id, account_alias, day = key
    return {
        "issuer_id": issuer_id.value,
        "account_alias": account_alias.value,
        "day": day.isoformat(),
        "used_minor_units": used,
    }


def _read_usage(row: Row[Any]) -> tuple[UsageKey, int]:
    day = to_day(row.day)
    assert day is not None
    key = (ParticipantId(row.issuer_id), AccountAlias(row.account_alias), day)
    return key, row.used_minor_units


def _write_limits(key: PayerKey, limits: AmountLimits) -> Columns:
    return {
        "issuer_id": key[0].value,
        "account_alias": key[1].value,
        "per_payment_minor_units": limits.per_payment.amount_minor_units,
        "per_day_minor_units": limits.per_day.amount_minor_units,
        "currency": limits.per_day.currency.value,
    }


def _read_limits(row: Row[Any]) -> tuple[PayerKey, AmountLimits]:
    currency = Currency(row.currency)
    limits = AmountLimits(
        Money(row.per_payment_minor_units, currency), Money(row.per_day_minor_units, currency)
    )
    return (ParticipantId(row.issuer_id), AccountAlias(row.account_alias)), limits


def _write_reversal(_: PaymentId, entry: IssuerReversal) -> Columns:
    return {
        "payment_id": entry.payment_id.value,
        "issuer_id": entry.issuer_id.value,
        "queued_at_ms": to_milliseconds(entry.queued_at),
        "next_attempt_at_ms": to_milliseconds(entry.next_attempt_at),
        "attempt_count": entry.attempt_count,
        "acknowledged_at_ms": to_milliseconds_or_none(entry.acknowledged_at),
    }


def _read_reversal(row: Row[Any]) -> tuple[PaymentId, IssuerReversal]:
    entry = IssuerReversal(
        PaymentId(row.payment_id),
        ParticipantId(row.issuer_id),
        from_milliseconds(row.queued_at_ms),
        from_milliseconds(row.next_attempt_at_ms),
        row.attempt_count,
        from_milliseconds_or_none(row.acknowledged_at_ms),
    )
    return entry.payment_id, entry


PAYMENTS = RowMapping[PaymentId, Payment](
    tables.PAYMENT,
    tables.PAYMENT.c.payment_id,
    lambda key: key.value,
    _read_payment,
    _write_payment,
    is_kept=True,
)
OPERATIONS = RowMapping[OperationKey, Operation](
    tables.OPERATION,
    tables.OPERATION.c.operation_id,
    lambda key: key[1].value,
    _read_operation,
    _write_operation,
    is_kept=True,
)
COUNTERS = RowMapping[TerminalId, TerminalCounter](
    tables.TERMINAL_COUNTER,
    tables.TERMINAL_COUNTER.c.terminal_id,
    lambda key: key.value,
    _read_counter,
    _write_counter,
    is_kept=True,
)
USAGES = RowMapping[UsageKey, int](
    tables.DAILY_USAGE,
    tables.DAILY_USAGE.c.account_alias,
    lambda key: key[1].value,
    _read_usage,
    _write_usage,
    is_kept=True,
    # a payer has a row for every day with a payment
    narrowed_by={
        tables.DAILY_USAGE.c.issuer_id: lambda key: key[0].value,
        tables.DAILY_USAGE.c.day: lambda key: key[2].isoformat(),
    },
)
PAYER_LIMITS = RowMapping[PayerKey, AmountLimits](
    tables.PAYER_LIMIT,
    tables.PAYER_LIMIT.c.account_alias,
    lambda key: key[1].value,
    _read_limits,
    _write_limits,
    is_kept=True,
)
ISSUER_REVERSALS = RowMapping[PaymentId, IssuerReversal](
    tables.ISSUER_REVERSAL,
    tables.ISSUER_REVERSAL.c.payment_id,
    lambda key: key.value,
    _read_reversal,
    _write_reversal,
    is_kept=True,
)
