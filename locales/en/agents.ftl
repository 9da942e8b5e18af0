agents-created = { $name } is registered.
agents-saved = Changes saved.
agents-deleted = { $name } is deleted.
agents-none = No agents yet
agents-none-text = Register the first one. Its payments, score and certificate then appear here.
agents-lead = Every agent that pays on your behalf.
agents-new = New agent
agents-new-lead = It gets an id for reporting payments and a public id for its badge.
agents-create = Register agent
agents-name = Name
agents-description = Description
agents-framework = Framework
agents-visibility = Visibility
agents-public = Public
agents-public-text = Everybody can see name, description, score and the number of payments; never amounts or payees.
agents-private = Private
agents-private-text = Profile, badge and certificates look unknown to everybody but you.
agents-certificate = Certificate
agents-payments = Payments
agents-created-at = Registered
agents-not-certified = Not certified

agent-trust = Trust
agent-payments = Payments
agent-certificates = Certificates
agent-badge = Badge
agent-settings = Settings
agent-since = { $framework } · since { $date }
agent-certify = Issue certificate
agent-profile = Public profile
agent-plan = Certificates need the plan { $plan } or higher. Ask whoever runs this instance.
agent-too-few =
    { $missing ->
        [one] One more payment that counts, and there is a score.
       *[other] { $missing } more payments that count, and there is a score.
    }
agent-keep = What keeps the best grade
agent-next = What gets you to { $grade }
agent-next-text =
    About { $payments ->
        [one] one more payment
       *[other] { $payments } more payments
    } of 10 EUR on time, in { $days ->
        [one] one day
       *[other] { $days } days
    } at your own pace.
agent-computed = Computed { $time } ({ $zone }) with trust-score/1.
agent-right = Went right
agent-right-of = { $right } of { $counted }
agent-success = Success rate
agent-active-days = Active days
agent-newest = Newest payment
agent-edit = Edit agent
agent-save = Save changes
agent-delete = Delete agent
agent-delete-text = Its certificates are revoked and its profile and badge look unknown. Its payments stay in your ledger.
agent-delete-confirm = Type { $name } to confirm

reason-missed = Payments were missed
reason-missed-text = Pay the next ones on time: each one weighs against the missed ones.
reason-disputed = Payments are disputed
reason-disputed-text = Settle them with the payee.
reason-late = Payments were late
reason-late-text = Start the run a day or two before the due date.
reason-age = Older successes fade
reason-age-text = Half of their weight goes every 180 days. Keep paying and it comes back.
reason-daily = Many payments on one day
reason-daily-text = One day counts as ten payments at most. Further days add more.

what-if-title = What if
what-if-lead = The score with more payments made today.
what-if-count = Payments
what-if-amount = EUR each
what-if-status = How they go
what-if-result = The score would be

certificates-none = No certificates yet
certificates-none-text = A certificate freezes the score of this moment and vouches for it during 90 days.
certificates-state = State
certificates-credential = Signed form of the newest
certificates-credential-text = Anybody can check it offline with the keys under /.well-known/jwks.json.

badge-lead = Shows the certified score and links to the public profile. It refreshes every 5 minutes.
badge-style = Style
badge-alt = Trust score of { $name }
