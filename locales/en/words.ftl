status-paid = Paid
status-on-time = On time
status-late = Late
status-missed = Missed
status-disputed = Disputed

certificate-valid = Valid
certificate-expired = Expired
certificate-superseded = Replaced
certificate-suspended = Suspended
certificate-revoked = Revoked
certificate-title = Certificate of payment conduct
certificate-named = Certificate of { $name }
certificate-about = Whether the certificate of { $name } holds, what it says, and how to check it without asking anybody.
certificate-number = Number
certificate-issued = Issued
certificate-until = Valid until
certificate-was-issued = Certificate issued: grade { $grade }, { $score } of 100.

confidence-low = low confidence
confidence-medium = medium confidence
confidence-high = high confidence
confidence-level-low = Low
confidence-level-medium = Medium
confidence-level-high = High

framework-custom = Custom

plan-free = Free
plan-basic = Basic
plan-professional = Professional

line-start = Starting point
line-history = Payment history
line-late = Late payments
line-missed = Missed payments
line-disputed = Disputes
line-age = Age of the data
line-daily-limit = Many payments on one day
line-ceiling = Limit for new agents
line-rounding = Rounding

ceiling-few-payments = Limited until more payments are completed: at most 79 below 5 of them, at most 94 up to 20.
ceiling-young-history = Limited to 94 during the first 30 days, and until payments were recorded on 10 of them.

score-grade = Grade { $grade }
score-label = Trust score { $score } of 100, grade { $grade }, { $confidence }
score-none = No score yet
score-of-needed = { $n } of { $needed } payments
score-score = Score
score-how = How a score of { $score } came about
score-line = Line
score-points = Points
score-share = Share of 100

filter-go = Filter
filter-clear = Clear filters
score-next-line = Dashed line: { $grade } begins at { $score } points.
