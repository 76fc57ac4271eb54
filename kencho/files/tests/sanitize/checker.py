"""An independent inspector of rebuilt files.

It shares no code and no method with the rebuild: the rebuild lets known things through, this one searches raw bytes,
chunks and markers for forbidden ones. `findings` returns complaints; an empty list means clean.
"""

import io
import re
import zipfile

import pikepdf

PDF_WORDS = re.compile(
    rb"/(?:JS|JavaScript|OpenAction|AA|Launch|URI|GoToR|GoToE|SubmitForm|ImportData|Rendition|Movie|Sound|RichMedia\w*|"
    rb"EmbeddedFiles?|Filespec|EF|AF|XFA|AcroForm|Annots|Annot|Names|Metadata|PieceInfo|Collection|3D|U3D|PRC|OCProperties|"
    rb"JBIG2Decode|JPXDecode|CCITTFaxDecode|Crypt|ICCBased|Encrypt|Info|PS|OPI|Alternates|Sig|Widget|Next|Thumb|Trans|"
    rb"StructTreeRoot|Outlines|Dests|PageLabels|Perms|Legal|SpiderInfo|Threads)(?=[\s/<>\[\]()]|$)"
)
OUTSIDE = re.compile(rb"(?i)attacker\.invalid|\\\\\\\\attacker|cmd\.exe|app\.alert")
PNG_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"}
JPEG_MARKERS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE}
OFFICE_WORDS = re.compile(
    rb"(?i)TargetMode|vbaProject|activeX|oleObject|OLEObject|altChunk|attachedTemplate|externalLink|externalReference|"
    rb"DDEAUTO|\bDDE\b|INCLUDEPICTURE|INCLUDETEXT|WEBSERVICE|DataMashup|customUI|connections|macroEnabled|macrosheet|"
    rb"Auto_Open|ppaction|hlinkClick|hlinkMouseOver|<!DOCTYPE|<!ENTITY|attacker\.invalid|file:/|javascript:|"
    rb"embeddings/|\.bin\b|\bQUOTE 68|classid|<\?(?!xml )|<!--"
)
OFFICE_MEMBER = re.compile(
    r"(?:[A-Za-z0-9_\-]+/)*(?:_rels/)?[A-Za-z0-9_\-.\[\]]+\.(?:xml|rels|vml|png|jpg|gif|tif)|_rels/\.rels"
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def findings(data: bytes) -> list[str]:
    """Complaints about a rebuilt file; its type is told by its first bytes."""
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"\x89PNG"):
        return _png(data)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"GIF8"):
        return _gif(data)
    if data.startswith(b"RIFF"):
        return _webp(data)
    if data.startswith((b"II*\0", b"MM\0*")):
        return _tiff(data)
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return _text(data)


def _pdf(data: bytes) -> list[str]:
    if len(data) - data.rfind(b"%%EOF") > 8:
        return ["bytes after the end"]
    complaints = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            head = thing.unparse(resolved=True)
            if isinstance(thing, pikepdf.Stream):
                complaints += _pdf_stream(thing)
                head = pikepdf.Dictionary(dict(thing.items())).unparse()
            complaints += [f"pdf word {word.decode()}" for word in PDF_WORDS.findall(head)]
            complaints += [f"pdf text {word.decode()}" for word in OUTSIDE.findall(head)]
        complaints += [
            f"trailer {key}"
            for key in pdf.trailer
            if key
            not in {
                "/Root",
                "/Size",
                "/ID",
                "/Length",
                "/Type",
                "/W",
                "/Index",
                "/Filter",
                "/DecodeParms",
                "/XRefStm",
            }
        ]
        complaints += [f"catalog {key}" for key in pdf.Root if key not in {"/Type", "/Pages", "/Lang"}]
    return complaints


def _pdf_stream(stream: pikepdf.Stream) -> list[str]:
    if stream.get("/Filter") == pikepdf.Name.DCTDecode:
        return [f"in pdf: {complaint}" for complaint in _jpeg(stream.read_raw_bytes())]
    try:
        content = stream.read_bytes()
    except pikepdf.PdfError:
        return ["stream in an unknown codec"]
    if content[:4] in {b"MZ\x90\0", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        return ["program in a stream"]
    return [f"stream text {word.decode()}" for word in OUTSIDE.findall(content)]


def _png(data: bytes) -> list[str]:
    place = 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        name = data[place + 4 : place + 8]
        if name not in PNG_CHUNKS:
            return [f"png chunk {name!r}"]
        place += 12 + length
        if name == b"IEND":
            return [] if place == len(data) else ["bytes after the png"]
    return ["png without end"]


def _jpeg(data: bytes) -> list[str]:
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker not in JPEG_MARKERS:
            return [f"jpeg marker {marker:x}"]
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xDA:
            end = data.rfind(b"\xff\xd9")
            return [] if end == len(data) - 2 else ["bytes after the jpeg"]
    return ["jpeg structure"]


def _gif(data: bytes) -> list[str]:
    found = [word for word in (b"!\xfe", b"NETSCAPE", b"secret", b"<script") if word in data]
    return [f"gif {word!r}" for word in found] + ([] if data.endswith(b";") else ["bytes after the gif"])


def _webp(data: bytes) -> list[str]:
    complaints = [f"webp {word!r}" for word in (b"EXIF", b"XMP ", b"ICCP", b"ANIM") if word in data]
    size = int.from_bytes(data[4:8], "little") + 8
    return complaints + ([] if size in {len(data), len(data) + 1} else ["bytes after the webp"])


def _tiff(data: bytes) -> list[str]:
    return [f"tiff {word!r}" for word in (b"secret", b"Exif", b"<x:xmpmeta") if word in data]


def _office(data: bytes) -> list[str]:
    complaints = []
    end = data.rfind(b"PK\x05\x06")
    if end != len(data) - 22:
        complaints.append("bytes after the package")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            if not OFFICE_MEMBER.fullmatch(info.filename):
                complaints.append(f"member {info.filename}")
            if info.filename.endswith((".xml", ".rels", ".vml")):
                complaints += [f"{info.filename}: {word.decode()}" for word in OFFICE_WORDS.findall(content)]
                if not content.startswith(b"<?xml"):
                    complaints.append(f"{info.filename}: not xml")
            else:
                complaints += [f"{info.filename}: {complaint}" for complaint in findings(content)]
        complaints += _dangling(archive)
    return complaints


def _dangling(archive: zipfile.ZipFile) -> list[str]:
    """Relation ids used in a part must be declared beside it, or an office program calls the file damaged."""
    complaints = []
    names = set(archive.namelist())
    for name in names:
        if not name.endswith(".xml") or name.startswith("["):
            continue
        folder, _, base = name.rpartition("/")
        place = f"{folder}/_rels/{base}.rels"
        declared = set(re.findall(rb'\bId="([^"]*)"', archive.read(place))) if place in names else set()
        used = set(re.findall(rb'\br:(?:id|embed|link|pict|href)="([^"]*)"', archive.read(name)))
        complaints += [f"{name}: dangling {word.decode()}" for word in used - declared]
    return complaints


def _text(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ["not utf-8"]
    complaints = ["control character"] if CONTROLS.search(text) else []
    head = text[:4096].lower()
    return complaints + [
        f"markup {word}" for word in ("<script", "<html", "<svg", "<?xml", "<!doctype") if word in head
    ]
