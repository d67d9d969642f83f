"""How numbers, times and names are written in findings and on public pages. One home, so that all pages agree.

A limit is compared with the number as written: what a person reads is what was judged.
"""

from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int = 1) -> str:
    """Write with `digits` decimals, thousands separated, a real minus sign and no minus nought."""
    text = f"{round(value, digits) + 0.0:,.{digits}f}"
    return text.replace("-", MINUS)


def short_number(value: float, digits: int = 1) -> str:
    """Write like `number`, without decimals that say nothing: 3 and 2.5, not 3.0 and 2.50."""
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float, digits: int = 1) -> str:
    """Write a level with its sign: +1.3 or the real minus."""
    text = number(value, digits)
    return text if text.startswith(MINUS) else f"+{text}"


def clock(seconds: float) -> str:
    """Write a moment or a duration as m:ss.s, with hours when there are any."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest / 10:04.1f}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def clock_limit(seconds: float) -> str:
    """Write a limit as m:ss, with tenths only when it has any."""
    return clock(seconds).removesuffix(".0")


def kilohertz(rate_hz: float) -> str:
    """Write 44100 as 44.1 kHz."""
    return f"{short_number(rate_hz / 1000, 3)} kHz"


def megabytes(size: float) -> str:
    """Write a size in MB (1,000,000 bytes), below 0.1 MB in kB."""
    return f"{short_number(size / 1e6)} MB" if size >= 1e5 else f"{short_number(size / 1e3)} kB"


def count(amount: int, one: str, many: str | None = None) -> str:
    """Write "no clicks", "1 click", "1,639 clipped peaks"."""
    noun = one if amount == 1 else many or f"{one}s"
    return f"{amount:,} {noun}" if amount else f"no {noun}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Join as "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def channel_name(index: int | None, channels: int | None) -> str:
    """Name a channel in words; an empty text when it does not matter."""
    if index is None or channels == 1:
        return ""
    if channels == 2:
        return ("left channel", "right channel")[index] if index < 2 else f"channel {index + 1}"
    return f"channel {index + 1}"


def span_words(low: float | None, high: float | None, unit: str, digits: int = 1) -> str:
    """Write a range of allowed values: "−30 to −6 LUFS", "at least 16 bit", "at most −1 dBTP"; empty without limits."""
    if low is not None and high is not None:
        return f"{short_number(low, digits)} to {short_number(high, digits)} {unit}"
    if low is not None:
        return f"at least {short_number(low, digits)} {unit}"
    return "" if high is None else f"at most {short_number(high, digits)} {unit}"


def quieter_than(threshold_dbfs: float | None) -> str:
    """Say in brackets what silence means, with a space before them; an empty text when it is not known."""
    return "" if threshold_dbfs is None else f" (quieter than {short_number(threshold_dbfs)} dBFS)"


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
