"""From a sealed probe to an account at an issuer, without seeing a face or a score."""
