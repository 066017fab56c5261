"""Names and texts written into SQL so that nothing in them is ever read as SQL."""


def name_sql(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"
