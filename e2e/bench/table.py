"""How measurements are shown: medians, ratios round by round, and how far the rounds were apart."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Series:
    """The same measurement in each round. Ratios are made within a round, so that what slows the machine slows both."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def ratio(self, other: "Series") -> "Series":
        return Series(tuple(mine / theirs for mine, theirs in zip(self.values, other.values, strict=True)))

    def less(self, other: "Series") -> "Series":
        return Series(tuple(mine - theirs for mine, theirs in zip(self.values, other.values, strict=True)))

    def shown(self, form: str = "{:.2f}", scale: float = 1) -> str:
        low, high = min(self.values) * scale, max(self.values) * scale
        middle = form.format(self.median * scale)
        return middle if len(self.values) == 1 else f"{middle} ({form.format(low)}–{form.format(high)})"


@dataclasses.dataclass(frozen=True)
class Line:
    """One figure of the issue's table."""

    what: str
    measured: str
    reach: str
    reached: bool | None

    def cells(self):
        verdict = {True: "yes", False: "no", None: ""}[self.reached]
        return self.what, self.measured, self.reach, verdict


def markdown(heads, rows) -> str:
    widths = [max(len(str(row[column])) for row in [heads, *rows]) for column in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines)
