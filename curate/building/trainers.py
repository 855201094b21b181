"""How other trainers are told what the rows look like: LLaMA-Factory's dataset_info.json, Axolotl's YAML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from curate.reading.formats import Shape

OPENAI = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "function_call",
    "system_tag": "system",
}
"""LLaMA-Factory takes its own names for every tag that is not said, once one of them is."""
ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"}


def factory(name: str, shape: str, keys: Mapping[str, str], splits: Sequence[str]) -> dict[str, Any]:
    """Entries for LLaMA-Factory's dataset_info.json; use this folder as `dataset_dir`. `keys`: known key to the rows' own."""
    return {f"{name}_{split}": {"file_name": f"{split}.jsonl", **entry(shape, keys)} for split in splits}


def entry(shape: str, keys: Mapping[str, str]) -> dict[str, Any]:
    beside = {theirs: keys[theirs] for theirs in ("system", "tools") if theirs in keys}
    match shape:
        case Shape.MESSAGES:
            return {"formatting": "sharegpt", "columns": {"messages": keys["messages"], **beside}, "tags": OPENAI}
        case Shape.CONVERSATIONS:
            return {"formatting": "sharegpt", "columns": {"messages": keys["conversations"], **beside}}
        case Shape.PREFERENCE if "conversations" in keys:
            pair = {"chosen": keys["chosen"], "rejected": keys["rejected"]}
            return {"formatting": "sharegpt", "ranking": True, "columns": {"messages": keys["conversations"], **pair, **beside}}
        case Shape.PREFERENCE:
            pair = {"chosen": keys["chosen"], "rejected": keys["rejected"]}
            return {"ranking": True, "columns": {"prompt": keys.get("prompt", "prompt"), **pair, **beside}}
        case Shape.COMPLETION:
            return {"columns": {"prompt": keys["prompt"], "response": keys["completion"], **beside}}
        case Shape.TEXT:
            return {"columns": {"prompt": keys["text"]}}
        case _:
            return {"columns": {theirs: keys[ours] for theirs, ours in ALPACA.items() if ours in keys}}


def axolotl(shape: str, keys: Mapping[str, str], splits: Sequence[str]) -> str:
    """The part of an Axolotl configuration that names the data. JSON strings are YAML, so keys of any spelling are safe."""
    lines = [*(["rl: dpo"] if shape == Shape.PREFERENCE else [])]
    for name, split in (("datasets", "train"), ("test_datasets", "validation")):
        if split in splits:
            lines += [f"{name}:", f"  - path: {split}.jsonl", "    ds_type: json", "    split: train", *template(shape, keys)]
    return "\n".join(lines)


def template(shape: str, keys: Mapping[str, str]) -> list[str]:
    quoted = {ours: json.dumps(theirs, ensure_ascii=False) for ours, theirs in keys.items()}
    match shape:
        case Shape.MESSAGES:
            return ["    type: chat_template", f"    field_messages: {quoted['messages']}"]
        case Shape.CONVERSATIONS | Shape.PREFERENCE if "conversations" in keys:
            kind = "chat_template.default" if shape == Shape.PREFERENCE else "chat_template"
            named = ["chosen", "rejected"] if shape == Shape.PREFERENCE else []
            return [
                f"    type: {kind}",
                f"    field_messages: {quoted['conversations']}",
                *(f"    field_{key}: {quoted[key]}" for key in named),
                "    message_property_mappings: {role: from, content: value}",
                "    roles: {user: [human, user], assistant: [gpt, assistant, function_call], tool: [observation, tool], system: [system]}",
            ]
        case Shape.PREFERENCE:
            fields = [f"      field_{key}: {quoted.get(key, key)}" for key in ("prompt", "chosen", "rejected")]
            forms = [f'      {key}_format: "{{{key}}}"' for key in ("prompt", "chosen", "rejected")]
            return ["    type:", *fields, *forms]
        case Shape.TEXT:
            return ["    type: completion", f"    field: {quoted['text']}"]
        case _:
            return alpaca(shape, quoted)


def alpaca(shape: str, quoted: Mapping[str, str]) -> list[str]:
    asked, answer = ("prompt", "completion") if shape == Shape.COMPLETION else ("instruction", "output")
    fields = [f"      field_instruction: {quoted[asked]}", f"      field_output: {quoted[answer]}"]
    if "input" in quoted:
        fields.append(f"      field_input: {quoted['input']}")
    if "system" in quoted:
        fields.append(f"      field_system: {quoted['system']}")
    form = ['      format: "{instruction}\\n\\n{input}"'] if "input" in quoted else []
    return ["    type:", *fields, *form, '      no_input_format: "{instruction}"']
