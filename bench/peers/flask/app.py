"""The small Flask app of the kind that creator-connect replaces: tokens in the clear, a signed cookie as session."""

import json
import os
import secrets
import sqlite3
import threading

import requests
from flask import Flask, redirect, request, session, url_for

TIKTOK, DATABASE = os.environ["TIKTOK"], os.environ["DATABASE"]
ORIGIN = f"http://127.0.0.1:{os.environ['PORT']}"
START_PAGE = "<!doctype html><title>Connect</title><p>{{ text }}</p><a href='/oauth'>Connect</a>"
PROFILE_PAGE = (
    "<!doctype html><title>Profile</title><h1>{{ info.creator_nickname }}</h1><p>@{{ info.creator_username }}</p>"
    "<ul>{% for level in info.privacy_level_options %}<li>{{ level }}</li>{% endfor %}</ul>"
    "<p>{{ info.max_video_post_duration_sec }} s</p>"
)

app = Flask(__name__)
app.secret_key = "bench"
# Compiled once, as those of template files are.
START, PROFILE = app.jinja_env.from_string(START_PAGE), app.jinja_env.from_string(PROFILE_PAGE)
local = threading.local()


def database():
    if not hasattr(local, "database"):
        local.database = sqlite3.connect(DATABASE, timeout=10)
        local.database.execute("PRAGMA journal_mode = WAL")
        local.database.execute(f"PRAGMA synchronous = {os.environ.get('SYNC', 'NORMAL')}")
        local.database.execute("CREATE TABLE IF NOT EXISTS tokens (open_id TEXT PRIMARY KEY, token TEXT, info TEXT)")
        local.http = requests.Session()
    return local.database


@app.get("/")
def start():
    return START.render(text="x" * 6000)


@app.get("/oauth")
def oauth():
    session["state"] = secrets.token_urlsafe(32)
    return redirect(f"{TIKTOK}/authorize?state={session['state']}&redirect_uri={ORIGIN}/webhook")


@app.get("/webhook")
def webhook():
    if request.args.get("state") != session.pop("state", None):
        return "wrong state", 400
    records = database()
    form = {"grant_type": "authorization_code", "code": request.args["code"]}
    token = local.http.post(f"{TIKTOK}/v2/oauth/token/", data=form, timeout=10).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    info = local.http.post(f"{TIKTOK}/v2/post/publish/creator_info/query/", headers=headers, timeout=10).json()["data"]
    row = (token["open_id"], json.dumps(token), json.dumps(info))
    with records:
        records.execute("INSERT OR REPLACE INTO tokens (open_id, token, info) VALUES (?, ?, ?)", row)
    session["open_id"] = token["open_id"]
    return redirect(url_for("profile"))


@app.get("/profile")
def profile():
    found = database().execute("SELECT info FROM tokens WHERE open_id = ?", (session.get("open_id"),)).fetchone()
    return PROFILE.render(info=json.loads(found[0])) if found else redirect("/")
