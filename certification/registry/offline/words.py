"""What the page says; both languages lie in the file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from certification.certificates.rules import TITLES
from certification.standards.rules import Level

WORDS = {
    "title": _("Check a certificate without a network"),
    "lede": _("This page checks the QR code on a certificate. Nothing leaves your device."),
    "paste": _("The text of the QR code"),
    "paste_hint": _("Read the code with the camera of your phone, copy the text and put it here."),
    "check": _("Check it"),
    "camera": _("Scan with the camera"),
    "camera_stop": _("Stop the camera"),
    "camera_refused": _("The camera cannot be used here. Choose a picture, or put in the text."),
    "picture": _("Choose a picture of the code"),
    "picture_empty": _("There is no readable QR code in this picture."),
    "no_detector": _("This browser cannot read QR codes from a picture. The camera app of your phone can: copy the text there."),
    "no_crypto": _("This browser cannot check signatures. Please open this page in a newer browser."),
    "genuine": _("Genuine"),
    "genuine_text": _("The signature is genuine. This says what the paper has to say; compare the two word by word."),
    "not_ended": _("On the day of this page the certificate was neither revoked nor suspended nor replaced:"),
    "expired": _("Expired"),
    "expired_text": _("The signature is genuine, but the term of the certificate has ended."),
    "revoked": _("Revoked"),
    "revoked_text": _("The code is genuine, but the certificate was revoked. It does not count."),
    "suspended": _("Suspended"),
    "suspended_text": _("The code is genuine, but its body has suspended the certificate. Do not rely on it now."),
    "replaced": _("Replaced"),
    "replaced_text": _("The code is genuine, but there is a newer version of this certificate. Ask its holder for it."),
    "forged": _("Forged"),
    "forged_text": _("The signature does not belong to what the code says. Do not believe this paper."),
    "unknown_key": _("Not known"),
    "unknown_key_text": _("No body in this page has the key of this code. It is not one of ours, or newer than this page."),
    "unsafe": _("Not proven"),
    "unsafe_text": _("The key of this code was not safe, or not in use on that day. Only the register knows: ask it online."),
    "unreadable": _("Not readable"),
    "unreadable_text": _("This is not the whole text of the QR code of a certificate with a signature."),
    "holder": _("Holder"),
    "subject": _("Subject"),
    "level": _("Skill level"),
    "number": _("Certificate number"),
    "issuer": _("Issued by"),
    "issued_on": _("Date of issue"),
    "valid_until": _("Valid until"),
    "kind": _("Kind of certificate"),
    "made": _("State of this page:"),
    "old": _("This page is more than 30 days old. What was revoked since, it does not know; please download a new one."),
    "online": _("Ask the register online"),
    "language": _("English"),
}


def words_in_both_languages() -> dict[str, dict[str, str]]:
    """Return {"zh-Hans": {…}, "en": {…}}."""
    found = {}
    for name, language in (("zh-Hans", "zh-hans"), ("en", "en")):
        with override(language):
            found[name] = {key: str(word) for key, word in WORDS.items()}
        side = "zh" if name == "zh-Hans" else "en"
        found[name] |= {kind.value: title[side] for kind, title in TITLES.items()}
        found[name] |= {f"level_{level.value}": level.label if side == "zh" else level.label_en for level in Level}
    # The button names the other language, in that language.
    found["zh-Hans"]["language"], found["en"]["language"] = "English", "中文"
    return found
