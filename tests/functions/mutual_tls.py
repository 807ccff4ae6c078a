"""Client certificates as API Gateway reports them."""

from __future__ import annotations

import httpx
from joserfc.jwk import ECKey

from tests.functions.conftest import HttpApi
from tests.support.lambda_host import event_of, response_of
from tests.support.tls import certify, common_name

KEY, CERTIFICATE = ECKey.generate_key("P-256"), certify(common_name("app"), issuer=certify(common_name("Apps")))


class MutualTls(HttpApi):
    """The gateway's domain that requests a certificate."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        event = event_of(request)
        told = {"clientCertPem": CERTIFICATE.pem, "subjectDN": "CN=app", "issuerDN": "CN=Apps", "serialNumber": "1", "validity": {}}
        event["requestContext"]["authentication"] = {"clientCert": told}
        return response_of(self._host.invoke(event), request)
