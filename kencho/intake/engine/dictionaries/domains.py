"""Domains of e-mail addresses: what the large providers of Japan use, and which top domains exist there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

KNOWN: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.co.jp",
        "yahoo.ne.jp",
        "ymail.ne.jp",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "outlook.jp",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.jp",
        "live.jp",
        "live.com",
        "msn.com",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "ymobile.ne.jp",
        "y-mobile.ne.jp",
        "willcom.com",
        "uqmobile.jp",
        "rakumail.jp",
        "rakuten.jp",
        "biglobe.ne.jp",
        "nifty.com",
        "ocn.ne.jp",
        "so-net.ne.jp",
        "plala.or.jp",
        "dion.ne.jp",
        "odn.ne.jp",
        "asahi-net.or.jp",
        "infoweb.ne.jp",
        "jcom.home.ne.jp",
        "jcom.zaq.ne.jp",
        "tiki.ne.jp",
        "eonet.ne.jp",
        "zaq.ne.jp",
        "cnc.jp",
        "mctv.ne.jp",
        "za.ztv.ne.jp",
        "zb.ztv.ne.jp",
        "ztv.ne.jp",
        "zd.ztv.ne.jp",
        "zc.ztv.ne.jp",
        "ybb.ne.jp",
        "cty-net.ne.jp",
        "e-net.or.jp",
        "ict.ne.jp",
        "ma.mctv.ne.jp",
        "pref.mie.lg.jp",
        "pref.mie.jp",
        "starcat.ne.jp",
        "mediacat.ne.jp",
        "bbiq.jp",
        "mopera.net",
        "emobile.ne.jp",
        "disney.ne.jp",
        "vodafone.ne.jp",
        "jp-d.ne.jp",
        "jp-c.ne.jp",
        "jp-t.ne.jp",
        "t.vodafone.ne.jp",
        "c.vodafone.ne.jp",
        "pdx.ne.jp",
        "interlink.or.jp",
        "sakura.ne.jp",
        "lolipop.jp",
        "dti.ne.jp",
        "highway.ne.jp",
        "mbn.or.jp",
        "netlaputa.ne.jp",
        "lycos.jp",
        "gaia.eonet.ne.jp",
        "kind.ocn.ne.jp",
        "amigo.ne.jp",
        "amigo2.ne.jp",
        "commufa.jp",
        "wakwak.com",
        "hi-ho.ne.jp",
        "iij4u.or.jp",
        "aol.com",
        "aol.jp",
        "proton.me",
        "protonmail.com",
        "tutanota.com",
        "zoho.com",
        "excite.co.jp",
        "goo.jp",
        "goo.ne.jp",
        "infoseek.jp",
        "mail.goo.ne.jp",
        "nike.eonet.ne.jp",
        "kcn.jp",
        "kcn.ne.jp",
        "sannet.ne.jp",
        "example.jp",
        "example.com",
        "example.co.jp",
        "example.or.jp",
        "example.ne.jp",
        "example.net",
        "example.org",
    ]
)

_SECOND: Final = frozenset(("co", "ne", "or", "ac", "go", "ed", "gr", "ad", "lg"))
_TOP: Final = frozenset(
    ("jp", "com", "net", "org", "info", "biz", "me", "io", "co", "tv", "asia", "tokyo", "dev", "app")
)
_ABROAD: Final = frozenset(("uk", "kr", "th", "id", "nz", "za"))


@lru_cache(maxsize=4096)
def is_plausible(domain: str) -> bool:
    """Whether the end of a domain is one that Japanese addresses have."""
    parts = domain.split(".")
    if len(parts) == 3 and parts[-2] in _SECOND and parts[-1] in _ABROAD:
        return True
    if len(parts) < 2 or parts[-1] not in _TOP:
        return False
    # ne.io: what stands behind a second level of the registry is jp and nothing else.
    if len(parts) > 2 and parts[-2] in _SECOND and parts[-1] != "jp":
        return False
    # 2 letters before .jp are nearly always one of the registry's own second levels (co.jp), or a wrong reading of it.
    if parts[-1] == "jp" and len(parts) > 2 and len(parts[-2]) == 2 and parts[-2] not in _SECOND:
        return False
    # hotmailco.jp: the dot before a second level is the first thing that a reader loses.
    return not (
        parts[-1] == "jp"
        and len(parts) == 2
        and len(parts[0]) > 5
        and parts[0][-2:] in {"co", "ne", "or", "ac", "lg", "ed", "gr", "ad"}
    )


@lru_cache(maxsize=4096)
def near(domain: str) -> tuple[str, ...]:
    """Known domains that differ in one or two characters, the nearest first; none when the domain is known."""
    if domain in KNOWN:
        return ()
    found = sorted(
        (distance(domain, known, 4), known) for known in KNOWN if abs(len(known) - len(domain)) <= 3
    )
    return tuple(
        known for far, known in found[:3] if far <= (3 if len(known) > 11 else 2 if len(known) > 6 else 1)
    )


_LOST_DOT: Final = re.compile(r"(?<=[a-z0-9])(?=(?:(?:co|ne|or|ac|lg|go|ed|gr)\.?)?jp$|com$|net$|org$)")


def with_dots(domain: str) -> tuple[str, ...]:
    """The domain with a dot put before its last parts, where one may have been lost (city.tsu.lgjp, hotmailco.jp)."""
    found = [
        f"{domain[: place.start()]}.{domain[place.start() :]}"
        for place in _LOST_DOT.finditer(domain)
        if domain[place.start() - 1] != "."
    ]
    # ne.ip, ne.lp: what follows a second level of the registry is jp.
    repaired = re.sub(
        r"(?<=[a-z0-9])\.?(co|ne|or|ac|lg|go|ed|gr)(?:\.?jp|\.[a-z0-9]{1,2})$", r".\1.jp", domain
    )
    return tuple(dict.fromkeys(each for each in (*found, repaired) if each != domain))


def distance(one: str, other: str, most: int = 99) -> int:
    """Edits between two texts (Levenshtein); `most` when there are at least as many."""
    if abs(len(one) - len(other)) >= most:
        return most
    row = list(range(len(other) + 1))
    for index, character in enumerate(one, start=1):
        before, row[0] = row[0], index
        for place, wanted in enumerate(other, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (character != wanted)),
            )
        if min(row) >= most:
            return most
    return min(row[-1], most)
