//! All files of a configuration as one: [`read`] puts every `include` in its place.

use std::sync::Arc;

use super::builtin;
use super::refusal::ConfError;
use crate::view::{View, absolute};
use workshop_stack::nginx::{Directive, NginxConf};
use workshop_text::Text;

/// Where nginx looks first.
const MAIN_FILE: &str = "/etc/nginx/nginx.conf";
/// Includes within includes deeper than this are a circle.
const MAX_DEPTH: usize = 16;
/// Includes that lead to each other may multiply: above this many files it is no configuration.
const MAX_FILES: usize = 512;
/// A file larger than this is no configuration.
const MAX_BYTES: usize = 4 << 20;

struct Reader<'v> {
    view: &'v View,
    files: usize,
}

/// The whole configuration of a container.
pub(crate) fn read(view: &View) -> Result<NginxConf, ConfError> {
    let text = view.read(MAIN_FILE).unwrap_or_else(|_| builtin::MAIN.as_bytes().to_vec());
    let mut reader = Reader { view, files: 0 };
    let directives = reader.file(MAIN_FILE, &text, 0)?;
    Ok(NginxConf { directives })
}

impl Reader<'_> {
    fn file(&mut self, path: &str, text: &[u8], depth: usize) -> Result<Vec<Directive>, ConfError> {
        self.files += 1;
        // A byte that is no UTF-8 can only stand in a comment or a value; it is kept visible.
        let text = String::from_utf8_lossy(text);
        let conf = NginxConf::parse(&text).map_err(|error| ConfError::syntax(path, &error))?;
        let mut directives = conf.directives;
        let file: Arc<str> = path.into();
        name(&mut directives, &file);
        self.expand(directives, depth)
    }

    fn expand(&mut self, directives: Vec<Directive>, depth: usize) -> Result<Vec<Directive>, ConfError> {
        let mut out = Vec::with_capacity(directives.len());
        for mut directive in directives {
            if directive.name == "include" && directive.block.is_none() {
                out.extend(self.include(&directive, depth)?);
                continue;
            }
            if let Some(inside) = directive.block.take() {
                directive.block = Some(self.expand(inside, depth)?);
            }
            out.push(directive);
        }
        Ok(out)
    }

    fn include(&mut self, directive: &Directive, depth: usize) -> Result<Vec<Directive>, ConfError> {
        let [arg] = &directive.args[..] else {
            let message = Text::new("stack-nginx-arguments")
                .with("name", "include")
                .with("wanted", "1")
                .with("count", directive.args.len());
            return Err(ConfError::of(
                directive,
                message,
                "invalid number of arguments in \"include\" directive",
            ));
        };
        let pattern = absolute(&arg.value);
        if pattern == "/dev/null" {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        for path in self.view.glob(&pattern) {
            if depth >= MAX_DEPTH || self.files >= MAX_FILES {
                let message = Text::new("front-include-circle").with("path", arg.value.as_str());
                return Err(ConfError::of_arg(directive, arg, message, "too many levels of \"include\""));
            }
            let text = match self.view.read(&path) {
                Ok(text) if text.len() <= MAX_BYTES => text,
                Err(_) if builtin::file(&path).is_some() => {
                    builtin::file(&path).unwrap_or_default().into_bytes()
                }
                _ => {
                    let message = Text::new("front-include").with("path", path.as_str());
                    let words = format!("open() \"{path}\" failed (2: No such file or directory)");
                    return Err(ConfError::of_arg(directive, arg, message, words));
                }
            };
            out.extend(self.file(&path, &text, depth + 1)?);
        }
        Ok(out)
    }
}

fn name(directives: &mut [Directive], file: &Arc<str>) {
    for directive in directives {
        directive.file = Some(Arc::clone(file));
        name(directive.block.as_deref_mut().unwrap_or_default(), file);
    }
}
