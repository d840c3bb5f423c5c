"""The five assessed levels. The numbers fall as skill rises: 5 is the first, 1 the highest."""

from enum import IntEnum


class Level(IntEnum):
    JUNIOR = 5
    INTERMEDIATE = 4
    SENIOR = 3
    TECHNICIAN = 2
    SENIOR_TECHNICIAN = 1

    @property
    def label(self) -> str:
        """The name as certificates print it, never a bare digit. Source: domain.md §2."""
        return _CHINESE[self.value]

    @property
    def label_en(self) -> str:
        return _ENGLISH[self.value]


_CHINESE = {5: "五级/初级工", 4: "四级/中级工", 3: "三级/高级工", 2: "二级/技师", 1: "一级/高级技师"}
_ENGLISH = {
    5: "Level 5 / Junior Skilled Worker",
    4: "Level 4 / Intermediate Skilled Worker",
    3: "Level 3 / Senior Skilled Worker",
    2: "Level 2 / Technician",
    1: "Level 1 / Senior Technician",
}


def required_parts(level: int) -> tuple[str, ...]:
    """Return the parts of the assessment that a level must have.

    Source: domain.md §2 and I4 (levels 2 and 1 add the comprehensive review 综合评审).
    """
    if level in (Level.TECHNICIAN, Level.SENIOR_TECHNICIAN):
        return ("theory", "skill", "review")
    return ("theory", "skill")
