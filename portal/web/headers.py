"""Security headers. Nothing is loaded from elsewhere, no script or style runs without this request's nonce."""

from __future__ import annotations

from flask import Flask, Response

from portal.core.settings import Settings
from portal.web.rendering import csp_nonce


def register(app: Flask, settings: Settings) -> None:
    place = settings.s3
    store = f" {place.public_endpoint}" if place is not None and place.public_endpoint else ""

    @app.after_request
    def protect(response: Response) -> Response:
        nonce = csp_nonce()
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; "
            f"script-src 'nonce-{nonce}' 'strict-dynamic'; "
            f"style-src 'self' 'nonce-{nonce}'; "
            f"img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self' blob:{store}; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'",
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), interest-cohort=()"
        if settings.secure_cookies:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response
