"""A contract's conditions in the form every engine computes alike: each operand's kind known, no cast left to chance.

Engines differ where SQL leaves them room: what a text compared with a number becomes, what a division by nothing gives,
how a number is rounded to a whole one, how letters change case. A condition that leans on such a thing is written out
so that nothing is left open, or refused in a sentence.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from sqlglot import exp

from remit.performance.facts import TABLES
from remit.performance.measures import portable_texts as texts
from remit.performance.measures.conditions import parse_condition
from remit.performance.measures.expressions import number, text
from remit.terms.contracts import Contract


class NotPortable(ValueError):
    """A condition whose value would depend on the engine; the sentence says what to write instead."""


class Sort(StrEnum):
    """What a part of a condition is, as an engine computes it."""

    TEXT = "text"
    INTEGER = "a whole number"
    DECIMAL = "a decimal number"
    REAL = "a quotient"
    FLAG = "true or false"
    NOTHING = "null"


_SORTS = {
    "text": Sort.TEXT,
    "integer": Sort.INTEGER,
    "seconds": Sort.INTEGER,
    "instant": Sort.INTEGER,
    "decimal": Sort.DECIMAL,
    "flag": Sort.FLAG,
}
_NUMBERS = (Sort.INTEGER, Sort.DECIMAL, Sort.REAL)
_COMPARE = "compare text with text in quotes and numbers with numbers; an instant is whole seconds, not a date"
_LONGEST_INTEGER = 2**63 - 1
_LONGEST_DECIMAL = 18
_PLACES = 4
_UNDERSTOOD = frozenset({"this", "is_string", "safe", "coalesce", "ignore_nulls", "negate"})
"""What a part's tree may be marked with: each is minded below. A mark not named here would be lost unseen."""

Typed = tuple[exp.Expr, Sort]


def contract_condition(words: str, kinds: Mapping[str, str]) -> exp.Expr:
    """A condition of a contract over columns of some kinds, the same on every engine.

    Raises NotPortable where it can't be, and ValueError where it is no condition of these columns.
    """
    tree, sort = _Reading(words, kinds).of(parse_condition(words, kinds))
    if sort not in (Sort.FLAG, Sort.NOTHING):
        raise NotPortable(f"{words!r} is {sort}, not a condition; compare it with something")
    return tree


def column_kinds(contract: Contract, table: str) -> Mapping[str, str]:
    """The columns of a table and their kinds: the built-in ones and those the contract declares."""
    built_in = {column.name: str(column.kind) for column in TABLES[table].columns}
    return {**contract.facts.columns.get(table, {}), **built_in}


class _Reading:
    """One condition read from its leaves up; each part comes back written out, with its sort."""

    def __init__(self, words: str, kinds: Mapping[str, str]) -> None:
        self._words, self._kinds = words, kinds
        flat: dict[type[exp.Expr], Callable[..., Typed]] = {
            exp.Column: self._column, exp.Literal: self._literal, exp.Boolean: self._as_flag, exp.Null: self._null,
            exp.Paren: self._paren, exp.And: self._logic, exp.Or: self._logic, exp.Not: self._not, exp.Is: self._is,
            exp.In: self._in, exp.Between: self._between, exp.Like: self._like, exp.ILike: self._like,
            exp.Div: self._quotient, exp.IntDiv: self._whole_division, exp.Mod: self._whole_division,
            exp.Neg: self._signed, exp.Abs: self._signed, exp.Case: self._case, exp.Cast: self._cast,
            exp.Lower: self._cased, exp.Upper: self._cased, exp.Trim: self._trimmed, exp.Substring: self._substring,
            exp.Replace: self._replaced, exp.Length: self._length, exp.DPipe: self._joined, exp.Concat: self._joined,
        }  # fmt: skip
        flat |= dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), self._comparison)
        flat |= dict.fromkeys((exp.Add, exp.Sub, exp.Mul), self._reckoned)
        flat |= dict.fromkeys((exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least), self._chosen)
        self._ways = flat

    def of(self, tree: exp.Expr) -> Typed:
        """A part of the condition, written out, and its sort."""
        way = self._ways.get(type(tree))
        if way is None or any(set_ is True and name not in _UNDERSTOOD for name, set_ in tree.args.items()):
            raise self._refused(tree, "says what not every engine understands", "write it with CASE, AND, OR or cast")
        return way(tree)

    def _refused(self, tree: exp.Expr, what: str, hint: str) -> NotPortable:
        return NotPortable(f"{self._words!r} {what} in {tree.sql(dialect='duckdb')!r}; {hint}")

    def _column(self, tree: exp.Column) -> Typed:
        return tree.copy(), _SORTS[self._kinds[tree.name]]

    def _literal(self, tree: exp.Literal) -> Typed:
        if tree.is_string:
            return tree.copy(), Sort.TEXT
        word = str(tree.this)
        if word.isdecimal() and int(word) <= _LONGEST_INTEGER:
            return tree.copy(), Sort.INTEGER
        whole, _, rest = word.partition(".")
        if (whole + rest).isdecimal() and len(whole + rest) <= _LONGEST_DECIMAL:
            return tree.copy(), Sort.DECIMAL
        raise self._refused(tree, "has too long a number", f"write at most {_LONGEST_DECIMAL} digits, and no exponent")

    def _as_flag(self, tree: exp.Expr) -> Typed:
        return tree.copy(), Sort.FLAG

    def _null(self, tree: exp.Expr) -> Typed:
        return tree.copy(), Sort.NOTHING

    def _paren(self, tree: exp.Paren) -> Typed:
        inner, sort = self.of(tree.this)
        return exp.paren(inner, copy=False), sort

    def _needing(self, tree: exp.Expr, sort: Sort, whole: exp.Expr) -> exp.Expr:
        found, of = self.of(tree)
        if of not in (sort, Sort.NOTHING):
            raise self._refused(whole, f"takes {of} for {sort}", _COMPARE)
        return found

    def _logic(self, tree: exp.Connector) -> Typed:
        left, right = (self._needing(side, Sort.FLAG, tree) for side in (tree.this, tree.expression))
        return type(tree)(this=left, expression=right), Sort.FLAG

    def _not(self, tree: exp.Not) -> Typed:
        return exp.not_(exp.paren(self._needing(tree.this, Sort.FLAG, tree), copy=False), copy=False), Sort.FLAG

    def _is(self, tree: exp.Is) -> Typed:
        if isinstance(tree.expression, exp.Null):
            return exp.Is(this=_bracketed(self.of(tree.this)[0]), expression=exp.null()), Sort.FLAG
        known = self._needing(tree.this, Sort.FLAG, tree)
        return exp.Is(this=_bracketed(known), expression=tree.expression.copy()), Sort.FLAG

    def _alike(self, trees: Iterable[exp.Expr], whole: exp.Expr) -> tuple[list[exp.Expr], Sort]:
        """Parts that are set beside each other, all of one sort; a text in quotes that writes a number out is one."""
        found = [self.of(tree) for tree in trees]
        sorts = {sort for _, sort in found} - {Sort.NOTHING}
        if len(sorts) > 1 and Sort.TEXT in sorts:
            others = sorts - {Sort.TEXT}
            found = [(_unquoted(tree, others) if sort is Sort.TEXT else (tree, sort)) for tree, sort in found]
            sorts = {sort for _, sort in found} - {Sort.NOTHING}
        if len(sorts) <= 1:
            return [tree for tree, _ in found], next(iter(sorts), Sort.NOTHING)
        if not sorts <= set(_NUMBERS):
            raise self._refused(whole, f"sets {' beside '.join(sorted(sorts))}", _COMPARE)
        if Sort.REAL in sorts:
            return [self._real(tree, sort, whole) for tree, sort in found], Sort.REAL
        return [tree for tree, _ in found], Sort.DECIMAL

    def _comparison(self, tree: exp.Binary) -> Typed:
        (left, right), _ = self._alike([tree.this, tree.expression], tree)
        return type(tree)(this=left, expression=right), Sort.FLAG

    def _in(self, tree: exp.In) -> Typed:
        (first, *others), _ = self._alike([tree.this, *tree.expressions], tree)
        return exp.In(this=first, expressions=others), Sort.FLAG

    def _between(self, tree: exp.Between) -> Typed:
        (this, low, high), _ = self._alike([tree.this, tree.args["low"], tree.args["high"]], tree)
        inside = exp.and_(exp.GTE(this=this, expression=low), exp.LTE(this=this.copy(), expression=high))
        return exp.paren(inside, copy=False), Sort.FLAG

    def _like(self, tree: exp.Like | exp.ILike) -> Typed:
        if not isinstance(tree.expression, exp.Literal) or not tree.expression.is_string:
            raise self._refused(tree, "has a pattern that is not written out", "write it in quotes: LIKE 'P%'")
        this, pattern = self._needing(tree.this, Sort.TEXT, tree), str(tree.expression.this)
        if isinstance(tree, exp.ILike):
            this, pattern = texts.lowered(this), texts.plainly_lowered(pattern)
        found = texts.like(this, pattern)
        return exp.not_(exp.paren(found, copy=False), copy=False) if tree.args.get("negate") else found, Sort.FLAG

    def _reckoned(self, tree: exp.Binary) -> Typed:
        (left, right), sort = self._alike([tree.this, tree.expression], tree)
        if sort not in (*_NUMBERS, Sort.NOTHING):
            raise self._refused(tree, f"reckons with {sort}", _COMPARE)
        if sort is Sort.DECIMAL and any(_has_long_literal(part) for part in (left, right)):
            raise self._refused(tree, "reckons with more than four places", "columns have four; write no more")
        products = isinstance(tree, exp.Mul) and any(part.find(exp.Mul) for part in (left, right))
        if sort is Sort.DECIMAL and products:
            raise self._refused(tree, "multiplies decimals twice", "one product of decimals is kept exactly, no more")
        if sort is Sort.DECIMAL and not any(part.find(exp.Mul) for part in (left, right)):
            # Engines differ in how many digits a sum or a product may grow to, unless one side is wide already.
            left = exp.cast(left, "DECIMAL(19,4)" if isinstance(tree, exp.Mul) else "DECIMAL(28,4)")
        return type(tree)(this=left, expression=right), sort

    def _quotient(self, tree: exp.Div) -> Typed:
        """A division in double precision; by zero it gives nothing, as a share of nothing is none."""
        parts = [self.of(side) for side in (tree.this, tree.expression)]
        if any(sort not in (*_NUMBERS, Sort.NOTHING) for _, sort in parts):
            raise self._refused(tree, "divides what is no number", _COMPARE)
        upper, lower = (self._real(part, sort, tree) for part, sort in parts)
        over = exp.Nullif(this=lower, expression=exp.Literal.number("0e0"))
        return exp.Div(this=_bracketed(upper), expression=over), Sort.REAL

    def _whole_division(self, tree: exp.Binary) -> Typed:
        upper, lower = (self._needing(side, Sort.INTEGER, tree) for side in (tree.this, tree.expression))
        over = exp.Nullif(this=lower, expression=number(0))
        return type(tree)(this=_bracketed(upper), expression=over), Sort.INTEGER

    def _real(self, tree: exp.Expr, sort: Sort, whole: exp.Expr) -> exp.Expr:
        if sort is Sort.DECIMAL and _has_more_places(tree):
            raise self._refused(whole, "divides a decimal of more than four places", "divide first, and multiply after")
        return _as_real(tree, sort)

    def _signed(self, tree: exp.Neg | exp.Abs) -> Typed:
        inner, sort = self.of(tree.this)
        if sort not in (*_NUMBERS, Sort.NOTHING):
            raise self._refused(tree, f"reckons with {sort}", _COMPARE)
        return type(tree)(this=_bracketed(inner)), sort

    def _chosen(self, tree: exp.Func) -> Typed:
        others = [tree.expression] if isinstance(tree, exp.Nullif) else list(tree.expressions)
        (first, *rest), sort = self._alike([tree.this, *others], tree)
        if isinstance(tree, exp.Nullif):
            return exp.Nullif(this=first, expression=rest[0]), sort
        # Nulls are passed over by all of them; sqlglot must be told so for the last two.
        passing = {"ignore_nulls": True} if isinstance(tree, exp.Greatest | exp.Least) else {}
        return type(tree)(this=first, expressions=rest, **passing), sort

    def _case(self, tree: exp.Case) -> Typed:
        branches = tree.args["ifs"]
        otherwise = tree.args.get("default") or exp.null()
        results, sort = self._alike([*(branch.args["true"] for branch in branches), otherwise], tree)
        if tree.this is None:
            tests = [self._needing(branch.this, Sort.FLAG, tree) for branch in branches]
        else:
            (subject, *values), _ = self._alike([tree.this, *(branch.this for branch in branches)], tree)
            tests = [exp.EQ(this=_bracketed(subject.copy()), expression=_bracketed(value)) for value in values]
        found = exp.Case()
        for test, result in zip(tests, results, strict=False):
            found = found.when(test, result, copy=False)
        return found.else_(results[-1], copy=False), sort

    def _cased(self, tree: exp.Lower | exp.Upper) -> Typed:
        inner = self._needing(tree.this, Sort.TEXT, tree)
        return (texts.lowered if isinstance(tree, exp.Lower) else texts.uppered)(inner), Sort.TEXT

    def _trimmed(self, tree: exp.Trim) -> Typed:
        if tree.expression or tree.args.get("position"):
            raise self._refused(tree, "trims other than blanks", "write trim(column)")
        return exp.Trim(this=self._needing(tree.this, Sort.TEXT, tree)), Sort.TEXT

    def _substring(self, tree: exp.Substring) -> Typed:
        start, length = tree.args.get("start"), tree.args.get("length")
        is_plain = all(isinstance(one, exp.Literal) and str(one.this).isdecimal() for one in (start, length) if one)
        if start is None or not is_plain or int(str(start.this)) < 1:
            raise self._refused(tree, "takes a part of a text", "count from 1, in digits: substring(site, 1, 3)")
        parts = {"start": start.copy(), "length": None if length is None else length.copy()}
        return exp.Substring(this=self._needing(tree.this, Sort.TEXT, tree), **parts), Sort.TEXT

    def _replaced(self, tree: exp.Replace) -> Typed:
        parts = [
            self._needing(part, Sort.TEXT, tree) for part in (tree.this, tree.expression, tree.args["replacement"])
        ]
        return exp.Replace(this=parts[0], expression=parts[1], replacement=parts[2]), Sort.TEXT

    def _length(self, tree: exp.Length) -> Typed:
        return exp.cast(exp.Length(this=self._needing(tree.this, Sort.TEXT, tree)), "BIGINT"), Sort.INTEGER

    def _joined(self, tree: exp.DPipe | exp.Concat) -> Typed:
        is_concat = isinstance(tree, exp.Concat)
        parts = [self._written(part, tree) for part in (tree.expressions if is_concat else tree.flatten())]
        if is_concat:
            parts = [exp.Coalesce(this=part, expressions=[text("")]) for part in parts]
        found = parts[0]
        for part in parts[1:]:
            found = exp.DPipe(this=found, expression=part)
        return exp.paren(found, copy=False), Sort.TEXT

    def _written(self, tree: exp.Expr, whole: exp.Expr) -> exp.Expr:
        """A part as text: a whole number in its digits, true and false as such."""
        found, sort = self.of(tree)
        if sort in (Sort.TEXT, Sort.NOTHING):
            return exp.cast(found, "TEXT") if sort is Sort.NOTHING else found
        if sort in (Sort.INTEGER, Sort.FLAG) or (sort is Sort.DECIMAL and isinstance(found, exp.Column)):
            return exp.cast(found, "TEXT")
        raise self._refused(whole, f"makes {sort} a text", "engines write it in their own ways; compare it as a number")

    def _cast(self, tree: exp.Cast) -> Typed:
        to = tree.args["to"]
        kind = to.this.value
        if kind in ("VARCHAR", "TEXT"):
            return self._written(tree.this, tree), Sort.TEXT
        found, sort = self.of(tree.this)
        if kind == "BOOLEAN":
            return self._cast_to_flag(tree, found, sort)
        if sort is Sort.FLAG:
            found = exp.case().when(found, number(1)).when(exp.not_(found.copy()), number(0)).else_(exp.null())
        if kind in ("INT", "BIGINT"):
            return self._cast_to_integer(tree, found, sort), Sort.INTEGER
        if sort is Sort.TEXT:
            found = texts.read_as(found, texts.DECIMAL, "DECIMAL(38,4)")
            sort = Sort.DECIMAL
        if kind == "DOUBLE":
            return self._real(found, sort, tree), Sort.REAL
        if sort is Sort.REAL:
            raise self._refused(tree, "makes a quotient exact", "compare it as it is")
        return exp.Cast(this=found, to=to.copy()), Sort.DECIMAL

    def _cast_to_flag(self, tree: exp.Cast, found: exp.Expr, sort: Sort) -> Typed:
        if sort in (Sort.FLAG, Sort.NOTHING):
            return exp.cast(found, "BOOLEAN"), Sort.FLAG
        raise self._refused(tree, f"makes {sort} true or false", "compare it: column = 'yes', column > 0")

    def _cast_to_integer(self, tree: exp.Cast, found: exp.Expr, sort: Sort) -> exp.Expr:
        if sort is Sort.TEXT:
            return texts.read_as(found, texts.INTEGER, "BIGINT")
        if sort is Sort.REAL:
            raise self._refused(tree, "makes a quotient a whole number", "divide with //, or compare it as it is")
        if sort is Sort.DECIMAL:
            found = exp.Round(this=found, decimals=number(0))
        return exp.cast(found, "BIGINT")


def _bracketed(tree: exp.Expr) -> exp.Expr:
    is_leaf = isinstance(tree, exp.Column | exp.Literal | exp.Paren | exp.Func)
    return tree if is_leaf else exp.paren(tree, copy=False)


def _unquoted(tree: exp.Expr, others: set[Sort]) -> Typed:
    """A text in quotes read as what it stands beside: '2' beside numbers, 'true' beside flags; else it stays a text."""
    bare = tree.unnest()
    if not isinstance(bare, exp.Literal):
        return tree, Sort.TEXT
    word = str(bare.this)
    if others == {Sort.FLAG} and word.lower() in ("true", "false"):
        return exp.Boolean(this=word.lower() == "true"), Sort.FLAG
    if others <= set(_NUMBERS) and texts.is_plain_number(word):
        sort = Sort.DECIMAL if "." in word else Sort.INTEGER
        negative = word.startswith("-")
        digits = exp.Literal.number(word.lstrip("+-"))
        return (exp.paren(exp.Neg(this=digits)) if negative else digits), sort
    return tree, Sort.TEXT


def _as_real(tree: exp.Expr, sort: Sort) -> exp.Expr:
    """A number in double precision, by the same steps everywhere: a decimal is its ten-thousandths over 10,000."""
    if sort is Sort.REAL:
        return tree
    if sort is not Sort.DECIMAL:
        return exp.cast(tree, "DOUBLE")
    if isinstance(tree, exp.Literal):
        return exp.Literal.number(f"{float(str(tree.this))!r}e0")
    scaled = exp.cast(_bracketed(tree) * number(10_000), "BIGINT")
    return exp.paren(exp.Div(this=exp.cast(scaled, "DOUBLE"), expression=exp.Literal.number("1e4")), copy=False)


def _has_more_places(tree: exp.Expr) -> bool:
    """Whether a decimal may have more than the four places that columns have; a literal's all count."""
    return not isinstance(tree, exp.Literal) and (_has_long_literal(tree) or tree.find(exp.Mul) is not None)


def _has_long_literal(tree: exp.Expr) -> bool:
    numbers = (one for one in tree.find_all(exp.Literal) if not one.is_string)
    return any(len(str(one.this).partition(".")[2]) > _PLACES for one in numbers)
