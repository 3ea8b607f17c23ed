"""A party's gallery, its shares sealed under the party's own database key."""

from clearing_service.bootstrap.migrated import open_migrated
from clearing_service.config import Config
from clearing_service.provisioning.party_keys import open_party_store
from clearing_service.stores.gallery import SqlGalleryStore
from clearing_service.stores.gallery_sealing import DATABASE_KEY_BYTES, ShareSealer
from facepay.ports import Randomness

_KEY_NAME = "database/gallery"


def open_gallery(
    config: Config, randomness: Randomness, *, is_new: bool = False
) -> SqlGalleryStore:
    """Open and migrate the gallery; the caller closes it. Raises `StoreError`, `KeyStoreError`.

    Only provisioning makes one that `is_new`: nobody else has the shares of one that was lost.
    """
    store = open_party_store(config.directory, randomness)
    try:
        with store.get_or_create(_KEY_NAME, DATABASE_KEY_BYTES) as key:
            sealer = ShareSealer(key, randomness)
    finally:
        store.close()
    return SqlGalleryStore(open_migrated(config, "gallery", is_new=is_new), sealer)
