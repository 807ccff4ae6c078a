"""Domains of mail providers where every person can get an address. A connection with one of them would get the people of all others."""

from __future__ import annotations

_WORLDWIDE = (
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "passport.com", "icloud.com", "me.com",
    "mac.com", "aol.com", "aim.com", "proton.me", "protonmail.com", "protonmail.ch", "pm.me", "zoho.com", "zohomail.com", "zohomail.eu",
    "fastmail.com", "fastmail.fm", "hey.com", "mail.com", "email.com", "tutanota.com", "tuta.io", "tuta.com", "mailbox.org",
    "posteo.de", "posteo.net", "yandex.com", "yandex.ru", "ya.ru", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "rambler.ru",
    "privaterelay.appleid.com",
)  # fmt: skip
_OF_COUNTRIES = (
    "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "arcor.de", "bluewin.ch", "orange.fr",
    "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "terra.es",
    "seznam.cz", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "ukr.net", "abv.bg", "uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br",
    "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com", "sina.cn", "sohu.com", "aliyun.com", "139.com", "naver.com",
    "daum.net", "hanmail.net", "nate.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "rediffmail.com", "comcast.net", "verizon.net",
    "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net", "btinternet.com", "virginmedia.com", "sky.com", "talktalk.net",
    "bigpond.com", "optusnet.com.au", "xtra.co.nz", "shaw.ca", "rogers.com", "sympatico.ca",
)  # fmt: skip
_DOMAINS = frozenset((*_WORLDWIDE, *_OF_COUNTRIES))
_NAMES = frozenset({"yahoo", "ymail", "rocketmail", "hotmail", "outlook", "live"})
"""Providers with a domain for each country, as in yahoo.co.jp and live.nl."""
_MOST_LABELS = 3


def is_public(domain: str) -> bool:
    """Return whether everybody can get an address of this domain. `domain`: in lower case, in ASCII."""
    name, _, rest = domain.partition(".")
    labels = rest.split(".")
    country = len(labels) < _MOST_LABELS and len(labels[-1]) == 2 and all(len(label) <= 3 for label in labels)  # noqa: PLR2004  # co.jp, de
    return domain in _DOMAINS or (name in _NAMES and (country or rest == "com"))
