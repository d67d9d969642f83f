"""Receipts for everybody: the public keys, and a page that says whether a receipt is genuine. Nothing is kept."""

from __future__ import annotations

import threading

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from portal.accounts.policy import anyone
from portal.applications.receipts.verifying import verify
from portal.core import signed, signing
from portal.core.errors import Invalid
from portal.core.signing import SigningKey
from portal.web import streamed
from portal.web.authz import public, requires
from portal.web.csrf import csrf
from portal.web.public.blueprint import bp
from portal.web.tus.slots import receiving

FULL = "Many receipts are being verified at this moment. Please try yours again in a minute."
# Of this process's threads: applicants must not wait for verifiers.
_places = threading.BoundedSemaphore(2)


@bp.get("/receipts/keys")
@public
def receipt_keys() -> ResponseReturnValue:
    in_use = signing.key_in_use()
    return render_template(
        "public/receipt_keys.html", keys=signing.all_keys(), in_use=in_use, address=signing.signer().address
    )


@bp.get("/receipts/keys.json")
@public
def receipt_keys_json() -> Response:
    """The same for machines."""
    in_use = signing.key_in_use()
    return jsonify(
        [
            {
                "key_id": key.id,
                "algorithm": signed.ALGORITHM,
                "pem": key.pem,
                "made_at": key.created_at.isoformat(),
                "in_use": key.id == in_use.id,
            }
            for key in signing.all_keys()
        ]
    )


@bp.get("/receipts/keys/<key_id>.pem")
@requires(anyone, load=signing.key)
def receipt_key(found: SigningKey) -> Response:
    response = Response(found.pem, mimetype="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="soundcheck-{found.id}.pem"'
    return response


@bp.get("/receipts/verify")
@public
def verify_receipt() -> ResponseReturnValue:
    return render_template("public/verify_receipt.html", largest=signed.MAX_PDF_BYTES)


@bp.post("/receipts/verify")
@csrf.exempt  # take_file asks the guard, once it knows the fields
@public
def check_receipt() -> ResponseReturnValue:
    with receiving(_places, when_full=FULL):
        sent = streamed.take_file("receipt", max_bytes=signed.MAX_PDF_BYTES)
        data = sent.read(signed.MAX_PDF_BYTES + 1)
    largest = signed.MAX_PDF_BYTES
    try:
        genuine = verify(data, signing.public_keys())
    except Invalid as refusal:
        page = render_template("public/verify_receipt.html", refusal=refusal.message, name=sent.name, largest=largest)
        return page, 422
    return render_template("public/verify_receipt.html", genuine=genuine, name=sent.name, largest=largest)
