"""A packet's outer form: written in one way, opened by any zip program, and refused with any byte changed."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.packets import archives
from remit.packets.archives import Archive, entry_of, write_archive
from remit.terms.problems import ProblemsFound

CONTENTS = {"manifest.json": b"{}\n", "facts/cases.parquet": b"PAR1" * 9, "empty.txt": b""}


def _packed(contents: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    write_archive(out, [entry_of(name, content) for name, content in contents.items()])
    return out.getvalue()


def _read(folder: Path, content: bytes) -> dict[str, bytes]:
    path = folder / "packet.zip"
    path.write_bytes(content)
    archive = Archive(path)
    return {name: archive.content(name, most=1_000) for name in archive.entries}


def _told(folder: Path, content: bytes) -> str:
    with pytest.raises(ProblemsFound) as found:
        _read(folder, content)
    (problem,) = found.value.problems
    return str(problem)


def test_what_was_written_is_read_again_in_the_order_of_names(tmp_path: Path) -> None:
    assert list(_read(tmp_path, _packed(CONTENTS)).items()) == sorted(CONTENTS.items())


def test_any_zip_program_opens_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(_packed(CONTENTS))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == CONTENTS


def test_the_same_entries_give_the_same_bytes_however_they_are_given(tmp_path: Path) -> None:
    assert _packed(CONTENTS) == _packed(dict(reversed(CONTENTS.items())))


def test_a_large_file_s_numbers_take_eight_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit is drawn down, since nobody wants a test to write four gigabytes.
    for limit in (20, 60, 0):
        monkeypatch.setattr(archives, "_LARGE", limit)
        monkeypatch.setattr(archives, "_MANY", 2)
        assert _read(tmp_path, _packed(CONTENTS)) == CONTENTS


@given(st.data())
def test_a_packet_with_any_bit_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray(_packed(CONTENTS))
    position = data.draw(st.integers(0, len(whole) - 1), "position")
    whole[position] ^= 1 << data.draw(st.integers(0, 7), "bit")
    assert "packet.zip" in _told(tmp_path_factory.mktemp("flipped"), bytes(whole))


def test_a_packet_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = _packed(CONTENTS)
    assert [length for length in range(len(whole)) if not _told(tmp_path, whole[:length])] == []
    assert "is empty" in _told(tmp_path, b"")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(_packed(CONTENTS) + b"\0", "its list of entries is not the one", id="something behind it"),
        pytest.param(b"\0" + _packed(CONTENTS), "does not begin as a packet does", id="something before it"),
        pytest.param(b"hello, this is a letter", "does not begin as a packet does", id="another file"),
    ],
)
def test_what_is_no_packet_is_told_in_a_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in _told(tmp_path, content)


def _zipped(*names: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), b"0" * 100, compression)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "names",
    [
        ("../evil",),
        ("/etc/passwd",),
        ("a/../../b",),
        ("C:\\x",),
        (".hidden",),
        ("a", "a"),
        ("b", "a"),
        ("a//b",),
        ("",),
    ],
)
def test_names_that_lead_elsewhere_twice_or_out_of_order_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert "packet.zip" in _told(tmp_path, _zipped(*names))


def test_a_name_that_leads_elsewhere_is_never_written(tmp_path: Path) -> None:
    for name in ("../evil", "/etc/x", "a/../b", "a b", "ä", "a/", "x" * 201):
        with pytest.raises(ValueError, match="no name for an entry"):
            entry_of(name, b"")


def test_compressed_entries_are_refused_so_that_a_small_file_stays_small(tmp_path: Path) -> None:
    assert "was changed" in _told(tmp_path, _zipped("bomb", compression=zipfile.ZIP_DEFLATED))


def test_an_entry_larger_than_it_may_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "packet.zip"
    path.write_bytes(_packed({"manifest.json": b"x" * 1_001}))
    with pytest.raises(ProblemsFound, match="1,001 bytes, more than the 1,000"):
        Archive(path).content("manifest.json", most=1_000)
    with pytest.raises(ProblemsFound, match=r"no entry facts\.json"):
        Archive(path).content("facts.json", most=1_000)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 2)
    assert "more than 2 entries" in _told(tmp_path, _packed(CONTENTS))
