agents-created = { $name } is created.
agents-saved = Changes saved.
agents-deleted = { $name } is deleted.
agents-none = No agents yet
agents-none-text = Create the first one. Its payments, score and certificate then appear here.
agents-lead = Every agent that pays on your behalf.
agents-new-lead = It gets an id for reporting payments and a public id for its badge.
agents-create = Create agent
agents-name = Name
agents-description = Description
agents-framework = Framework
agents-visibility = Visibility
agents-public = Public
agents-public-text = Everybody can see name, description, score and the number of payments; never amounts or payees.
agents-private = Private
agents-private-text = Profile, badge and certificates look unknown to everybody but you.
agents-certificate = Certificate
agents-activity = Last { $days } days
agents-payments = Payments
agents-created-at = Created
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
certificates-state = Status
certificates-credential = Signed form of the newest
certificates-credential-text = Anybody can check it offline with the keys under /.well-known/jwks.json.

badge-lead = Shows the certified score and links to the public profile. It refreshes every 5 minutes.
badge-style = Style
badge-alt = Trust score of { $name }

agents-created-many =
    { $count ->
        [one] One agent is created.
       *[other] { $count } agents are created.
    }
agents-line = Line { $line }: { $text }
agents-changed-meanwhile = Somebody saved other values since you opened this form. Yours are still here; save again to replace theirs.
agents-value-now = Saved meanwhile: { $value }
agents-empty-value = (empty)
agents-archived = { $name } is archived.
agents-unarchived = { $name } is active again.
agents-several = Create several
agents-bulk = Several agents
agents-bulk-lead = Up to { $max } at once. All are created, or none.
agents-names = Names
agents-names-hint = One name on each line.
agents-create-many = Create agents
agents-search = Name or id
agents-status = Status
agents-active = Active
agents-archived-state = Archived
agents-any = All
agents-with-certificate = Valid
agents-without-certificate = None or not valid
agents-sort = Order
agents-sort-newest = Newest
agents-sort-name = Name
agents-sort-payments = Payments
agents-sort-score = Score
agents-no-match = Nothing matches
agents-no-match-text = No agent fits this search and these filters. Archived ones are listed only when asked for.
agents-first-page = First page
agents-next-page = Next page

agent-archive = Archive agent
agent-archive-text = It takes no more payments and leaves the list. Profile, badge and certificates stay. You can undo this.
agent-unarchive = Unarchive agent
agent-unarchive-text = It takes payments again and is back in the list.
agent-archived-text = This agent is archived: payments for it are refused.
badge-label = Label
badge-label-hint = What stands on the left, at most 60 characters. Empty: only the grade.
badge-show = Show
badge-preview = Preview
badge-endpoint = As data
badge-endpoint-text = For services that draw badges themselves: the address of the same badge as JSON, in the form of shields.io endpoints.
