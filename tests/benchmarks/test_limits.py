"""That each figure is compared with its limit, and that the picture shows them all."""

from math import inf, nan
from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks import picture, plan, report
from tests.benchmarks.contenders import BASELINE, BY_HAND, FLOOR, OLD, OURS
from tests.benchmarks.counting import Counts
from tests.benchmarks.limits import RATIOS, Ratio, Verdict
from tests.benchmarks.picture import Panel
from tests.benchmarks.plan import Lane
from tests.benchmarks.workloads import Workload


@pytest.mark.parametrize("workload", plan.TABLE, ids=lambda workload: workload.name)
def test_each_case_of_the_table_has_a_limit_to_the_old_and_one_to_the_cheapest(
    workload: Workload,
) -> None:
    peers = {row.peer for row in RATIOS if row.workload is workload}
    cheapest = BY_HAND if workload.preflight else FLOOR
    assert peers == {each for each in (cheapest, OLD) if can(each, workload)}


def can(contender: object, workload: Workload) -> bool:
    return contender is not FLOOR or FLOOR.can(workload.shape, workload.preflight)


def test_no_case_has_two_limits_to_one_peer() -> None:
    rows = [(row.workload, row.peer) for row in RATIOS]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("row", RATIOS, ids=lambda row: f"{row.workload.name}-{row.peer.name}")
def test_what_ci_holds_a_row_to_is_no_lower_than_its_limit(row: Ratio) -> None:
    assert row.today is None or row.today > row.limit


def verdict(figure: float, limit: float, today: float | None = None) -> Verdict:
    return Verdict(
        target="any", what="a request", who="ours", figure=figure, limit=limit, today=today
    )


def test_a_figure_at_its_limit_holds() -> None:
    assert str(verdict(1.5, 1.5)) == "ours: a request: 1.50 ×, at most 1.50 ×: holds"


def test_a_figure_above_its_limit_is_missed_by_the_difference() -> None:
    assert str(verdict(2.0, 1.5)).endswith("at most 1.50 ×: MISSED by 0.50 ×")


def test_a_known_miss_says_what_ci_holds_it_to() -> None:
    assert str(verdict(2.0, 1.5, 2.1)).endswith("MISSED by 0.50 × (CI holds it to 2.10)")


def test_a_known_miss_that_is_none_any_more_says_so() -> None:
    assert str(verdict(1.4, 1.5, 2.1)).endswith("holds, and its `today` is to be taken out")


@pytest.mark.parametrize(
    "figure, limit, today, tolerated",
    [
        (1.04, 1.0, None, True),
        (1.06, 1.0, None, False),
        (2.05, 1.0, 2.0, True),
        (2.15, 1.0, 2.0, False),
        (nan, 1.0, None, False),
        (inf, 1.0, 2.0, False),
    ],
)
def test_ci_lets_five_percent_pass(
    figure: float, limit: float, today: float | None, tolerated: bool
) -> None:
    assert verdict(figure, limit, today).is_tolerated is tolerated


def test_what_was_not_counted_is_no_success() -> None:
    verdicts = list(report.ratios(Counts({}, {}, {})))
    assert len(verdicts) == len(RATIOS) * len(OURS)
    assert not any(each.is_met or each.is_tolerated for each in verdicts)
    assert all(str(each).endswith("NOT COUNTED") for each in verdicts)


def test_gets_are_compared_by_what_is_added_and_preflights_by_the_whole() -> None:
    lanes = [Lane(who, row.workload) for row in RATIOS for who in (*OURS, row.peer)]
    mine = [lane for lane in lanes if lane.contender in OURS]
    wholes = dict.fromkeys(lanes, 300.0) | dict.fromkeys(mine, 450.0)
    additions = dict.fromkeys(lanes, 100.0) | dict.fromkeys(mine, 250.0)
    rows = [row for row in RATIOS for _ in OURS]
    for row, found in zip(rows, report.ratios(Counts(wholes, additions, {})), strict=True):
        assert found.figure == (1.5 if row.workload.preflight else 2.5)


def test_every_lane_of_the_other_targets_is_counted() -> None:
    """With something for each lane, there is a figure for each verdict."""
    lanes = [*plan.table(plan.COUNTED), *plan.growth()]
    counts = Counts(
        {lane: 2.0 if lane.contender is BASELINE else 3.0 for lane in lanes},
        dict.fromkeys(lanes, 1.0),
        {},
    )
    assert [each for each in report.growth(counts) if each.figure != each.figure] == []


PANELS = (
    Panel(
        "Gets", {"one & two": {"by hand": 100.0, "floor": 200.0}, "three": {"this library": 1.0}}
    ),
    Panel("Preflights", {"four": {"aiohttp-cors 0.8.1": 3e5, "by hand": 0.0}}),
)


def test_the_picture_is_well_formed_and_has_a_bar_for_each_figure() -> None:
    drawn = ET.fromstring(picture.draw(PANELS, "versions <1>"))
    space = "{http://www.w3.org/2000/svg}"
    words = [each.text for each in drawn.iter(f"{space}text")]
    assert {"one & two", "three", "four", "Gets", "Preflights", "versions <1>"} <= set(words)
    legend = len(picture.SERIES)
    bars = list(drawn.iter(f"{space}rect"))[legend:]
    assert [each.get("class") for each in bars] == ["s0", "s1", "s2", "s3", "s0"]
    widths = [float(each.get("width", "0")) for each in bars]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.1)
    assert min(widths) >= 1


def test_the_picture_is_the_same_for_the_same_figures() -> None:
    assert picture.draw(PANELS, "versions") == picture.draw(PANELS, "versions")


def test_the_picture_has_colours_for_a_dark_page() -> None:
    assert "prefers-color-scheme: dark" in picture.draw(PANELS, "versions")
