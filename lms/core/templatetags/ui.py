"""Template tags of the design system; docs/design-system.md shows each with its markup."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Form, widgets
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

register = template.Library()

SPRITE = "img/icons.svg"

CHIP_ICONS = {
    "good": "check",
    "warn": "warn",
    "bad": "cross",
    "wait": "clock",
    "neutral": "dot",
    "official": "seal",
}

# (key, short name, full name), lowest first: the order in which the ladder rises.
SKILL_LEVELS = [
    ("apprentice", pgettext_lazy("skill level", "Apprentice"), pgettext_lazy("skill level", "Apprentice")),
    ("5", gettext_lazy("Level 5"), gettext_lazy("Level 5, junior worker")),
    ("4", gettext_lazy("Level 4"), gettext_lazy("Level 4, intermediate worker")),
    ("3", gettext_lazy("Level 3"), gettext_lazy("Level 3, senior worker")),
    ("2", gettext_lazy("Level 2"), gettext_lazy("Level 2, technician")),
    ("1", gettext_lazy("Level 1"), gettext_lazy("Level 1, senior technician")),
    ("special", gettext_lazy("Special-grade technician"), gettext_lazy("Special-grade technician")),
    ("chief", gettext_lazy("Chief technician"), gettext_lazy("Chief technician")),
]
LEVEL_ALIASES = {"0": "apprentice", "t": "special", "s": "chief"}


@cache
def _use(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', css, static(SPRITE), name
    )


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    css = f"icon icon--{size}" if size else "icon"
    if not label:
        return _use(name, css)
    return format_html(
        '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}#{}"/></svg>', css, label, static(SPRITE), name
    )


@register.simple_tag
def at_icon(code: str | int, size: str = "") -> SafeString:
    """The drawing of one main class of ISO 9999 / GB/T 16432."""
    css = f"at-icon at-icon--{size}" if size else "at-icon"
    return _use(f"at-{str(code).zfill(2)[:2]}", css)


@register.simple_tag
def drawing(name: str) -> SafeString:
    return _use(name, "drawing")


@register.simple_tag
def status_chip(kind: str, label: str, icon: str = "") -> SafeString:
    kind = kind if kind in CHIP_ICONS else "neutral"
    return format_html(
        '<span class="chip chip--{}">{}<span class="chip__label">{}</span></span>',
        kind,
        _use(icon or CHIP_ICONS[kind], "icon chip__icon"),
        label,
    )


def _level_index(level: str | int) -> int:
    key = str(level).lower()
    key = LEVEL_ALIASES.get(key, key)
    return next((i for i, (name, *_rest) in enumerate(SKILL_LEVELS) if name == key), -1)


@register.simple_tag
def level_name(level: str | int, short: bool = False) -> str:
    index = _level_index(level)
    return str(SKILL_LEVELS[index][1 if short else 2]) if index >= 0 else str(level)


@register.simple_tag
def level_badge(level: str | int, short: bool = False) -> SafeString:
    index = _level_index(level)
    steps = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="3" height="{}" rx=".5"/>',
        (("is-on" if i <= index else "is-off", i * 4, 14 - 2 * i, 4 + 2 * i) for i in range(len(SKILL_LEVELS))),
    )
    return format_html(
        '<span class="level-badge"><svg class="level-badge__steps" viewBox="0 0 31 18" aria-hidden="true">{}</svg>'
        '<span class="level-badge__name">{}</span></span>',
        steps,
        level_name(level, short),
    )


@register.simple_tag
def ladder(done: int, total: int, label: str = "") -> SafeString:
    """Progress as rising steps. Above 24 steps the drawing shows twelfths; the text stays exact."""
    done, total = max(0, int(done or 0)), max(0, int(total or 0))
    return _ladder(min(done, total), total, str(label or _("Progress")))


@lru_cache(maxsize=2048)
def _ladder(done: int, total: int, label: str) -> SafeString:
    drawn = total if total <= 24 else 12
    filled = done if total <= 24 else done * drawn // total
    width, rise = 10, 18 / max(drawn - 1, 1)
    steps = [
        {"x": i * width, "y": round(18 - rise * i, 2), "h": round(4 + rise * i, 2), "on": i < filled, "next": i == filled}
        for i in range(drawn)
    ]
    context = {"done": done, "total": total, "label": label, "steps": steps, "view_width": max(drawn * width - 2, 1)}
    return render_to_string("components/ladder.html", context)


@register.inclusion_tag("components/progress.html")
def progress_bar(value: float, max: float, label: str = "", unit: str = "") -> dict[str, Any]:
    return {"value": value, "max": max, "label": label, "unit": unit}


@register.inclusion_tag("components/seal.html")
def seal(text: str, shape: str = "square", size: str = "", tone: str = "") -> dict[str, Any]:
    return {"text": text, "shape": shape, "size": size, "tone": tone}


@register.simple_tag(takes_context=True)
def url_with(context: template.Context, **changes: Any) -> str:
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else context["request"].path


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "tick"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, widgets.MultiWidget):
        return "group"
    return "input"


def _css_class(field: BoundField, width: str) -> str:
    widget = field.field.widget
    if isinstance(widget, widgets.Select):
        name = "select"
    elif isinstance(widget, widgets.Textarea):
        name = "textarea"
    elif isinstance(widget, widgets.FileInput):
        name = "file"
    elif isinstance(widget, widgets.CheckboxInput):
        name = "choice__input"
    else:
        name = "input"
    return f"{name} {name}--{width}" if width else name


@register.inclusion_tag("components/field.html")
def field(
    field: BoundField, label: str = "", hint: str = "", width: str = "", cards: bool = False, **attrs: Any
) -> dict[str, Any]:
    """One form field with everything linked. Further keywords become widget attributes (inputmode="tel")."""
    hint = hint or str(field.help_text)
    auto_id = field.auto_id or field.html_name
    described = [f"{auto_id}_hint"] if hint else []
    if field.errors:
        described.append(f"{auto_id}_error")
    given = field.field.widget.attrs.get("class", "")
    widget_attrs: dict[str, Any] = {"class": f"{_css_class(field, width)} {given}".strip()}
    widget_attrs |= {name.replace("_", "-"): value for name, value in attrs.items()}
    if described:
        widget_attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        widget_attrs["aria-invalid"] = "true"
    kind = _kind(field)
    return {
        "field": field,
        "kind": kind,
        "auto_id": auto_id,
        "label": label or field.label,
        "hint": hint,
        "cards": cards,
        "described_by": " ".join(described),
        # A field that is one way of several says so in its hint instead (`one_of_several` on the form field).
        "optional": not field.field.required and kind == "input" and not getattr(field.field, "one_of_several", False),
        "widget": "" if kind == "choices" else field.as_widget(attrs=widget_attrs),
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: Form) -> dict[str, Any]:
    return {"form": form}


@register.inclusion_tag("components/error_summary.html")
def form_errors(form: Form) -> dict[str, Any]:
    items = [
        {"target": bound.id_for_label or f"field-{bound.html_name}", "label": bound.label, "message": message}
        for bound in form.visible_fields()
        for message in bound.errors
    ]
    return {"form": form, "items": items}
