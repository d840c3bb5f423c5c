"""档案: the five volumes of a finished plan, sealed for good, opened by two people, kept for as long as they must be."""
