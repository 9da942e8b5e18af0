settings-lead = Your name, how you sign in, your plan, and how it all looks.
settings-save = Save
settings-profile = Profile
settings-profile-text = You sign in as { $email }.
settings-profile-saved = Your name is saved.
settings-password-text = Changing it ends all your other sessions and tokens.
settings-current-password = Current password
settings-new-password = New password
settings-password-proof = You are asked for your second factor first.
settings-change-password = Change password
settings-password-changed = Your password is changed. All other sessions have ended.
settings-sessions = Sessions
settings-sessions-text = They end after 30 days without use, and after 90 days at the latest. Times are in { $zone }.
settings-browser = Browser
settings-token = Token for programs
settings-this-session = This session
settings-seen = Last used
settings-began = began
settings-from = from
settings-end = End
settings-end-named = End session: { $kind }
settings-end-others = End all other sessions
settings-session-ended = The session has ended.
settings-sessions-ended =
    { $count ->
        [0] There was no other session.
        [one] One other session has ended.
       *[other] { $count } other sessions have ended.
    }
settings-plan = Plan
settings-plan-text = You are on the plan { $plan }. Whoever runs this instance can change it.
settings-appearance = Appearance
settings-appearance-text = For this browser.

plans-compare = Compare plans
plans-table = What each plan includes
plans-feature = Included
plans-yours = yours
plans-yes = Yes
plans-no = No
plans-agents = Agents
plans-payments = Payments by form and API
plans-scores = Trust scores, public profile and badge
plans-api-keys = API keys and audit log
plans-certificates = Signed certificates
