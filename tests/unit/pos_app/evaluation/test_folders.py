"""A folder is read, continued and reported; one with too little in it is refused with a reason."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from pos_app.evaluation.acquisition import acquire, pipeline_hash
from pos_app.evaluation.command import CACHE_NAME, EvaluationOrder, evaluate_people
from pos_app.evaluation.errors import EvaluationError
from pos_app.evaluation.feature_cache import FeatureCache, picture_hash
from pos_app.evaluation.picture_folder import people_in
from pos_app.evaluation.roles import fused, give_roles
from pos_app.evaluation.sample_reader import Acquired, NotAcquired, Sample, Vector

PIPELINE = bytes(32)


def make_folder(folder: Path, pictures: dict[str, int]) -> Path:
    """Make unreadable pictures, each with content of its own."""
    for person, count in pictures.items():
        (folder / person).mkdir(parents=True)
        for number in range(count):
            (folder / person / f"{number}.jpg").write_bytes(f"{person} {number}".encode())
    return folder


def face_of(picture: Path) -> Vector:
    """Return features that are close for pictures of one folder."""
    person = np.random.default_rng(list(picture.parent.name.encode())).standard_normal(128)
    noise = np.random.default_rng(list(picture.read_bytes())).standard_normal(128)
    return fused([(person + noise / 2).astype(np.float32)])


def fill_cache(folder: Path, path: Path, failed: str = "") -> None:
    cache = FeatureCache(path, pipeline_hash())
    for picture in folder.rglob("*.jpg"):
        is_failed = failed and failed in str(picture)
        sample: Sample = NotAcquired("too_dark") if is_failed else Acquired(face_of(picture))
        cache.add(picture_hash(picture), sample)


def run(folder: Path, output: Path, **options: bool | int) -> list[str]:
    told: list[str] = []
    evaluate_people(EvaluationOrder(folder, output, **options), lambda _d, _t: None, told.append)
    return told


@pytest.mark.parametrize("content", [{}, {"empty": 0}])
def test_a_folder_without_people_is_refused(tmp_path: Path, content: dict[str, int]) -> None:
    with pytest.raises(EvaluationError, match="one sub-folder a person"):
        people_in(make_folder(tmp_path, content))
    with pytest.raises(EvaluationError, match="is not a folder"):
        people_in(tmp_path / "absent")


def test_one_person_alone_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    folder, output = make_folder(tmp_path / "faces", {"alone": 3}), tmp_path / "out"
    output.mkdir()
    fill_cache(folder, output / CACHE_NAME)
    with pytest.raises(EvaluationError, match="1 of 1 people could be enrolled; at least two"):
        run(folder, output)


@pytest.mark.media
@pytest.mark.rule("TPL-05")
def test_broken_pictures_are_failures_that_are_counted_and_named(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "faces", {"one": 2, "two": 2})
    (folder / "one" / "notes.txt").write_text("no picture")
    people = people_in(folder)
    pictures = [picture for person in people for picture in person.pictures]
    cache = FeatureCache(tmp_path / "cache", PIPELINE)
    samples = acquire(pictures, cache, lambda _d, _t: None, workers=1)
    assert set(samples.values()) == {NotAcquired("not_a_picture")}
    cast = give_roles(people, samples)
    assert (cast.failure_to_enrol.errors, cast.failure_to_enrol.trials) == (2, 2)


@pytest.mark.rule("TPL-05", "TPL-06", "TPL-09")
def test_a_run_writes_reports_and_leaves_neither_features_nor_names(tmp_path: Path) -> None:
    people = {f"person{number}": 3 for number in range(8)} | {"stranger1": 1, "stranger2": 1}
    folder, output = make_folder(tmp_path / "faces", people), tmp_path / "out"
    output.mkdir()
    fill_cache(folder, output / CACHE_NAME, failed="person3/0")
    told = run(folder, output)
    summary = json.loads((output / "evaluation.json").read_text())
    assert (summary["people"], summary["enrolled"], summary["strangers"]) == (10, 7, 2)
    assert summary["failure_to_enrol"]["errors"] == 1
    assert summary["failure_reasons"] == {"too_dark": 1}
    assert summary["disclaimer"].startswith("Simulator, not certified")
    assert summary["gates"]["source"]
    assert summary["gates"]["version"]
    assert summary["extrapolation"]["assumption"].startswith("Model, not measurement")
    page = (output / "evaluation.html").read_text()
    assert "Model, not measurement" in page
    assert "person3" not in page + json.dumps(summary)
    assert not (output / CACHE_NAME).exists()
    assert any(line.startswith("failure to enrol") for line in told)


def test_an_interrupted_run_is_continued_and_features_are_kept_only_on_demand(
    tmp_path: Path,
) -> None:
    """All features are known from before, so no model is loaded; the pictures could not be read."""
    folder, output = make_folder(tmp_path / "faces", {"one": 2, "two": 2, "three": 1}), tmp_path
    fill_cache(folder, output / CACHE_NAME)
    done: list[tuple[int, int]] = []
    order = EvaluationOrder(folder, output, keep_features=True)
    evaluate_people(order, lambda count, total: done.append((count, total)), lambda _line: None)
    assert done == [(5, 5)]
    assert (output / CACHE_NAME).stat().st_mode & 0o077 == 0


def test_a_cache_survives_a_crash_and_forgets_another_pipeline(tmp_path: Path) -> None:
    path, picture = tmp_path / "cache", hashlib.sha256(b"picture").digest()
    cache = FeatureCache(path, PIPELINE)
    vector = fused([np.arange(1, 129, dtype=np.float32)])
    cache.add(picture, Acquired(vector))
    cache.add(bytes(32), NotAcquired("no_face"))
    with path.open("ab") as file:
        file.write(b"cut short")
    again = FeatureCache(path, PIPELINE)
    found = again.find(picture)
    assert isinstance(found, Acquired)
    assert np.array_equal(found.values, vector)
    assert again.find(bytes(32)) == NotAcquired("no_face")
    assert path.stat().st_size == 32 + 2 * (32 + 32 + 512)
    assert len(FeatureCache(path, bytes([1]) * 32)) == 0
    again.remove()
    assert not path.exists()


def test_where_everybody_has_several_pictures_every_fourth_person_is_a_stranger(
    tmp_path: Path,
) -> None:
    folder = make_folder(tmp_path, dict.fromkeys("abcdefgh", 3))
    people = people_in(folder)
    samples: dict[Path, Sample] = {
        picture: Acquired(face_of(picture)) for person in people for picture in person.pictures
    }
    cast = give_roles(people, samples, captures=2)
    assert len(cast.references) == 6
    assert cast.owners.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(cast.strangers) == 2


def test_an_order_for_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="at least 1"):
        EvaluationOrder(tmp_path, tmp_path, captures=0)
