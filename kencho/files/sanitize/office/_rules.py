"""The allow-list for Office packages: which relations may be followed, to parts of which media type, and what inside
those parts is active and goes.
"""

from kencho.files.sanitize.outcome import Removed

OFFICE_PREFIXES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
    "http://schemas.microsoft.com/office/2007/relationships/",
)
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument."

# Last word of a relation's type -> end of the media type that the part must have.
XML_RELATIONS = {
    # word processing
    "styles": ".styles+xml",
    "settings": "wordprocessingml.settings+xml",
    "fontTable": "wordprocessingml.fonttable+xml",
    "numbering": "wordprocessingml.numbering+xml",
    "header": "wordprocessingml.header+xml",
    "footer": "wordprocessingml.footer+xml",
    "footnotes": "wordprocessingml.footnotes+xml",
    "endnotes": "wordprocessingml.endnotes+xml",
    "comments": ".comments+xml",
    # spreadsheets
    "worksheet": "spreadsheetml.worksheet+xml",
    "chartsheet": "spreadsheetml.chartsheet+xml",
    "sharedStrings": "spreadsheetml.sharedstrings+xml",
    "table": "spreadsheetml.table+xml",
    # presentations
    "slide": "presentationml.slide+xml",
    "slideLayout": "presentationml.slidelayout+xml",
    "slideMaster": "presentationml.slidemaster+xml",
    "notesSlide": "presentationml.notesslide+xml",
    "notesMaster": "presentationml.notesmaster+xml",
    "handoutMaster": "presentationml.handoutmaster+xml",
    "presProps": "presentationml.presprops+xml",
    "viewProps": "presentationml.viewprops+xml",
    "tableStyles": "presentationml.tablestyles+xml",
    "commentAuthors": "presentationml.commentauthors+xml",
    # drawings
    "theme": ".theme+xml",
    "themeOverride": ".themeoverride+xml",
    "drawing": ".drawing+xml",
    "chart": "drawingml.chart+xml",
    "chartUserShapes": "drawingml.chartshapes+xml",
    "diagramData": "drawingml.diagramdata+xml",
    "diagramLayout": "drawingml.diagramlayout+xml",
    "diagramQuickStyle": "drawingml.diagramstyle+xml",
    "diagramColors": "drawingml.diagramcolors+xml",
    "diagramDrawing": "application/vnd.ms-office.drawingml.diagramdrawing+xml",
    "vmlDrawing": ".vmldrawing",
}

# Relations that are left out without a word: nothing is lost that a reader would see.
SILENT_RELATIONS = {
    "webSettings", "stylesWithEffects", "calcChain", "printerSettings", "sheetMetadata", "glossaryDocument",
    "people", "commentsExtended", "commentsIds", "commentsExtensible", "chartStyle", "chartColorStyle", "thumbnail",
    "core-properties", "extended-properties", "custom-properties", "tags", "person", "metadata/thumbnail",
    "revisionInfo", "changesInfo", "microsoft365/documenttasks",
}  # fmt: skip
REMOVED_RELATIONS = {
    "vbaProject": Removed.MACRO,
    "wordVbaData": Removed.MACRO,
    "vbaProjectSignature": Removed.MACRO,
    "xlMacrosheet": Removed.MACRO,
    "xlIntlMacrosheet": Removed.MACRO,
    "dialogsheet": Removed.MACRO,
    "keyMapCustomizations": Removed.MACRO,
    "attachedToolbars": Removed.CUSTOM_UI,
    "extensibility": Removed.CUSTOM_UI,
    "ui": Removed.CUSTOM_UI,
    "control": Removed.ACTIVE_CONTROL,
    "activeXControlBinary": Removed.ACTIVE_CONTROL,
    "ctrlProp": Removed.ACTIVE_CONTROL,
    "webextension": Removed.ACTIVE_CONTROL,
    "webextensiontaskpanes": Removed.ACTIVE_CONTROL,
    "oleObject": Removed.OLE_OBJECT,
    "package": Removed.OLE_OBJECT,
    "attachedTemplate": Removed.TEMPLATE_LINK,
    "aFChunk": Removed.FOREIGN_CHUNK,
    "subDocument": Removed.FOREIGN_CHUNK,
    "externalLink": Removed.DATA_CONNECTION,
    "externalLinkPath": Removed.DATA_CONNECTION,
    "connections": Removed.DATA_CONNECTION,
    "queryTable": Removed.DATA_CONNECTION,
    "pivotTable": Removed.DATA_CONNECTION,
    "pivotCacheDefinition": Removed.DATA_CONNECTION,
    "mailMergeSource": Removed.DATA_CONNECTION,
    "mailMergeHeaderSource": Removed.DATA_CONNECTION,
    "recipientData": Removed.DATA_CONNECTION,
    "volatileDependencies": Removed.DATA_CONNECTION,
    "customXml": Removed.CUSTOM_DATA,
    "audio": Removed.MEDIA,
    "video": Removed.MEDIA,
    "media": Removed.MEDIA,
    "font": Removed.FONT,
    "hyperlink": Removed.LINK,
}

# Elements of these namespaces stay; others go with all they hold (ECMA-376 parts 1 and 4, and Microsoft's published
# drawing and word additions).
NAMESPACE_PREFIXES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/presentationml/2006/main",
    "http://schemas.openxmlformats.org/drawingml/2006/",
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://schemas.openxmlformats.org/officeDocument/2006/sharedTypes",
    "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "http://purl.oclc.org/ooxml/",
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:word",
    "urn:schemas-microsoft-com:office:excel",
    "urn:schemas-microsoft-com:office:powerpoint",
    "http://schemas.microsoft.com/office/word/2010/wordprocessing",
    "http://schemas.microsoft.com/office/drawing/",
    "http://schemas.microsoft.com/office/word/2010/wordml",
)

# Elements (by local name) that go with all they hold, and the word for it; None: too ordinary to tell.
REMOVED_ELEMENTS: dict[str, Removed | None] = {
    "attachedTemplate": Removed.TEMPLATE_LINK,
    "linkStyles": None,
    "altChunk": Removed.FOREIGN_CHUNK,
    "subDoc": Removed.FOREIGN_CHUNK,
    "control": Removed.ACTIVE_CONTROL,
    "controls": Removed.ACTIVE_CONTROL,
    "OLEObject": Removed.OLE_OBJECT,
    "objectEmbed": Removed.OLE_OBJECT,
    "objectLink": Removed.OLE_OBJECT,
    "oleObjects": Removed.OLE_OBJECT,
    "oleObj": Removed.OLE_OBJECT,
    "externalData": Removed.OLE_OBJECT,
    "mailMerge": Removed.DATA_CONNECTION,
    "dataBinding": Removed.CUSTOM_DATA,
    "docVars": Removed.CUSTOM_DATA,
    "attachedSchema": Removed.CUSTOM_DATA,
    "saveThroughXslt": Removed.CUSTOM_DATA,
    "customXmlPr": Removed.CUSTOM_DATA,
    "smartTagPr": None,
    "entryMacro": Removed.MACRO,
    "exitMacro": Removed.MACRO,
    "FmlaMacro": Removed.MACRO,
    "Camera": Removed.FORMULA,
    "ObjectFmla": Removed.FORMULA,
    "FmlaPict": Removed.FORMULA,
    "FmlaLink": None,
    "FmlaRange": None,
    "embedRegular": Removed.FONT,
    "embedBold": Removed.FONT,
    "embedItalic": Removed.FONT,
    "embedBoldItalic": Removed.FONT,
    "embeddedFontLst": Removed.FONT,
    "frameset": Removed.EXTERNAL_TARGET,
    "externalReferences": Removed.DATA_CONNECTION,
    "pivotCaches": Removed.DATA_CONNECTION,
    "webPublishItems": None,
    "webPublishing": None,
    "webPublishObjects": None,
    "smartTags": None,
    "functionGroups": Removed.MACRO,
    "fileSharing": None,
    "revisionPtr": None,
    "hlinkClick": Removed.LINK,
    "hlinkHover": Removed.LINK,
    "hlinkMouseOver": Removed.LINK,
    "snd": Removed.MEDIA,
    "sndAc": Removed.MEDIA,
    "wavAudioFile": Removed.MEDIA,
    "audioFile": Removed.MEDIA,
    "audioCd": Removed.MEDIA,
    "videoFile": Removed.MEDIA,
    "quickTimeFile": Removed.MEDIA,
    "timing": Removed.ANIMATION,
    "custDataLst": None,
    "custData": None,
    "extLst": Removed.EXTENSION,
    "legacyDrawingHF": None,
    "drawingHF": None,
}
# Attributes (by local name) that name macros or outside places.
REMOVED_ATTRIBUTES = {
    "macro", "onAction", "href", "action", "codeName", "connectionId", "queryTableFieldId", "cm", "vm", "src",
    "sourceFile", "progId", "ProgID", "althref", "oleid", "equationxml", "gfxdata", "attachedSchema", "link",
}  # fmt: skip
# Values that lead outside wherever they stand; checked in every attribute that is not a namespace or schema name.
OUTSIDE_VALUE = (
    r"(?i)^\s*(?:\\\\|//|(?:https?|ftp|file|mailto|mhtml|javascript|vbscript|data|ms-[a-z]+|search-ms):)"
)
