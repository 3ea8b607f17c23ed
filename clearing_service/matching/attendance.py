"""Which peers are there, told to the party's operators when it changes and not at every attempt."""

from clearing_service.matching.observer import MatchingObserver

UNKNOWN_PEER = 0
"""Stands for whoever opened a stream and did not prove who they are."""


class Attendance:
    """Passes on what is news. A peer nobody has heard of yet counts as there, so its absence is."""

    def __init__(self, observer: MatchingObserver) -> None:
        self._observer = observer
        self._reason_gone: dict[int, str] = {}

    def joined(self, peer: int) -> None:
        """Take note that `peer` has proven itself on a new stream."""
        self._reason_gone.pop(peer, None)
        self._reason_gone.pop(UNKNOWN_PEER, None)
        self._observer.peer_joined(peer)

    def lost(self, peer: int, reason: str) -> None:
        """Take note that the stream to `peer` has ended, or that it cannot be reached."""
        if peer not in self._reason_gone:
            self._reason_gone[peer] = reason
            self._observer.peer_lost(peer, reason)

    def refused(self, reason: str) -> None:
        """Take note that somebody opened a stream here and did not prove who they are."""
        if self._reason_gone.get(UNKNOWN_PEER) != reason:
            self._reason_gone[UNKNOWN_PEER] = reason
            self._observer.stream_refused(reason)
