"""Rows of the central book, the chains and the audit trail."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Row

from clearing_service.audit.chain import ChainHead
from clearing_service.audit.entry import AuditEntry, AuditKind, AuditRecord
from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.book import TransferKey
from clearing_service.ledger.transfer import (
    PAYMENT_KINDS,
    EntryId,
    Movement,
    Transfer,
    TransferKind,
)
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import from_milliseconds, to_milliseconds
from clearing_service.stores.payment_mappings import SHARD
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import ParticipantId, PaymentId
from facepay.money import Currency, Money


def write_transfer(transfer: Transfer) -> Columns:
    """Return the columns of a ledger row."""
    movement = transfer.movement
    return {
        "chain": transfer.head.chain,
        "number": transfer.number,
        "shard_id": SHARD,
        "kind": transfer.kind.value,
        "subject_id": transfer.subject.value,
        "debit_participant_id": movement.debit.participant_id.value,
        "debit_kind": movement.debit.kind.value,
        "credit_participant_id": movement.credit.participant_id.value,
        "credit_kind": movement.credit.kind.value,
        "amount_minor_units": movement.amount.amount_minor_units,
        "currency": movement.amount.currency.value,
        "answers": transfer.answers,
        "business_date": transfer.business_date.isoformat(),
        "booked_at_ms": to_milliseconds(transfer.booked_at),
        "hash": transfer.head.hash,
        "part": transfer.part,
        "window_number": transfer.window,
    }


def read_transfer(row: Row[Any]) -> tuple[TransferKey, Transfer]:
    """Return a ledger row."""
    currency, kind = Currency(row.currency), TransferKind(row.kind)
    transfer = Transfer(
        kind,
        PaymentId(row.subject_id) if kind in PAYMENT_KINDS else EntryId(row.subject_id),
        Movement(
            AccountId(
                ParticipantId(row.debit_participant_id), AccountKind(row.debit_kind), currency
            ),
            AccountId(
                ParticipantId(row.credit_participant_id), AccountKind(row.credit_kind), currency
            ),
            Money(row.amount_minor_units, currency),
        ),
        row.answers,
        date.fromisoformat(row.business_date),
        from_milliseconds(row.booked_at_ms),
        ChainHead(row.chain, row.number, row.hash),
        row.part,
        row.window_number,
    )
    return (row.subject_id, row.kind, row.part), transfer


def write_audit_entry(entry: AuditEntry) -> Columns:
    """Return the columns of an audit entry."""
    record = entry.record
    return {
        "chain": entry.head.chain,
        "number": entry.head.number,
        "kind": record.kind.name,
        "subject": record.subject,
        "at_ms": to_milliseconds(record.at),
        "detail": json.dumps(record.detail, ensure_ascii=False),
        "hash": entry.head.hash,
    }


def read_audit_entry(row: Row[Any]) -> AuditEntry:
    """Return an audit entry."""
    detail = tuple((str(name), str(value)) for name, value in json.loads(row.detail))
    record = AuditRecord(AuditKind[row.kind], row.subject, from_milliseconds(row.at_ms), detail)
    return AuditEntry(record, ChainHead(row.chain, row.number, row.hash))


def _write_balance(_: AccountId, balance: Balance) -> Columns:
    return {
        "participant_id": balance.account.participant_id.value,
        "kind": balance.account.kind.value,
        "currency": balance.account.currency.value,
        "net_debit_cap_minor_units": balance.net_debit_cap_minor_units,
        "debits_posted": balance.debits_posted,
        "credits_posted": balance.credits_posted,
        "debits_held": balance.debits_held,
        "credits_held": balance.credits_held,
        "is_suspended": int(balance.is_suspended),
    }


def read_balance(row: Row[Any]) -> tuple[AccountId, Balance]:
    """Return an account's balance."""
    account = AccountId(
        ParticipantId(row.participant_id), AccountKind(row.kind), Currency(row.currency)
    )
    balance = Balance(
        account,
        row.net_debit_cap_minor_units,
        row.debits_posted,
        row.credits_posted,
        row.debits_held,
        row.credits_held,
        bool(row.is_suspended),
    )
    return account, balance


def _write_head(_: str, head: ChainHead) -> Columns:
    return {"chain": head.chain, "number": head.number, "hash": head.hash}


def _read_head(row: Row[Any]) -> tuple[str, ChainHead]:
    return row.chain, ChainHead(row.chain, row.number, row.hash)


def _write_sequence(name: str, last_number: int) -> Columns:
    return {"name": name, "last_number": last_number}


def _read_sequence(row: Row[Any]) -> tuple[str, int]:
    return row.name, row.last_number


TRANSFERS = RowMapping[TransferKey, Transfer](
    tables.TRANSFER,
    tables.TRANSFER.c.subject_id,
    lambda key: key[0],
    read_transfer,
    lambda _, transfer: write_transfer(transfer),
    is_kept=True,
)
BALANCES = RowMapping[AccountId, Balance](
    tables.ACCOUNT_BALANCE,
    tables.ACCOUNT_BALANCE.c.participant_id,
    lambda key: key.participant_id.value,
    read_balance,
    _write_balance,
    is_kept=True,
)
HEADS = RowMapping[str, ChainHead](
    tables.CHAIN_HEAD,
    tables.CHAIN_HEAD.c.chain,
    lambda key: key,
    _read_head,
    _write_head,
    is_kept=True,
)
SEQUENCES = RowMapping[str, int](
    tables.NUMBER_SEQUENCE,
    tables.NUMBER_SEQUENCE.c.name,
    lambda key: key,
    _read_sequence,
    _write_sequence,
    is_kept=True,
)
