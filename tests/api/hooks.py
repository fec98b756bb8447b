"""Who sends a request, and the few things that a schema cannot say."""

import itertools
import json
import os
import urllib.request

import schemathesis

# Operations that end the session, the account or the organization of who calls them: each call
# has a user of its own.
ENDS_ITS_CALLER = {
    "post_auth_sign_out", "post_auth_revoke_session", "post_auth_revoke_other_sessions",
    "post_auth_change_password", "post_auth_organization_leave", "post_auth_organization_delete",
    "delete_cloud_organizations_organization", "post_auth_organization_remove_member",
    "post_auth_organization_update_member_role",
}
# What only the server makes, and no pattern describes.
OPAQUE_PARAMETERS = {"cursor"}

numbers = itertools.count()


def own_session():
    """Creates an account with an organization; returns its session."""
    number = f"{os.getpid()}-{next(numbers)}"
    address = f"10.{next(numbers) % 250}.{next(numbers) % 250}.{next(numbers) % 250}"

    def post(path, body, token=None):
        headers = {"content-type": "application/json", "x-forwarded-for": address}
        if token:
            headers["authorization"] = f"Bearer {token}"
        url = os.environ["OS_API_URL"] + "/api/v1/auth/" + path
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    account = {"email": f"own-{number}@example.com", "password": "correct horse battery"}
    token = post("sign-up/email", account)["token"]
    if os.environ["OS_API_HAS_ORGANIZATIONS"] == "no":
        return token
    slug = f"own-{number}"
    organization = post("organization/create", {"name": slug, "slug": slug}, token)["id"]
    post("organization/set-active", {"organizationId": organization}, token)
    return token


class Credential:
    """The credential of this run; a session of its own for what ends its caller."""

    def get(self, case, context):
        operation = case.operation.definition.raw.get("operationId")
        is_session = os.environ["OS_API_CREDENTIAL"] == "session"
        own = is_session and operation in ENDS_ITS_CALLER
        return own_session() if own else os.environ["OS_API_TOKEN"]

    def set(self, case, token, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


if os.environ["OS_API_TOKEN"]:
    schemathesis.auth(refresh_interval=None)(Credential)


@schemathesis.hook
def before_call(context, case, kwargs):
    for name in OPAQUE_PARAMETERS & set(case.query or {}):
        del case.query[name]
