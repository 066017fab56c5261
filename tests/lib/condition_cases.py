"""Conditions on one record and what they say of it: the same on every engine."""

from collections.abc import Mapping
from decimal import Decimal

KINDS: Mapping[str, str] = {
    "site": "text",
    "n": "integer",
    "m": "integer",
    "d": "decimal",
    "f": "flag",
    "at": "instant",
}

CASES: list[tuple[str, dict[str, object], bool | None]] = [
    ("n = '2'", {"n": 2}, True),
    ("d > '1.5'", {"d": Decimal("1.4")}, False),
    ("n > '-3'", {"n": -2}, True),
    ("f = 'TRUE'", {"f": True}, True),
    ("n / m > 0.1", {"n": 1, "m": 0}, None),
    ("n // m = 0 OR n % m = 0", {"n": 1, "m": 0}, None),
    ("-n // 2 = -3 AND -n % 2 = -1", {"n": 7}, True),
    ("d / n > 0.33333 AND d / n < 0.33334", {"d": Decimal(1), "n": 3}, True),
    ("d / 0.1 = 3", {"d": Decimal("0.3")}, False),  # in double precision, as everywhere
    ("d * 3 = 0.3", {"d": Decimal("0.1")}, True),
    ("d + d > 99999999999999.9999", {"d": Decimal("99999999999999.9999")}, True),
    ("cast(d AS integer) = 3", {"d": Decimal("2.5")}, True),
    ("cast(d AS integer) = -3", {"d": Decimal("-2.5")}, True),
    ("cast(d AS decimal(10, 1)) = 0.3", {"d": Decimal("0.25")}, True),
    ("cast(site AS integer) = 7", {"site": "07"}, True),
    ("cast(site AS decimal(10, 2)) = 7.5", {"site": "+7.5"}, True),
    ("cast(site AS double) / 2 = 3.75", {"site": "7.5"}, True),
    ("cast(f AS integer) + 1 = 2", {"f": True}, True),
    ("cast(f AS boolean) = false", {"f": False}, True),
    ("site ILIKE '%ΑΣ'", {"site": "ας ΑΣ"}, True),
    ("lower(site) = 'istanbul'", {"site": "İSTANBUL"}, True),
    ("upper(site) = 'FUẞ'", {"site": "fuß"}, True),
    (r"site LIKE 'a\\_b'", {"site": r"a\\xb"}, True),
    (r"site LIKE 'a\\_b'", {"site": "a_b"}, False),
    ("site NOT LIKE 'P%'", {"site": "p1"}, True),
    ("site NOT ILIKE 'P%' OR n NOT IN (1) OR n NOT BETWEEN 1 AND 2 OR f IS NOT NULL", {"site": "p", "n": 1}, False),
    ("site = 'a'", {"site": "a "}, False),
    ("site < 'b'", {"site": "Z"}, True),
    ("site < 'z'", {"site": "é"}, False),
    ("length(trim(site)) = 1 AND substring(site, 2, 1) = 'é'", {"site": " é "}, True),
    ("concat(site, '-', n) = '-2'", {"n": 2}, True),
    ("site || n = 'a2'", {"site": "a"}, None),
    ("replace(site, 'a', NULL) IS NULL", {"site": "a"}, True),
    ("cast(NULL AS varchar) IS NULL", {}, True),
    ("greatest(n, m) = 3 AND least(n, m) = 3", {"n": 3}, True),
    ("coalesce(d, n) = 3 AND nullif(n, 3) IS NULL", {"n": 3}, True),
    ("CASE site WHEN 'a' THEN n ELSE d END = 2", {"site": "a", "n": 2}, True),
    ("CASE WHEN f THEN 1 END IS NULL", {"f": False}, True),
    ("(n > 1) IS TRUE AND NOT (n IS NULL)", {"n": 2}, True),
    ("n BETWEEN 1 AND '3' AND n IN (1, 2, NULL)", {"n": 2}, True),
    ("abs(-n) = 2 AND -d < 0", {"n": 2, "d": Decimal(1)}, True),
]
