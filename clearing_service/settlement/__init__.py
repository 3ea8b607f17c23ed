"""The end of a business day: who owes what, what it costs, and its discharge.

window run   `run` closes the windows that are due and takes each through the steps below
fees         `fee_rates` (dated rates as data), `fees` (what a window's rows cost each participant)
netting      what each participant is owed or owes
settlement   funds, liquidity and the rows that discharge a window
use cases    what an operator asks: windows, positions, close, settle, abort, rejoin, funds

Each step is one unit of work of the clearing database that looks at the window's state first, so
that it may be repeated after a crash and does nothing the second time.
"""
