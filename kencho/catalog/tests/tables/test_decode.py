"""The ladder of encodings, and the line and byte of what does not decode."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.tables.decode import find_encoding, sample_encoding
from kencho.catalog.tables.refusals import Refused

TEXT = "番号,名称\r\n1,津市役所（①～髙）\r\n2,県立図書館\r\n"
PLAIN = "番号,名称\r\n1,津市役所\r\n2,県立図書館\r\n"


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "name", "has_bom"),
    [
        (TEXT.encode(), "utf-8", False),
        (TEXT.encode("utf-8-sig"), "utf-8", True),
        (TEXT.encode("cp932"), "cp932", False),
        (PLAIN.encode("euc_jp"), "euc_jp", False),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le", True),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be", True),
        (TEXT.encode("utf-16-le"), "utf-16-le", False),
        (TEXT.encode("utf-16-be"), "utf-16-be", False),
        ("ひらがなばかりのぶんしょう\n".encode("euc_jp"), "euc_jp", False),
        ("ﾊﾝｶｸ,ｶﾅ\n".encode("cp932"), "cp932", False),
        (b"a,b\n1,2\n", "utf-8", False),
    ],
)
def test_each_encoding_is_recognised(tmp_path: Path, data: bytes, name: str, has_bom: bool) -> None:
    found = find_encoding(_file(tmp_path, data))
    assert (found.name, found.has_bom) == (name, has_bom)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp"])
def test_a_sample_may_end_inside_of_a_character(encoding: str) -> None:
    data = (PLAIN * 3).encode(encoding)
    for end in range(30, len(data)):
        assert sample_encoding(data[:end]).name == encoding


def test_japanese_far_behind_a_head_of_ascii_is_found(tmp_path: Path) -> None:
    data = b"1,abc\r\n" * 200_000 + "2,髙橋\r\n".encode("cp932")
    assert find_encoding(_file(tmp_path, data)).name == "cp932"


def test_the_first_byte_that_does_not_decode_is_named(tmp_path: Path) -> None:
    good = "番号,名称\r\n1,津市\r\n".encode()
    with pytest.raises(Refused) as caught:
        find_encoding(_file(tmp_path, good + b"2,\xff\xff\xa0\r\n" + "3,津市\r\n".encode()))
    assert caught.value.code == "undecodable"
    assert caught.value.params["line"] == 3
    assert caught.value.params["byte"] == len(good) + 3


def test_a_file_that_changes_its_encoding_is_called_that(tmp_path: Path) -> None:
    mixed = "番号,名称\r\n1,津市役所\r\n".encode() + "2,図書館\r\n".encode("cp932")
    with pytest.raises(Refused) as caught:
        find_encoding(_file(tmp_path, mixed))
    assert caught.value.code == "mixed_encodings"
    assert (caught.value.params["line"], caught.value.params["other"]) == (3, "cp932")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="empty_file"):
        find_encoding(_file(tmp_path, b""))


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_make_it_stumble(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(data)
    codes = "undecodable|mixed_encodings|empty_file"
    try:
        found = find_encoding(path)
    except Refused as refused:
        code = refused.code
    else:
        data[found.bom :].decode(found.name)
        return
    assert code in codes.split("|")
