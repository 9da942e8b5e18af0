certificates-lead = Each one freezes a score for 90 days. A newer certificate replaces the earlier one.
certificates-choose-agent = Choose an agent
certificates-no-match = No certificate matches
certificates-no-match-text = None has this status for this choice of agents.
certificates-all = All
certificates-agent = Agent
certificates-all-agents = All agents
certificates-certified = Certified
certificates-confidence = Confidence
certificates-suspension = A certificate is suspended when the score falls 10 points or more below it. The badge turns grey until a new one is issued.
certificates-renew = Renew certificate
certificates-renewed = Certificate renewed: grade { $grade }, { $score } of 100.
certificates-verify-page = Public page
certificates-signed = Signed document
certificates-drawing = Drawing (SVG)
certificates-to-agent = Agent
certificates-revoke = Revoke certificate
certificates-revoke-text = The certificate becomes void at once and for good, and the badge says so. The agent can be certified again.
certificates-reason = Reason
certificates-reason-hint = Everybody can read it on the certificate's page.
certificates-was-revoked = The certificate is revoked.

certificate-signature = Signature
certificate-is-valid = This certificate is valid
certificate-is-expired = This certificate has expired
certificate-is-superseded = This certificate was replaced
certificate-is-suspended = This certificate is suspended
certificate-is-revoked = This certificate is revoked
certificate-is-forged = The signature does not match
certificate-why-valid =
    { $days ->
        [0] It holds until { $date }, less than a day from now.
        [one] It holds until { $date }, for one more day.
       *[other] It holds until { $date }, for { $days } more days.
    }
certificate-why-expired = It held until { $date }.
certificate-why-superseded = A newer certificate took its place on { $date }.
certificate-why-suspended = It is suspended since { $date }: the score fell 10 points or more below the certified one.
certificate-why-revoked = It was revoked on { $date }. Reason: { $reason }
certificate-why-withdrawn = It was revoked on { $date }, because its agent was taken out of service.
certificate-void-sentence =
    { $count ->
        [one] had made one payment on its own when this was issued. This instance does not vouch for it by this certificate now.
       *[other] had made { $count } payments on its own when this was issued. This instance does not vouch for it by this certificate now.
    }
certificate-drawn-sentence =
    { $count ->
        [one] had made one payment on its own when this was issued.
       *[other] had made { $count } payments on its own when this was issued.
    }
certificate-checked = Checked { $time } UTC. The signature matches a public key of { $host }.
certificate-signature-bad = Do not rely on it: what is stored was not signed with a key that { $host } stands by.
certificate-based =
    { $count ->
        [one] Based on one payment up to { $date }, computed with { $algorithm }.
       *[other] Based on { $count } payments up to { $date }, computed with { $algorithm }.
    }
certificate-profile = Profile of the agent
certificate-check = Check it yourself
certificate-check-text = Download the signed document and the public keys, and check one with the other. Node.js 18 or newer is all it takes.
certificate-check-limits = The signature proves what was certified and until when. Whether it was replaced, suspended or revoked since then, only this page tells.
certificate-says = What it says
certificate-says-text = A cautious estimate of how reliably this agent's own payments go right. Recent payments count more.
certificate-says-not = What it does not say
certificate-says-not-text = It is no credit limit and no judgement about a person. Do not use it as the only reason for a decision about people.
certificate-issuer = Who vouches
certificate-self-issued = Self-issued: the agent belongs to whoever runs { $host } and vouches for it here. Weigh it as you would any word about oneself.
certificate-other-issued = { $host } vouches. The agent belongs to another account there, not to whoever runs it.
