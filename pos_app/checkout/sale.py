"""A sale before anybody pays: catalogue items, the lines of a cart, and their total in fen."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from facepay.identifiers import OrderId
from facepay.money import Money
from facepay.ports import Clock, Randomness

QUANTITY_MAX = 999
"""More of one item is a slip of the finger."""
LINES_MAX = 200
"""A longer sale is split by the cashier; a receipt stays printable."""

SHOP_TIME_ZONE = ZoneInfo("Asia/Shanghai")


class SaleLimitError(ValueError):
    """A quantity or number of lines that no sale can have; a mistake of the caller."""


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One thing the shop sells. `barcode` may be empty; `price` is for one piece, tax included."""

    sku: str
    barcode: str
    name_zh: str
    name_en: str
    price: Money


@dataclass(frozen=True, slots=True)
class SaleLine:
    """So many pieces of one item."""

    item: CatalogueItem
    quantity: int

    def __post_init__(self) -> None:
        """Refuse a quantity that is not sold."""
        if not 1 <= self.quantity <= QUANTITY_MAX:
            raise SaleLimitError(f"a line has 1 to {QUANTITY_MAX} pieces")

    @property
    def total(self) -> Money:
        """Price times quantity."""
        return self.item.price.times(self.quantity)


@dataclass(frozen=True, slots=True)
class Cart:
    """The lines rung up so far. Immutable: each change gives a new cart."""

    lines: tuple[SaleLine, ...] = ()

    @property
    def total(self) -> Money:
        """What the payer owes; zero for an empty cart."""
        total = Money(0)
        for line in self.lines:
            total += line.total
        return total

    @property
    def piece_count(self) -> int:
        """How many pieces are in the cart."""
        return sum(line.quantity for line in self.lines)

    def with_item(self, item: CatalogueItem, quantity: int = 1) -> Self:
        """Add pieces of `item`; the same item rung up again raises its line's quantity."""
        for line in self.lines:
            if line.item.sku == item.sku:
                return self.with_quantity(item.sku, line.quantity + quantity)
        if len(self.lines) == LINES_MAX:
            raise SaleLimitError(f"a sale has at most {LINES_MAX} lines")
        return replace(self, lines=(*self.lines, SaleLine(item, quantity)))

    def with_quantity(self, sku: str, quantity: int) -> Self:
        """Set the quantity of the line of `sku`; 0 removes the line. An unknown sku is ignored."""
        lines = (
            replace(line, quantity=quantity) if line.item.sku == sku else line
            for line in self.lines
            if line.item.sku != sku or quantity != 0
        )
        return replace(self, lines=tuple(lines))


@dataclass(frozen=True, slots=True)
class Sale:
    """A cart that is being paid, under the shop's own order number."""

    order_id: OrderId
    cart: Cart

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return self.cart.total


def new_order_id(clock: Clock, randomness: Randomness) -> OrderId:
    """Return an order number with the shop's date and time and four random hex digits."""
    local: datetime = clock.now().astimezone(SHOP_TIME_ZONE)
    return OrderId(f"{local:%Y%m%d-%H%M%S}-{randomness.bytes(2).hex().upper()}")
