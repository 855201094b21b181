"""Croissant 1.1 with the RAI extension (MLCommons): files with digests, one record set a split, and what was done to the data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curate.building.columns import types
from curate.files import sha256

CONFORMS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]


def croissant(folder: Path, name: str, rows: int, fields: Mapping[str, Mapping[str, Any]], told: Mapping[str, str]) -> Any:
    """`fields` are columns by split; `told` holds the RAI properties as sentences."""
    splits = list(fields)
    files = [
        {
            "@type": "cr:FileObject",
            "@id": f"{split}.jsonl",
            "name": f"{split}.jsonl",
            "contentUrl": f"{split}.jsonl",
            "encodingFormat": "application/jsonlines",
            "sha256": sha256(folder / f"{split}.jsonl"),
        }
        for split in splits
    ]
    sets = [
        {
            "@type": "cr:RecordSet",
            "@id": split,
            "name": split,
            "field": listed(split, types(fields[split])),
        }
        for split in splits
    ]
    digest = hashlib.sha256("".join(f["sha256"] for f in files).encode()).hexdigest()
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": name,
        "description": f"{rows} rows of instruction data in {len(splits)} splits that share nothing, made by curate build.",
        "conformsTo": CONFORMS,
        "version": f"1.0.0+{digest[:12]}",
        **{f"rai:{key}": text for key, text in told.items()},
        "distribution": files,
        "recordSet": sets,
    }


def listed(split: str, kinds: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All columns of a split under ids of their own: `mlcroissant` takes none with white space, and a slash stands before a part."""
    ids: dict[str, str] = {}
    for key in kinds:
        plain = re.sub(r"[^\w.-]+", "_", key)
        ids[key] = plain if plain not in ids.values() else f"{plain}_{len(ids)}"
    return [field(split, key, ids[key], kind) for key, kind in kinds.items()]


def field(split: str, key: str, name: str, kind: Any) -> dict[str, Any]:
    """A column, not a JSON path: readers of JSON lines make a table of the file first. What is nested is reached from it."""
    repeated = {"repeated": True} if isinstance(kind, list) else {}
    inner = kind[0] if isinstance(kind, list) else kind
    place = f"{split}/{name}"
    told = {"@type": "cr:Field", "@id": place, "name": key, **repeated}
    if isinstance(inner, dict):
        return {**told, "subField": [part(split, key, place, inside, each) for inside, each in inner.items()]}
    return {**told, "dataType": inner or "sc:Text", "source": source(split, key)}


def part(split: str, key: str, within: str, name: str, kind: Any) -> dict[str, Any]:
    found = {**source(split, key), "transform": {"jsonPath": name}}
    inside = re.sub(r"[^\w.-]+", "_", name)
    plain = kind if isinstance(kind, str) else "sc:Text"
    return {"@type": "cr:Field", "@id": f"{within}/{inside}", "name": name, "dataType": plain, "source": found}


def source(split: str, key: str) -> dict[str, Any]:
    return {"fileObject": {"@id": f"{split}.jsonl"}, "extract": {"column": key}}


CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
