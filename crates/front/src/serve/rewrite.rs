//! The rewrite phase of a request: the configuration's steps, run until one of them decides.

use std::sync::Arc;

use hyper::header::{self, HeaderValue};

use super::context::Context;
use super::pages::{page, redirect};
use super::reply::{Next, Reply};
use super::variables::{eval, eval_quoted, eval_var};
use super::{files, pages, uri};
use crate::compiled::{Condition, FileKind, Flag, Op, Rewrite};
use crate::value::Value;
use workshop_stack::nginx::Level;

/// What a block's steps came to.
pub(super) enum Steps {
    Next(Next),
    /// The URI was rewritten and the steps are over: the location is chosen anew.
    Restart,
    Through,
}

/// A block's steps, one after the other.
pub(super) fn steps(context: &mut Context, ops: &[Op]) -> Steps {
    let mut changed = false;
    match block(context, ops, &mut changed) {
        Some(Steps::Through) | None if changed => Steps::Restart,
        Some(steps) => steps,
        None => Steps::Through,
    }
}

/// One block's steps; some where they end here.
fn block(context: &mut Context, ops: &[Op], changed: &mut bool) -> Option<Steps> {
    for op in ops {
        match op {
            Op::Set(slot, value) => {
                let value = eval(value, context);
                if let Some(place) = context.own.get_mut(*slot) {
                    *place = Some(value);
                }
            }
            Op::SetArgs(value) => {
                context.args = eval(value, context);
                context.unparsed = false;
            }
            Op::If { condition, then, conf } => {
                if holds(context, condition) {
                    if let Some(conf) = conf {
                        context.conf = Arc::clone(conf);
                    }
                    if let Some(ended) = block(context, then, changed) {
                        return Some(ended);
                    }
                }
            }
            Op::Rewrite(rewrite) => {
                if let Some(ended) = rewritten(context, rewrite, changed) {
                    return Some(ended);
                }
            }
            Op::Return { status, text } => {
                return Some(Steps::Next(returned(context, *status, text.as_ref())));
            }
            Op::Break => return Some(Steps::Through),
        }
    }
    None
}

/// One `rewrite`; some where the steps end with it.
fn rewritten(context: &mut Context, rewrite: &Rewrite, changed: &mut bool) -> Option<Steps> {
    let subject = context.uri.clone();
    if !context.matches(&rewrite.pattern, &subject) {
        return None;
    }
    if let Flag::Redirect(status) = rewrite.flag {
        let target = elsewhere(context, rewrite);
        return Some(Steps::Next(redirect(context, status, &target)));
    }
    context.internal = true;
    context.unparsed = false;
    replace(context, rewrite);
    if context.uri.is_empty() {
        context.log(Level::Error, "the rewritten URI has a zero length", None);
        return Some(Steps::Next(Next::Status(500)));
    }
    *changed = rewrite.flag != Flag::Break;
    if rewrite.flag == Flag::Break {
        context.in_location = false;
    }
    (rewrite.flag != Flag::None).then_some(Steps::Through)
}

/// What a `rewrite` that matched makes of the URI and its arguments. A captured `?` stays one of the
/// path: only one in the replacement itself begins the arguments.
fn replace(context: &mut Context, rewrite: &Rewrite) {
    let uri = eval(&rewrite.to, context);
    match &rewrite.args {
        Some(args) => {
            let mut args = eval_quoted(args, context);
            if rewrite.keeps_args && !context.args.is_empty() {
                args.push(b'&');
                args.extend_from_slice(&context.args);
            }
            context.args = args;
        }
        None if !rewrite.keeps_args => context.args.clear(),
        None => {}
    }
    context.uri = uri;
}

/// Where a `rewrite` that redirects leads to.
fn elsewhere(context: &Context, rewrite: &Rewrite) -> Vec<u8> {
    let mut target = eval_quoted(&rewrite.to, context);
    if let Some(args) = &rewrite.args {
        target.push(b'?');
        target.extend_from_slice(&eval_quoted(args, context));
    }
    let mut target = uri::readable(&target);
    if rewrite.keeps_args && !context.args.is_empty() {
        target.push(if rewrite.args.is_some() { b'&' } else { b'?' });
        target.extend_from_slice(&context.args);
    }
    target
}

fn holds(context: &mut Context, condition: &Condition) -> bool {
    match condition {
        Condition::IsTrue(var) => {
            let value = eval_var(var, context);
            !value.is_empty() && value != b"0"
        }
        Condition::Equals { var, value, negated } => {
            (eval_var(var, context) == eval(value, context)) != *negated
        }
        Condition::Matches { var, pattern, negated } => {
            let value = eval_var(var, context);
            context.matches(pattern, &value) != *negated
        }
        Condition::File { path, kind, negated } => {
            let path = eval(path, context);
            let found = files::find(context, &path);
            let fits = found.is_some_and(|(_, metadata)| match kind {
                FileKind::File => metadata.is_file(),
                FileKind::Folder => metadata.is_dir(),
                FileKind::Anything => true,
                FileKind::Executable => files::is_executable(&metadata),
            });
            fits != *negated
        }
    }
}

fn returned(context: &mut Context, status: u16, text: Option<&Value>) -> Next {
    if status == 444 {
        return Next::Close(444);
    }
    let Some(text) = text else {
        return match status {
            0..400 => Next::Reply(plain(context, status)),
            status => Next::Status(status),
        };
    };
    // The text may ask for it.
    context.status = status;
    let text = eval(text, context);
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        return redirect(context, status, &text);
    }
    let kind = files::media_type(context);
    Next::Reply(Reply::new(status).bytes(kind, text))
}

/// A status below 400 without a text of its own.
fn plain(context: &mut Context, status: u16) -> Reply {
    if pages::reason(status).is_some() {
        let reply = page(context, status);
        // A redirect without a target has an empty one.
        return reply.with(header::LOCATION, HeaderValue::from_static(""));
    }
    let status = if status < 100 { 200 } else { status };
    let reply = Reply::new(status);
    if status == 204 { reply } else { reply.bytes(files::media_type(context), "") }
}
