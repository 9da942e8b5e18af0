mail-verify-subject = Confirm your e-mail address at { $host }
mail-verify-text = Somebody made an account at { $host } with this address. If it was you, open the link: it works once, for three days.
mail-verify-link = Confirm the address
mail-not-asked = You did not ask for this? Then do nothing. Without the link nobody can act in your name.
mail-reset-subject = Choose another password at { $host }
mail-reset-text = Somebody asked for another password for your account at { $host }. The link works once, for one hour. All your sessions end when you choose one.
mail-reset-link = Choose another password
mail-reset-not-asked = You did not ask for this? Then do nothing: your password stays as it is.
mail-was-reset-subject = Your password at { $host } was changed
mail-was-reset-text = Another password was chosen for your account at { $host }, by a link that was made for you. All sessions have ended.
mail-was-reset-link = It was not me: choose another one
mail-was-reset-not-you = If it was you, there is nothing to do.
mail-changed-subject = How you sign in at { $host } was changed
mail-changed-password = The password of your account at { $host } was changed. All other sessions have ended.
mail-changed-app-added = An app that makes codes was set up for your account at { $host }. All other sessions have ended.
mail-changed-app-removed = The app that makes codes was taken away from your account at { $host }. All other sessions have ended.
mail-changed-passkey-added = A passkey was added to your account at { $host }. All other sessions have ended.
mail-changed-passkey-removed = A passkey was taken away from your account at { $host }. All other sessions have ended.
mail-changed-codes-made = New recovery codes were made for your account at { $host }. The earlier ones are worth nothing any more.
mail-changed-factors-removed = Whoever runs { $host } has taken the second factor away from your account. The password alone opens it until you set one up again. All sessions have ended.
mail-changed-link = It was not me: choose another password
mail-invite-subject = Invitation to { $workspace }
mail-invite-text = { $inviter } invites you to the workspace “{ $workspace }” at { $host }. The link works once, for seven days.
mail-invite-link = See the invitation
mail-invite-account-subject = Invitation to { $host }
mail-invite-account-text = { $inviter } invites you to make an account at { $host }. The link works once, for seven days.
mail-invite-account-link = Create an account
mail-invite-not-known = You do not know who invites you? Then do nothing.
mail-expiring-subject =
    { $days ->
        [one] The certificate of { $agent } ends tomorrow
       *[other] The certificate of { $agent } ends in { $days } days
    }
mail-expiring-text = The certificate of { $agent } is valid until { $date }. Renew it, and nothing changes for those who rely on it.
mail-expiring-link = See and renew the certificate
mail-contested-subject = The score of { $agent } is contested
mail-contested-text = Somebody has something against the score of { $agent }. A person has to read it and answer.
mail-contested-link = Read what they say
mail-webhook-subject = A webhook endpoint was switched off
mail-webhook-text = Nothing is sent to { $url } any more.
mail-webhook-gone = It answered that it is gone for good (410).
mail-webhook-failing = It failed for five days in a row.
mail-webhook-link = See what failed and switch it on again
mail-why-owner = You get this as the owner of a workspace at { $host }.
mail-why-contest = You get this because the agent is yours, or because you run { $host }.
