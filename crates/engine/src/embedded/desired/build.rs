//! The images of a stack: made of the learner's files, or taken as they are.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Building, Desired, base};
use crate::Trouble;
use crate::embedded::image::{self, BuildError, Built, Recipe};
use crate::embedded::place::folder;
use crate::embedded::programs::{Program, ProgramKind};
use crate::embedded::refusal::{Refusal, invalid, needs_docker};
use crate::embedded::{naming, wire};
use workshop_disk::files::LIMIT;
use workshop_disk::within;
use workshop_stack::compose::{Build, Service};
use workshop_stack::dockerfile::{self, Stages, StartFault};
use workshop_text::Lang;

impl Desired<'_> {
    /// Makes images anew (or only those that were never made); says each by name.
    ///
    /// # Errors
    /// What Docker would refuse, and what needs a container.
    pub(crate) fn build(
        &self,
        services: &[&Service],
        building: Building,
        say: &mut dyn FnMut(String),
    ) -> Result<(), Refusal> {
        for service in services {
            let Some(recipe) = &service.build else { continue };
            let program = self.program(service)?;
            let name = self.image_name(service);
            if building == Building::Missing && image::latest(self.place, &name).is_some() {
                continue;
            }
            if building == Building::None {
                if image::latest(self.place, &name).is_none() {
                    return Err(invalid(format!("No such image: {name}:latest")));
                }
                continue;
            }
            let has_files = matches!(program.kind, ProgramKind::Front | ProgramKind::Own);
            self.held(service, recipe, has_files)?;
            let built = match &program.kind {
                ProgramKind::Front | ProgramKind::Own => self.build_files(service, recipe, &name, program)?,
                ProgramKind::Plain(_) => self.take_program(service, recipe, program, &name, say)?,
                ProgramKind::Machine(_) => {
                    let what = format!("a build of {} (service {})", program.name, service.name.value);
                    return Err(self.not_here(recipe.span, what));
                }
            };
            image::set_latest(self.place, &built).map_err(|error| self.io(&error))?;
            say(format!(" Image {name}  Built"));
        }
        Ok(())
    }

    /// A Dockerfile that Docker would not take, and a target that is none or that this engine does
    /// not build.
    fn held(&self, service: &Service, build: &Build, has_files: bool) -> Result<(), Refusal> {
        let Some(path) = build.dockerfile_path() else { return Ok(()) };
        let Ok(text) = within::bytes(&self.project.dir, &self.project.dir.join(&path), LIMIT) else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(&text);
        let stages = Stages::parse(&text, &arguments(build));
        let failed = |detail| Err(self.build_refused(service, build, BuildError::Refused(detail)));
        if let Some(error) = dockerfile::refusal(&text, &stages) {
            let words = error.message.render(Lang::En);
            return failed(format!("{path}:{}: {words}", error.span.line));
        }
        let place = stages.target(build.target.as_deref());
        if let Some(fault) = place
            .filter(|_| !has_files && service.command.is_none())
            .and_then(|place| stages.start_fault(place))
            && self.file.root.entry(&format!("services.{}.entrypoint", service.name.value)).is_none()
        {
            return failed(match fault {
                StartFault::NoShell(_) => {
                    "exec: \"/bin/sh\": stat /bin/sh: no such file or directory".to_owned()
                }
                StartFault::NoStart(_) => "no command specified".to_owned(),
                StartFault::NoProgram { program, .. } => {
                    format!("exec: \"{program}\": stat {program}: no such file or directory")
                }
            });
        }
        match (place, &build.target) {
            (None, Some(target)) => failed(format!("target stage \"{target}\" could not be found")),
            (Some(place), Some(target)) if has_files && place + 1 != stages.stages.len() => {
                Err(self.not_here(build.span, format!("a build of the stage {target}")))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn io(&self, error: &std::io::Error) -> Refusal {
        let line = workshop_disk::reason(error);
        Refusal { trouble: Trouble::Other { line: line.clone() }, line }
    }

    fn build_files(
        &self,
        service: &Service,
        build: &Build,
        name: &str,
        program: &Program,
    ) -> Result<Built, Refusal> {
        let args = arguments(build);
        let is_front = matches!(program.kind, ProgramKind::Front);
        let recipe = Recipe {
            service: &service.name.value,
            name,
            context: self.context(build)?,
            project: &self.project.dir,
            dockerfile: build.dockerfile.as_deref().unwrap_or("Dockerfile"),
            args: &args,
            // A lesson's own program says what it needs of its base by itself.
            is_base: if is_front { is_front_image } else { |_| true },
            is_command: if is_front { is_front_command } else { |_| true },
            base_files: if is_front { &base::FILES } else { &[] },
        };
        image::build(self.place, &recipe).map_err(|error| self.build_refused(service, build, error))
    }

    fn build_refused(&self, service: &Service, build: &Build, error: BuildError) -> Refusal {
        let failed = |detail: String| Refusal {
            line: format!("target {}: failed to solve: {detail}", service.name.value),
            trouble: Trouble::BuildFailed { service: Some(service.name.value.clone()), detail },
        };
        match error {
            BuildError::Refused(detail) => failed(detail),
            BuildError::Io(error) => self.io(&error),
            BuildError::UnknownBase { file, base } => {
                let mut refusal =
                    self.not_here(build.span, format!("a program for the base image {base} ({file})"));
                refusal.line.insert_str(0, "failed to solve: ");
                refusal
            }
            BuildError::Dockerfile { file, trouble } => match trouble {
                dockerfile::Trouble::Wrong { line, what } => failed(format!("{file}:{line}: {what}")),
                dockerfile::Trouble::NeedsDocker { line, what } => {
                    needs_docker(format!("{file}:{line}"), what)
                }
            },
        }
    }

    /// The program is in this binary; that it is the same as the source at hand is looked at.
    fn take_program(
        &self,
        service: &Service,
        build: &Build,
        program: &Program,
        name: &str,
        say: &mut dyn FnMut(String),
    ) -> Result<Built, Refusal> {
        let context = self.context(build)?;
        if !context.is_dir() {
            let path = context.display();
            let error = BuildError::Refused(format!("unable to prepare context: path \"{path}\" not found"));
            return Err(self.build_refused(service, build, error));
        }
        if program.differs(&context) {
            say(format!(
                "{}: {} differs from the source of the program that runs here: the embedded engine runs the \
                 lesson's own; Docker builds yours",
                service.name.value, build.context
            ));
        }
        let image = image::bare(self.place, name, program.name);
        self.place.prepare().and_then(|()| folder(&image.root)).map_err(|error| self.io(&error))?;
        Ok(Built::plain(image))
    }

    /// The folder of a build, links seen through; it is read, so it lies in the workspace.
    fn context(&self, build: &Build) -> Result<PathBuf, Refusal> {
        let path = within::cleaned(&self.project.dir.join(&build.context));
        let real = path.canonicalize().unwrap_or(path);
        match real.starts_with(&self.project.dir) {
            true => Ok(real),
            false => {
                let what = format!("a build of a folder outside of the workspace ({})", build.context);
                Err(self.not_here(build.span, what))
            }
        }
    }

    fn image_name(&self, service: &Service) -> String {
        let own = || format!("{}-{}", self.project.name, service.name.value);
        service.image.as_ref().map_or_else(own, |image| image.value.clone())
    }

    /// The name of a service's image, with its tag.
    pub(crate) fn tagged_image(&self, service: &Service) -> String {
        naming::tagged(&self.image_name(service))
    }

    pub(super) fn image(&self, service: &Service, program: &Program) -> Result<Built, Refusal> {
        let name = self.image_name(service);
        if service.build.is_some() {
            let missing = || invalid(format!("No such image: {name}:latest"));
            return image::latest(self.place, &name).ok_or_else(missing);
        }
        let image: wire::Image = match &program.kind {
            ProgramKind::Plain(_) | ProgramKind::Machine(_) | ProgramKind::Own => {
                image::bare(self.place, &name, program.name)
            }
            ProgramKind::Front => {
                image::base(self.place, &name, &base::FILES).map_err(|error| self.io(&error))?
            }
        };
        Ok(Built::plain(image))
    }
}

/// The arguments of a build that have a value.
fn arguments(build: &Build) -> BTreeMap<String, String> {
    build.args.iter().filter_map(|arg| Some((arg.name.value.clone(), arg.value.clone()?))).collect()
}

fn is_front_image(image: &str) -> bool {
    Program::of_image(image).is_some_and(|program| matches!(program.kind, ProgramKind::Front))
}

/// What the official image runs, and its like. `nginx` alone goes to the background, and with it the
/// container ends.
pub(super) fn is_front_command(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["nginx", "-g", "daemon off;"] | ["/docker-entrypoint.sh", ..])
}
