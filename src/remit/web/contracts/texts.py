"""A file's bytes as text in a page and back, so that what was not written stays as it was given."""

_MARK = b"\xef\xbb\xbf"


def text_of(content: bytes) -> str | None:
    """A file's text with line feeds alone, without a byte order mark; None where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def bytes_of(text: str, *, like: bytes) -> bytes:
    """Text from a page as the bytes of a file: line ends and mark as in the file it takes the place of.

    A browser sends every line end as CRLF, whatever the file had.
    """
    content = text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    lines = like.count(b"\n")
    if lines and like.count(b"\r\n") * 2 > lines:
        content = content.replace(b"\n", b"\r\n")
    return _MARK + content if like.startswith(_MARK) else content
