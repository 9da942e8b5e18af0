keys-revoked = The key { $name } is revoked.
keys-lead = Agents and programs sign in with these. Each is shown once.
keys-once = Keep this key now
keys-once-text = The key { $name } is not shown again. Store it where your agent finds it.
keys-secret = New API key
keys-name = Name
keys-permissions = Permissions
keys-last-used = Last used
keys-expires = Expires
keys-state = State
keys-actions = Actions
keys-active = Active
keys-is-revoked = Revoked
keys-expired = Expired
keys-never = never
keys-read = Read
keys-read-text = See agents, payments and certificates.
keys-write = Write
keys-write-text = Report payments and issue certificates.
keys-manage = Manage
keys-manage-text = Create, change and delete agents and keys.
keys-new = New key
keys-new-text = Give it only what it needs.
keys-days =
    { $days ->
        [one] In one day
       *[other] In { $days } days
    }
keys-no-end = Never
keys-create = Create key
keys-revoke = Revoke
keys-revoke-text = Whatever uses it stops working at once.
keys-revoke-named = Revoke { $name }
