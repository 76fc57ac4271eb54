"""The child process that touches untrusted bytes. Started by `runner`, never imported by the web process.

It reads one JSON line on standard input, puts up its walls, rebuilds the file given as an open descriptor into another
open descriptor and answers with one JSON object on standard output. Heavy libraries are loaded behind the walls.
"""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from kencho.files.sanitize import images, isolation, office, pdf, text
from kencho.files.sanitize.kinds import Kind
from kencho.files.sanitize.outcome import Action, Findings, Limits, Reason, Refusal
from kencho.files.sanitize.recognise import recognise

SYSTEM_PATHS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/dev/urandom", "/dev/null")


def main() -> int:
    """Serve one request; the exit status is 0 whenever an answer was written."""
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    isolation.limit_resources(limits)
    walls = isolation.raise_walls(readable=readable_paths(), writable=Path.cwd())
    answer = serve(request["source"], request["target"], limits=limits, walls=walls)
    sys.stdout.write(json.dumps(answer | {"isolation": walls}))
    sys.stdout.flush()
    return 0


def readable_paths() -> tuple[Path, ...]:
    """The interpreter, its libraries, system fonts and this package: nothing of the site's own data."""
    places = {sys.prefix, sys.base_prefix, *SYSTEM_PATHS}
    places.update(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    return (*(Path(place) for place in sorted(places)), Path(__file__).parent)


def serve(source: int, target: int, *, limits: Limits, walls: tuple[str, ...]) -> dict[str, Any]:
    """Rebuild from one descriptor into the other and describe what happened."""
    if limits.require_isolation and not isolation.is_offline(walls):
        return refused(None, Reason.NO_ISOLATION, "")
    kind: Kind | None = None
    findings = Findings()
    try:
        with os.fdopen(source, "rb", closefd=False) as file:
            kind = recognise(file)
            file.seek(0)
            data = file.read(limits.bytes_in + 1)
        result = rebuild(data, kind, limits=limits, findings=findings)
        vouch(result, kind, limits=limits)
        with os.fdopen(target, "wb", closefd=False) as file:
            file.write(result)
    except Refusal as refusal:
        return refused(kind, refusal.reason, refusal.detail)
    except MemoryError:
        return refused(kind, Reason.MEMORY, "")
    except RecursionError:
        return refused(kind, Reason.BROKEN, "depth")
    except Exception as error:  # noqa: BLE001  any other failure of a parser on hostile bytes is a refusal, not a crash
        return refused(kind, Reason.BROKEN, type(error).__name__)
    return {
        "kind": kind,
        "action": findings.action,
        "reason": Reason.OK,
        "removed": sorted(findings.removed),
        "flags": sorted(findings.flags),
        "pages": findings.pages,
        "detail": "",
    }


def rebuild(data: bytes, kind: Kind, *, limits: Limits, findings: Findings) -> bytes:
    """Make the clean file for one recognised kind."""
    if len(data) > limits.bytes_in:
        raise Refusal(Reason.TOO_LARGE)
    if kind is Kind.PDF:
        return pdf.rebuild(data, limits=limits, findings=findings)
    if kind.is_image:
        return images.rebuild(data, kind, limits=limits, findings=findings)
    if kind.is_office:
        return office.rebuild(data, kind, limits=limits, findings=findings)
    return text.rebuild(data, kind, limits=limits, findings=findings)


def vouch(result: bytes, kind: Kind, *, limits: Limits) -> None:
    """The result must be of the kind that was promised, and within bounds."""
    if len(result) > limits.bytes_out:
        raise Refusal(Reason.TOO_LARGE, "output")
    found = recognise(io.BytesIO(result))
    # One row can look like prose, so text and table may change places.
    same = found is kind or {found, kind} <= {Kind.TEXT, Kind.CSV}
    if not same:
        raise Refusal(Reason.BROKEN, "output kind")


def refused(kind: Kind | None, reason: Reason, detail: str) -> dict[str, Any]:
    """The answer for a file that is not let through."""
    return {
        "kind": kind,
        "action": Action.REFUSED,
        "reason": reason,
        "removed": [],
        "flags": [],
        "pages": None,
        "detail": detail[:80],
    }


if __name__ == "__main__":
    sys.exit(main())
