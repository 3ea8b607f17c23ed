"""What the window of an enrolment station may ask for. The presenter does it; the window only calls."""

from typing import Protocol

from facepay.identifiers import ParticipantId
from pos_app.ui.enrolment_model import Errand


class StationActions(Protocol):
    """What clerk and person can do. Each returns at once; a call out of place does nothing.

    Digits of the passcode go to the PIN pad, login and code to the issuer; neither is remembered.
    """

    def begin(self, errand: Errand) -> None:
        """Open or close face payment for the person who is here now."""

    def go_on_to_consent(self) -> None:
        """Leave the notice for the first consent."""

    def agree(self) -> None:
        """Give the one consent that is shown."""

    def refuse(self) -> None:
        """Refuse the one consent that is shown."""

    def choose_issuer(self, issuer_id: ParticipantId) -> None:
        """Say whose customer the person is."""

    def sign_in(self, login: str, one_time_code: str) -> None:
        """Show the issuer who it is."""

    def press(self, digit: int) -> None:
        """Press a key of the PIN pad."""

    def clear_pin(self) -> None:
        """Press the clear key of the PIN pad."""

    def confirm_pin(self) -> None:
        """Press the confirm key of the PIN pad."""

    def more_time(self) -> None:
        """Ask for more time at the PIN pad."""

    def start_capture(self) -> None:
        """Let the camera go on, for this one capture."""

    def stop(self) -> None:
        """Leave; what the station holds of the person is gone."""

    def start_again(self) -> None:
        """Try the same errand once more after it ended."""

    def finish(self) -> None:
        """Go back to the start for the next person."""
