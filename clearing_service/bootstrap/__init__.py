"""Wires concrete parts together; the only place that knows them all.

trust     certificates, roles and revocation lists from a party's folder
party     one matching party and its streams: what parties 2 and 3 are
stores    the clearing institution's databases, opened and migrated
settlement  windows, fees and what the clock does with them
clearing  party 1 with everything a clearing institution does
upkeep    what runs ever after beside the calls: sweeps, queued reversals, erasures
serving   start, stop on a signal, drain
operation   the desks of operators: acts, cases, what they look at
command_line, operator_line  what can be typed; `tables` is how answers are shown
"""
