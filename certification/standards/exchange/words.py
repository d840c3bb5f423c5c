"""The Chinese words of a scheme's workbook. A cell may hold the word or the key that YAML uses."""

from collections.abc import Mapping

from certification.standards.rules.levels import Level

FACTS: Mapping[tuple[str, ...], str] = {
    ("key",): "方案代号",
    ("version",): "版本",
    ("kind",): "类别",
    ("owner",): "归属机构",
    ("title",): "名称",
    ("document_number",): "文号",
    ("edition_year",): "版次年份",
    ("effective_from",): "施行日期",
    ("source",): "来源",
    ("is_sample",): "示例",
    ("sample_note",): "示例说明",
    ("note",): "备注",
    ("occupation", "edition"): "职业分类大典版次",
    ("occupation", "code"): "职业编码",
    ("occupation", "name"): "职业名称",
    ("occupation", "name_en"): "职业英文名称",
    ("occupation", "definition"): "职业定义",
    ("occupation", "replaces", "edition"): "前版大典版次",
    ("occupation", "replaces", "code"): "前版职业编码",
}
FACT_SHEET, PART_SHEET, WEIGHT_SHEET = "方案", "考核科目", "权重"
CONDITION_SHEET, LINE_SHEET, PARAMETER_SHEET = "申报条件", "条件要素", "参数"
SHEETS: Mapping[str, Mapping[str, str]] = {
    FACT_SHEET: {"name": "项目", "value": "内容"},
    PART_SHEET: {"level": "等级", "kind": "科目", "pass_mark": "合格线", "minutes": "时长（分钟）"},
    WEIGHT_SHEET: {"level": "等级", "function": "职业功能", "theory": "理论权重", "skill": "技能权重"},
    CONDITION_SHEET: {"level": "等级", "code": "条件编号", "text": "条件", "text_en": "英文", "evidence": "证明材料"},
    LINE_SHEET: {
        "level": "等级",
        "code": "条件编号",
        "kind": "要素",
        "years": "年数",
        "since": "起算",
        "held": "证书等级",
        "rank": "职称",
        "min_years": "持证年数",
        "kinds": "学历",
        "final_year_ok": "应届可报",
        "evaluated": "经评估论证",
        "any_major": "专业不限",
    },
    PARAMETER_SHEET: {"name": "参数", "value": "值", "meaning": "含义"},
}
"""Sheet → column → heading. Columns may stand in any order."""

KINDS = {"national": "国家标准", "industry": "行业评价规范", "enterprise": "企业评价规范"}
PARTS = {"theory": "理论知识考试", "skill": "操作技能考核", "review": "综合评审"}
LINES = {
    "min_age": "年满",
    "employed": "现从事本职业或相关职业",
    "work_years": "累计工作",
    "holds_certificate": "持有证书",
    "holds_title": "持有职称",
    "diploma": "毕业证书",
    "apprenticeship_done": "学徒期满",
}
SINCE = {"total": "总计", "certificate": "取得证书后", "title": "取得职称后"}
RANKS = {"junior": "初级职称", "middle": "中级职称", "senior": "高级职称"}
DIPLOMAS = {
    "technical_school": "技工学校",
    "senior_technical_school": "高级技工学校",
    "technician_college": "技师学院",
    "secondary_vocational": "中等职业学校",
    "higher_vocational": "高等职业学校或大专",
    "bachelor": "本科及以上",
}
EVIDENCE = {
    "work_proof": "工作证明",
    "social_insurance": "社会保险记录",
    "certificate": "职业技能等级或职业资格证书",
    "diploma": "毕业证书",
    "chsi_report": "学信网验证报告",
    "enrolment_proof": "在读证明",
    "title_certificate": "职称证书",
    "apprenticeship_proof": "学徒期满证明",
    "other": "其他",
}
LEVELS = {str(level.value): level.label for level in Level}
PARAMETERS = {
    "plan_lead_days": "计划公布：考试前工作日",
    "reg_close_days": "报名截止：考试前工作日",
    "arrange_days": "考场编排：考试前工作日",
    "score_due": "成绩录入：考试后工作日",
    "publication_start_due": "开始公示：考试后工作日",
    "publication_days": "公示天数（工作日）",
    "archive_due": "归档：考试后工作日",
    "review_request_days": "申请成绩复核期限（工作日）",
    "review_decide_days": "答复成绩复核期限（工作日）",
    "part_validity_months": "单科合格成绩保留（月）",
    "max_resits": "最多补考次数",
    "rounding": "成绩取整（none 不取整，half_up 四舍五入）",
    "invigilator_ratio": "每名监考员最多考生数",
    "min_invigilators": "每考场最少监考员",
    "assessor_ratio": "每名考评员最多考生数",
    "min_assessors": "最少考评员",
    "assessors_odd": "考评员须为单数",
    "senior_assessor_levels": "须高级考评员的等级",
    "aggregation": "评分汇总（mean 平均，trimmed 五人以上去最高最低）",
    "divergence_points": "同一工位总分差超过几分须仲裁",
    "arbitration": "仲裁方式（additional 另请高级考评员，joint 组长共同复核）",
    "review_panel_min": "综合评审委员最少人数",
    "review_panel_odd": "综合评审委员须为单数",
    "recuse_trainers": "培训者回避",
    "recuse_same_unit": "同单位回避",
    "min_age": "最低年龄",
    "late_limit_minutes": "迟到不得入场（分钟）",
    "paper_retention_years": "纸质档案保存（年）",
    "electronic_retention_years": "电子档案保存（年）",
    "video_retention_years": "考试录像保存（年）",
    "assessor_card_years": "考评员证卡有效期（年）",
    "supervisor_card_years": "督导员证卡有效期（年）",
    "related_occupations": "相关职业",
    "majors": "本专业和相关专业",
}
EITHER = "/"
AND = "；"
COMMA = "、"
YES, NO = "是", "否"


def key_of(word: str, words: Mapping[str, str]) -> str:
    """Return the key that the word stands for; the word itself when it is one already, or nobody's."""
    return next((key for key, known in words.items() if known == word), word)
