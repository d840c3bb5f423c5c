"""Names and numbers of people who do not exist."""

import datetime

from lms.demo.organisations import demo_id_number

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷龙陶贺顾毛郝龚邵万"
GIVEN = (
    "秀英", "建军", "雅琴", "志强", "美华", "晓东", "玉兰", "文博", "丽娟", "国平", "海燕", "俊杰", "春梅", "振华", "思远",
    "桂芳", "永福", "欣怡", "家豪", "素珍", "立新", "慧敏", "浩然",
)  # fmt: skip
STAFF_PHONE, CANDIDATE_PHONE = 19_100_000_000, 19_200_000_000


def name_of(n: int) -> str:
    """Return the n-th name; some 2,000 before one comes again."""
    return FAMILY[n % len(FAMILY)] + GIVEN[n % len(GIVEN)]


def phone_of(n: int, *, staff: bool = False) -> str:
    return f"+86{(STAFF_PHONE if staff else CANDIDATE_PHONE) + n}"


def id_of(n: int, *, sex: str) -> tuple[str, datetime.date]:
    """Return a number of nobody and the birthday in it; everybody is between 40 and 62."""
    born = datetime.date(1964, 1, 1) + datetime.timedelta(days=n % 7300)
    return demo_id_number(born, 100 + n // 7300, sex), born
