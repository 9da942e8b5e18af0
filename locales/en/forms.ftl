forms-optional = (optional)

error-not-found = It is not there any more.
error-login = E-mail or password is wrong.
error-forbidden = Your role does not permit this. Ask an owner of the workspace.
error-plan = This needs the plan { $plan } or higher.
error-only-operator = This account runs the instance and others are on it. It can only be deleted once they are gone.
error-deletion-began = The account is being deleted already. It can no longer be kept.
error-conflict = Somebody else changed this in the meantime. Reload the page and try again.
error-insufficient =
    { $n ->
        [0] No payment counts toward a score yet; { $missing } are needed.
        [one] One payment counts toward a score; { $missing } more are needed.
       *[other] { $n } payments count toward a score; { $missing ->
            [one] one more is needed.
           *[other] { $missing } more are needed.
        }
    }
error-overloaded = Too much is waiting to be written. Nothing was changed; try again in a moment.
error-too-many-attempts = Too many attempts. Try again in { $minutes } { $minutes ->
    [one] minute
   *[other] minutes
}.
error-internal = Something failed on our side. Nothing was changed; try again in a moment.

rule-required = Fill this in.
rule-too-short =
    { $min ->
        [one] At least one character is needed.
       *[other] At least { $min } characters are needed.
    }
rule-too-long = At most { $max } characters fit.
rule-too-many = At most { $max } entries fit.
rule-not-an-email = This is not an e-mail address. One looks like mara@example.com.
rule-too-common = This password is among those that are tried first. A longer or less usual one is safe.
rule-breached = This password is in lists of passwords that got out elsewhere, and is tried with them. Choose another one, and change it where you use it.
rule-taken = This is already registered.
rule-one-of = Choose one from the list.
rule-amount-not-a-number = An amount is a number such as 12.50.
rule-amount-not-positive = An amount is greater than 0.
rule-amount-too-large = An amount is at most a thousand million.
rule-amount-decimals = An amount has at most 6 decimals.
rule-currency = This is no currency code such as EUR, and none of USDC, USDT, DAI, EURC.
rule-in-future =
    { $minutes ->
        [one] This is more than a minute in the future.
       *[other] This is more than { $minutes } minutes in the future.
    }
rule-out-of-range = The year must lie between 1970 and 9999.
rule-control-characters = Control characters are not allowed here.
rule-not-printable = Only printable ASCII characters are allowed here.
rule-days = Enter a number of days from 1 to { $max }.
rule-mismatch = This does not match.
rule-time-zone = Choose a time zone such as Europe/Berlin.
error-address = This API key cannot be used from the address { $address }.
rule-network = “{ $given }” is neither an address nor a network. One looks like 203.0.113.0/24 or 2001:db8::/32.
rule-key-revoked = This key is revoked. Make a new one.
rule-key-expired = This key has expired. Make a new one.
rule-key-rotated = This key was rotated already. Rotate the one that replaced it.
rule-url = Enter a URL such as https://example.com/webhooks.
rule-url-https = The URL must begin with https://.
rule-url-credentials = The URL must not contain a user name or a password.
rule-url-public = The URL must not point to this machine or into a private network.
rule-url-listed = This instance sends webhooks to certain hosts only, and this one is not among them. Its operator can add it.
rule-no-wallets = Payments do not say into which wallet they came, so events cannot be limited to one.
rule-event = There is no event type “{ $given }”.
error-unverified = Confirm your e-mail address first: open the link in the mail that was sent to the owner of this workspace.
error-invitation-needed = On this instance only whoever was invited can make an account. Open the link of your invitation.
error-registration-closed = On this instance nobody can make an account at the moment.
error-member-already = This person is a member already.
rule-ended = It was used already, has expired, or was not copied as a whole.
rule-not-invited = The invitation is for another address.
error-factor = This account has a second factor, which is missing.
error-factor-missing = This instance asks for a second factor. Set one up first.
error-last-factor = This instance asks for a second factor, and this is your last one. Set up another one first.
error-proof = Confirm first that it is you.
rule-wrong-code = This code is wrong or was used already. Enter the one that is shown now.
rule-wrong-passkey = The passkey was not accepted. Try again.
