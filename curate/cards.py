"""What other tools read beside the rows: dataset card, Croissant, LLaMA-Factory registration."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from curate.files import sha256
from curate.formats import Shape

SPLITS = ("train", "validation", "test")


def write(
    folder: Path, name: str, counts: Mapping[str, int], shape: str, languages: Mapping[str, float], fields: Mapping[str, str]
) -> None:
    (folder / "README.md").write_text(card(name, counts, shape, languages), encoding="utf-8")
    (folder / "dataset_info.json").write_bytes(orjson.dumps(factory(name, shape, fields), option=orjson.OPT_INDENT_2))
    (folder / "croissant.json").write_bytes(orjson.dumps(croissant(folder, name, counts, fields), option=orjson.OPT_INDENT_2))


def card(name: str, counts: Mapping[str, int], shape: str, languages: Mapping[str, float]) -> str:
    filled = [split for split in SPLITS if counts[split]]
    tongues = [tongue for tongue, share in languages.items() if isinstance(share, float) and share >= 0.05 and len(tongue) == 2]
    size = next((label for limit, label in SIZES if counts["kept"] < limit), "n>1T")
    files = "\n".join(f"  - split: {split}\n    path: {split}.jsonl" for split in filled)
    language = "language:\n" + "\n".join(f"- {tongue}" for tongue in tongues) + "\n" if tongues else ""
    return f"""---
{language}size_categories:
- {size}
task_categories:
- text-generation
configs:
- config_name: default
  data_files:
{files}
---

# {name}

{counts["kept"]:,} rows ({shape}) of {counts["input"]:,}: {counts["removed"]:,} removed, {counts["quarantined"]:,} set aside.
Splits: {", ".join(f"{split} {counts[split]:,}" for split in filled)}.

Made by `curate build`. `removed.jsonl`, `changed.jsonl` and `lineage.parquet` tell what became of every input row; `manifest.json` holds
the digests of all files and the leakage certificate. Check it: `curate verify .`, or without any installation `python verify_leakage.py .`.
"""


SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def factory(name: str, shape: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Entries for LLaMA-Factory's dataset_info.json; copy them, or use this folder as dataset_dir."""
    entries = {}
    for split in SPLITS:
        entry: dict[str, Any] = {"file_name": f"{split}.jsonl"}
        if shape in (Shape.MESSAGES, Shape.CONVERSATIONS):
            entry |= {
                "formatting": "sharegpt",
                "columns": {"messages": "messages" if shape == Shape.MESSAGES else "conversations"},
            }
            if shape == Shape.MESSAGES:
                entry["tags"] = {
                    "role_tag": "role",
                    "content_tag": "content",
                    "user_tag": "user",
                    "assistant_tag": "assistant",
                    "system_tag": "system",
                }
        elif shape == Shape.PREFERENCE:
            entry |= {"ranking": True, "columns": {"prompt": "prompt", "chosen": "chosen", "rejected": "rejected"}}
            if "conversations" in fields:
                entry |= {
                    "formatting": "sharegpt",
                    "columns": {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"},
                }
        elif shape == Shape.COMPLETION:
            entry["columns"] = {"prompt": "prompt", "response": "completion"}
        elif shape == Shape.INSTRUCTION:
            columns = {"prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"}
            entry["columns"] = {theirs: ours for theirs, ours in columns.items() if ours in fields}
        entries[f"{name}_{split}"] = entry
    return entries


def croissant(folder: Path, name: str, counts: Mapping[str, int], fields: Mapping[str, str]) -> dict[str, Any]:
    """Croissant 1.1 (MLCommons): files with digests, one record set a split."""
    filled = [split for split in SPLITS if counts[split]]
    files = [
        {
            "@type": "cr:FileObject",
            "@id": f"{split}.jsonl",
            "name": f"{split}.jsonl",
            "contentUrl": f"{split}.jsonl",
            "encodingFormat": "application/jsonlines",
            "sha256": sha256(folder / f"{split}.jsonl"),
        }
        for split in filled
    ]
    sets = [
        {
            "@type": "cr:RecordSet",
            "@id": split,
            "name": split,
            "field": [
                {
                    "@type": "cr:Field",
                    "@id": f"{split}/{key}",
                    "name": key,
                    "dataType": kind,
                    "source": {"fileObject": {"@id": f"{split}.jsonl"}, "extract": {"jsonPath": f"$.{key}"}},
                }
                for key, kind in fields.items()
            ],
        }
        for split in filled
    ]
    digest = hashlib.sha256("".join(f["sha256"] for f in files).encode()).hexdigest()
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": name,
        "description": f"{counts['kept']} rows of instruction data in {len(filled)} splits that share nothing, made by curate build.",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "version": f"1.0.0+{digest[:12]}",
        "distribution": files,
        "recordSet": sets,
    }


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
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
