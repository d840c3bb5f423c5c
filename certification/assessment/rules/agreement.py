"""How far the assessors of a team agree. Pure numbers, no table of critical values.

Source: P. E. Shrout and J. L. Fleiss, "Intraclass correlations: uses in assessing rater reliability", Psychological
Bulletin 86 (1979) 420–428; the tests repeat their example (six targets, four judges).
"""

from collections.abc import Sequence
from fractions import Fraction

Matrix = Sequence[Sequence[Fraction]]
"""One row for each candidate, one column for each assessor, no hole."""


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def mean_spread(rows: Matrix) -> Fraction:
    """Return by how much the highest total lies above the lowest, on average over the candidates."""
    return mean([max(row) - min(row) for row in rows])


def biases(rows: Matrix) -> list[Fraction]:
    """Return for each assessor by how much she gives more (or less, below 0) than the others do, on average."""
    team = len(rows[0])
    return [mean([row[place] - (sum(row, Fraction(0)) - row[place]) / (team - 1) for row in rows]) for place in range(team)]


def icc_2k(rows: Matrix) -> Fraction | None:
    """Return ICC(2,k), the reliability of the mean of this team: 1 is full agreement, around 0 none.

    Two-way random effects, absolute agreement, average of k assessors. None where it says nothing: fewer than two
    candidates or assessors, or candidates and assessors who do not differ at all. It may be below 0.
    """
    n, k = len(rows), len(rows[0]) if rows else 0
    if n < 2 or k < 2:
        return None
    grand = mean([value for row in rows for value in row])
    of_rows = [mean(row) for row in rows]
    of_columns = [mean([row[place] for row in rows]) for place in range(k)]
    between = k * sum(((m - grand) ** 2 for m in of_rows), Fraction(0)) / (n - 1)
    judges = n * sum(((m - grand) ** 2 for m in of_columns), Fraction(0)) / (k - 1)
    rest = sum(((rows[i][j] - of_rows[i] - of_columns[j] + grand) ** 2 for i in range(n) for j in range(k)), Fraction(0)) / (
        (n - 1) * (k - 1)
    )
    below = between + (judges - rest) / n
    return (between - rest) / below if below else None
