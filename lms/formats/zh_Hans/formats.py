"""Chinese: 9月7日, as on a calendar; Django has 09月7日."""

MONTH_DAY_FORMAT = "n月j日"
