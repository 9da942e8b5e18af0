# pip install flask standardwebhooks
import os

from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook(os.environ["WEBHOOK_SECRET"])


@app.post("/webhooks")
def receive():
    try:
        event = webhook.verify(request.get_data(), request.headers)
    except WebhookVerificationError:
        return "", 400
    # The same event can come twice: its id tells.
    print(request.headers["webhook-id"], event["type"], event["data"])
    return "", 204


if __name__ == "__main__":
    app.run(port=8080)
