"""How a process serves once it has started."""

import gc

from clearing_service.bootstrap.serving import COLLECTION_THRESHOLDS, collect_rarely


def test_what_was_there_at_the_start_is_left_out_of_later_collections() -> None:
    thresholds = gc.get_threshold()
    try:
        collect_rarely()
        assert gc.get_threshold() == COLLECTION_THRESHOLDS
        assert gc.get_freeze_count() > 0
        assert gc.isenabled()  # cyclic garbage still goes, only later
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
