"""House rules that a machine can keep."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ["protos", "pos_app", "clearing_service", "tests/harness"]
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 400

LONG_FUNCTIONS: dict[str, int] = {}
"""Functions that may be longer, with the length they may not pass. A ratchet: only ever shorten."""

LONG_FILES: dict[str, int] = {}

AMBIENT_CALLS = re.compile(
    r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time|time\.monotonic|time\.perf_counter"
    r"|time\.sleep|os\.urandom|secrets\.\w+|uuid4|(?<!np\.)\brandom\.\w+\(|np\.random\.default_rng\(\))"
)
AMBIENT_ALLOWED = {
    "protos/facepay/ports.py": "the one door to the machine's clock and random source",
}

DRAWERS = {"utils", "helpers", "common", "misc", "manager", "core", "service"}


def python_files() -> Iterator[Path]:
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "_pb2" not in path.name:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = first.end_lineno if has_docstring else function.lineno
    return (function.end_lineno or 0) - (start or 0)


def test_no_function_is_longer_than_a_page() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                key = f"{name_of(path)}:{node.name}"
                if code_length(node) > LONG_FUNCTIONS.get(key, FUNCTION_LINES_MAX):
                    long[key] = code_length(node)
    assert long == {}


def test_no_file_is_longer_than_a_chapter() -> None:
    long = {
        name_of(path): count
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines()))
        > LONG_FILES.get(name_of(path), FILE_LINES_MAX)
    }
    assert long == {}


def test_time_and_randomness_are_injected() -> None:
    """Product code asks a Clock and a Randomness, so that a test or a simulation can own both."""
    ambient = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in python_files()
        if name_of(path) not in AMBIENT_ALLOWED
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if AMBIENT_CALLS.search(line)
    ]
    assert ambient == []


def test_no_module_is_a_drawer() -> None:
    assert [name_of(path) for path in python_files() if path.stem in DRAWERS] == []


def test_nothing_is_left_to_be_done_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    left = [
        name_of(path) for path in python_files() if marks.search(path.read_text(encoding="utf-8"))
    ]
    assert left == []


def test_the_environment_is_read_in_few_places() -> None:
    """Environment variables are configuration; a read in the middle of the code hides one."""
    allowed = {
        "protos/facepay/__init__.py",
        "pos_app/config.py",
        "pos_app/features/model_store.py",
        "pos_app/ui/screen_platform.py",
        "clearing_service/config.py",
        "tests/harness/facepay_harness/system_packages.py",
        "tests/harness/facepay_harness/demo.py",
    }
    readers = {
        name_of(path)
        for path in python_files()
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    }
    assert readers <= allowed


def tracked_files() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.fail("the repository's file list is needed for this check")
    return listing.stdout.splitlines()


def test_no_large_or_image_file_is_in_the_repository() -> None:
    """Weights and faces are fetched and verified by hash; a picture of a face is never kept."""
    pictures = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".mp4", ".mov", ".onnx", ".task", ".pth"}
    kept = [name for name in tracked_files() if Path(name).suffix.lower() in pictures]
    large = [
        name
        for name in tracked_files()
        if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000
    ]
    assert (kept, large) == ([], [])


def test_no_path_of_a_developers_machine_is_in_the_repository() -> None:
    private = re.compile(r"/(home|root|work|Users)/[a-z]")
    found = []
    for name in tracked_files():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".proto", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            if private.search(text) and name != "tests/architecture/test_house_rules.py":
                found.append(name)
    assert found == []
