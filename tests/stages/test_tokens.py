"""What a tokenizer and its template make of the rows, with a tokenizer small enough to count along."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

import curate
from curate import catalogue
from curate.auditing import Asked, audited
from curate.catalogue import Example
from curate.config import Settings
from curate.corpus import from_lines
from curate.errors import UserError
from curate.examine import examine
from curate.findings import Finding
from curate.progress import Progress
from curate.stages.tokens import duration
from curate.tokens.forecast import forecast
from curate.tokens.load import load, parameters
from curate.tokens.template import Refused, Template, finder
from tests.conftest import checked

CHATML = (
    "{% for m in messages %}{% if not loop.first and m.role == 'user' and messages[loop.index0 - 1].role == 'user' %}"
    "{{ raise_exception('Roles must alternate') }}{% endif %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A tokenizer with one token a byte, and two control tokens."""

    def make(template: str = CHATML, limit: int = 200, bos: str = "", adds_bos: bool = False, **config: Any) -> Path:
        tokenizer = Tokenizer(
            models.BPE(vocab={c: i for i, c in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, merges=[])
        )
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken("<|im_start|>", special=True), AddedToken("<|im_end|>", special=True)])
        if adds_bos:
            tokenizer.post_processor = processors.TemplateProcessing(
                single=f"{bos} $A", special_tokens=[(bos, tokenizer.token_to_id(bos))]
            )
        path = tmp_path / "model"
        path.mkdir(exist_ok=True)
        tokenizer.save(str(path / "tokenizer.json"))
        settings = {"eos_token": "<|im_end|>", "model_max_length": limit, **({"bos_token": bos} if bos else {})}
        (path / "tokenizer_config.json").write_text(json.dumps({**settings, "chat_template": template} if template else settings))
        (path / "config.json").write_text(json.dumps(config))
        return path

    return make


def row(question: str, answer: str, **more: str) -> str:
    return json.dumps({"instruction": question, "output": answer, **more}, ensure_ascii=False)


def found(path: Path, lines: list[str], code: str = "TOK") -> tuple[list[Finding], dict[str, Any]]:
    corpus, done = checked(lines, select=code, tokenizer=str(path))
    corpus.close()
    return done.findings, done.facts["TOK"]


EXAMPLES = [
    pytest.param(code, example, kind == "bad", id=f"{code}-{kind}{i}")
    for code in ("TOK001", "TOK002", "TOK003", "TOK004")
    for kind in ("bad", "good")
    for i, example in enumerate(getattr(catalogue.shipped()[code], kind))
]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "example", "flagged"), EXAMPLES)
def test_an_example_behaves_as_its_rule_says(folder: Folder, code: str, example: Example, flagged: bool) -> None:
    findings, _ = found(folder(), list(example.lines), code)
    assert any(f.code == code for f in findings) is flagged


def test_every_token_is_counted(folder: Folder) -> None:
    """One token a byte: the counts can be done by hand."""
    _, facts = found(folder(), [row("Hi?", "Yes")])
    turns = len("user\nHi?") + len("\n") + len("assistant\nYes") + len("\n")
    assert facts["tokens"] == turns + 4
    assert facts["supervised_tokens"] == len("Yes") + 1


def test_every_answer_of_a_chat_is_supervised_with_its_stop_token(folder: Folder) -> None:
    turns = [("user", "a"), ("assistant", "a"), ("user", "b"), ("assistant", "assistant")]
    line = json.dumps({"messages": [{"role": r, "content": c} for r, c in turns]})
    _, facts = found(folder(), [line])
    assert facts["supervised_tokens"] == len("a") + 1 + len("assistant") + 1


def test_chinese_answers_are_counted_in_tokens_not_in_characters(folder: Folder) -> None:
    _, facts = found(folder(), [row("灯在哪里？", "架子上")])
    assert facts["supervised_tokens"] == len("架子上".encode()) + 1


def test_a_row_over_the_limit_says_by_how_much_and_what_is_lost(folder: Folder) -> None:
    findings, facts = found(folder(limit=60), [row("Hi?", "y" * 80)])
    assert [f.code for f in findings] == ["TOK001"]
    assert "over the limit of 60" in findings[0].message
    assert facts["cut"]["rows"] == 1


def test_a_question_that_fills_the_limit_leaves_nothing(folder: Folder) -> None:
    findings, _ = found(folder(limit=60), [row("y" * 80, "Yes.")])
    assert [f.code for f in findings] == ["TOK002"]


def test_a_template_that_drops_the_system_part_or_refuses_it_is_named(folder: Folder) -> None:
    refuses = CHATML.replace(
        "{% for m",
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for m",
        1,
    )
    findings, _ = found(folder(refuses), [row("Hi?", "Yes.", system="Be kind."), row("Hi?", "Yes.")], "TOK004")
    assert [(f.row, "System role not supported" in f.message) for f in findings] == [(0, True)]


def test_a_template_that_drops_an_answer_is_named(folder: Folder) -> None:
    drops = CHATML.replace("{{ m.content }}", "{{ m.content if m.role != 'assistant' else 'ok' }}")
    findings, _ = found(folder(drops), [row("Hi?", "Yes, of course.")], "TOK004")
    assert "changes or drops" in findings[0].message


def test_a_template_without_a_stop_token_is_named_once(folder: Folder) -> None:
    endless = (
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
    )
    findings, facts = found(folder(endless), [row("Hi?", "Yes."), row("Ho?", "No.")], "TOK004")
    assert [(f.code, f.row) for f in findings] == [("TOK004", None)]
    assert facts["supervised_tokens"] == len("Yes.No.") + 2


def test_a_start_token_written_twice_is_named(folder: Folder) -> None:
    findings, _ = found(folder(bos="<|im_start|>", adds_bos=True), [row("Hi?", "Yes.")], "TOK004")
    assert "add_special_tokens=False" in findings[0].message
    assert not found(folder(bos="<|im_start|>"), [row("Hi?", "Yes.")], "TOK004")[0]


def test_without_a_template_rows_are_rendered_plainly(folder: Folder) -> None:
    findings, facts = found(folder(""), [row("Hi?", "Yes.")])
    assert not findings
    assert facts["template"].startswith("none")


def test_plain_text_is_supervised_whole(folder: Folder) -> None:
    _, facts = found(folder(), [json.dumps({"text": "A lamp."})])
    assert facts["tokens"] == facts["supervised_tokens"] == len("A lamp.") + 1


def test_without_a_tokenizer_the_stage_says_so() -> None:
    with from_lines([row("Hi?", "Yes.")]) as corpus:
        done = examine(corpus, catalogue.select(catalogue.shipped(), ("TOK",)), Settings())
    assert {r.name: r.skipped_because for r in done.runs}["tokens"] == "no --tokenizer named"


def test_a_template_cannot_reach_out_of_its_sandbox() -> None:
    reaching = Template("{{ ''.__class__.__mro__[1].__subclasses__() }}", "", "", ())
    with pytest.raises(Refused):
        reaching.render([{"role": "user", "content": "a"}])


def test_generation_marks_are_read_through() -> None:
    marked = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    assert Template(marked, "", "", ()).render([{"role": "user", "content": "a"}]) == "a"


def test_a_template_that_trims_is_found_out_and_answers_are_proved() -> None:
    trims = Template("{% for m in messages %}[{{ m.content | trim }}]{% endfor %}", "", "", ("]",))
    messages = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    assert finder(trims, [messages])(messages) is not None


@pytest.mark.parametrize("name", ["/nowhere/at/all", "./nowhere", "no-such-model-name"])
def test_an_unknown_name_is_a_sentence(name: str) -> None:
    with pytest.raises(UserError, match="no such file or folder"):
        load(name)


def test_a_folder_without_a_fast_tokenizer_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no tokenizer\.json"):
        load(str(tmp_path))


@pytest.mark.parametrize(("name", "why"), [("./nowhere", "no such file or folder"), (".", r"no tokenizer\.json")])
def test_a_wrong_name_is_refused_before_any_stage_and_before_a_folder_is_made(name, why, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.jsonl").write_text(row("What is it?", "A thing.") + "\n", encoding="utf-8")
    progress = Progress(quiet=True)
    with (
        pytest.raises(UserError, match=why),
        audited(Asked(["data.jsonl"], Settings(tokenizer=name)), date(2026, 1, 1), progress),
    ):
        pass
    assert len(progress.course.began) == 1, "nothing but the reading, which stands there from the start"
    (tmp_path / "curate.toml").write_text(f'tokenizer = "{name}"\n', encoding="utf-8")
    with pytest.raises(UserError, match=why):
        curate.build("data.jsonl", "clean", config="curate.toml")
    assert not (tmp_path / "clean").exists()


def test_weights_are_counted_from_the_configuration() -> None:
    """SmolLM2-135M has 134,515,008; norms are left out of the count."""
    config = {"hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3}
    config |= {"intermediate_size": 1536, "vocab_size": 49152, "tie_word_embeddings": True}
    assert parameters(config) == pytest.approx(134_515_008, rel=0.001)
    assert forecast(1000, 200_000, parameters(config))["epochs"] == 3
    assert "hours" not in forecast(1000, 200_000, 0)
    assert [duration(h) for h in (0.0001, 0.01, 0.5, 3.46)] == ["1 s", "36 s", "30 min", "3.5 h"]
