"""What the two windows may ask for. The presenter does it; the windows only call."""

from typing import Protocol

from pos_app.checkout.tenders import Tender


class CashierActions(Protocol):
    """What the cashier can do. Each returns at once; a call that makes no sense now does nothing."""

    def add_item(self, sku: str) -> None:
        """Ring up one more of a product."""

    def select_line(self, sku: str) -> None:
        """Choose the row that the number pad changes."""

    def type_quantity(self, digit: int) -> None:
        """Add a digit to the quantity of the chosen row."""

    def delete_quantity_digit(self) -> None:
        """Take back the last digit of the quantity."""

    def remove_line(self) -> None:
        """Take the chosen row off the cart."""

    def clear_cart(self) -> None:
        """Take everything off the cart."""

    def choose_tender(self, tender: Tender) -> None:
        """Take the payment this way; a payment by face under way is stopped first."""

    def confirm_received(self) -> None:
        """Say that the money of a simulated tender has arrived."""

    def cancel_payment(self) -> None:
        """Stop the payment and go back to the cart."""

    def show_receipt(self) -> None:
        """Go from the outcome to the receipt."""

    def new_sale(self) -> None:
        """Start again: with an empty cart after a payment, otherwise with the cart as it is."""


class CustomerActions(Protocol):
    """What the payer can do. PIN digits go to the PIN pad and are never remembered here."""

    def choose_tender(self, tender: Tender) -> None:
        """Pay this way; face leads to the notice, never straight to the camera."""

    def agree_to_face(self) -> None:
        """Consent to this one capture and transmission, under the notice that is shown."""

    def agree_to_face_calmly(self) -> None:
        """Consent as well, to a capture without coloured light and without hurry."""

    def pay_another_way(self) -> None:
        """Refuse or leave payment by face; it is not offered again in this sale."""

    def type_digit(self, digit: int) -> None:
        """Add a phone digit."""

    def clear_digits(self) -> None:
        """Take back the phone digits."""

    def confirm_digits(self) -> None:
        """Send the phone digits."""

    def try_again(self) -> None:
        """Let the camera try once more after no account was found."""

    def confirm_payment(self) -> None:
        """Say yes to the payee and amount shown; the PIN comes next."""

    def press(self, digit: int) -> None:
        """Press a key of the PIN pad."""

    def clear_pin(self) -> None:
        """Press the clear key of the PIN pad."""

    def confirm_pin(self) -> None:
        """Press the confirm key of the PIN pad."""

    def more_time(self) -> None:
        """Ask for another minute."""

    def not_me(self) -> None:
        """Say that the masked name is somebody else's."""

    def show_receipt(self) -> None:
        """Go from the outcome to the receipt."""
