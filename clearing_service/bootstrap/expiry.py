"""Until when a folder's certificates and revocation lists hold, and what is said before they end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from clearing_service.bootstrap.trust import REVOCATION_LISTS, RegisterFolder, read_revocation_list
from clearing_service.errors import ClearingError
from clearing_service.transport.credentials import TlsFiles
from facepay.ports import Clock

WARNING_TIME = timedelta(days=7)
"""A week: somebody looks at a log or an overview within it."""
RENEW_COMMAND = "facepay-clearing certificates renew"

_log = structlog.get_logger("certificates")


class CertificatesExpiredError(ClearingError):
    """A certificate or revocation list has ended, so that nobody would be served."""


@dataclass(frozen=True, slots=True)
class PartyCertificates:
    """What a party's folder holds that ends by itself."""

    folder: Path

    def own_end(self) -> datetime:
        """Return when the process's own certificate or one of its lists ends, the first of them.

        Raises `CredentialsError` and `ConfigError` if one cannot be read.
        """
        leaf = TlsFiles.in_directory(self.folder).leaf()
        lists = [read_revocation_list(self.folder / name) for name in REVOCATION_LISTS]
        ends = [item.next_update_utc for item in lists if item.next_update_utc is not None]
        return min([leaf.not_valid_after_utc, *ends])

    def first_end(self) -> datetime:
        """Return when the first of them ends, those of terminals that are not revoked included."""
        return min([self.own_end(), *self._terminal_ends()])

    def require_valid(self, clock: Clock) -> None:
        """Raise `CertificatesExpiredError` if the process could serve nobody."""
        require_valid(self.own_end(), self.folder, clock)

    def warn(self, clock: Clock, party: int) -> None:
        """Write to the log how many days are left, if they are few."""
        left = self.first_end() - clock.now()
        if left < timedelta(0):
            _log.error(f"a certificate has ended; run `{RENEW_COMMAND}`", party=party)
        elif left < WARNING_TIME:
            _log.warning(
                f"certificates end soon; run `{RENEW_COMMAND}`", party=party, count=left.days
            )

    def _terminal_ends(self) -> Iterator[datetime]:
        register = RegisterFolder(self.folder)
        revoked = {entry.serial_number for item in register.revocations() for entry in item}
        for certificate in register.certificates():
            if certificate.serial_number not in revoked:
                yield certificate.not_valid_after_utc


def require_valid(end: datetime, folder: Path, clock: Clock) -> None:
    """Raise `CertificatesExpiredError`, which names the way out, if `end` has passed."""
    if end < clock.now():
        raise CertificatesExpiredError(
            f"a certificate or revocation list in {folder} ended on {end:%Y-%m-%d}; "
            f"run `{RENEW_COMMAND} --directory {folder.parent}`"
        )
