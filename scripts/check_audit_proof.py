#!/usr/bin/env python3
"""監査記録の証明ファイルを確かめます。Kencho もほかのライブラリーも使いません（Python 3.9 以上）。

使い方: python3 check_audit_proof.py 証明.json [--expect 封印番号:ハッシュ]...

Written apart from Kencho's own check on purpose: two programs that agree are worth more than one.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

FORMAT = "kencho-audit-proof/1"


class Wrong(Exception):
    """The proof does not hold."""


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def root_by_path(leaf: bytes, index: int, size: int, path: "list[bytes]") -> bytes:
    """RFC 9162, section 2.1.3.2: verifying an inclusion proof."""
    if not 0 <= index < size:
        raise Wrong("位置が木の大きさを超えています")
    fn, sn, node = index, size - 1, leaf
    for beside in path:
        if sn == 0:
            raise Wrong("経路が長すぎます")
        if fn & 1 or fn == sn:
            node = sha256(b"\x01" + beside + node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = sha256(b"\x01" + node + beside)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Wrong("経路が短すぎます")
    return node


def check_seals(proof: dict) -> "dict[int, dict]":  # type: ignore[type-arg]  # whatever the file holds
    """Hash of every seal, and a way from the newest seal back to each."""
    seals = {seal["number"]: seal for seal in proof["seals"]}
    for number, seal in seals.items():
        plain = {key: value for key, value in seal.items() if key != "hash"}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if sha256(text.encode()).hex() != seal["hash"]:
            raise Wrong(f"封印 {number} のハッシュが合いません")
    newest = max(seals)
    if proof["head"] != {"number": newest, "hash": seals[newest]["hash"]}:
        raise Wrong("最新の封印が合いません")
    todo, reached = [newest], set()
    while todo:
        number = todo.pop()
        reached.add(number)
        links = {number - 1: "previous_hash", number & (number - 1): "skip_hash"}
        for back in set(links) & set(seals) - reached:
            names = [seals[number]["previous_hash"]] * (back == number - 1)
            names += [seals[number]["skip_hash"]] * (back == number & (number - 1))
            if seals[back]["hash"] in names:
                todo.append(back)
    if reached != set(seals):
        raise Wrong("最新の封印からたどれない封印があります")
    return seals


def check(proof: dict, expected: "dict[int, str]") -> None:  # type: ignore[type-arg]  # whatever the file holds
    """The whole proof; raises Wrong."""
    if proof["format"] != FORMAT:
        raise Wrong("この形式の証明は確かめられません")
    seals = check_seals(proof)
    for number, wanted in expected.items():
        if number not in seals:
            raise Wrong(f"封印 {number} は、この証明に入っていません")
        if seals[number]["hash"] != wanted:
            raise Wrong(f"封印 {number} は、公表されたハッシュと一致しません")
    if not proof["entries"]:
        raise Wrong("記録がありません")
    for entry in proof["entries"]:
        seal = seals[entry["seal"]]
        leaf = sha256(b"\x00" + f"{entry['id']}:{entry['canonical']}".encode())
        path = [bytes.fromhex(each) for each in entry["path"]]
        if root_by_path(leaf, entry["position"], seal["count"], path).hex() != seal["root"]:
            raise Wrong(f"記録 {entry['id']} は、封印 {entry['seal']} に入っていません")


def show(proof: dict) -> None:  # type: ignore[type-arg]  # whatever the file holds
    """What was proven."""
    for entry in proof["entries"]:
        said = json.loads(entry["canonical"])
        print(
            f"  {said['at']}  {said['action']}  {said['subject'][2]}（記録 {entry['id']}・封印 {entry['seal']}）"
        )
    print(f"最新の封印: {proof['head']['number']}:{proof['head']['hash']}")
    print("この値が、公表された値や控えておいた値と同じことを確かめてください。")


def main() -> int:
    """Command line; 0 when the proof holds, 1 when not."""
    parser = argparse.ArgumentParser(description="監査記録の証明ファイルを確かめます。")
    parser.add_argument("file", help="証明ファイル（JSON）")
    parser.add_argument(
        "--expect", action="append", default=[], metavar="番号:ハッシュ", help="公表された封印"
    )
    options = parser.parse_args()
    try:
        expected = {int(each.split(":")[0]): each.split(":")[1] for each in options.expect}
        proof = json.loads(Path(options.file).read_text(encoding="utf-8"))
        check(proof, expected)
    except Wrong as wrong:
        print(f"証明は成り立ちません: {wrong}。")
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as broken:
        print(f"証明を読めません: {broken}")
        return 1
    print(f"証明は正しいです: {proof['about']}")
    show(proof)
    return 0


if __name__ == "__main__":
    sys.exit(main())
