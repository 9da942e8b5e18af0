"""A mail server that prints each mail that it takes as a line of JSON; the first line is its port."""

import email
import email.policy
import json
import sys
import threading

from aiosmtpd.controller import Controller


class Printer:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        bodies = {part: mail.get_body((part,)) for part in ("plain", "html")}
        told = {
            "to": envelope.rcpt_tos,
            "from": mail["From"],
            "subject": mail["Subject"],
            **{part: body.get_content() if body else "" for part, body in bodies.items()},
        }
        print(json.dumps(told), flush=True)
        return "250 taken"


controller = Controller(Printer(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print(json.dumps({"port": controller.port}), flush=True)
threading.Event().wait()
