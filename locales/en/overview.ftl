overview-outcomes = How payments went
overview-attention = Needs attention
overview-certificate-suspended = The certificate of { $agent } is suspended
overview-certificate-suspended-text = The score fell far below the certified one. A new certificate ends this.
overview-certificate-expired = The certificate of { $agent } ended on { $date }
overview-certificate-expired-text = Badge and profile show none until there is a new one.
overview-certificate-expires = The certificate of { $agent } ends on { $date }
overview-certificate-expires-text = Score { $score } when it was issued. A new one can be issued any time.
overview-more = Show { $count } more
overview-renew = Renew
overview-key-expires = The key { $name } ends on { $date }
overview-key-expires-text = Whoever still uses it is refused from then on.
overview-share = Share
overview-all-agents = All agents
overview-all-payments = All payments
overview-days = Sent payments in this time, in any currency.
overview-spenders = Agents by spending
overview-trend = Score, 26 weeks
overview-recent = Newest payments

welcome-title = Welcome
welcome-lead = Your account is ready. Keep the key, then create the first agent.

payments-none = No payments yet
payments-none-text = An agent reports each payment with one call. It appears here at once.
payments-report = Report a payment
