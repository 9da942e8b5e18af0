shell-skip = Skip to content
shell-main-nav = Main
shell-open-nav = Open navigation
shell-breadcrumb = Breadcrumb
shell-dashboard = Dashboard
shell-pages = Pages
shell-newest = Newest
shell-older = Older
shell-theme = Theme
shell-theme-system = As the system
shell-theme-light = Light
shell-theme-dark = Dark
shell-language = Language
shell-account = Account:
shell-plan = { $plan } plan

nav-overview = Overview
nav-agents = Agents
nav-payments = Payments
nav-certificates = Certificates
nav-audit-log = Audit log
nav-control = Control
nav-build = Build
nav-api-keys = API keys
nav-operator = Operator
nav-settings = Settings

copy-label = Copy
copy-done = Copied

errors-to-start = To the start page
errors-to-dashboard = To the dashboard
errors-not-found-title = Nothing here
errors-not-found-text = This page does not exist, or it is not public. Check the address.
errors-too-many-title = Too many requests
errors-too-many-text = Pages were asked for, or forms sent, too often. Wait a minute, then try again.
errors-forbidden-title = Not for your role
errors-broken-title = Something failed on our side
errors-broken-text = It is in the server's log. Try again in a moment.

error-session-ended = You were signed out meanwhile. What you typed is still here; check it and send it again.
errors-again = Try again
errors-refused-title = This request was not understood
errors-refused-text = The address or what was sent with it is damaged or too large. Go back and try again.
errors-broken-form-text = It is in the server's log, and what you sent may not have been saved. Go back: the form still holds what you typed.

shell-offline = There is no connection. What you typed is still here; send it when you are online again.
shell-dismiss = Dismiss

palette-open = Search
palette-label = Find pages, agents, actions
palette-recent = Recent
palette-none = Nothing fits. Try fewer letters.
palette-choose = choose
palette-run = open
palette-close = Close
palette-page = Page
palette-action = Action
palette-agent = Agent
palette-new-agent = Create agent
palette-new-agents = Create several agents
palette-new-key = Create an API key
palette-light = Light theme
palette-dark = Dark theme
palette-system = Theme of the system
palette-language = Switch to { $language }

shortcuts-title = Keyboard shortcuts
shortcuts-palette = Search
shortcuts-list = This list
shortcuts-single-keys = Shortcuts of single keys
shell-workspaces = Your workspaces
