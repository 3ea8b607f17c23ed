"""An institution's key and secret, and what it makes of a window with them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.settlement.digest import ClosedWindow, WindowBlinding, prove_window
from clearing_service.settlement.report import ParticipantReport, make_report
from clearing_service.settlement.report_check import CheckedReport, ReportFiles, check_report
from clearing_service.settlement.report_proof import ReportProof
from facepay.identifiers import ParticipantId
from facepay.payment_decision import SignedDecision
from facepay.secret import SecretBytes
from facepay.settlement_proof.window_digest import NO_PREVIOUS, WindowDigest
from facepay.signed_request import signing_key_id


class Prover:
    """Signs digests and makes reports; `check` is a participant with the public key."""

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32))
        self.public_key = self._key.public_key()

    def sign(self, digest: WindowDigest) -> SignedDecision:
        encoded = digest.to_bytes()
        return SignedDecision(encoded, signing_key_id(self.public_key), self._key.sign(encoded))

    def report(
        self, window: ClosedWindow, participant: ParticipantId, previous: bytes = NO_PREVIOUS
    ) -> ParticipantReport:
        with SecretBytes(window.number.to_bytes(32)) as secret:
            proven = prove_window(window, WindowBlinding(secret))
        return make_report(proven, self.sign(proven.digest(previous)), participant)

    def proof(self, window: ClosedWindow, participant: ParticipantId) -> ReportProof:
        return ReportProof.from_bytes(self.report(window, participant).proof)

    def check(
        self, report: ParticipantReport, previous_proof: bytes | None = None
    ) -> CheckedReport:
        files = ReportFiles(report.rows, report.proof, report.summary.to_bytes(), previous_proof)
        return check_report(files, self.public_key)
