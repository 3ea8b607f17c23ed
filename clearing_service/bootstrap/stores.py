"""The clearing institution's databases, opened and brought to their newest form."""

from contextlib import ExitStack
from dataclasses import dataclass

from clearing_service.bootstrap.migrated import open_again, open_migrated
from clearing_service.config import Config
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.directory_store import DirectoryStore
from clearing_service.stores.enrolment_store import EnrolmentDatabase
from clearing_service.stores.issuer_store import IssuerDatabase
from clearing_service.stores.participant_store import ParticipantDatabase
from clearing_service.stores.payment_counts import PaymentCounts


@dataclass(frozen=True, slots=True)
class Stores:
    """Every database of the clearing institution but the gallery, which is party 1's."""

    clearing: ClearingStore
    participants: ParticipantDatabase
    counts: PaymentCounts
    directory: DirectoryStore
    enrolments: EnrolmentDatabase
    issuers: IssuerDatabase

    def close(self) -> None:
        """Finish what waits and close every connection. A repeat does nothing."""
        self.participants.close()
        self.counts.close()
        self.clearing.close()
        self.enrolments.close()
        self.directory.close()
        self.issuers.close()


def open_stores(config: Config, *, is_new: bool = False) -> Stores:
    """Open and migrate all of them; raises `StoreError` that names the one that failed.

    Those opened before are closed again then: a writer left behind would keep the process alive.
    Only provisioning makes stores that `is_new`: an empty one in the place of a lost one would know
    no payment, and its books would add up.
    """
    with ExitStack() as opened:
        clearing = ClearingStore(open_migrated(config, "clearing", is_new=is_new))
        opened.callback(clearing.close)
        participants = ParticipantDatabase(open_again(config, "clearing"), clearing)
        opened.callback(participants.close)
        counts = PaymentCounts(open_again(config, "clearing"))
        opened.callback(counts.close)
        directory = DirectoryStore(open_migrated(config, "directory", is_new=is_new))
        opened.callback(directory.close)
        enrolments = EnrolmentDatabase(open_again(config, "directory"))
        opened.callback(enrolments.close)
        issuers = IssuerDatabase(open_migrated(config, "issuer", is_new=is_new))
        opened.pop_all()
        return Stores(clearing, participants, counts, directory, enrolments, issuers)
