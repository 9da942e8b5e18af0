factors-title = Second factor
factors-text = Whoever finds out your password still does not get in. Every change here ends your other sessions.
factors-operator = You run this instance with a password alone. Set up a second factor.
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
