from __future__ import annotations

import struct
from pathlib import Path

import pylopdf_fonts_jp
import pytest

from kencho.foundation.typesetting._fonts import read_coverage


@pytest.mark.parametrize("path", [pylopdf_fonts_jp.serif_path(), pylopdf_fonts_jp.sans_path()])
def test_the_bundled_fonts_cover_japanese_names(path: Path) -> None:
    coverage = read_coverage(path)
    assert set("髙﨑𠮷邉辻々〆〇ゔヷ①㈱℡＠〓") <= coverage.characters
    assert "葛\U000e0100" in coverage.sequences
    assert "😀" not in coverage.characters
    assert "葛\U000e01ef" not in coverage.sequences


def _font(cmap: bytes) -> bytes:
    return (
        b"\0\1\0\0"
        + struct.pack(">HHHH", 1, 0, 0, 0)
        + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap))
        + cmap
    )


def test_format_4_is_read_with_deltas_and_glyph_arrays(tmp_path: Path) -> None:
    # 0x41-0x42 by delta, 0x61-0x62 by a glyph array whose second glyph is 0 (not there), then the closing 0xFFFF.
    segments = (
        struct.pack(">HHHHHHH", 4, 0, 0, 6, 0, 0, 0)
        + struct.pack(">3H", 0x42, 0x62, 0xFFFF)
        + struct.pack(">H", 0)
        + struct.pack(">3H", 0x41, 0x61, 0xFFFF)
        + struct.pack(">3H", 1, 0, 1)
        + struct.pack(">3H", 0, 4, 0)
        + struct.pack(">2H", 7, 0)
    )
    path = tmp_path / "small.ttf"
    path.write_bytes(_font(struct.pack(">HHHHI", 0, 1, 3, 1, 12) + segments))
    assert read_coverage(path).characters == {"A", "B", "a"}


def test_a_file_without_a_character_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.ttf"
    path.write_bytes(b"\0\1\0\0" + struct.pack(">HHHH", 0, 0, 0, 0))
    with pytest.raises(ValueError, match="cmap"):
        read_coverage(path)
