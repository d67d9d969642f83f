"""What the account pages say, in our words: sentences that tell what to do, never whether an account exists."""

from __future__ import annotations

SUBJECTS = {
    "REGISTER": "Confirm your mail address",
    "CONFIRM": "Confirm your mail address",
    "PASSWORD_RESET": "Set a new password",
    "PASSWORD_NOTICE": "Your password was set anew",
    "PASSWORD_CHANGE_NOTICE": "Your password was changed",
}

WORDS = {
    "GENERIC_AUTHN_FAILED": (
        "Address and password do not belong together. Check both, or set a new password.",
        "error",
    ),
    "GENERIC_RECOVERY": ("If an account belongs to that address, a mail with a link is on its way.", "info"),
    "UNAUTHENTICATED": ("Please sign in first.", "info"),
    "LOGIN": ("Please sign in first.", "info"),
    "REFRESH": ("Please enter your password again.", "info"),
    "REAUTHENTICATION_REQUIRED": ("Please enter your password again.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. Go on.", "success"),
    "CONFIRM_REGISTRATION": ("Almost done: open the link in the mail that we have just sent to %(email)s.", "info"),
    "CONFIRMATION_REQUEST": ("If an account waits at %(email)s, a new mail is on its way.", "info"),
    "CONFIRMATION_REQUIRED": ("Please confirm your address first: open the link in the mail from us.", "error"),
    "CONFIRMATION_EXPIRED": ("That link worked for %(within)s. Ask for a new mail below.", "error"),
    "INVALID_CONFIRMATION_TOKEN": (
        "That link is not complete. Open it from the mail again, or ask for a new one.",
        "error",
    ),
    "EMAIL_CONFIRMED": ("Thank you, your address is confirmed. You can sign in now.", "success"),
    "ALREADY_CONFIRMED": ("Your address is confirmed already. You can sign in.", "info"),
    "PASSWORD_RESET_REQUEST": ("If an account belongs to %(email)s, a mail with a link is on its way.", "info"),
    "PASSWORD_RESET_EXPIRED": ("That link worked for %(within)s. Ask for a new one.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": ("That link is not complete or was used. Ask for a new one.", "error"),
    "PASSWORD_RESET": ("Your new password is saved, and you are signed in.", "success"),
    "PASSWORD_RESET_NO_LOGIN": ("Your new password is saved. Please sign in with it.", "success"),
    "PASSWORD_CHANGE": ("Your new password is saved.", "success"),
    "PASSWORD_IS_THE_SAME": ("That is your password now. Choose another one.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Enter a password.", "error"),
    "PASSWORD_INVALID_LENGTH": ("The password needs at least %(length)s characters.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords differ. Enter the same one twice.", "error"),
    "EMAIL_NOT_PROVIDED": ("Enter your mail address.", "error"),
    "INVALID_EMAIL_ADDRESS": ("That is not a mail address. It looks like name@example.org.", "error"),
    "INVALID_PASSWORD": ("That is not your password.", "error"),
    "ANONYMOUS_USER_REQUIRED": ("You are signed in already.", "info"),
}


def settings() -> dict[str, object]:
    """Messages and subjects under the names that the account library reads from the app's configuration."""
    messages = {f"SECURITY_MSG_{name}": words for name, words in WORDS.items()}
    return {**messages, **{f"SECURITY_EMAIL_SUBJECT_{name}": subject for name, subject in SUBJECTS.items()}}
