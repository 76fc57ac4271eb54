import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.merkle import (
    EMPTY_ROOT,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_inclusion,
)

# The leaves and roots that the reference implementations of RFC 6962 test with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(data) for data in LEAVES]


def tree_by_definition(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(tree_by_definition(hashes[:split]), tree_by_definition(hashes[split:]))


def path_by_definition(hashes: list[bytes], index: int) -> list[bytes]:
    """PATH of RFC 9162 section 2.1.3.1, word for word."""
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return [*path_by_definition(hashes[:split], index), tree_by_definition(hashes[split:])]
    return [*path_by_definition(hashes[split:], index - split), tree_by_definition(hashes[:split])]


def test_no_leaves() -> None:
    assert root([]) == EMPTY_ROOT == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int) -> None:
    assert root(HASHES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_known_proofs(index: int, size: int, proof: list[str]) -> None:
    made = inclusion_proof(HASHES[:size], index)
    assert [one.hex() for one in made] == proof
    assert verify_inclusion(HASHES[index], index, size, made, root(HASHES[:size]))


TREES = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(
    lambda rows: [leaf_hash(row) for row in rows]
)


@settings(max_examples=60, deadline=None)
@given(TREES, st.data())
def test_root_and_proof_follow_the_definition(hashes: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(hashes) - 1))
    assert root(iter(hashes)) == tree_by_definition(hashes)
    proof = inclusion_proof(hashes, index)
    assert proof == path_by_definition(hashes, index)
    assert verify_inclusion(hashes[index], index, len(hashes), proof, root(hashes))


@settings(max_examples=60, deadline=None)
@given(TREES, st.data())
def test_any_change_is_seen(hashes: list[bytes], data: st.DataObject) -> None:
    size = len(hashes)
    index = data.draw(st.integers(0, size - 1))
    top = root(hashes)
    proof = inclusion_proof(hashes, index)
    assert not verify_inclusion(leaf_hash(b"another row"), index, size, proof, top)
    assert not verify_inclusion(hashes[index], index, size, [*proof, top], top)
    assert not verify_inclusion(hashes[index], size, size, proof, top)
    assert not verify_inclusion(hashes[index], -1, size, proof, top)
    assert not verify_inclusion(hashes[index], index, size, proof, EMPTY_ROOT)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        broken = [*proof]
        broken[place] = bytes([broken[place][0] ^ 1]) + broken[place][1:]
        assert not verify_inclusion(hashes[index], index, size, broken, top)
        assert not verify_inclusion(hashes[index], index, size, proof[:-1], top)
        assert not verify_inclusion(hashes[index], index, size, [proof[0][:31], *proof[1:]], top)


def test_a_node_cannot_pass_for_a_row() -> None:
    left, right = HASHES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


def test_there_is_no_proof_for_a_leaf_that_is_not_there() -> None:
    for index in (-1, 8):
        with pytest.raises(IndexError):
            inclusion_proof(HASHES, index)
