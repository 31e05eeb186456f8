"""A shop in Flask whose customers log in with Vipps, through Authlib."""

import os

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, url_for

app = Flask(__name__)
app.secret_key = "a secret of the shop"

oauth = OAuth(app)
oauth.register(
    "vipps",
    client_id=os.environ["VIPPS_CLIENT_ID"],
    client_secret=os.environ["VIPPS_CLIENT_SECRET"],
    server_metadata_url=os.environ["VIPPS_ISSUER"] + ".well-known/openid-configuration",
    client_kwargs={"scope": "openid name email", "code_challenge_method": "S256"},
)


@app.get("/login")
def login():
    return oauth.vipps.authorize_redirect(url_for("callback", _external=True))


@app.get("/auth/vipps/callback")
def callback():
    token = oauth.vipps.authorize_access_token()
    user = oauth.vipps.userinfo(token=token)
    return f"Logged in as {user['name']} ({user['email']})"


@app.errorhandler(OAuthError)
def refused(error):
    return f"{error.error}: {error.description}", 401
