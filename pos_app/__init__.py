"""The terminal: a cashier's point of sale that takes payment by face and PIN."""
