factors-title = Second factor
factors-text = Whoever finds out your password still does not get in. Every change here ends your other sessions.
factors-operator = You run this instance with a password alone. Set up a second factor.
factors-required = Set up a second factor
factors-required-text = Whoever runs this instance asks for a second factor besides your password. Everything else opens once you have set one up; your agents’ API keys go on working meanwhile.
factors-set-up = Set up
factors-app = Authenticator app
factors-app-none = Not set up. The app on your phone shows a new code every 30 seconds.
factors-app-since = Asked for at each sign-in since
factors-app-replace = Set up on another device
factors-app-remove = Remove
factors-app-added = The app is set up. Its codes are asked for from now on.
factors-app-removed = The app is removed. Its codes are not asked for any more.
factors-app-scan = Scan this with the app, or type the secret below.
factors-app-qr = QR code for the app
factors-app-secret = Secret
factors-app-code = Code that the app shows
factors-app-confirm = Set up the app
factors-passkeys = Passkeys
factors-passkeys-text = Sign in with a fingerprint, your face or a PIN, without the password.
factors-passkeys-impossible = Browsers allow passkeys only over https and at localhost. This instance is reached at { $url }.
factors-passkey-add = Add a passkey
factors-passkey-name = Name
factors-passkey-name-hint = So that you know which one it is: “Laptop”, “Phone”.
factors-passkey-create = Create the passkey
factors-passkey-added-at = added
factors-passkey-used = last used
factors-passkey-unused = never used
factors-passkey-rename = Rename
factors-passkey-remove = Remove
factors-passkey-remove-named = Remove passkey: { $name }
factors-passkey-added = The passkey “{ $name }” is added.
factors-passkey-renamed = The passkey has another name.
factors-passkey-removed = The passkey is removed and opens nothing any more.
factors-recovery-code = Recovery code
factors-codes = Recovery codes
factors-codes-left =
    { $count ->
        [0] None is left. Make new ones.
        [one] One is left.
       *[other] { $count } are left.
    }
factors-codes-make = Make new recovery codes
factors-codes-made = These are your new recovery codes. The earlier ones are worth nothing now.
factors-codes-once = Each opens your account once when the app or the passkey is lost. They are shown only now: keep them where you do not need this device.
factors-codes-download = Download
factors-codes-done = I have saved them
factors-too-late = That took too long. Begin again.
factors-confirm = Confirm that it is you
factors-confirm-text = What you are about to do cannot be taken back by whoever finds this browser open. After this, you are not asked again for five minutes.
factors-confirm-password = Your password
factors-confirm-code = A code of your app, or a recovery code
factors-confirm-go = Confirm
factors-confirm-wait =
    { $minutes ->
        [one] Too many wrong tries. Try again in one minute.
       *[other] Too many wrong tries. Try again in { $minutes } minutes.
    }

confirm-action = You want to { $action }.
confirm-page = go on to “{ $title }”
confirm-create-api-key = create an API key
confirm-rotate-api-key = rotate an API key
confirm-set-up-app = set up an authenticator app
confirm-remove-app = remove the authenticator app
confirm-add-passkey = add a passkey
confirm-remove-passkey = remove a passkey
confirm-recovery-codes = make new recovery codes
confirm-change-password = change your password
confirm-end-session = end a session
confirm-end-sessions = end all your other sessions
confirm-change-profile = change your profile
confirm-invite = invite somebody
confirm-change-role = change the role of a member
confirm-remove-member = remove a member
confirm-hand-over = hand over the workspace
confirm-change-plan = change the plan of an account
confirm-suspend = suspend an account
confirm-end-account-sessions = end the sessions of an account’s owner
confirm-end-everybodys-sessions = sign everybody out
confirm-create-webhook = add a webhook endpoint
confirm-change-webhook = change a webhook endpoint
confirm-rotate-webhook = rotate the secret of a webhook
confirm-reveal-webhook = see the secret of a webhook
confirm-create-export = get an archive of your data
confirm-open-export = download the archive of your data
confirm-delete-account = delete your account
