"""Walks a package from its main part along allowed relations and writes what it meets into a fresh package."""

import io
import posixpath
import re
import zipfile
from xml.sax.saxutils import quoteattr

from kencho.files.sanitize import images
from kencho.files.sanitize.kinds import Kind, main_kind
from kencho.files.sanitize.office._package import SAFE_NAME, Package, Relation
from kencho.files.sanitize.office._rules import (
    OFFICE_PREFIXES,
    OFFICE_TYPE,
    REMOVED_RELATIONS,
    SILENT_RELATIONS,
    XML_RELATIONS,
)
from kencho.files.sanitize.office._sift import sift
from kencho.files.sanitize.office._xml import parse, write
from kencho.files.sanitize.outcome import Findings, Limits, Reason, Refusal, Removed
from kencho.files.sanitize.recognise import recognise

MAIN_TYPES = {
    Kind.DOCX: OFFICE_TYPE + "wordprocessingml.document.main+xml",
    Kind.XLSX: OFFICE_TYPE + "spreadsheetml.sheet.main+xml",
    Kind.PPTX: OFFICE_TYPE + "presentationml.presentation.main+xml",
}
PICTURES = {
    "image/png": Kind.PNG, "image/jpeg": Kind.JPEG, "image/jpg": Kind.JPEG, "image/gif": Kind.GIF,
    "image/tiff": Kind.TIFF, "image/x-png": Kind.PNG, "image/pjpeg": Kind.JPEG,
}  # fmt: skip
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
RELATIONS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
SAFE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")
# Archive members carry one fixed date (the earliest that ZIP knows), so that equal content gives equal bytes.
DATE = (1980, 1, 1, 0, 0, 0)


class Rebuild:
    """One rebuild of one package."""

    def __init__(self, package: Package, kind: Kind, *, limits: Limits, findings: Findings) -> None:
        self._package = package
        self._kind = kind
        self._limits = limits
        self._findings = findings
        self._names: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._parts: dict[str, bytes] = {}
        self._relations: dict[str, list[tuple[Relation, str]]] = {}

    def run(self) -> bytes:
        """The new package."""
        roots = [
            relation
            for relation in self._package.relations("")
            if self._is_office(relation, "officeDocument")
        ]
        if len(roots) != 1 or roots[0].external:
            raise Refusal(Reason.BROKEN, "main part")
        declared = self._package.content_type(roots[0].target)
        if main_kind(declared) is not self._kind:
            raise Refusal(Reason.BROKEN, "main type")
        if "macroenabled" in declared:
            self._findings.removed.add(Removed.MACRO)
        self._note_unrelated_roots(roots[0])
        name = self._name(roots[0].target, ".xml")
        self._types[name] = MAIN_TYPES[self._kind]
        pending = [roots[0].target]
        done = {roots[0].target.lower()}
        while pending:
            for target in self._copy_xml(pending.pop()):
                if target.lower() not in done:
                    done.add(target.lower())
                    pending.append(target)
        self._count_pages()
        return self._written(name)

    def _note_unrelated_roots(self, main: Relation) -> None:
        for relation in self._package.relations(""):
            if relation != main:
                self._note(relation)

    def _is_office(self, relation: Relation, kind: str) -> bool:
        return relation.kind == kind and relation.type.startswith(OFFICE_PREFIXES)

    def _name(self, target: str, ending: str) -> str:
        """The new name of a part: its old one if that is plain, otherwise a made-up one."""
        key = target.lower()
        if key not in self._names:
            plain = SAFE_NAME.fullmatch(target) and ".." not in target and target.lower().endswith(ending)
            self._names[key] = target if plain else f"parts/part{len(self._names) + 1}{ending}"
        return self._names[key]

    def _copy_xml(self, target: str) -> list[str]:
        """Sift one XML part into the new package; the XML parts that it leads to."""
        name = self._names[target.lower()]
        kept: list[tuple[Relation, str]] = []
        onward: list[str] = []
        for relation in self._package.relations(target):
            place = self._follow(relation)
            if place is None:
                continue
            kept.append((relation, place))
            if relation.kind in XML_RELATIONS:
                onward.append(relation.target)
        root = parse(self._package.read(target))
        sift(root, {relation.id for relation, _ in kept}, self._findings)
        self._parts[name] = write(root)
        self._relations[name] = kept
        return onward

    def _follow(self, relation: Relation) -> str | None:
        """The new name of the part a relation leads to, or None when it is not allowed."""
        if relation.external or not SAFE_ID.fullmatch(relation.id) or relation.target not in self._package:
            self._note(relation)
            return None
        if self._is_office(relation, "image"):
            return self._picture(relation.target)
        wanted = XML_RELATIONS.get(relation.kind)
        declared = self._package.content_type(relation.target)
        allowed = (
            wanted is not None and self._is_office(relation, relation.kind) and declared.endswith(wanted)
        )
        if (
            wanted is None
            or not allowed
            or not declared.startswith((OFFICE_TYPE, "application/vnd.ms-office.drawingml"))
        ):
            self._note(relation)
            return None
        name = self._name(relation.target, ".vml" if relation.kind == "vmlDrawing" else ".xml")
        self._types[name] = _cased(declared)
        return name

    def _note(self, relation: Relation) -> None:
        if relation.kind in REMOVED_RELATIONS:
            self._findings.removed.add(REMOVED_RELATIONS[relation.kind])
        elif relation.external:
            self._findings.removed.add(Removed.EXTERNAL_TARGET)
        elif relation.kind not in SILENT_RELATIONS:
            self._findings.removed.add(Removed.UNKNOWN_PART)
        if relation.external and relation.kind != "hyperlink":
            self._findings.removed.add(Removed.EXTERNAL_TARGET)
        if relation.kind in {"core-properties", "extended-properties", "custom-properties"}:
            self._findings.removed.add(Removed.METADATA)

    def _picture(self, target: str) -> str:
        """A picture made anew; one that cannot be (drawing programs of Windows) becomes an empty pixel."""
        key = target.lower()
        if key in self._names:
            return self._names[key]
        kind = PICTURES.get(self._package.content_type(target))
        data = self._redrawn(target, kind) if kind is not None else None
        if kind is None or data is None:
            self._findings.removed.add(Removed.PICTURE)
            kind, data = Kind.PNG, _empty_pixel()
        name = self._name(target, kind.extension)
        self._parts[name] = data
        self._types[name] = kind.media_type
        return name

    def _redrawn(self, target: str, kind: Kind) -> bytes | None:
        data = self._package.read(target)
        try:
            # What it really is decides, not what the package says.
            found = recognise(io.BytesIO(data))
            if not found.is_image or found is not kind:
                return None
            return images.rebuild(data, kind, limits=self._limits, findings=Findings())
        except Refusal as refusal:
            if refusal.reason in {Reason.TOO_MANY_PIXELS, Reason.BOMB}:
                raise
            return None

    def _count_pages(self) -> None:
        """Sheets or slides; a word processor's pages are not known before it lays them out."""
        wanted = {Kind.XLSX: "spreadsheetml.worksheet+xml", Kind.PPTX: "presentationml.slide+xml"}.get(
            self._kind
        )
        if wanted is not None:
            count = sum(content_type.endswith(wanted) for content_type in self._types.values())
            if count == 0:
                raise Refusal(Reason.BROKEN, "nothing left")
            self._findings.pages = count

    def _written(self, main: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, "[Content_Types].xml", self._content_types())
            root = Relation(
                "rId1", "officeDocument", OFFICE_PREFIXES[0] + "officeDocument", main, external=False
            )
            _add(archive, "_rels/.rels", _relations_part("", [(root, main)]))
            for name, content in self._parts.items():
                _add(archive, name, content)
                kept = self._relations.get(name)
                if kept:
                    folder, _, base = name.rpartition("/")
                    _add(
                        archive,
                        posixpath.join(folder, "_rels", f"{base}.rels"),
                        _relations_part(folder, kept),
                    )
        return buffer.getvalue()

    def _content_types(self) -> bytes:
        lines = [f'<Default Extension="rels" ContentType="{RELATIONS_TYPE}"/>']
        lines += [
            f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(self._types[name])}/>"
            for name in self._parts
        ]
        return _document("Types", TYPES_SPACE, lines)


def _cased(declared: str) -> str:
    """A media type in the spelling that Office writes; it was lowered for comparing."""
    return _SPELLINGS.get(declared, declared)


_SPELLINGS = {
    (OFFICE_TYPE + ending).lower(): OFFICE_TYPE + ending
    for ending in (
        "wordprocessingml.fontTable+xml",
        "spreadsheetml.sharedStrings+xml",
        "presentationml.slideLayout+xml",
        "presentationml.slideMaster+xml",
        "presentationml.notesSlide+xml",
        "presentationml.notesMaster+xml",
        "presentationml.handoutMaster+xml",
        "presentationml.presProps+xml",
        "presentationml.viewProps+xml",
        "presentationml.tableStyles+xml",
        "presentationml.commentAuthors+xml",
        "themeOverride+xml",
        "drawingml.diagramData+xml",
        "drawingml.diagramLayout+xml",
        "drawingml.diagramStyle+xml",
        "drawingml.diagramColors+xml",
        "vmlDrawing",
    )
} | {
    "application/vnd.ms-office.drawingml.diagramdrawing+xml": "application/vnd.ms-office.drawingml.diagramDrawing+xml"
}


def _relations_part(folder: str, kept: list[tuple[Relation, str]]) -> bytes:
    lines = []
    for relation, name in kept:
        target = posixpath.relpath("/" + name, "/" + folder)
        lines.append(
            f"<Relationship Id={quoteattr(relation.id)} Type={quoteattr(relation.type)} Target={quoteattr(target)}/>"
        )
    return _document("Relationships", RELATIONS_SPACE, lines)


def _document(root: str, space: str, lines: list[str]) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<{root} xmlns="{space}">{"".join(lines)}</{root}>'.encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _empty_pixel() -> bytes:
    from PIL import Image

    return images.encode([Image.new("RGBA", (1, 1), (255, 255, 255, 0))], Kind.PNG)
