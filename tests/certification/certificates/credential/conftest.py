from tests.credentials import ec_signer, rsa_signer  # noqa: F401
