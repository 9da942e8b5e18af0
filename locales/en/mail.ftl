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
mail-finish-subject = Finish registering at { $host }
mail-finish-text = Somebody wants an account at { $host } with this address. If it is you, open the link and choose a password. The link works once, for a day.
mail-finish-link = Choose a password
mail-finish-not-asked = You did not ask for this? Then do nothing: without the link there will be no account, and your address is deleted after a day.
mail-already-subject = You have an account at { $host } already
mail-already-text = Somebody wanted to register at { $host } with this address. There is an account with it already. If it was you, just sign in.
mail-already-forgotten = You do not know the password any more? “Forgot your password?” below the form leads to another one.
mail-already-not-you = If it was not you, there is nothing to do: nobody was told that you have an account.
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
