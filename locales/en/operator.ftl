error-suspended = This account is suspended: { $reason }

accounts-suspended = Account suspended
accounts-suspended-text = Whoever runs this instance has suspended this account. Nobody gets in, its API keys open nothing, and its agents are not public. The reason given:

operator-lead = Everybody with an account on this instance. What is in the accounts is not shown here.
operator-accounts = Accounts
operator-health = Health
operator-plans = Plans
operator-legal = Legal texts
operator-plans-lead = What each plan includes. An account's plan is changed on its page.
operator-none = No account found
operator-none-text = No workspace, name or e-mail address contains this.
operator-search = Name or e-mail
operator-account = Account
operator-plan = Plan
operator-state = Status
operator-since = Since
operator-owner = Owner
operator-workspace = Workspace
operator-is-active = Active
operator-is-suspended = Suspended
operator-change-plan = Change plan
operator-plan-changed = { $name } is on the plan { $plan } now.
operator-suspension = Suspension
operator-suspend = Suspend account
operator-suspend-text = Nobody gets in, API keys are refused, and public profiles and badges show nothing. Nothing is deleted.
operator-reason = Reason
operator-reason-hint = Its members read this when they sign in.
operator-unsuspend = Let in again
operator-unsuspend-text = Sessions and keys that have not ended work again at once.
operator-suspended = { $name } is suspended.
operator-unsuspended = { $name } is let in again.
operator-suspended-since = Suspended since { $since }
operator-sessions-text = Signs the owner out of every browser and ends every token at once, except for the session that you do it in. API keys go on working.
operator-end-sessions = End all sessions of the owner
operator-end-sessions-confirm = End all sessions …
operator-sessions-ended =
    { $count ->
        [0] There was no session to end.
        [one] One session has ended.
       *[other] { $count } sessions have ended.
    }
operator-sign-out-all-text = Ends every session of everybody on this instance at once, browsers and tokens, and of yours all but this one. Everybody has to sign in again; API keys go on working.
operator-sign-out-all = Sign everybody out
operator-sign-out-all-confirm = Sign everybody out …

operator-health-lead = How the instance is doing, as the process that answered sees it.
operator-process = Process
operator-version = Version
operator-started = Started
operator-uptime = Running for
operator-uptime-text = { $days } d { $hours } h { $minutes } min
operator-memory = Memory
operator-memory-unknown = This system does not tell.
operator-database = Database
operator-engine = Engine
operator-size = Size
operator-schema = Schema version
operator-latency = Latency
operator-workers = Workers and caches
operator-queue = Payments waiting to be written
operator-queue-text = { $length } of { $capacity } that may wait
operator-sweep = Removal of ended sessions
operator-sweep-never = Not yet since the start
operator-sweep-good = went well
operator-sweep-bad = failed; the cause is in the log
operator-cached-profiles = Public profiles in memory
operator-cached-workspaces = Workspaces in memory
operator-configuration = Configuration
operator-url = Public address
operator-url-secure = { $url }, over HTTPS
operator-url-plain = { $url }, without HTTPS: fine on this machine, not for others
operator-mail = E-mail
operator-mail-none = Not configured: no mail is sent, and addresses are not verified.
operator-key = Master key
operator-key-text = Set; stored secrets are encrypted with it. Keep a copy apart from the database: without it they are lost.
operator-default-plan = Plan of new accounts

operator-legal-lead = Imprint and privacy are linked from every page, signed in or not.
operator-legal-missing = A legal text is missing
operator-legal-missing-text = Most who run an instance for others must say who they are and what they store.
operator-legal-write = Write it
operator-legal-page = Page
operator-legal-empty = Empty
operator-legal-published = Published
operator-legal-edit = { $page } in { $lang }
operator-imprint-lead = Who runs this instance: name, postal address, e-mail address, and what the law of your country asks for besides.
operator-privacy-lead = Who is responsible, and what is stored of whom, why and for how long.
operator-legal-view = See the page
operator-legal-template = This is what the software itself stores. Add who is responsible and how you run the instance; nothing of yours is published before you save.
operator-legal-text = Text
operator-legal-hint = Markdown: # heading, - list, [link](https://…), **bold**. HTML is shown as text. Empty takes it off the page.
operator-legal-publish = Publish
operator-legal-saved = The text is published.
operator-mail-waiting =
    { $count ->
        [0] Set up; nothing waits
        [one] Set up; one mail waits
       *[other] Set up; { $count } mails wait
    }
operator-mail-failed = Last failure
operator-registration = Registration
operator-registration-open = Open to everybody
operator-registration-invite = By invitation
operator-registration-closed = Closed
operator-factor = Second factor
operator-factor-optional = Optional
operator-factor-operators = Demanded of operators
operator-factor-everyone = Demanded of everybody
operator-invite = Invite somebody to make an account
operator-invite-text = The link works once, for seven days, also where registration is by invitation only.
