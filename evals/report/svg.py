"""Small plots as inline SVG; colours and fonts are the page's style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

__all__ = ["Axis", "Point", "histogram", "interval_bar", "line_plot", "scatter"]

WIDTH, HEIGHT = 360, 230
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 12, 40


class Axis(NamedTuple):
    """What an axis shows, from where to where."""

    label: str
    low: float = 0.0
    high: float = 1.0
    ticks: int = 5

    def at(self, value: float) -> float:
        return (value - self.low) / ((self.high - self.low) or 1.0)


class Point(NamedTuple):
    """A point with what is told when it is pointed at; whiskers and size where given."""

    x: float
    y: float
    title: str = ""
    low: float | None = None
    high: float | None = None
    radius: float = 3.0


def line_plot(points: Sequence[Point], x: Axis, y: Axis) -> Markup:
    """Draw points joined by a line."""
    path = " ".join(f"{_x(x, p.x):.1f},{_y(y, p.y):.1f}" for p in points)
    line = Markup('<polyline class="line" points="{}"/>').format(path)
    return _plot(line + _marks(points, x, y), x, y)


def scatter(points: Sequence[Point], x: Axis, y: Axis) -> Markup:
    """Draw points against the diagonal on which both axes are equal."""
    ends = (_x(x, x.low), _y(y, y.low), _x(x, x.high), _y(y, y.high))
    diagonal = Markup('<line class="guide" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
    return _plot(diagonal.format(*ends) + _marks(points, x, y), x, y)


def histogram(values: Sequence[float], x: Axis, *, bins: int = 20) -> Markup:
    """Draw how many values lie where; the highest value counts to the last bin."""
    counts = [0] * bins
    for value in values:
        counts[max(0, min(bins - 1, int(x.at(value) * bins)))] += 1
    y = Axis("questions", 0.0, float(max(counts, default=1) or 1), 4)
    width = (WIDTH - LEFT - RIGHT) / bins
    step = (x.high - x.low) / bins
    bars = Markup("").join(
        Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">').format(
            LEFT + i * width + 0.5, _y(y, count), max(1.0, width - 1), _y(y, 0) - _y(y, count)
        )
        + Markup("<title>{} – {}: {}</title></rect>").format(
            _tick(x.low + i * step), _tick(x.low + (i + 1) * step), count
        )
        for i, count in enumerate(counts)
    )
    return _plot(bars, x, y)


def interval_bar(mean: float, low: float | None, high: float | None) -> Markup:
    """Draw a value between 0 and 1 as a bar with its interval."""
    bar = Markup('<svg class="measure" viewBox="0 0 100 10" preserveAspectRatio="none">')
    bar += Markup('<rect class="ground" width="100" height="10"/>')
    bar += Markup('<rect class="bar" width="{:.2f}" height="10"/>').format(100 * mean)
    if low is not None and high is not None:
        whisker = Markup('<rect class="whisker" x="{:.2f}" y="3.5" width="{:.2f}" height="3"/>')
        bar += whisker.format(100 * low, max(0.4, 100 * (high - low)))
    return bar + Markup("</svg>")


def _plot(content: Markup, x: Axis, y: Axis) -> Markup:
    head = Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        WIDTH, HEIGHT, f"{y.label} by {x.label}"
    )
    return head + _axes(x, y) + content + Markup("</svg>")


def _axes(x: Axis, y: Axis) -> Markup:
    parts: list[Markup] = []
    text = Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>')
    for i in range(x.ticks + 1):
        value = x.low + (x.high - x.low) * i / x.ticks
        parts.append(text.format(_x(x, value), HEIGHT - BOTTOM + 15, "tick middle", _tick(value)))
    for i in range(y.ticks + 1):
        value = y.low + (y.high - y.low) * i / y.ticks
        line = Markup('<line class="grid" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>')
        parts.append(line.format(LEFT, _y(y, value), WIDTH - RIGHT, _y(y, value)))
        parts.append(text.format(LEFT - 6, _y(y, value) + 3.5, "tick end", _tick(value)))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(text.format(middle, HEIGHT - 6, "label middle", x.label))
    turned = Markup('<text transform="translate(11 {}) rotate(-90)" class="label middle">{}</text>')
    parts.append(turned.format((TOP + HEIGHT - BOTTOM) / 2, y.label))
    return Markup("").join(parts)


def _marks(points: Sequence[Point], x: Axis, y: Axis) -> Markup:
    parts: list[Markup] = []
    for point in points:
        if point.low is not None and point.high is not None:
            line = Markup('<line class="error" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
            at = _x(x, point.x)
            parts.append(line.format(at, _y(y, point.low), at, _y(y, point.high)))
        dot = Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="{:.1f}">')
        parts.append(dot.format(_x(x, point.x), _y(y, point.y), point.radius))
        parts.append(Markup("<title>{}</title></circle>").format(point.title))
    return Markup("").join(parts)


def _x(axis: Axis, value: float) -> float:
    return LEFT + axis.at(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.at(value) * (HEIGHT - TOP - BOTTOM)


def _tick(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2g}"
