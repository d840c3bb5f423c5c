"""A bias as a signed number and as a small drawing beside it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

HALF, HEIGHT = 100, 16


@register.filter
def signed_number(value: float) -> str:
    """Return a number with its sign and two decimals: "+1.25", "−0.50", "0.00"."""
    text = f"{abs(value):.2f}"
    if text == "0.00":
        return text
    return f"{'+' if value > 0 else '−'}{text}"


@register.simple_tag
def bias_bar(value: float, largest: float) -> SafeString:
    """Return an SVG bar from the middle, to the right for who gives more; its title says the number."""
    width = round(HALF * min(1, abs(value) / largest), 1)
    left = HALF if value >= 0 else HALF - width
    return format_html(
        '<svg class="bias" viewBox="0 0 {} {}" role="img" aria-label="{}"><line class="bias__middle" x1="{}" y1="0" x2="{}" y2="{}"/>'
        '<rect class="bias__bar" x="{}" y="3" width="{}" height="10"/></svg>',
        2 * HALF,
        HEIGHT,
        _("%(points)s points") % {"points": signed_number(value)},
        HALF,
        HALF,
        HEIGHT,
        left,
        width,
    )
