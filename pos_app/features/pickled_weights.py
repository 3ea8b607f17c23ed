"""Read network weights from the older torch file format without running its pickles.

The file is five pickles and then raw numbers: a magic number, a version, facts of the writing
machine, the tree of names and tensors, and the order of the storages. A pickle is a program for a
small stack machine that may call anything. Here its opcodes are only looked at: names become text,
two calls are recognised and stand for an empty table and a view of numbers, everything else is
refused. (Newer files are zip archives; the ones this is for are not.)
"""

import io
import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.features.model_file import ModelIntegrityError

Weights = dict[str, NDArray[np.float32]]

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_DTYPES: Final[dict[str, np.dtype[np.generic]]] = {
    "torch FloatStorage": np.dtype("<f4"),
    "torch LongStorage": np.dtype("<i8"),
}
_REBUILD: Final = "torch._utils _rebuild_tensor_v2"
_TABLE: Final = "collections OrderedDict"
_SYMBOLS: Final = frozenset({*_DTYPES, _REBUILD, _TABLE})
_ELEMENTS_MAX: Final = 1 << 26


class WeightFileError(ModelIntegrityError):
    """The bytes are not a weight file of the one kind that is read."""


@dataclass(frozen=True, slots=True)
class _Symbol:
    """The name of something a pickle wants; it is never looked up."""

    name: str


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: np.dtype[np.generic]
    count: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


_MARK: Final = object()


def read_weights(content: bytes) -> Weights:
    """Return the float tensors of a weight file by name, as copies in C order.

    Raises `WeightFileError` for anything else than plain tensors, whatever is wrong with it.
    """
    stream = io.BytesIO(content)
    try:
        magic, _version, _machine, tree, keys = (_Machine().run(stream) for _ in range(5))
        if magic != _MAGIC or not isinstance(tree, dict) or not isinstance(keys, list):
            raise WeightFileError("the file is not a weight file")
        tensors = {name: item for name, item in tree.items() if isinstance(item, _Tensor)}
        storages = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
        numbers = {key: _read_storage(stream, storages[key]) for key in keys}
        return {
            str(name): _view(tensor, numbers[tensor.storage.key])
            for name, tensor in tensors.items()
            if tensor.storage.dtype == np.dtype("<f4")
        }
    except (ValueError, TypeError, KeyError, IndexError, EOFError) as cause:
        raise WeightFileError("the file is not a weight file of plain tensors") from cause


def _read_storage(stream: io.BytesIO, storage: _Storage) -> NDArray[np.generic]:
    count = int.from_bytes(stream.read(8), "little")
    if count != storage.count or count > _ELEMENTS_MAX:
        raise WeightFileError("a storage has another size than its tensors")
    return np.frombuffer(stream.read(count * storage.dtype.itemsize), storage.dtype, count)


def _view(tensor: _Tensor, numbers: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return the tensor's values. Only plain order is read, so no view reaches past its storage."""
    size = int(np.prod(tensor.shape, dtype=np.int64))
    plain = tuple(
        int(np.prod(tensor.shape[at + 1 :], dtype=np.int64)) for at in range(len(tensor.shape))
    )
    if tensor.stride != plain or not 0 <= tensor.offset <= len(numbers) - size:
        raise WeightFileError("a tensor is not laid out plainly")
    values = numbers[tensor.offset : tensor.offset + size].astype(np.float32)
    if not np.isfinite(values).all():
        raise WeightFileError("a weight is not a number")
    return values.reshape(tensor.shape)


class _Machine:
    """The stack of one pickle. Every opcode that is not listed is refused."""

    def __init__(self) -> None:
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}

    def run(self, stream: io.BytesIO) -> object:
        """Return what one pickle describes; the stream stands behind it."""
        for opcode, argument, _at in _opcodes(stream):
            if opcode in _LITERALS:
                self._stack.append(argument)
            elif opcode in _CONSTANTS:
                self._stack.append(_CONSTANTS[opcode]())
            else:
                self.take(opcode, argument)
        return self._stack.pop()

    def take(self, opcode: str, argument: object) -> None:
        """Do what one opcode says."""
        step = _STEPS.get(opcode)
        if step is None:
            raise WeightFileError(f"a weight file has no {opcode}")
        step(self, argument)

    def remember(self, argument: object) -> None:
        """Remember the top of the stack under a number."""
        self._memo[_whole(argument)] = self._stack[-1]

    def recall(self, argument: object) -> None:
        """Put what was remembered back on the stack."""
        self._stack.append(self._memo[_whole(argument)])

    def take_name(self, argument: object) -> None:
        """Take a name, which is never looked up."""
        if argument not in _SYMBOLS:
            raise WeightFileError("the file asks for code")
        self._stack.append(_Symbol(str(argument)))

    def since_mark(self) -> list[object]:
        """Take everything down to the last mark."""
        at = max(place for place, item in enumerate(self._stack) if item is _MARK)
        items = self._stack[at + 1 :]
        del self._stack[at:]
        return items

    def take_tuple(self, _argument: object) -> None:
        """Make a tuple of everything down to the last mark."""
        self._stack.append(tuple(self.since_mark()))

    def short_tuple(self, count: int) -> None:
        """Make a tuple of the top items."""
        items = tuple(self._stack[-count:])
        del self._stack[-count:]
        self._stack.append(items)

    def set_items(self, _argument: object) -> None:
        """Put pairs down to the last mark into the table below."""
        items = self.since_mark()
        self.into_table(dict(zip(items[::2], items[1::2], strict=True)))

    def set_item(self, _argument: object) -> None:
        """Put one pair into the table below."""
        value, key = self._stack.pop(), self._stack.pop()
        self.into_table({key: value})

    def into_table(self, items: dict[object, object]) -> None:
        """Fill the table on top of the stack."""
        table = self._stack[-1]
        if not isinstance(table, dict):
            raise WeightFileError("the file fills something that is no table")
        table.update(items)

    def append_items(self, _argument: object) -> None:
        """Append everything down to the last mark to the list below."""
        items = self.since_mark()
        target = self._stack[-1]
        if not isinstance(target, list):
            raise WeightFileError("the file fills something that is no list")
        target.extend(items)

    def take_storage(self, _argument: object) -> None:
        """Recognise a reference to a storage."""
        match self._stack.pop():
            case ("storage", _Symbol(name), str(key), str(), int(count), None) if name in _DTYPES:
                self._stack.append(_Storage(key, _DTYPES[name], count))
            case _:
                raise WeightFileError("the file refers to something that is no storage")

    def take_call(self, _argument: object) -> None:
        """Recognise one of two calls, and make neither."""
        arguments, symbol = self._stack.pop(), self._stack.pop()
        match symbol, arguments:
            case _Symbol(name), () if name == _TABLE:
                self._stack.append({})
            case _Symbol(name), (_Storage() as storage, int(offset), shape, stride, bool(), _) if (
                name == _REBUILD
            ):
                self._stack.append(_Tensor(storage, offset, _wholes(shape), _wholes(stride)))
            case _:
                raise WeightFileError("the file asks for a call")

    def drop_attributes(self, _argument: object) -> None:
        """Leave out attributes: they hold versions of layers, which nobody needs."""
        self._stack.pop()


_LITERALS: Final = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE"})
_CONSTANTS: Final[dict[str, Callable[[], object]]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "MARK": lambda: _MARK,
}
_STEPS: Final[dict[str, Callable[[_Machine, object], None]]] = {
    "PROTO": lambda _machine, _version: None,
    "STOP": lambda _machine, _nothing: None,
    "GLOBAL": _Machine.take_name,
    "BINPUT": _Machine.remember,
    "LONG_BINPUT": _Machine.remember,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
    "TUPLE": _Machine.take_tuple,
    "TUPLE1": lambda machine, _nothing: machine.short_tuple(1),
    "TUPLE2": lambda machine, _nothing: machine.short_tuple(2),
    "TUPLE3": lambda machine, _nothing: machine.short_tuple(3),
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "APPENDS": _Machine.append_items,
    "BINPERSID": _Machine.take_storage,
    "REDUCE": _Machine.take_call,
    "BUILD": _Machine.drop_attributes,
}


def _opcodes(stream: io.BytesIO) -> Iterator[tuple[str, object, int | None]]:
    for opcode, argument, at in pickletools.genops(stream):
        yield opcode.name, argument, at


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise WeightFileError("a whole number is expected")
    return value


def _wholes(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple):
        raise WeightFileError("a shape is expected")
    return tuple(_whole(value) for value in values)
