"""Working time as eight helpdesk systems' own test suites expect it: their cases, by our calendars.

Facts only, taken from the files named in SOURCES. A case keeps the number it has in the collection.
"""

from datetime import datetime

import pytest

from remit.performance.clocks import ClockCurve, draw_curve, due_with_pauses, working_seconds_between
from remit.terms.calendars import Calendar
from remit.terms.durations import ClockUnit

SOURCES = {
    "S01": "znuny/Znuny scripts/test/Time/WorkingTime.t",
    "S02": "znuny/Znuny scripts/test/Time/DestinationTime.t",
    "S03": "zendesk/biz spec/calculation/duration_within_spec.rb",
    "S04": "zendesk/biz spec/schedule_spec.rb",
    "S05": "zendesk/biz spec/calculation/for_duration_spec.rb",
    "S06": "bokmann/business_time test/test_business_hours.rb",
    "S07": "bokmann/business_time test/test_business_hours_eastern.rb",
    "S08": "bokmann/business_time test/test_time_extensions.rb",
    "S09": "bokmann/business_time test/test_calculating_business_duration.rb",
    "S10": "bokmann/business_time test/test_business_time_until_eastern.rb",
    "S11": "glpi-project/glpi tests/functional/CalendarTest.php",
    "S12": "glpi-project/glpi https://github.com/glpi-project/glpi/pull/22678",
    "S13": "frappe/erpnext erpnext/support/doctype/issue/test_issue.py",
    "S14": "chatwoot/chatwoot spec/enterprise/services/sla/business_hours_service_spec.rb",
    "S15": "zammad/zammad spec/models/ticket/escalation_examples.rb",
    "S16": "atlassian docs https://confluence.atlassian.com/servicemanagementserver0417/how-teams-see-slas-1072468255.html",
}

# name | zone | hours of the week | days closed (month and day: each year) | special days
CALENDARS = """
C01 | Europe/Berlin | mon-sun 00:00-24:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C02 | Europe/Berlin | mon-fri 08:00-13:00, 14:00-18:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C03 | UTC | mon-sun 00:00-24:00 | - | -
C04 | America/Sao_Paulo | mon-sun 00:00-24:00 | - | -
C05 | Asia/Tehran | mon-sun 00:00-24:00 | - | -
C06 | Australia/Sydney | mon-sun 00:00-24:00 | - | -
C07 | UTC | mon-sun 00:00-24:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C08 | America/Sao_Paulo | mon-sun 00:00-24:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C09 | Asia/Tehran | mon-sun 00:00-24:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C10 | Australia/Sydney | mon-sun 00:00-24:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C11 | Europe/Berlin | mon-fri 08:00-18:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C12 | Asia/Tehran | mon-fri 08:00-18:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C13 | Asia/Tehran | mon-fri 00:00-24:00 | 01-01 05-01 12-24 12-25 12-26 12-31 | -
C14 | Etc/UTC | mon,wed,fri 09:00-17:00; tue,thu 10:00-16:00; sat 11:00-14:30 | - | -
C15 | Etc/UTC | mon,wed,fri 09:00-17:00; tue,thu 10:00-16:00; sat 11:00-14:30 | 2006-01-01 2006-12-25 | 2006-01-02 09:00-10:00, 11:30-17:00; 2006-01-03 10:00-14:15, 14:30-15:40, 15:50-16:00
C16 | UTC | mon-fri 09:00-17:00 | - | -
C17 | America/New_York | mon-fri 09:00-17:00 | - | -
C18 | America/New_York | mon-fri 09:00-17:00 | 2010-07-05 | -
C19 | UTC | mon,fri 09:00-17:00; sat 10:00-15:00 | - | -
C20 | UTC | mon,fri 00:00-24:00; sat 11:00-15:00 | - | -
C21 | UTC | mon-wed 09:00-18:00 | - | -
C22 | UTC | mon,fri-sun 00:00-24:00 | - | -
C23 | UTC | mon-fri 08:00-20:00 | - | -
C24 | UTC | mon-fri 00:00-24:00 | - | -
C25 | UTC | mon-fri 08:00-18:00 | - | -
C26 | UTC | mon-sun 10:00-18:00 | 2019-03-05 2019-03-07 2019-02-11 | -
C27 | UTC | mon-fri 10:00-18:00 | - | -
C28 | UTC | mon-fri 09:00-17:00; sat 00:00-24:00 | - | -
C29 | UTC | mon,wed-fri 09:00-17:00; tue 09:00-20:00 | - | -
C30 | Europe/Berlin | mon-fri 08:00-18:00 | - | -
C31 | Europe/Berlin | mon-sun 09:00-18:00 | - | -
C32 | Europe/Berlin | mon-fri 08:00-20:00 | 2016-11-01 | -
C33 | UTC | mon 09:00-17:00; tue 09:00-16:00; thu 08:00-17:00 | - | -
"""  # noqa: E501 - a row a line

# id | source | calendar | start | stop, or what to add | expected seconds, or due | pauses | note
CASES = """
1 | S01 | C01 | 2015-12-23T08:10:15+01:00 | 2015-12-28T17:10:14+01:00 | 205199 | - | 24x7 minus Christmas vacation days
3 | S01 | C01 | 2015-02-17T22:35:49+01:00 | 2015-02-19T23:05:49+01:00 | 174600
5 | S01 | C01 | 2016-02-01T12:15:41+01:00 | 2016-02-06T10:15:41+01:00 | 424800
7 | S01 | C02 | 2016-03-25T12:15:41+01:00 | 2016-03-29T10:15:41+02:00 | 57600 | - | DST start + split day
9 | S01 | C02 | 2016-03-25T08:15:41+01:00 | 2016-03-25T14:15:41+01:00 | 18000 | - | lunch gap
11 | S01 | C03 | 2015-02-17T12:00:00+00:00 | 2015-05-18T12:00:00+00:00 | 7776000
13 | S01 | C04 | 2015-02-21T22:00:00-02:00 | 2015-02-22T02:00:00-03:00 | 18000 | - | DST ends at midnight (23:00 repeats)
15 | S01 | C04 | 2015-02-20T22:10:05-02:00 | 2015-02-25T04:30:20-03:00 | 372015 | - | DST end at midnight
17 | S01 | C05 | 2015-09-21T12:00:00+04:30 | 2015-09-22T04:00:00+03:30 | 61200 | - | DST end at midnight, +3:30
19 | S01 | C06 | 2015-01-21T12:00:00+11:00 | 2015-04-22T04:00:00+10:00 | 7837200 | - | southern-hemisphere DST end
21 | S02 | C07 | 2015-02-17T12:00:00+00:00 | 7776000 s | 2015-05-19T12:00:00+00:00 | - | 1 May holiday
23 | S02 | C08 | 2015-02-21T22:00:00-02:00 | 18000 s | 2015-02-22T02:00:00-03:00 | - | DST end at midnight
25 | S02 | C08 | 2015-10-17T22:00:00-03:00 | 25200 s | 2015-10-18T06:00:00-02:00 | - | DST start at midnight
27 | S02 | C09 | 2015-03-21T12:00:00+03:30 | 61200 s | 2015-03-22T06:00:00+04:30 | - | DST start
29 | S02 | C10 | 2016-04-02T12:00:00+11:00 | 147600 s | 2016-04-04T04:00:00+10:00 | - | DST end
31 | S02 | C11 | 2016-02-01T16:59:30+01:00 | 12600 s | 2016-02-02T10:29:30+01:00 | - | overnight carry
33 | S02 | C02 | 2015-12-22T16:24:49+01:00 | 72000 s | 2015-12-29T08:24:49+01:00 | - | Christmas
35 | S02 | C12 | 2016-03-20T00:00:00+03:30 | 46800 s | 2016-03-22T11:00:00+04:30
37 | S02 | C13 | 2016-03-20T00:00:00+03:30 | 104400 s | 2016-03-22T06:00:00+04:30 | - | DST start at midnight, Mon-Fri 24h
39 | S02 | C13 | 2016-09-20T22:00:00+04:30 | 18000 s | 2016-09-21T02:00:00+03:30 | - | DST end at midnight
41 | S02 | C02 | 2015-03-27T11:00:00+00:00 | 54000 s | 2015-03-31T07:00:00+00:00 | - | system tz UTC, calendar tz Berlin, DST start between
43 | S03 | C14 | 2006-01-08T00:00:00+00:00 | 2006-01-01T00:00:00+00:00 | 0 | - | reversed interval -> 0
45 | S04 | C15 | 2006-01-05T12:00:00+00:00 | 2006-01-06T12:00:00+00:00 | 25200
47 | S05 | C14 | 2006-01-04T15:58:30+00:00 | 90 s | 2006-01-04T16:00:00+00:00
49 | S05 | C14 | 2006-01-04T14:30:00+00:00 | 5400 s | 2006-01-04T16:00:00+00:00
55 | S05 | C14 | 2006-01-06T12:00:00+00:00 | 2 d | 2006-01-09T12:00:00+00:00
57 | S05 | C14 | 2006-01-03T18:00:00+00:00 | 2 d | 2006-01-06T09:00:00+00:00
60 | S06 | C16 | 2010-08-04T09:35:00+00:00 | 28800 s | 2010-08-05T09:35:00+00:00
62 | S06 | C16 | 2010-04-12T09:50:00+00:00 | 10800 s | 2010-04-12T12:50:00+00:00
66 | S07 | C17 | 2010-04-09T16:50:00-04:00 | 3600 s | 2010-04-12T09:50:00-04:00 | - | weekend
70 | S07 | C18 | 2010-07-02T16:50:00-04:00 | 3600 s | 2010-07-06T09:50:00-04:00 | - | holiday
73 | S06 | C16 | 2010-04-26T04:30:00+00:00 | 0 s | 2010-04-26T09:00:00+00:00
75 | S06 | C19 | 2010-12-24T15:00:00+00:00 | 32400 s | 2010-12-27T11:00:00+00:00
79 | S06 | C20 | 2010-12-24T15:00:00+00:00 | 86400 s | 2010-12-27T11:00:00+00:00
81 | S06 | C20 | 2010-12-25T08:00:00+00:00 | 54000 s | 2010-12-27T11:00:00+00:00
84 | S08 | C16 | 2012-02-01T14:20:00+00:00 | 2012-02-01T10:00:00+00:00 | -15600 | - | signed
86 | S08 | C16 | 2012-02-01T10:00:00+00:00 | 2012-02-01T17:00:00+00:00 | 25200
88 | S08 | C16 | 2012-02-01T10:00:00+00:00 | 2012-02-02T10:00:00+00:00 | 28800
90 | S08 | C16 | 2012-02-03T10:40:00+00:00 | 2012-02-04T10:40:00+00:00 | 22800
92 | S09 | C21 | 2012-05-28T11:04:26+03:00 | 2012-05-29T17:56:45+03:00 | 53805 | - | inputs +03:00, calendar UTC
94 | S09 | C22 | 2010-12-24T15:00:00+00:00 | 2010-12-27T11:00:00+00:00 | 244800
96 | S10 | C17 | 2014-02-17T15:00:00-05:00 | 2014-02-17T16:00:00-05:00 | 3600
98 | S11 | C23 | 2019-01-01T06:00:00+00:00 | 2019-01-01T07:00:00+00:00 | 0
100 | S11 | C23 | 2019-01-08T00:00:00+00:00 | 2019-01-01T00:00:00+00:00 | 0
102 | S11 | C24 | 2018-11-19T10:00:00+00:00 | 7 d | 2018-11-28T10:00:00+00:00
104 | S11 | C24 | 2018-11-19T10:00:00+00:00 | -7 d | 2018-11-08T10:00:00+00:00
106 | S12 | C25 | 2026-01-12T17:00:00+00:00 | 14400 s | 2026-01-13T11:00:00+00:00 | - | PR text, Monday 17:00 + 4 h
108 | S13 | C26 | 2019-03-04T12:00:00+00:00 | 7200 s | 2019-03-04T14:00:00+00:00
110 | S13 | C26 | 2019-03-04T12:00:00+00:00 | 14400 s | 2019-03-04T16:00:00+00:00
112 | S13 | C26 | 2019-03-04T07:00:00+00:00 | 14400 s | 2019-03-04T14:00:00+00:00 | - | before hours
114 | S13 | C26 | 2019-03-04T20:00:00+00:00 | 14400 s | 2019-03-06T14:00:00+00:00 | - | after hours, next day holiday
116 | S13 | C26 | 2019-03-04T14:00:00+00:00 | 14400 s | 2019-03-04T18:00:00+00:00
119 | S13 | C27 | 2021-06-28T11:00:00+00:00 | 2021-06-28T12:00:00+00:00 | 3600 | - | first-response matrix
121 | S13 | C27 | 2021-06-28T06:00:00+00:00 | 2021-06-28T12:00:00+00:00 | 7200 | - | first-response matrix
123 | S13 | C27 | 2021-06-28T06:00:00+00:00 | 2021-06-29T11:00:00+00:00 | 32400 | - | first-response matrix
125 | S13 | C27 | 2021-06-25T06:00:00+00:00 | 2021-06-26T11:00:00+00:00 | 28800 | - | first-response matrix
127 | S13 | C27 | 2021-06-28T12:00:00+00:00 | 2021-06-29T11:00:00+00:00 | 25200 | - | first-response matrix
129 | S13 | C27 | 2021-06-25T12:00:00+00:00 | 2021-06-26T11:00:00+00:00 | 21600 | - | first-response matrix
131 | S13 | C27 | 2021-06-28T20:00:00+00:00 | 2021-06-29T20:00:00+00:00 | 28800 | - | first-response matrix
133 | S13 | C27 | 2021-06-28T06:00:00+00:00 | 2021-07-01T11:00:00+00:00 | 90000 | - | first-response matrix
135 | S13 | C27 | 2021-06-25T06:00:00+00:00 | 2021-06-27T11:00:00+00:00 | 28800 | - | first-response matrix
137 | S13 | C27 | 2021-06-28T12:00:00+00:00 | 2021-07-01T11:00:00+00:00 | 82800 | - | first-response matrix
139 | S13 | C27 | 2021-06-25T12:00:00+00:00 | 2021-06-27T11:00:00+00:00 | 21600 | - | first-response matrix
141 | S13 | C27 | 2021-06-28T20:00:00+00:00 | 2021-07-01T11:00:00+00:00 | 61200 | - | first-response matrix
148 | S14 | C16 | 2024-01-17T10:00:00+00:00 | 7200 s | 2024-01-17T12:00:00+00:00
150 | S14 | C16 | 2024-01-17T07:00:00+00:00 | 7200 s | 2024-01-17T11:00:00+00:00 | - | before hours
152 | S14 | C16 | 2024-01-20T10:00:00+00:00 | 7200 s | 2024-01-22T11:00:00+00:00 | - | Saturday
154 | S14 | C17 | 2024-01-19T16:00:00-05:00 | 7200 s | 2024-01-22T10:00:00-05:00 | - | inbox tz
156 | S14 | C28 | 2024-01-20T00:00:00+00:00 | 86400 s | 2024-01-21T00:00:00+00:00 | - | 24 h window incl. final minute
158 | S14 | C29 | 2024-01-15T16:00:00+00:00 | 43200 s | 2024-01-16T20:00:00+00:00 | - | ends exactly at closing time
160 | S15 | C30 | 2013-03-21T09:30:00+00:00 | 3600 s | 2013-03-21T10:30:00+00:00 | - | inputs UTC, calendar Berlin (factory default)
162 | S15 | C30 | 2013-03-21T09:30:00+00:00 | 10800 s | 2013-03-21T12:30:00+00:00 | - | inputs UTC, calendar Berlin (factory default)
164 | S15 | C30 | 2013-03-21T09:30:00+00:00 | 2013-03-21T14:00:00+00:00 | 16200
166 | S15 | C30 | 2013-03-21T09:30:00+00:00 | 2013-03-21T12:00:00+00:00 | 9000
168 | S15 | C30 | 2013-03-21T09:30:00+00:00 | 2013-03-21T13:00:00+00:00 | 12600
171 | S15 | C31 | 2013-06-04T09:00:00+00:00 | 2013-06-04T10:45:00+00:00 | 4500 | 2013-06-04T10:00:00+00:00/2013-06-04T10:30:00+00:00
173 | S15 | C31 | 2013-06-04T09:00:00+00:00 | 2013-06-04T12:00:00+00:00 | 0 | 2013-06-04T09:00:00+00:00/2013-06-04T12:00:00+00:00 | created pending
175 | S15 | C31 | 2013-06-04T09:00:00+00:00 | 2013-06-04T12:00:00+00:00 | 3600 | 2013-06-04T09:00:00+00:00/2013-06-04T10:30:00+00:00 2013-06-04T11:00:00+00:00/2013-06-04T11:30:00+00:00
177 | S15 | C32 | 2016-11-01T13:56:21+00:00 | 72000 s | 2016-11-03T15:00:00+00:00 | - | holiday arrival
180 | S16 | C33 | 2026-01-12T11:00:00+00:00 | 57600 s | 2026-01-15T11:00:00+00:00 | - | 16 h from Monday 11:00: 6 h Mon + 7 h Tue + 3 h Thu
"""  # noqa: E501 - a row a line

# Rule 3: a stop before its start is a fault of the record. Three suites give 0 or a negative time instead.
STOPS_BEFORE_START = {"43", "84", "100"}

Row = list[str]


def rows_of(table: str) -> list[Row]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    widest = max(len(row) for row in rows)
    return [row + [""] * (widest - len(row)) for row in rows]


def pairs_of(text: str) -> dict[str, str]:
    return {} if text == "-" else dict(part.strip().split(" ", 1) for part in text.split(";"))


def calendar_of(row: Row) -> Calendar:
    _, zone, week, closed, special = row
    days = [] if closed == "-" else closed.split()
    dates = [f"{year}-{day}" for day in days if len(day) == 5 for year in range(2014, 2018)]
    return Calendar.model_validate(
        {
            "time_zone": zone,
            "week": pairs_of(week),
            "closed": dates + [day for day in days if len(day) == 10],
            "special": pairs_of(special),
        }
    )


def seconds_at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


CALENDAR_BY_NAME = {row[0]: calendar_of(row) for row in rows_of(CALENDARS)}
ROWS = rows_of(CASES)
TURNED_ROUND = [row for row in ROWS if row[0] in STOPS_BEFORE_START]
ELAPSED = [row for row in ROWS if "T" in row[4] and row[0] not in STOPS_BEFORE_START]
DUE = [row for row in ROWS if "T" not in row[4]]


def named(row: Row) -> str:
    return f"{row[0]}-{SOURCES[row[1]].split('/')[0].split()[0]}"


def curve_of(row: Row, unit: ClockUnit) -> ClockCurve:
    start = seconds_at(row[3])
    calendar = CALENDAR_BY_NAME[row[2]]
    return draw_curve(row[2], calendar, unit=unit, from_at=start - 120 * 86_400, to_at=start + 200 * 86_400)


def pauses_of(row: Row) -> list[tuple[int, int]]:
    stretches = [] if row[6] in ("", "-") else row[6].split()
    return [(seconds_at(start), seconds_at(end)) for start, end in (text.split("/") for text in stretches)]


def test_every_case_of_the_collection_is_here() -> None:
    assert (len(ELAPSED), len(DUE), len(TURNED_ROUND)) == (36, 41, 3)
    assert {row[1] for row in ROWS} == set(SOURCES)


@pytest.mark.parametrize("row", ELAPSED, ids=named)
def test_elapsed_working_time_is_what_the_other_system_expects(row: Row) -> None:
    curve = curve_of(row, ClockUnit.OPEN_SECONDS)
    elapsed = working_seconds_between(curve, seconds_at(row[3]), seconds_at(row[4]), pauses=pauses_of(row))
    assert elapsed == int(row[5])


@pytest.mark.parametrize("row", DUE, ids=named)
def test_due_instant_is_what_the_other_system_expects(row: Row) -> None:
    count, kind = row[4].split()
    unit, length = (ClockUnit.OPEN_DAYS, 86_400) if kind == "d" else (ClockUnit.OPEN_SECONDS, 1)
    due_at = due_with_pauses(curve_of(row, unit), seconds_at(row[3]), target=int(count) * length)
    assert due_at == seconds_at(row[5])


@pytest.mark.parametrize("row", TURNED_ROUND, ids=named)
def test_a_stop_before_its_start_is_refused_where_other_systems_say_nothing(row: Row) -> None:
    with pytest.raises(ValueError, match="lies before the start"):
        working_seconds_between(curve_of(row, ClockUnit.OPEN_SECONDS), seconds_at(row[3]), seconds_at(row[4]))
