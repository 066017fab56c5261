"""Names and texts written into SQL so that nothing in them is ever read as SQL; the blanks around a text."""

HARD_BLANK = "\u00a0"
BLANKS = (" ", "\t", "\r", "\n", HARD_BLANK)
"""What is taken away at a value's ends."""


def name_sql(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def texts_sql(texts: tuple[str, ...]) -> str:
    """Text literals with commas between, for IN (…) and lists."""
    return ", ".join(text_sql(text) for text in texts)
