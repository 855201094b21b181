"""Any file: rows with their lines, or one clear sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curate.corpus import read
from curate.errors import UserError
from curate.reading.formats import FieldMap
from curate.reading.inputs import Source, sources
from curate.reading.shapeless import no_shape

GOOD = [{"instruction": f"Name colour {i}.", "output": f"颜色 {i} is blue."} for i in range(5)]


def rows(path: Path, **kwargs):
    with read([Source(str(path), path)], **kwargs) as corpus:
        found = [(corpus.address(r.row).line, r.prompt, r.answer) for r in corpus.records()]
        return found, corpus.files[0], [(p.code, corpus.address(row).line) for row, p in corpus.problems]


def expected(lines):
    return [(line, row["instruction"], row["output"]) for line, row in zip(lines, GOOD, strict=True)]


def text(data=GOOD) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in data)


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (lambda b: b, ""),
        (gzip.compress, "gz"),
        (bz2.compress, "bz2"),
        (lambda b: __import__("zstandard").ZstdCompressor().compress(b), "zst"),
    ],
)
def test_a_packed_file_is_told_by_its_content(tmp_path, pack, name) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(pack(text().encode()))
    found, file, problems = rows(path)
    assert found == expected([1, 2, 3, 4, 5])
    assert (file.format, file.packed, problems) == ("JSONL", name, [])


@pytest.mark.parametrize(
    ("codec", "said"), [("utf-8-sig", "UTF-8 with BOM"), ("utf-16", "UTF-16-LE"), ("gb18030", "GB18030"), ("utf-8", "UTF-8")]
)
def test_the_encoding_is_found_and_said(tmp_path, codec, said) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(text().encode(codec))
    found, file, _ = rows(path)
    assert found == expected([1, 2, 3, 4, 5])
    assert file.encoding == said


@pytest.mark.parametrize(("name", "told"), [("a.xlsx", "Save it as CSV"), ("a.txt", "one JSON object a line")])
def test_what_is_not_read_says_what_to_do(tmp_path, name, told) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 question and answer\n")
    with pytest.raises(UserError, match=told), read(sources([str(tmp_path / name)])):
        pass


def test_a_json_array_counts_elements(tmp_path) -> None:
    path = tmp_path / "data.json"
    path.write_text(json.dumps(GOOD, ensure_ascii=False, indent=2), encoding="utf-8")
    found, file, _ = rows(path)
    assert found == expected([1, 2, 3, 4, 5])
    assert file.format == "JSON array"


def test_a_broken_element_of_an_array_costs_only_itself(tmp_path) -> None:
    path = tmp_path / "data.json"
    parts = [json.dumps(row, ensure_ascii=False) for row in GOOD]
    parts[2] = '{"instruction": "Say "hi"", "output": "x"}'
    path.write_text("[" + ",\n".join(parts) + "]", encoding="utf-8")
    found, _, problems = rows(path)
    assert [line for line, *_ in found] == [1, 2, 4, 5]
    assert problems == [("SCH001", 3)]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_csv_row_is_where_its_record_begins(tmp_path, delimiter) -> None:
    path = tmp_path / ("data.tsv" if delimiter == "\t" else "data.csv")
    body = f'instruction{delimiter}output\n"Two\nlines"{delimiter}a\nPlain{delimiter}"b ""quoted"""\n'
    path.write_text(body, encoding="utf-8")
    found, file, _ = rows(path)
    assert found == [(2, "Two\nlines", "a"), (4, "Plain", 'b "quoted"')]
    assert file.format == ("TSV" if delimiter == "\t" else "CSV")


def test_parquet_arrow_and_saved_folders_are_read(tmp_path) -> None:
    import datasets

    data = datasets.Dataset.from_list(GOOD)
    data.to_parquet(tmp_path / "a.parquet")
    data.save_to_disk(tmp_path / "saved")
    arrow = next((tmp_path / "saved").glob("*.arrow"))
    for path, name in ((tmp_path / "a.parquet", "Parquet"), (tmp_path / "saved", "datasets folder"), (arrow, "Arrow")):
        found, file, _ = rows(path)
        assert found == expected([1, 2, 3, 4, 5])
        assert file.format == name


def test_a_map_reaches_into_lists(tmp_path) -> None:
    path = tmp_path / "seed.jsonl"
    path.write_text('{"instruction": "Add.", "instances": [{"input": "1+1", "output": "2"}]}\n', encoding="utf-8")
    mapping = FieldMap.parse(("output=instances[0].output", "input=instances[0].input"))
    with read([Source("seed.jsonl", path)], mapping=mapping) as corpus:
        record = next(iter(corpus.records()))
    assert [(p.field, p.text) for p in record.parts] == [
        ("instruction", "Add."),
        ("instances[0].input", "1+1"),
        ("instances[0].output", "2"),
    ]


def test_no_known_keys_are_named(tmp_path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"question": "q", "std_answer": "a"}\n', encoding="utf-8")
    with pytest.raises(UserError, match="found question, std_answer") as error:
        rows(path)
    assert "--map instruction=question --map output=std_answer" in error.value.hint


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b and b"\r" not in b), max_size=6))
def test_no_bytes_make_the_reader_raise_or_lose_a_good_row(tmp_path, junk) -> None:
    path = tmp_path / "junk.jsonl"
    body = [text([GOOD[0]]).strip().encode()]
    for line in junk:
        body += [line, text([GOOD[1]]).strip().encode()]
    path.write_bytes(b"\n".join(body) + b"\n")
    try:
        found, _, _ = rows(path)
    except UserError:
        return
    goods = {line for line, prompt, _ in found if prompt in ("Name colour 0.", "Name colour 1.")}
    assert goods >= set(range(1, 2 * len(junk) + 2, 2))


def test_numbers_and_unknown_keys_are_kept_as_written(tmp_path) -> None:
    from curate.reading.rewrite import edited, with_id

    raw = b'{"instruction": "a", "output": "b", "n": 12345678901234567890, "x": 1.0, "y": 1e2, "deep": {"k": [null, true]}}'
    assert with_id(raw, "f:1", given=False) == b'{"id": "f:1", ' + raw[1:]
    assert edited(raw, {"output": "c"}) == raw.replace(b'"b"', b'"c"')


def test_a_glob_and_a_folder_give_files_in_sorted_order(tmp_path, monkeypatch) -> None:
    for name in ("b.jsonl", "a.jsonl", "notes.txt"):
        (tmp_path / name).write_text(text(GOOD[:1]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [s.shown for s in sources(["*.jsonl"])] == ["a.jsonl", "b.jsonl"]
    assert [s.shown for s in sources(["."])] == ["./a.jsonl", "./b.jsonl"]


def test_standard_input_is_called_stdin(tmp_path, monkeypatch) -> None:
    class Stdin:
        buffer = io.BytesIO(text().encode())

        @staticmethod
        def isatty() -> bool:
            return False

    monkeypatch.setattr("sys.stdin", Stdin)
    with read(sources(["-"])) as corpus:
        assert str(corpus.where(0)) == "stdin:1"
        assert corpus.id(0) == "stdin:1"


@pytest.mark.parametrize("first", ["[", "[[[[", "[" * 100_000, '["a", ', "[]", "\x0c", "garbage", "{"])
def test_a_broken_first_line_costs_no_other_row(tmp_path, first) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(f"{first}\n{text()}", encoding="utf-8")
    found, file, problems = rows(path)
    assert found == expected([2, 3, 4, 5, 6])
    assert (file.format, [line for _, line in problems]) == ("JSONL", [1])


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_an_array_is_an_array_however_it_is_laid_out(tmp_path, indent, count) -> None:
    path = tmp_path / "data.json"
    data = [{**row, "more": [{}, {"a": [{}]}]} for row in GOOD[:count]]
    path.write_text(json.dumps(data, ensure_ascii=False, indent=indent), encoding="utf-8")
    found, file, problems = rows(path)
    assert (len(found), file.format, problems) == (count, "JSON array", [])


@pytest.mark.parametrize(
    ("array", "lines"),
    [
        ('[{"text": "a"}, {"text": "b"},]', [3]),
        ('[{"text": "a"} {"text": "b"}]', [3]),
        ('[{"text": "a"},, {"text": "b"}]', [3]),
        ('[{"text": "a"}, {"text": }, {"text": "b"}]', [2]),
        ('[{"text": "a"}, {"text": "unclosed}, {"text": "b"}]', [2]),
        ('[{"text": "a"}, {"text": "b"}', [3]),
    ],
)
def test_what_is_wrong_with_an_array_is_told_and_its_rows_are_read(tmp_path, array, lines) -> None:
    path = tmp_path / "data.json"
    path.write_text(array, encoding="utf-8")
    with read([Source(str(path), path)]) as corpus:
        texts = [record.parts[0].text for record in corpus.records()]
        assert texts == ["a", "b"]
        assert [(p.code, corpus.address(row).line) for row, p in corpus.problems] == [("SCH001", line) for line in lines]


def test_a_broken_element_is_not_looked_for_to_the_end_of_the_file(tmp_path) -> None:
    path = tmp_path / "data.json"
    row = json.dumps({"text": "x" * 1000})
    path.write_text('[{"text": }, ' + ", ".join([row] * 3000) + "]", encoding="utf-8")
    found, _, problems = rows(path)
    assert (len(found), problems) == (3000, [("SCH001", 1)])


@pytest.mark.parametrize(
    ("table", "answers", "broken"),
    [
        ('q,,a1\n"bad,,x\nq2,,a2\nq3,,a3\n', ["a1", "a2", "a3"], [3]),
        ('q,,a1\n"bad,,x\nq2,,a2\nq3,,"a3"\n', ["a1", "a2", "a3"], [3]),
        ('q,,a1\n"bad,,x\n"q2\nnext",,"a2, ""so"""\n"q3",,a3\n', ["a1", 'a2, "so"', "a3"], [3]),
        ('q,,"a"1\nq2,,a2\n', ["a2"], [2]),
        ('q,,a1\n"last,,x', ["a1"], [3]),
        ('"two\nlines",,"a\nb"\nq2,,a2\n', ["a\nb", "a2"], []),
        ("q,,a\rb\nq2,,a2\n", ["a2"], [2]),
    ],
)
def test_a_broken_record_of_a_table_costs_no_other(tmp_path, table, answers, broken) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"instruction,input,output\n" + table.encode())
    found, _, problems = rows(path)
    assert [answer for _, _, answer in found] == answers
    assert problems == [("SCH001", line) for line in broken]


def test_a_table_with_two_columns_of_one_name_is_refused(tmp_path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("instruction,output,output\nq,a,b\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"data.csv:1: the header names `output` twice"):
        rows(path)


def test_ids_keep_their_value_and_type_and_none_is_another_rows_address(tmp_path) -> None:
    path = tmp_path / "data.jsonl"
    given = ["1.50", "true", '{"a": 1}', "123456789012345678901234567890", '"data.jsonl:7"', "7", "null", '"7"']
    path.write_text("".join(f'{{"id": {name}, "text": "row {i}"}}\n' for i, name in enumerate(given)), encoding="utf-8")
    with read([Source("data.jsonl", path)]) as corpus:
        ids = [corpus.id(row) for row in range(len(given))]
        assert ids == [1.5, True, {"a": 1}, "123456789012345678901234567890", "data.jsonl:7", 7, "data.jsonl:7#2", "7"]
        assert [(p.code, row) for row, p in corpus.problems] == [("SCH011", 6)]


@pytest.mark.parametrize(
    ("maps", "missing"),
    [
        (("instruction=question", "output=answer"), "question"),
        (("instruction=Customer says", "output=answer"), "answer"),
        (("instruction=Customer says", "output=We answered", "input=context"), "context"),
    ],
)
def test_a_map_to_a_column_that_is_not_there_is_refused_by_its_name(tmp_path, maps, missing) -> None:
    path = tmp_path / "data.csv"
    path.write_text("No.,Customer says,We answered\n1,Where is it?,It is on its way.\n2,Why?,Because.\n", encoding="utf-8")
    with pytest.raises(UserError, match=f"no key `{missing}`, which --map names; found No., Customer says") as error:
        read([Source(path.name, path)], mapping=FieldMap.parse(maps))
    assert "--map 'instruction=...' --map 'output=...'" in error.value.hint


def test_a_key_is_proposed_by_a_word_of_its_name() -> None:
    error = no_shape("data.csv", ["Id", "Customer question", "Final answer"])
    assert error.hint.endswith("--map 'instruction=Customer question' --map 'output=Final answer'")


def test_a_key_that_comes_late_is_no_fault_of_the_map(tmp_path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"q": "Where?", "a": "Here."}\n' * 3, encoding="utf-8")
    with read([Source(path.name, path)], mapping=FieldMap.parse(("instruction=q", "output=a", "input=context"))) as corpus:
        assert corpus.usable.all()


@pytest.mark.slow
def test_ids_take_the_room_of_ids(tmp_path: Path) -> None:
    """A block of 4 KiB for each once made the memory of an audit grow with its rows."""
    few, many = tmp_path / "few.jsonl", tmp_path / "many.jsonl"
    for path, count in ((few, 5_000), (many, 50_000)):
        path.write_text("".join(f'{{"id": {n}, "instruction": "What is {n}?", "output": "{n}"}}\n' for n in range(count)))
    code = """
import resource, sys
from curate.corpus import read
from curate.reading.inputs import sources
read(sources([sys.argv[1]])).close()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read(sources([sys.argv[2]])).close()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code, few, many], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100_000  # KiB, for 45,000 rows more; it was twice as much
