"""Keys at rest: wrapped, bound to their names, useless without the key-encrypting key."""

import json
from pathlib import Path

import pytest

from clearing_service.security_module.errors import KeyStoreError
from clearing_service.security_module.key_store import KeyStore, open_key_store
from facepay.secret import SecretBytes
from tests.fakes.ports import SeededRandomness

SECRET = b"thirty-two bytes of a secret key"


def open_at(folder: Path) -> KeyStore:
    return open_key_store(folder / "keys.json", folder / "module.kek", SeededRandomness())


def put(store: KeyStore, name: str, content: bytes = SECRET) -> None:
    store.put(name, SecretBytes(content))


def read(store: KeyStore, name: str) -> bytes | None:
    secret = store.get(name)
    return None if secret is None else bytes(secret.view)


def test_a_secret_survives_a_restart(tmp_path: Path) -> None:
    put(open_at(tmp_path), "tag")
    again = open_at(tmp_path)
    assert read(again, "tag") == SECRET
    assert again.names() == ("tag",)
    assert read(again, "other") is None


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    first = bytes(store.get_or_create("tag", 32).view)
    assert bytes(store.get_or_create("tag", 32).view) == first
    assert bytes(open_at(tmp_path).get_or_create("tag", 32).view) == first


def test_a_removed_secret_is_gone(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    put(store, "a")
    put(store, "b")
    for _ in range(2):
        store.remove("a")
    assert open_at(tmp_path).names() == ("b",)


@pytest.mark.rule("STO-02")
def test_the_file_does_not_hold_the_secret(tmp_path: Path) -> None:
    put(open_at(tmp_path), "tag")
    assert SECRET not in (tmp_path / "keys.json").read_bytes()


def test_entries_cannot_be_swapped_or_changed(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    put(store, "a", bytes(32))
    put(store, "b")
    path = tmp_path / "keys.json"
    listed = json.loads(path.read_text())
    keys = listed["keys"]
    keys["a"], keys["b"] = keys["b"], keys["a"]
    keys["c"] = "AAAA"
    path.write_text(json.dumps(listed))
    again = open_at(tmp_path)
    for name in ("a", "b", "c"):
        with pytest.raises(KeyStoreError):
            again.get(name)


def test_another_key_encrypting_key_unwraps_nothing(tmp_path: Path) -> None:
    put(open_at(tmp_path), "tag")
    (tmp_path / "module.kek").write_bytes(bytes(32))
    with pytest.raises(KeyStoreError, match="unwrap"):
        open_at(tmp_path).get("tag")


def test_a_store_without_its_key_is_not_silently_begun_anew(tmp_path: Path) -> None:
    put(open_at(tmp_path), "tag")
    (tmp_path / "module.kek").unlink()
    with pytest.raises(KeyStoreError, match="is not"):
        open_at(tmp_path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    open_at(tmp_path)
    (tmp_path / "module.kek").chmod(0o644)
    with pytest.raises(KeyStoreError, match="chmod"):
        open_at(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_key_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "module.kek"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyStoreError, match="does not hold a key"):
        open_at(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"keys": []}', b'{"keys": {"a": "?"}}'])
def test_a_file_that_is_no_key_store_is_refused(tmp_path: Path, content: bytes) -> None:
    open_at(tmp_path)
    (tmp_path / "keys.json").write_bytes(content)
    with pytest.raises(KeyStoreError):
        open_at(tmp_path)


def test_a_folder_that_cannot_be_written_is_an_error_and_leaves_the_old_keys(
    tmp_path: Path,
) -> None:
    store = open_at(tmp_path)
    put(store, "tag")
    (tmp_path / "keys.json.new").mkdir()
    with pytest.raises(KeyStoreError, match="written"):
        put(store, "other")
    assert store.names() == ("tag",)
    assert open_at(tmp_path).names() == ("tag",)


def test_a_key_without_its_store_is_not_silently_begun_anew(tmp_path: Path) -> None:
    put(open_at(tmp_path), "tag")
    (tmp_path / "keys.json").unlink()
    with pytest.raises(KeyStoreError, match="are not"):
        open_at(tmp_path)
