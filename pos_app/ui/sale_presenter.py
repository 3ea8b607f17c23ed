"""The selling half of the presenter: cart, quantity, receipts. Plain values in, plain values out."""

from dataclasses import replace

from pos_app.checkout.sale import QUANTITY_MAX, SaleLimitError
from pos_app.ui.till_model import Page, TillView


def with_item(view: TillView, sku: str) -> TillView:
    """Ring up one more piece; what no sale can hold changes nothing."""
    item = next((item for item in view.catalogue if item.sku == sku), None)
    if item is None or view.is_paying:
        return view
    try:
        cart = view.cart.with_item(item)
    except SaleLimitError:
        return view
    return replace(view, cart=cart, selected_sku=sku)


def with_quantity_digit(view: TillView, digit: int, *, is_first: bool) -> TillView:
    """Type a digit of the chosen row's quantity; the first digit replaces what was there."""
    quantity = digit if is_first else _quantity(view) * 10 + digit
    return with_quantity(view, quantity) if quantity <= QUANTITY_MAX else view


def without_quantity_digit(view: TillView) -> TillView:
    """Take back the last digit; a row never drops below one piece this way."""
    return with_quantity(view, max(1, _quantity(view) // 10))


def with_quantity(view: TillView, quantity: int) -> TillView:
    """Set the chosen row's quantity; zero removes the row."""
    if view.selected_sku is None or view.is_paying:
        return view
    cart = view.cart.with_quantity(view.selected_sku, quantity)
    return replace(view, cart=cart, selected_sku=view.selected_sku if quantity else None)


def emptied(view: TillView) -> TillView:
    """Return the till ready for the next customer; the line and the receipts stay."""
    return TillView(
        shop=view.shop,
        catalogue=view.catalogue,
        line=view.line,
        unsent_count=view.unsent_count,
        notice=view.notice,
        receipts=view.receipts,
    )


def back_to_cart(view: TillView) -> TillView:
    """Return to selling with the cart as it is; a refusal of face stays in force."""
    return replace(
        emptied(view),
        cart=view.cart,
        selected_sku=view.selected_sku,
        face_was_refused=view.face_was_refused,
        page=Page.SELLING,
    )


def _quantity(view: TillView) -> int:
    lines = (line for line in view.cart.lines if line.item.sku == view.selected_sku)
    return next((line.quantity for line in lines), 0)
