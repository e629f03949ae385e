//! Why a caller is not authenticated, in the words of each protocol.

use crate::signature::SignatureError;

/// Why a caller is not authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unauthenticated {
    /// The signature, or what it is made with.
    Signature(SignatureError),
    /// The environment that held the credentials has ended.
    Expired,
}

impl From<SignatureError> for Unauthenticated {
    fn from(error: SignatureError) -> Unauthenticated {
        Unauthenticated::Signature(error)
    }
}

impl Unauthenticated {
    /// The exception of the JSON protocols.
    pub fn exception(&self) -> &'static str {
        match self {
            Unauthenticated::Expired => "ExpiredTokenException",
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => {
                "MissingAuthenticationTokenException"
            }
            Unauthenticated::Signature(SignatureError::Incomplete(_)) => "IncompleteSignatureException",
            Unauthenticated::Signature(SignatureError::InvalidClientTokenId) => "UnrecognizedClientException",
            Unauthenticated::Signature(SignatureError::Mismatch(_)) => "InvalidSignatureException",
        }
    }

    /// The code of the query protocol.
    pub fn code(&self) -> &'static str {
        match self {
            Unauthenticated::Expired => "ExpiredToken",
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => "MissingAuthenticationToken",
            Unauthenticated::Signature(SignatureError::Incomplete(_)) => "IncompleteSignature",
            Unauthenticated::Signature(SignatureError::InvalidClientTokenId) => "InvalidClientTokenId",
            Unauthenticated::Signature(SignatureError::Mismatch(_)) => "SignatureDoesNotMatch",
        }
    }

    /// What is wrong, with what could be done about it.
    pub fn message(&self) -> String {
        match self {
            Unauthenticated::Expired => "The security token included in the request is expired".to_string(),
            Unauthenticated::Signature(error) => error.to_string(),
        }
    }

    /// As [`Unauthenticated::message`], of the services that say of a missing signature only that it is missing.
    pub fn short_message(&self) -> String {
        match self {
            Unauthenticated::Signature(SignatureError::MissingAuthenticationToken) => {
                "Missing Authentication Token".to_string()
            }
            other => other.message(),
        }
    }
}
