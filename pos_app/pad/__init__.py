"""Presentation attack detection: a person before the camera, now, doing what was asked.

Evidence of several kinds is gathered (`active_challenge`, `face_continuity`, `stream_watch`),
judged against a policy that is data (`policy`), and only a passing judgement makes a `PadDecision`
(`decision`), without which no probe can be sealed. Errors, timeouts and doubts all end in refusal.
"""
