"""What templates show of recordings, captions and slides."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from courses.media import selectors
from courses.media.access import recording_to_watch
from courses.media.models import Recording
from courses.media.rules.kinds import Audience
from courses.media.rules.transcript import narration_cues
from courses.media.slides import narrations

register = template.Library()


@register.simple_tag
def player_of(recording: Recording) -> selectors.Shown:
    return selectors.shown(recording)


@register.simple_tag(takes_context=True)
def may_watch(context: template.Context, recording: Recording) -> bool:
    """Tell whether the reader of the page may watch it. No query where everybody may who reads the lesson."""
    if recording.audience == Audience.EVERYONE:
        return True
    user = getattr(context.get("request"), "user", None) or AnonymousUser()
    try:
        recording_to_watch(user, recording.pk)
    except Http404:
        return False
    return True


@register.filter
def clock_time(ms: int) -> str:
    """Return "1:02:03" or "2:03" for milliseconds."""
    seconds = int(ms) // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


@register.filter
def seconds(ms: int) -> str:
    """Return seconds with three digits, with a point in every language: "2.500"."""
    return f"{int(ms) / 1000:.3f}"


@register.simple_tag
def narrated(value: Any) -> list[dict[str, Any]]:
    """Return each slide of a slides block's value as {number, picture, cues}; `picture` holds a figure or a photograph."""
    slides: list[dict[str, Any]] = [
        {"number": number, "picture": slide.get("picture") or slide, "cues": []}
        for number, slide in enumerate(value.get("slides") or [], start=1)
    ]
    for place, cue in narration_cues(narrations(value)):
        slides[place]["cues"].append(cue)
    return slides
