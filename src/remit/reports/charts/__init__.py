"""Charts: each defined once as data, drawn for a page that stands alone or rendered for page, print and slide."""

from remit.reports.charts.bar_chart import Bar, BarChart, bar_chart
from remit.reports.charts.comparison_chart import Compared, ComparisonChart, comparison_chart
from remit.reports.charts.distribution_chart import Bin, DistributionChart, binned, binned_counts, distribution_chart
from remit.reports.charts.drawn import trend_svg
from remit.reports.charts.forecast_band import ForecastBand, forecast_band_svg
from remit.reports.charts.looks import Words
from remit.reports.charts.pictures import Chart, as_pdf, as_png, as_svg
from remit.reports.charts.trend_chart import trend_chart
from remit.reports.charts.trends import TrendChart, TrendPoint, trend_of
from remit.reports.charts.waterfalls import Waterfall, waterfall_chart

__all__ = [
    "Bar",
    "BarChart",
    "Bin",
    "Chart",
    "Compared",
    "ComparisonChart",
    "DistributionChart",
    "ForecastBand",
    "TrendChart",
    "TrendPoint",
    "Waterfall",
    "Words",
    "as_pdf",
    "as_png",
    "as_svg",
    "bar_chart",
    "binned",
    "binned_counts",
    "comparison_chart",
    "distribution_chart",
    "forecast_band_svg",
    "trend_chart",
    "trend_of",
    "trend_svg",
    "waterfall_chart",
]
