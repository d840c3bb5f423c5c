"""Holders, photos and keys for the benchmarks: imagined, seeded, the same in every run."""

import copy
import dataclasses
import datetime
import io
import os
import random
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PHOTOS = 24
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华文玉萍红娥玲芬辉鑫宇浩凯健俊帆雪慧云梅"


def start_django() -> None:
    """Make the product importable and set it up with the test settings."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    import django

    django.setup()


def photographs(seed: int = 1) -> list[bytes]:
    """Return JPEGs of 295 × 413 pixels with as much detail as an ordinary portrait of that size, 20 to 30 kB each."""
    from PIL import Image

    chance = random.Random(seed)
    pictures = []
    for _ in range(PHOTOS):
        picture = Image.frombytes("RGB", (28, 39), chance.randbytes(28 * 39 * 3)).resize((295, 413), Image.Resampling.BICUBIC)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=85)
        pictures.append(out.getvalue())
    return pictures


def sheets(count: int, seed: int = 1, *, design: str = "skill_level") -> list[Any]:
    """Return the sheets of one batch: one plan, one level, names of two to four characters, one in forty of a minority.

    Of another `design` than a skill level: the sheets of one programme, without photo and document number.
    """
    from certification.certificates.adversarial import NAMES, TOKEN
    from certification.certificates.sheet import Sheet

    chance, photos = random.Random(seed), photographs(seed)
    official = design == "skill_level"
    batch = []
    for index in range(count):
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2, 2))))
        if index % 40 == 7:
            name = chance.choice([name for name in NAMES if "·" in name])
        claims = _claims(design, name=name, serial=index)
        token = "".join(chance.sample(TOKEN, len(TOKEN)))
        url = f"https://certificates.example.org.cn/verify/{chance.getrandbits(120):032x}/"
        batch.append(
            Sheet(
                claims=claims,
                id_number=f"31019919{1960 + index % 45}0307{index % 10000:04d}" if official else "",
                photo=photos[index % PHOTOS] if official else None,
                verify_url=url,
                qr_text=f"{url}#{token}",
                issued_at=moment(),
            )
        )
    return batch


def _claims(design: str, *, name: str, serial: int) -> dict[str, Any]:
    from certification.certificates.adversarial import PLAIN_CLAIMS, SHENCHENG
    from certification.certificates.programme_trials import plain_claims
    from certification.certificates.rules import Kind
    from certification.certificates.rules.kinds import PREFIXES

    if design != "skill_level":
        kind = Kind(design)
        return plain_claims(kind, SHENCHENG, name=name) | {"number": f"{PREFIXES[kind]}000122026{serial:06d}"}
    claims = copy.deepcopy(PLAIN_CLAIMS)
    claims["holder"]["name"] = name
    claims["number"] = f"S0000310001232640{serial:05d}"
    return claims


def moment() -> datetime.datetime:
    return datetime.datetime(2026, 9, 21, 1, 30, tzinfo=datetime.UTC)


def keys(directory: Path) -> tuple[Any, Any, Any]:
    """Return the demonstration's root, a body's signing key and a key for time stamps, ECDSA P-256."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    from certification.certificates import authority
    from certification.certificates.keys.loading import LoadedKey

    root = authority.make_demo_authority(directory=directory)

    def issued(name: str, *, stamps: bool) -> LoadedKey:
        private = ec.generate_private_key(ec.SECP256R1())
        certificate = authority.build_certificate(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
            public_key=private.public_key(),
            issuer=root.certificate.subject,
            issuer_key=root.private_key,
            authority=False,
            stamps=stamps,
        )
        return LoadedKey(private, certificate, (root.certificate,))

    return root, issued("演示 Demo 签名人", stamps=False), issued("演示 Demo 时间戳", stamps=True)


def with_name(sheet: "object", name: str) -> "object":
    """Return the sheet with another holder."""
    claims = copy.deepcopy(sheet.claims)  # type: ignore[attr-defined]
    claims["holder"]["name"] = name
    return dataclasses.replace(sheet, claims=claims)  # type: ignore[type-var]
