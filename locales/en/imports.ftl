imports-title = Import CSV
imports-tab = Import
imports-lead = A file of earlier payments. All rows are imported, or none; rows that are here already are skipped.
imports-file = CSV file
imports-drop = Choose a file, or drop it here
imports-limit = Up to 50 MB, UTF-8, separated by commas.
imports-start = Import
imports-format = What the file holds
imports-format-text = The first row names the columns, in any order. Only date and amount are needed. Other columns are left alone.
imports-column = Column
imports-meaning = Meaning
imports-date = ISO 8601, such as 2026-10-14 or 2026-10-14T11:52:00Z; without a time zone it is UTC.
imports-due = When it was due. Stands in for a missing date.
imports-amount = Greater than 0, a decimal point, at most 6 decimals.
imports-currency = ISO 4217, or USDC, USDT, DAI, EURC. Empty: EUR.
imports-status = paid, on_time, late, missed, disputed. Empty: paid.
imports-source = agent_wallet, human_card, human_bank, unknown. Empty: agent_wallet.
imports-autonomous = true or false. Empty: true.
imports-reference = Your own id. A row whose reference is here already is skipped.
imports-direction = sent or received. Empty: sent.
imports-counterparty = Payee or payer.
imports-preview = First rows of the file
imports-uploading = Uploading
imports-checking = Rows read
imports-publishing = Rows imported
imports-failed = The upload was interrupted. Nothing was imported unless the list of payments shows it.
imports-done =
    { $imported ->
        [0] Nothing new in { $file }
        [one] One payment imported from { $file }
       *[other] { $imported } payments imported from { $file }
    }
imports-done-text =
    { $skipped ->
        [0] { $counted } of them count for the score.
       *[other] { $counted } of them count for the score. Rows that were here already: { $skipped }.
    }
imports-to-payments = Show payments
imports-refused = Nothing was imported from { $file }
imports-refused-text =
    { $count ->
        [one] One mistake must be corrected first.
       *[other] { $count } mistakes must be corrected first.
    }
imports-refused-many = The first { $count } mistakes are listed. Correct them and try again.
imports-too-large = The file is larger than 50 MB. Split it and import the parts.
imports-wrong-name = The file’s name must end in .csv or .txt. Nothing was imported. A spreadsheet saves such a file as “CSV”.
imports-incomplete = The file did not arrive whole. Nothing was imported; try again.
imports-running = Another file of this agent is being imported. Try again when it is done.
imports-errors = Mistakes
imports-row = Row
imports-error = What is wrong
imports-all-columns = Whole row
row-missing-column = This column is missing in the first row.
row-duplicate-column = This column stands twice in the first row.
row-empty = The file is empty. Its first row names the columns.
row-no-rows = The file has no rows below the first one.
row-fields = The row has { $found } fields, the first row has { $expected }.
row-not-text = This is not UTF-8. Save the file as CSV UTF-8.
row-open-quote = The row does not end: a quotation mark may not be closed.
row-not-a-date = Write a date as 2026-10-14 or 2026-10-14T11:52:00Z.
row-one-of = Choose one of: { $allowed }.
row-other-content = An earlier row has the same reference and other content.
