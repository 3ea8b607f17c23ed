"""Enrolments and consents in the directory's database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.engine import Connection

from clearing_service.directory.entry import DirectoryEntry
from clearing_service.enrolment.consent import ConsentRecord
from clearing_service.enrolment.enrolment import (
    UNFINISHED_STATES,
    Enrolment,
    EnrolmentState,
)
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.directory_store import ENTRIES
from clearing_service.stores.engine import Database
from clearing_service.stores.enrolment_tables import CONSENT, ENROLMENT
from clearing_service.stores.reading import Reader
from clearing_service.stores.row_mapping import Columns, upsert
from clearing_service.stores.writing import Writer
from facepay.identifiers import (
    AccountAlias,
    EnrolmentId,
    ParticipantId,
    ReferenceId,
    RoutingToken,
    TerminalId,
)
from facepay.pad_challenge import PadChallenge
from facepay.vocabulary import ConsentScope

_NO_REFERENCE = bytes(16)
_SEPARATOR = "|"


class EnrolmentDatabase:
    """Implements `enrolment.ports.EnrolmentStore`.

    `database` is one of its own on the directory store's URL.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = Reader(database)
        self._writer = Writer(database)

    async def find(self, enrolment_id: EnrolmentId) -> Enrolment | None:
        """Return an enrolment with its consents."""
        found = await self._find(ENROLMENT.c.enrolment_id == enrolment_id.value)
        return found[0] if found else None

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[Enrolment]:
        """Return the enrolments of an account whose reference may still be somewhere."""
        return await self._find(
            and_(
                ENROLMENT.c.account_alias == account_alias.value,
                ENROLMENT.c.issuer_id == issuer_id.value,
                ENROLMENT.c.is_erasure_owed == 1,
            )
        )

    async def save(self, enrolment: Enrolment) -> None:
        """Add or replace an enrolment and its consents, in one durable transaction."""
        await self._writer.run(lambda connection: _save(connection, enrolment))

    async def activate(self, enrolment: Enrolment, entry: DirectoryEntry) -> None:
        """Save an enrolment and its directory entry, in one durable transaction."""

        def write(connection: Connection) -> None:
            _save(connection, enrolment)
            ENTRIES.save(connection, {entry.reference_id: entry})

        await self._writer.run(write)

    async def due_for_erasure(self, now: datetime) -> Sequence[Enrolment]:
        """Return what nobody finished, whose consent ended, or whose erasure is still owed."""
        now_ms = to_milliseconds(now)
        unfinished = [state.name for state in UNFINISHED_STATES]
        return await self._find(
            and_(
                ENROLMENT.c.is_erasure_owed == 1,
                or_(
                    ENROLMENT.c.state == EnrolmentState.ENDED.name,
                    and_(ENROLMENT.c.state.in_(unfinished), ENROLMENT.c.expires_at_ms <= now_ms),
                    ENROLMENT.c.consent_ends_at_ms <= now_ms,
                ),
            )
        )

    async def erasure_done(self, reference_id: ReferenceId) -> None:
        """Forget the reference, its bucket and whose passcode it was; the consents stay as proof."""
        statement = (
            update(ENROLMENT)
            .where(ENROLMENT.c.reference_id == reference_id.value)
            .values(
                is_erasure_owed=0,
                reference_id=_NO_REFERENCE,
                tag=b"",
                pin_record=b"",
                masked_name="",
            )
        )
        await self._writer.run(lambda connection: connection.execute(statement))

    def close(self) -> None:
        """Finish what waits, then close every connection. A repeat does nothing."""
        self._writer.close()
        self._reader.close()
        self._database.close()

    async def _find(self, condition: ColumnElement[bool]) -> list[Enrolment]:
        def read(connection: Connection) -> list[Enrolment]:
            rows = connection.execute(select(ENROLMENT).where(condition)).all()
            return [_read(row, _consents(connection, row.enrolment_id)) for row in rows]

        return await self._reader.run(read)


def _save(connection: Connection, enrolment: Enrolment) -> None:
    dialect = connection.dialect.name
    connection.execute(upsert(ENROLMENT, dialect), _write(enrolment))
    consents = [_write_consent(enrolment, consent) for consent in enrolment.consents]
    connection.execute(upsert(CONSENT, dialect), consents)


def _consents(connection: Connection, enrolment_id: bytes) -> tuple[ConsentRecord, ...]:
    query = select(CONSENT).where(CONSENT.c.enrolment_id == enrolment_id)
    records = [_read_consent(row) for row in connection.execute(query)]
    return tuple(sorted(records, key=lambda record: record.scope.value))


def _write(enrolment: Enrolment) -> Columns:
    return {
        "enrolment_id": enrolment.enrolment_id.value,
        "terminal_id": enrolment.terminal_id.value,
        "issuer_id": enrolment.issuer_id.value,
        "account_alias": enrolment.account_alias.value,
        "masked_name": enrolment.masked_name,
        "reference_id": enrolment.reference_id.value,
        "tag": enrolment.tag,
        "passcode_token": enrolment.passcode_token.value,
        "pin_record": enrolment.pin_record,
        "pad_challenge": enrolment.challenge.to_bytes(),
        "state": enrolment.state.name,
        "expires_at_ms": to_milliseconds(enrolment.expires_at),
        "consent_ends_at_ms": to_milliseconds(enrolment.consent_ends_at),
        "is_erasure_owed": 1,
    }


def _read(row: Row[Any], consents: tuple[ConsentRecord, ...]) -> Enrolment:
    return Enrolment(
        enrolment_id=EnrolmentId(bytes(row.enrolment_id)),
        terminal_id=TerminalId(row.terminal_id),
        issuer_id=ParticipantId(row.issuer_id),
        account_alias=AccountAlias(row.account_alias),
        masked_name=row.masked_name,
        reference_id=ReferenceId(bytes(row.reference_id)),
        tag=bytes(row.tag),
        passcode_token=RoutingToken(row.passcode_token),
        pin_record=bytes(row.pin_record),
        consents=consents,
        challenge=PadChallenge.from_bytes(bytes(row.pad_challenge)),
        state=EnrolmentState[row.state],
        expires_at=from_milliseconds(row.expires_at_ms),
    )


def _write_consent(enrolment: Enrolment, consent: ConsentRecord) -> Columns:
    return {
        "consent_id": consent.consent_id,
        "enrolment_id": enrolment.enrolment_id.value,
        "scope": consent.scope.name,
        "notice_version": consent.notice_version,
        "notice_sha256": consent.notice_sha256,
        "recipients": _SEPARATOR.join(item.value for item in consent.recipients),
        "purposes": _SEPARATOR.join(consent.purposes),
        "given_at_ms": to_milliseconds(consent.given_at),
        "ends_at_ms": to_milliseconds(consent.ends_at),
        "withdrawn_at_ms": to_milliseconds_or_none(consent.withdrawn_at),
    }


def _read_consent(row: Row[Any]) -> ConsentRecord:
    return ConsentRecord(
        consent_id=bytes(row.consent_id),
        scope=ConsentScope[row.scope],
        notice_version=row.notice_version,
        notice_sha256=bytes(row.notice_sha256),
        recipients=tuple(ParticipantId(item) for item in row.recipients.split(_SEPARATOR)),
        purposes=tuple(row.purposes.split(_SEPARATOR)),
        given_at=from_milliseconds(row.given_at_ms),
        ends_at=from_milliseconds(row.ends_at_ms),
        withdrawn_at=from_milliseconds_or_none(row.withdrawn_at_ms),
    )
