"""Carts, other tenders and their receipts."""

import json
from datetime import UTC, datetime

import pytest

from facepay.money import Money
from pos_app.checkout.receipt import receipt_for_other_tender
from pos_app.checkout.sale import QUANTITY_MAX, Cart, SaleLimitError, new_order_id
from pos_app.checkout.tenders import OtherTender, Tender, TenderedTooLittleError
from tests.fakes.clearing import ACCEPTOR
from tests.fakes.ports import ManualClock, SeededRandomness
from tests.fakes.shop import SALE, TEA, TERMINAL


def test_ringing_up_an_item_again_raises_its_quantity() -> None:
    cart = Cart().with_item(TEA).with_item(TEA, 2)
    assert [line.quantity for line in cart.lines] == [3]
    assert cart.total == Money(1950)
    assert cart.piece_count == 3


def test_a_quantity_of_zero_removes_the_line() -> None:
    assert Cart().with_item(TEA).with_quantity(TEA.sku, 0) == Cart()


def test_an_impossible_quantity_is_refused() -> None:
    with pytest.raises(SaleLimitError):
        Cart().with_item(TEA, QUANTITY_MAX + 1)


def test_an_order_number_carries_the_shops_time() -> None:
    order_id = new_order_id(ManualClock(), SeededRandomness())
    assert order_id.value.startswith("20260302-100000-")


@pytest.mark.rule("CON-08")
@pytest.mark.parametrize("tender", [Tender.CASH, Tender.CARD, Tender.QR_CODE])
def test_every_other_tender_reaches_paid_at_the_same_price(tender: Tender) -> None:
    payment = OtherTender(tender, SALE.amount, Money(2000))
    paid_at = datetime(2026, 3, 2, tzinfo=UTC)
    receipt = receipt_for_other_tender(SALE, payment, ACCEPTOR, TERMINAL, paid_at)
    content = json.loads(receipt.to_json())
    assert content["amount_minor_units"] == SALE.amount.amount_minor_units
    assert content["change_minor_units"] == 700
    assert content["tender"] == tender.value


@pytest.mark.rule("OPS-01", "MER-01")
def test_a_receipt_names_where_to_complain_and_nothing_of_a_face() -> None:
    payment = OtherTender(Tender.CARD, SALE.amount, SALE.amount)
    paid_at = datetime(2026, 3, 2, tzinfo=UTC)
    content = receipt_for_other_tender(SALE, payment, ACCEPTOR, TERMINAL, paid_at).to_json()
    assert "400-000-0000" in content
    assert "face" not in content


def test_too_little_cash_is_refused() -> None:
    with pytest.raises(TenderedTooLittleError):
        OtherTender(Tender.CASH, Money(100), Money(99))


def test_face_is_not_an_other_tender() -> None:
    with pytest.raises(ValueError, match="payment flow"):
        OtherTender(Tender.FACE, Money(100), Money(100))
