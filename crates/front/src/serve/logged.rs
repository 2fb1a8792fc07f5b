//! [`Logged`], which writes a request to the access log when its answer is sent or its client is gone.

use super::context::Context;
use super::variables;

/// A request's context, written to the access log when it is let go.
pub(crate) struct Logged {
    context: Option<Box<Context>>,
}

impl Logged {
    pub(crate) fn new(context: Context) -> Self {
        Self { context: Some(Box::new(context)) }
    }

    /// Of no request.
    pub(crate) const fn nothing() -> Self {
        Self { context: None }
    }

    pub(crate) fn context(&mut self) -> Option<&mut Context> {
        self.context.as_deref_mut()
    }

    /// Bytes of the body that were handed on.
    pub(crate) fn sent(&mut self, bytes: usize) {
        if let Some(context) = &mut self.context {
            // nginx counts the chunks' own lines.
            let around = if context.chunked { format!("{bytes:x}").len() + 4 } else { 0 };
            context.body_bytes += (bytes + around) as u64;
        }
    }

    pub(crate) fn complete(&mut self) {
        if let Some(context) = &mut self.context {
            if context.chunked && !context.complete {
                context.body_bytes += "0\r\n\r\n".len() as u64;
            }
            context.complete = true;
        }
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        let Some(mut context) = self.context.take() else { return };
        if context.status == 0 {
            // The client went away before there was an answer.
            context.status = 499;
        }
        write_log(&context);
        context.client.ends(context.conf.keepalive_timeout);
    }
}

pub(super) fn write_log(context: &Context) {
    for log in context.conf.access_logs.iter() {
        let wanted = log.condition.as_ref().is_none_or(|condition| {
            let value = variables::eval(condition, context);
            !value.is_empty() && value != b"0"
        });
        if let Some(sink) = context.live.sink(&log.path).filter(|_| wanted) {
            sink.line(&variables::log_line(&log.format, context));
        }
    }
}
