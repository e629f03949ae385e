//! The request is bad, so the handler returns Err. To API Gateway a function that returns an error is a broken function.
//! says: ended with an error instead of a reply
            Err(message.into())
