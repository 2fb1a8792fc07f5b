//! nginx's inheritance: [`Scope`] is a block with the blocks around it, and what is in force there
//! is what the nearest of them says.

use crate::conf::args;
use crate::conf::refusal::ConfError;
use workshop_stack::nginx::Directive;

/// A block and those around it, the innermost last.
#[derive(Clone)]
pub struct Scope<'c> {
    blocks: Vec<&'c [Directive]>,
}

impl<'c> Scope<'c> {
    pub fn new(outermost: &'c [Directive]) -> Self {
        Self { blocks: vec![outermost] }
    }

    pub fn inside(&self, block: &'c [Directive]) -> Self {
        let mut blocks = self.blocks.clone();
        blocks.push(block);
        Self { blocks }
    }

    /// The directives of that name in the innermost block itself.
    pub fn own(&self, name: &'static str) -> impl Iterator<Item = &'c Directive> + use<'c> {
        let inner = self.blocks.last().copied().unwrap_or_default();
        inner.iter().filter(move |directive| directive.name == name)
    }

    /// All of that name at the nearest level that has any: one at a level hides those above.
    pub fn all(&self, name: &str) -> Vec<&'c Directive> {
        for block in self.blocks.iter().rev() {
            let found: Vec<_> = block.iter().filter(|directive| directive.name == name).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    pub fn last(&self, name: &str) -> Option<&'c Directive> {
        self.all(name).pop()
    }

    /// The first argument in force, read by `read`, or what holds where nothing is said.
    pub fn value<T>(&self, name: &str, default: T, read: impl Fn(&str) -> Option<T>) -> Result<T, ConfError> {
        self.last(name).map_or(Ok(default), |directive| args::read(directive, 0, read))
    }
}

impl<'c> Scope<'c> {
    /// All of several names at the nearest level that has any of them, in the file's order.
    pub fn nearest(&self, names: &[&str]) -> Vec<&'c Directive> {
        let named = |directive: &&Directive| names.contains(&directive.name.as_str());
        let levels = self.blocks.iter().rev();
        let mut levels = levels.map(|block| block.iter().filter(named).collect::<Vec<_>>());
        levels.find(|found| !found.is_empty()).unwrap_or_default()
    }
}
