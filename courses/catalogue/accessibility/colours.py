"""Colours of drawings and how well one stands out from another (WCAG 2.2, contrast ratio). Knows no framework."""

from PIL import ImageColor

Colour = tuple[float, float, float]
"""Red, green, blue, each 0 to 255."""

PAPER: Colour = (251, 248, 242)
"""What lies behind a drawing on our pages: the light frame, in the dark scheme too."""
BLACK: Colour = (0, 0, 0)


def read_colour(words: str) -> Colour | None:
    """Return the colour that an SVG attribute names; None for "none", "transparent" and what is no colour."""
    words = words.strip().lower()
    if words in ("", "none", "transparent"):
        return None
    if words == "currentcolor":
        return BLACK
    try:
        red, green, blue = ImageColor.getrgb(words)[:3]
    except ValueError:
        return None
    return (red, green, blue)


def blend(over: Colour, under: Colour, opacity: float) -> Colour:
    """Return what is seen when `over` is painted upon `under` with this opacity (0 to 1)."""
    red, green, blue = (top * opacity + ground * (1 - opacity) for top, ground in zip(over, under, strict=True))
    return (red, green, blue)


def _luminance(colour: Colour) -> float:
    linear = [part / 255 / 12.92 if part <= 10.31475 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
