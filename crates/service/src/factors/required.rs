//! Who must have a second factor. Whoever must and has none can do nothing but set one up ([`Actor::factor_missing`]).

use model::{User, UserId};
use store::Conn;

use crate::actor::A_PERSON;
use crate::{Actor, Error, Refusal, Services, security_log};

/// Who must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactorRule {
    /// Nobody: whoever wants to has one.
    #[default]
    Optional,
    /// Whoever runs the instance.
    Operators,
    /// Everybody.
    Everyone,
}

impl std::str::FromStr for SecondFactorRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "optional" => Ok(Self::Optional),
            "operators" => Ok(Self::Operators),
            "everyone" => Ok(Self::Everyone),
            other => Err(format!("{other} is none of optional, operators, everyone")),
        }
    }
}

impl Services {
    fn must_have_factor(&self, operator: bool) -> bool {
        match self.0.settings.second_factor {
            SecondFactorRule::Optional => false,
            SecondFactorRule::Operators => operator,
            SecondFactorRule::Everyone => true,
        }
    }

    /// Whether a person must have a second factor and has none.
    pub(crate) async fn factor_missing(&self, conn: &mut Conn, user: &User) -> Result<bool, Error> {
        Ok(self.must_have_factor(user.operator) && !self.read_factors(conn, &user.id).await?.any())
    }

    /// Refuses with [`Error::FactorMissing`] a person who must have a second factor and has none.
    pub(crate) async fn refuse_without_factor(&self, user: &User) -> Result<(), Error> {
        if self.factor_missing(&mut self.store().read().await?, user).await? {
            security_log::forbidden(user.id.as_str(), "a second factor");
            return Err(Error::FactorMissing);
        }
        Ok(())
    }

    /// Refuses to leave a person without a factor who must have one.
    pub(super) fn refuse_last(&self, actor: &Actor) -> Result<(), Error> {
        let must = self.must_have_factor(actor.operator());
        if must { Err(Error::Refused(Refusal::LastFactor)) } else { Ok(()) }
    }
}

impl Actor {
    /// The person, even if nothing is open to them but to set up a second factor; refuses keys.
    pub(crate) fn require_anybody(&self) -> Result<&UserId, Error> {
        self.user_id().ok_or_else(|| self.forbidden(A_PERSON))
    }
}
