overview-outcomes = How payments went
overview-attention = Needs attention
overview-certificate-suspended = Suspended: the score fell far below the certified one. A new certificate ends this.
overview-certificate-expired = Expired on { $date }. Issue a new one.
overview-certificate-expires = Expires on { $date }. A new one can be issued any time.
overview-key-expires = This key stops working on { $date }.
overview-days = Sent payments in this time, in any currency.
overview-spenders = Agents by spending
overview-trend = Score, 26 weeks
overview-recent = Newest payments

welcome-title = Welcome
welcome-lead = Your account is ready. Keep the key, then register the first agent.

payments-none = No payments yet
payments-none-text = An agent reports each payment with one call. It appears here at once.
payments-report = Report a payment
