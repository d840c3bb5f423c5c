"""What machines are told, without sign-in: issuers' keys, credentials, status lists. Reads only, apart from signing lists.

`access` reaches the rows, `documents` writes what an issuer publishes, `status_lists` signs, `views` answers.
"""
