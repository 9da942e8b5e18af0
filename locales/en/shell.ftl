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
errors-forbidden-title = Not for your role
errors-broken-title = Something failed on our side
errors-broken-text = It is in the log. Try again in a moment.
