"""Simulated issuers: accounts, PIN verification, try limits, debits. An adapter behind two ports.

Nothing of a face ever comes here. Everything about an account's money and tries happens in one unit
of work in the issuers' own database; what an issuer does wrong on purpose is in `fault_profile`.
"""
