//! The rewrite phase: `set`, `if`, `rewrite`, `return` and `break` as [`Op`]s in the file's order.

use std::sync::Arc;

use super::compiler::Compiler;
use super::scope::Scope;
use super::{Condition, FileKind, Flag, LocationConf, Op, Rewrite};
use crate::conf::args;
use crate::conf::refusal::ConfError;
use crate::value::Var;
use workshop_stack::nginx::{Arg, Directive, Modifier};
use workshop_text::Text;

/// The location around, for the conf of an `if` in it.
type Around<'a> = Option<(&'a str, Modifier, &'a LocationConf)>;

impl Compiler {
    /// The steps of a block.
    pub(super) fn rewrite(
        &mut self,
        scope: &Scope<'_>,
        block: &[Directive],
        around: Around<'_>,
    ) -> Result<Vec<Op>, ConfError> {
        let mut ops = Vec::new();
        for directive in block {
            match directive.name.as_str() {
                "set" => ops.push(self.set(directive)?),
                "return" => ops.push(self.returns(directive)?),
                "rewrite" => ops.push(Op::Rewrite(self.rewrites(directive)?)),
                "break" => ops.push(Op::Break),
                "if" => {
                    let condition = self.condition(directive)?;
                    let inner = scope.inside(directive.inside());
                    let conf = match around {
                        Some((prefix, modifier, parent)) => {
                            Some(Arc::new(self.conf(&inner, prefix, modifier, Some(parent))?))
                        }
                        None => None,
                    };
                    let then = self.rewrite(&inner, directive.inside(), around)?;
                    ops.push(Op::If { condition, then, conf });
                }
                _ => {}
            }
        }
        Ok(ops)
    }

    fn set(&mut self, directive: &Directive) -> Result<Op, ConfError> {
        let (name, value) = (args::arg(directive, 0)?, args::arg(directive, 1)?);
        let value = self.value(directive, value)?;
        let name = name.value.trim_start_matches('$');
        Ok(match name {
            "args" => Op::SetArgs(value),
            name => Op::Set(self.own.slot(name), value),
        })
    }

    fn returns(&self, directive: &Directive) -> Result<Op, ConfError> {
        let first = args::arg(directive, 0)?;
        let is_url = ["http://", "https://", "$scheme"].iter().any(|start| first.value.starts_with(start));
        if directive.args.len() == 1 && is_url {
            return Ok(Op::Return { status: 302, text: Some(self.value(directive, first)?) });
        }
        let status = first.value.parse::<u16>().ok().filter(|status| *status <= 999);
        let status = status.ok_or_else(|| {
            ConfError::said(directive, first, format!("invalid return code \"{}\"", first.value))
        })?;
        let text = directive.args.get(1).map(|arg| self.value(directive, arg)).transpose()?;
        Ok(Op::Return { status, text })
    }

    fn rewrites(&mut self, directive: &Directive) -> Result<Rewrite, ConfError> {
        let (pattern, to) = (args::arg(directive, 0)?, args::arg(directive, 1)?);
        let mut flag = match directive.args.get(2) {
            None => Flag::None,
            Some(arg) => match arg.value.as_str() {
                "last" => Flag::Last,
                "break" => Flag::Break,
                "redirect" => Flag::Redirect(302),
                "permanent" => Flag::Redirect(301),
                _ => return Err(ConfError::parameter(directive, arg)),
            },
        };
        let away = ["http://", "https://", "$scheme"].iter().any(|start| to.value.starts_with(start));
        if away && !matches!(flag, Flag::Redirect(_)) {
            flag = Flag::Redirect(302);
        }
        // A `?` at the end says that the request's own arguments are not added.
        let (text, keeps_args) =
            to.value.strip_suffix('?').map_or((to.value.as_str(), true), |text| (text, false));
        let (path, args) = text.split_once('?').map_or((text, None), |(path, args)| (path, Some(args)));
        let value = self.value_of(directive, to, path)?;
        let args = args.map(|args| self.value_of(directive, to, args)).transpose()?;
        let pattern = self.pattern(directive, pattern, &pattern.value, false)?;
        Ok(Rewrite { pattern, to: value, args, keeps_args, flag })
    }

    fn condition(&mut self, directive: &Directive) -> Result<Condition, ConfError> {
        let bad = || {
            let written = directive.args.iter().map(|arg| arg.value.as_str()).collect::<Vec<_>>().join(" ");
            let message = Text::new("front-condition").with("condition", written.as_str());
            ConfError::of(directive, message, format!("invalid condition \"{written}\""))
        };
        // The parentheses may touch their neighbours or stand alone.
        let mut words: Vec<(String, &Arg)> =
            directive.args.iter().map(|arg| (arg.value.clone(), arg)).collect();
        let first = words.first_mut().ok_or_else(bad)?;
        first.0 = first.0.strip_prefix('(').ok_or_else(bad)?.to_owned();
        let last = words.last_mut().ok_or_else(bad)?;
        last.0 = last.0.strip_suffix(')').ok_or_else(bad)?.to_owned();
        words.retain(|(text, arg)| !text.is_empty() || arg.quoted);
        let variable = |this: &Self, text: &str, arg: &Arg| -> Result<Var, ConfError> {
            let value = this.value_of(directive, arg, text)?;
            let mut vars = value.vars();
            let var = vars.next().filter(|_| value.parts.len() == 1).ok_or_else(bad)?;
            Ok(var.clone())
        };
        match &words[..] {
            [(var, arg)] if var.starts_with('$') => Ok(Condition::IsTrue(variable(self, var, arg)?)),
            [(test, _), (path, arg)] if test.trim_start_matches('!').starts_with('-') => {
                let negated = test.starts_with('!');
                let kind = file_kind(test.trim_start_matches('!')).ok_or_else(bad)?;
                Ok(Condition::File { path: self.value_of(directive, arg, path)?, kind, negated })
            }
            [(var, arg), (operator, _), (operand, operand_arg)] if var.starts_with('$') => {
                let var = variable(self, var, arg)?;
                match operator.as_str() {
                    "=" | "!=" => {
                        let value = self.value_of(directive, operand_arg, operand)?;
                        Ok(Condition::Equals { var, value, negated: operator == "!=" })
                    }
                    "~" | "~*" | "!~" | "!~*" => {
                        let ignoring_case = operator.ends_with('*');
                        let pattern = self.pattern(directive, operand_arg, operand, ignoring_case)?;
                        Ok(Condition::Matches { var, pattern, negated: operator.starts_with('!') })
                    }
                    _ => Err(bad()),
                }
            }
            _ => Err(bad()),
        }
    }
}

fn file_kind(test: &str) -> Option<FileKind> {
    Some(match test {
        "-f" => FileKind::File,
        "-d" => FileKind::Folder,
        "-e" => FileKind::Anything,
        "-x" => FileKind::Executable,
        _ => return None,
    })
}
